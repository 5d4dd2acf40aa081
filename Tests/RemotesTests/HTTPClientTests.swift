import Diagnostics
import Files
import TestSupport
import Testing

@testable import Remotes

@Suite("HTTP with servers that go wrong")
struct HTTPClientTests {
  private let content = noise(100_000)
  private let name = RemoteName.pack("file")

  private func storage(_ url: String, attempts: Int = 4, stall: Int = 1) throws -> HTTPStorage {
    var settings = HTTPSettings()
    settings.attempts = attempts
    settings.firstDelay = 0.001
    settings.stallSeconds = stall
    let sandbox = try Sandbox()
    let scratch = Scratch(in: try Folder(at: bytes(sandbox.path)))
    return try HTTPStorage(HTTPAddress(url), settings, scratch: scratch)
  }

  private func why(_ body: () throws -> Void) -> String? { failure(of: body)?.why }

  @Test("a connection that breaks off is taken up where it stood, and no byte comes twice")
  func resumed() throws {
    let content = content
    let server = try LoopbackServer { request, number in
      var answer = LoopbackServer.Answer.file(content, request)
      if number < 3 { answer.cut = 20_000 }
      return answer
    }
    let storage = try storage(server.url)
    #expect(try storage.bytes(name) == content)
    #expect(server.requests.map { $0.headers["range"] } == [nil, "bytes=20000-", "bytes=40000-", "bytes=60000-"])
    #expect(try storage.bytes(name, 10..<90_000) == Array(content[10..<90_000]))
  }

  @Test("a server that knows no ranges sends everything, and what is wanted is taken of it")
  func noRanges() throws {
    let content = content
    let server = try LoopbackServer { _, number in
      var answer = LoopbackServer.Answer(200, content)
      if number == 0 { answer.cut = 70_000 }
      return answer
    }
    let storage = try storage(server.url)
    #expect(try storage.bytes(name, 50_000..<90_000) == Array(content[50_000..<90_000]))
    #expect(server.requests.count == 2)
  }

