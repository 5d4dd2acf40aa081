import Diagnostics
import Files
import Synchronization
import TestSupport
import Testing

@testable import Remotes

@Suite("files of web servers that are no remotes")
struct ExternalPageTests {
  private let content = noise(100_000)

  private func page(_ url: String) throws -> ExternalPage {
    var settings = HTTPSettings()
    (settings.attempts, settings.firstDelay, settings.stallSeconds) = (3, 0.001, 1)
    let (plain, query) = ExternalPage.split(url)
    return try ExternalPage(HTTPAddress(plain), query: query, settings, authorization: nil)
  }

  private func file(_ page: ExternalPage) throws -> ExternalFile {
    guard case .file(let file) = try page.look() else { throw Failure("no file", why: "a folder") }
    return file
  }

  private func bytes(_ page: ExternalPage) throws -> (bytes: [UInt8], restarts: Int) {
    var found: [UInt8] = []
    var restarts = 0
    let file = try file(page)
    try page.read(
      file,
      restart: {
        found = []
        restarts += 1
      }, into: { piece throws(Failure) in found.append(contentsOf: piece) })
    return (found, restarts)
  }

  @Test("what broke off goes on where it stood, if a strong ETag says that it is still the same")
  func resumed() throws {
    let content = content
    let server = try LoopbackServer { request, number in
      var answer = LoopbackServer.Answer.file(content, request)
      answer.headers["ETag"] = "\"one\""
      if number == 1 { answer.cut = 20_000 }
      return answer
    }
    let found = try bytes(page(server.url + "/f?x=1#part"))
    #expect(found.bytes == content && found.restarts == 0)
    #expect(server.requests.map { $0.headers["if-range"] } == [nil, nil, "\"one\""])
    #expect(server.requests.map { $0.headers["range"] } == [nil, nil, "bytes=20000-"])
    #expect(server.requests.allSatisfy { $0.target == "/f?x=1" })
  }

  @Test("without a strong ETag all of it comes again", arguments: [nil, "W/\"one\""])
  func restarted(tag: String?) throws {
    let content = content
    let server = try LoopbackServer { request, number in
      var answer = LoopbackServer.Answer.file(content, request)
      if let tag { answer.headers["ETag"] = tag }
      if number == 1 { answer.cut = 20_000 }
      return answer
    }
    let found = try bytes(page(server.url + "/f"))
    #expect(found.bytes == content && found.restarts == 1)
    #expect(server.requests.map { $0.headers["range"] } == [nil, nil, nil])
  }

  @Test("a file that is another one when it goes on is refused")
  func changed() throws {
    let content = content
    let server = try LoopbackServer { request, number in
      var answer = LoopbackServer.Answer(200, content)
      answer.headers["ETag"] = number < 2 ? "\"one\"" : "\"two\""
      if number == 1 { answer.cut = 20_000 }
      return answer
    }
    let page = try page(server.url + "/f")
    #expect(failure { _ = try bytes(page) }?.why == "the file changed while it was read")
  }

  @Test("a body without an end, and one that is longer than it was told to be, end soon")
  func endless() throws {
    let server = try LoopbackServer { request, _ in
      var answer = LoopbackServer.Answer(200, [], request.method == "HEAD" ? ["Content-Length": "5000"] : [:])
      answer.isEndless = request.method == "GET"
      return answer
    }
    let page = try page(server.url + "/f")
    #expect(failure { _ = try bytes(page) }?.why == "it sends more than the 5000 bytes that it may have")
  }

  @Test("a body that is shorter than it was told to be is refused")
  func short() throws {
    let server = try LoopbackServer { request, _ in
      LoopbackServer.Answer(200, [1, 2, 3], request.method == "HEAD" ? ["Content-Length": "5000"] : [:])
    }
    let page = try page(server.url + "/f")
    #expect(failure { _ = try bytes(page) }?.why == "it ends after 3 of 5000 bytes")
  }

  @Test("a redirect to another host is told, with what to do, and not followed")
  func redirected() throws {
    let server = try LoopbackServer { _, _ in
      LoopbackServer.Answer(302, [], ["Location": "http://169.254.169.254/secret"])
    }
    let page = try page(server.url + "/f")
    let failure = TestSupport.failure { _ = try page.look() }
    #expect(failure?.why == "it redirects to 'http://169.254.169.254/secret', which is another place")
    #expect(failure?.hint == "if that is where the data is, give that URL")
    #expect(server.requests.count == 1)
  }

  @Test("what the server says of a version is remembered, and nothing that cannot be")
  func look() throws {
    let server = try LoopbackServer { request, _ in
      LoopbackServer.Answer(
        200, [], ["ETag": "\"v\"", "Last-Modified": "Wed, 21 Oct 2015 07:28:00 GMT", "Content-Length": "7"])
    }
    var wanted = ExternalFile(.root)
    (wanted.size, wanted.entityTag, wanted.modified) = (7, "\"v\"", 1_445_412_480)
    #expect(try page(server.url + "/f").look() == .file(wanted))
  }

  @Test(
    "names in a listing that lead out are refused", arguments: ["../x", "/x", "a//b", ".git/config", "a/.mlrepo/x", ""])
  func names(name: String) throws {
    #expect(throws: Failure.self) { try ExternalLimits.path(Array(name.utf8), "there") }
  }
}
