package import Diagnostics

/// What is read out of the ways in which HTTP servers list a folder. Names that no remote may hold are left out.
package enum HTTPListing {
  /// A name, and its size where the listing tells it exactly.
  package struct Entry: Equatable, Sendable {
    package var name: RemoteName
    package var size: Int?
    package var modified: Int64?
  }

  /// The page that a web server makes of a folder: every link in it to a file of that folder.
  package static func page(_ html: [UInt8], _ folder: RemoteFolder, path: String) -> [Entry] {
    var found: [Entry] = []
    var seen: Set<RemoteName> = []
    var at = 0
    while let start = html.next("href=", from: at) {
      at = start + 5
      guard at < html.count, html[at] == UInt8(ascii: "\"") || html[at] == UInt8(ascii: "'"),
        let end = html[(at + 1)...].firstIndex(of: html[at])
      else { continue }
      let link = String(decoding: html[(at + 1)..<end], as: UTF8.self)
      at = end + 1
      guard let name = name(of: link, folder, path), seen.insert(name).inserted else { continue }
      let (size, modified) = details(html, behind: at)
      found.append(Entry(name: name, size: size, modified: modified))
    }
    return found
  }

  /// The file of `folder` that a link or a path stands for.
  private static func name(of link: String, _ folder: RemoteFolder, _ path: String) -> RemoteName? {
    var rest = Substring(link)
    if let scheme = rest.range(ofText: "://") {
      rest = rest[scheme.upperBound...].drop { $0 != "/" }
    }
    if rest.hasPrefix("./") { rest = rest.dropFirst(2) }
    guard let plain = percentDecoded(rest) else { return nil }
    guard plain.contains("/") else { return RemoteName(folder, plain) }
    guard let prefix = percentDecoded(path), plain.hasPrefix(prefix) else { return nil }
    return RemoteName(folder, String(plain.dropFirst(prefix.count)))
  }

  /// What stands in nginx's and Apache's plain lines, ` DATE TIME SIZE` behind the link: the size, which others round, and
  /// the minute, in whatever time zone.
  private static func details(_ html: [UInt8], behind start: Int) -> (size: Int?, modified: Int64?) {
    let line = html[start...].prefix(400).prefix { $0 != UInt8(ascii: "\n") }
    guard let close = Array(line).next("</a>", from: 0) else { return (nil, nil) }
    let words = line.dropFirst(close + 4).split { $0 <= 0x20 }.map { String(decoding: $0, as: UTF8.self) }
    guard words.count == 3 else { return (nil, nil) }
    let size = words[2].utf8.allSatisfy(\.isDigit) ? Int(words[2]) : nil
    return (size, HTTPTime.listed(words[0], words[1]).flatMap(HTTPTime.nanoseconds))
  }

  /// The file `list`: a name and a size on each line.
  package static func list(_ text: [UInt8], _ folder: RemoteFolder, from place: String) throws(Failure) -> [Entry] {
    var found: [Entry] = []
    for line in text.split(separator: UInt8(ascii: "\n")) {
      let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      guard words.count == 2, (1...18).contains(words[1].count), words[1].allSatisfy(\.isDigit),
        let size = Int(String(decoding: words[1], as: UTF8.self))
      else {
        throw Failure(
          "cannot understand \(folder.rawValue)/list of \(place)",
          why: "'\(String(decoding: line.prefix(80), as: UTF8.self))' is not a name and a size", category: .remote)
      }
      if let name = RemoteName(folder, String(decoding: words[0], as: UTF8.self)) {
        found.append(Entry(name: name, size: size))
      }
    }
    return found
  }

  /// WebDAV's answer to PROPFIND (RFC 4918).
  package static func properties(
    _ document: [UInt8], _ folder: RemoteFolder, path: String, from place: String
  ) throws(Failure) -> [Entry] {
    let root = try XMLElement.parse(document, from: place)
    guard root.name == "multistatus" else {
      throw Failure("cannot understand the answer of \(place)", why: "it lists no properties", category: .remote)
    }
    return root.all("response").compactMap { response in
      guard let link = response["href"]?.text, let name = name(of: link, folder, path) else { return nil }
      let properties = response.all("propstat").compactMap { $0["prop"] }
      if properties.contains(where: { $0["resourcetype"]?["collection"] != nil }) { return nil }
      let size = properties.lazy.compactMap { $0["getcontentlength"].flatMap { Int($0.text) } }.first
      let modified = properties.lazy.compactMap { $0["getlastmodified"].flatMap { HTTPTime.header($0.text) } }.first
      return Entry(
        name: name, size: size.flatMap { $0 >= 0 ? $0 : nil }, modified: modified.flatMap(HTTPTime.nanoseconds))
    }
  }
}

extension [UInt8] {
  /// Where `text` begins next; letters of ASCII in any case.
  fileprivate func next(_ text: String, from start: Int) -> Int? {
    let wanted = [UInt8](text.utf8)
    guard count >= wanted.count, let first = wanted.first else { return nil }
    var at = start
    while at + wanted.count <= count {
      if self[at] | 0x20 == first | 0x20,
        (0..<wanted.count).allSatisfy({
          self[at + $0] == wanted[$0] || (wanted[$0].isLetter && self[at + $0] | 0x20 == wanted[$0])
        })
      {
        return at
      }
      at += 1
    }
    return nil
  }
}