  @Test(
    "a range other than the one asked for is refused",
    arguments: ["bytes 1-10/100", "bytes 0-10/100", "bytes 5-3/9", "nonsense", ""])
  func wrongRange(range: String) throws {
    let server = try LoopbackServer { _, _ in LoopbackServer.Answer(206, text: "0123456789", ["Content-Range": range]) }
    #expect(
      why { _ = try storage(server.url).bytes(name, 0..<10) } == "the server sends another range than it was asked for")
  }

  @Test("a file that changes while it is read is refused")
  func changed() throws {
    let content = content
    let server = try LoopbackServer { request, number in
      var answer = LoopbackServer.Answer.file(content, request)
      answer.headers["ETag"] = "\"\(number)\""
      answer.cut = 1000
      return answer
    }
    #expect(why { _ = try storage(server.url).bytes(name) } == "the file changed while it was read")
  }

  @Test("a busy server is asked again, as often as the settings say")
  func busy() throws {
    let server = try LoopbackServer { request, number in
      number < 3 ? .init([429, 503, 500][number], text: "later", ["Retry-After": "0"]) : .init(200, text: "done")
    }
    #expect(try storage(server.url).bytes(name) == bytes("done"))
    let never = try LoopbackServer { _, _ in .init(503, text: "never") }
    #expect(why { _ = try storage(never.url).bytes(name) } == "the server answers with status 503")
    #expect(never.requests.count == 4)
  }

  @Test("a server that falls silent is left, and tried again")
  func silent() throws {
    let content = content
    let server = try LoopbackServer { request, number in
      var answer = LoopbackServer.Answer.file(content, request)
      if number == 0 { answer.stall = 5000 }
      return answer
    }
    #expect(try storage(server.url).bytes(name) == content)
    #expect(server.requests.count == 2)
  }

  @Test("a body without an end is cut off where it is of no use any more")
  func endless() throws {
    let server = try LoopbackServer { _, _ in
      var answer = LoopbackServer.Answer(200)
      answer.isEndless = true
      return answer
    }
    #expect(try storage(server.url).bytes(name, 5..<200_000) == [UInt8](repeating: 0x78, count: 199_995))
    let failing = try LoopbackServer { _, _ in
      var answer = LoopbackServer.Answer(404)
      answer.isEndless = true
      return answer
    }
    #expect(why { _ = try storage(failing.url).bytes(name) } == "it is larger than 1048576 bytes")
  }

  @Test("headers without an end are refused")
  func largeHeaders() throws {
    let server = try LoopbackServer { _, _ in
      .init(
        200, [], Dictionary(uniqueKeysWithValues: (0..<90).map { ("x-\($0)", String(repeating: "h", count: 1000)) }))
    }
    #expect(why { _ = try storage(server.url).bytes(name) } == "its headers are larger than 64 KiB")
  }

  @Test("a redirect is followed on the same server and nowhere else")
  func redirects() throws {
    let other = try LoopbackServer { _, _ in .init(200, text: "secret") }
    for target in [
      "\(other.url)/packs/file", "file:///etc/passwd", "ftp://127.0.0.1/x", "//localhost/x", "gopher://x",
      "http://[::1]/",
    ] {
      let server = try LoopbackServer { _, _ in .init(302, [], ["Location": target]) }
      let failure = failure { _ = try storage(server.url).bytes(name) }
      #expect(failure?.why == "it redirects to '\(target)', which is another place", "\(target)")
    }
    #expect(other.requests.isEmpty)
    let server = try LoopbackServer { request, _ in
      request.path == "/packs/file" ? .init(307, [], ["Location": "/else/where?x=1"]) : .init(200, text: request.target)
    }
    #expect(try storage(server.url).bytes(name) == bytes("/else/where?x=1"))
    let circle = try LoopbackServer { _, _ in .init(302, [], ["Location": "/packs/file"]) }
    #expect(why { _ = try storage(circle.url).bytes(name) } == "it redirects in circles")
  }

  @Test("a file sent compressed is refused, since its bytes are not those that are wanted")
  func coded() throws {
    let server = try LoopbackServer { _, _ in .init(200, text: "x", ["Content-Encoding": "gzip"]) }
    #expect(why { _ = try storage(server.url).bytes(name) } == "the server sends the file as 'gzip', not as it is")
  }

  @Test("a server that is not there is told at once, without trying for long")
  func absent() throws {
    var server: LoopbackServer? = try LoopbackServer { _, _ in .init() }
    let url = try #require(server?.url)
    server = nil
    #expect(failure { _ = try storage(url, attempts: 1000).bytes(name) }?.category == .remote)
  }

  @Test("addresses are taken apart, and what is no plain address is refused")
  func addresses() throws {
    let address = try HTTPAddress("HTTPS://me@Example.ORG:8443/a%20b/c")
    #expect([address.scheme, address.user, address.host, address.path] == ["https", "me", "example.org", "/a%20b/c"])
    #expect(address.port == 8443)
    #expect(try HTTPAddress("http://[::1]:80/x").authority == "[::1]:80")
    for text in [
      "example.org/x", "http://", "http://a b/", "http://-oProxyCommand=x/", "http://h:0/", "http://h:99999/",
      "http://h:+1/",
      "http://h/?q", "http://h/#f", "http://h\\x/", "http://é/", "http://user:secret@host/", "http://ho$t/",
    ] {
      let failure = failure { _ = try HTTPAddress(text) }
      #expect(failure?.category == .usage, "\(text)")
      #expect(failure?.what.contains("secret") != true)
    }
  }

  @Test("times are read as servers write them")
  func times() {
    #expect(HTTPTime.header("Wed, 21 Oct 2015 07:28:00 GMT") == 1_445_412_480)
    #expect(HTTPTime.iso("2024-02-29T23:59:59.123Z") == 1_709_251_199)
    #expect(HTTPTime.basic(1_709_251_199) == "20240229T235959Z")
    #expect(
      ["", "x", "Wed, 99 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 07:28 GMT"].compactMap { HTTPTime.header($0) } == [])
    #expect(
      ["2024-02-29", "2024-13-01T00:00:00Z", "2024-01-01T99:00:00Z", "T Z"].compactMap { HTTPTime.iso($0) } == [])
  }
}
