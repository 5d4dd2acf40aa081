import Diagnostics
import TestSupport
import Testing

@testable import Remotes

@Suite("how servers list a folder")
struct HTTPListingTests {
  private let folder = RemoteFolder.packs

  private func page(_ html: String) -> [String: Int?] {
    Dictionary(
      uniqueKeysWithValues: HTTPListing.page(bytes(html), folder, path: "/data/packs/").map { ($0.name.name, $0.size) })
  }

  @Test("the pages of common servers give names, and sizes where they are exact")
  func pages() {
    let nginx = """
      <h1>Index of /packs/</h1><hr><pre><a href="../">../</a>
      <a href="pack-0a.idx">pack-0a.idx</a>                  23-Nov-2026 21:46     1234
      <a href="pack-0a.pack">pack-0..&gt;</a>                23-Nov-2026 21:46      12M
      """
    #expect(page(nginx) == ["pack-0a.idx": 1234, "pack-0a.pack": nil])
    let apache = """
      <tr><td><A HREF='/data/packs/pack-1'>x</A></td><td align="right">2026-11-23 21:46</td><td>512 </td></tr>
      <tr><td><a href="?C=N;O=D">Name</a><a href="/other/packs/pack-2">x</a><a href="sub/">sub</a></td></tr>
      """
    #expect(page(apache) == ["pack-1": nil])
    let python =
      "<li><a href=\"pack-3\">pack-3</a></li>\n<li><a href=\"./a%2db\">x</a></li><li><a href=\"a%2\">x</a></li>"
    #expect(page(python) == ["pack-3": nil, "a-b": nil])
    let absolute = "<a href=\"https://host/data/packs/pack-4\">x</a> <a href=\"../../etc/passwd\">x</a>"
    #expect(page(absolute) == ["pack-4": nil])
  }

  @Test("a time that a server tells is read to the minute, and one that is none, or too far away, is no time")
  func times() {
    func time(_ text: String) -> Int64? {
      HTTPListing.page(bytes("<a href=\"a\">a</a> \(text)"), folder, path: "/")[0].modified
    }
    #expect(time("23-Nov-2026 21:46     1234") == 1_795_470_360_000_000_000)
    #expect(time("2026-11-23 21:46  12M") == 1_795_470_360_000_000_000)
    for text in ["23-Nov-9999 21:46 1", "9999-11-23 21:46 1", "23-Foo-2026 21:46 1", "2026-13-23 21:46 1", "-- : 1"] {
      #expect(time(text) == nil, "\(text)")
    }
  }

  @Test("a list that is none is refused")
  func list() throws {
    #expect(
      try HTTPListing.list(bytes("pack-1 5\nNOT-ours 6\n"), folder, from: "x").map(\.name.name) == ["pack-1"])
    for text in ["<html>", "pack-1", "pack-1  5", "pack-1 -5", "pack-1 5 6", "pack-1 9999999999999999999"] {
      #expect(throws: Failure.self, "\(text)") { _ = try HTTPListing.list(bytes(text), folder, from: "x") }
    }
  }

  @Test("WebDAV's answer gives files with size and time, and no folders")
  func properties() throws {
    let document = """
      <?xml version="1.0"?><D:multistatus xmlns:D="DAV:">
      <D:response><D:href>/data/packs/</D:href><D:propstat><D:prop><D:resourcetype><D:collection/></D:resourcetype>
      </D:prop></D:propstat></D:response>
      <D:response><D:href>/data/packs/pack-1</D:href><D:propstat><D:prop><D:getcontentlength>77</D:getcontentlength>
      <D:getlastmodified>Wed, 21 Oct 2015 07:28:00 GMT</D:getlastmodified></D:prop></D:propstat></D:response>
      </D:multistatus>
      """
    let name = try #require(RemoteName(folder, "pack-1"))
    #expect(
      try HTTPListing.properties(bytes(document), folder, path: "/data/packs/", from: "x")
        == [HTTPListing.Entry(name: name, size: 77, modified: 1_445_412_480_000_000_000)])
  }

  @Test("XML that is no XML, defines entities, or is nested without end is refused")
  func hostile() {
    let bomb = "<!DOCTYPE l [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><l>&b;</l>"
    let deep = String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100)
    let wide = "<l>" + String(repeating: "<a/>", count: 200_001) + "</l>"
    let whys = [bomb, deep, wide, "", "<a>", "<html><p></html>"].map { text in
      failure { _ = try XMLElement.parse(bytes(text), from: "x") }?.why
    }
    #expect(
      whys == [
        "it has a document type", "it is too large or nested too deep", "it is too large or nested too deep",
        "line 1: no element found", "line 1: no element found", "line 1: mismatched tag",
      ])
  }

  @Test("listings of any bytes are read or refused")
  func anyBytes() {
    var random = SeededRandom(seed: 5)
    let words = [
      "href=", "\"", "'", "</a>", "\n", "%", "%4", "pack-1", "/data/packs/", "://", " 12:00 ", "7", "<", "\0",
    ]
    for _ in 0..<2000 {
      let text = (0..<Int.random(in: 0..<30, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }
      let input = bytes(text.joined())
      let names = HTTPListing.page(input, folder, path: "/data/packs/").map(\.name.name)
      #expect(Set(names).count == names.count)
      _ = try? HTTPListing.list(input, folder, from: "x")
    }
  }
}
