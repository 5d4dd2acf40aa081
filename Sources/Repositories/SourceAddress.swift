package import Diagnostics
import Files

/// Another repository as a user names it: a URL that git understands, or a folder of this machine; with `@REV` behind it,
/// at that revision.
package struct SourceAddress: Equatable, Sendable {
  /// The URL, or the text of the path, as it was written.
  package var place: String
  /// nil for what is checked out there.
  package var revision: String?
  /// The absolute path of a folder of this machine; nil for a URL.
  package var folder: [UInt8]?

  /// What a pointer in the repository at `root` says.
  static func stored(_ place: String, revision: String?, root: [UInt8]) throws(Failure) -> SourceAddress {
    let bytes = PathText.unescape(place)
    var isHere = isLocal(place)
    if !isHere, !place.contains("://") { isHere = try Folder.ifPresent(at: absolute(bytes, root)) != nil }
    if isHere {
      let path = place.lowercased().hasPrefix("file://") ? Array(bytes.dropFirst(7)) : bytes
      return SourceAddress(place: place, revision: revision, folder: absolute(path, root))
    }
    // The end keeps an '@' in the place from being taken for a revision's.
    var address = try SourceAddress(bytes + Array("@HEAD".utf8), revision: nil, current: root)
    (address.place, address.revision) = (place, revision)
    return address
  }

  private init(place: String, revision: String?, folder: [UInt8]) {
    (self.place, self.revision, self.folder) = (place, revision, folder)
  }

  /// Whether a place, as a pointer has it, is no URL of another machine.
  static func isLocal(_ place: String) -> Bool {
    if let scheme = place.firstRange(of: "://") { return place[..<scheme.lowerBound].lowercased() == "file" }
    guard let colon = place.firstIndex(of: ":") else { return true }
    return place[..<colon].contains("/")
  }

  private static let schemes = ["https", "http", "ssh", "git", "file"]

  /// Reads what a user wrote in the folder `current`. `revision` says it, if nothing behind an `@` does.
  package init(_ argument: [UInt8], revision: String?, current: [UInt8]) throws(Failure) {
    guard !argument.isEmpty, argument.count <= 4096, !argument.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
      throw Self.refused(PathText.escape(argument), "it is empty, too long, or holds control characters")
    }
    let text = PathText.escape(argument)
    self.revision = revision
    if let scheme = text.firstRange(of: "://") {
      let name = text[..<scheme.lowerBound].lowercased()
      guard Self.schemes.contains(name) else {
        throw Self.refused(text, "git knows no URLs that begin with \(name)://")
      }
      let rest = text[scheme.upperBound...]
      place = text
      try split(behind: rest.firstIndex(of: "/") ?? rest.endIndex)
      try checkPassword(scheme.upperBound)
      guard name == "file" else { return }
      let path = Array(place[place.index(place.startIndex, offsetBy: 7)...].utf8)
      guard path.first == UInt8(ascii: "/") else {
        throw Self.refused(text, "a file URL has three slashes and an absolute path")
      }
      folder = path
    } else if let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/"),
      try Folder.ifPresent(at: Self.absolute(argument, current)) == nil
    {
      // As for scp: another machine, and a path there.
      place = text
      try split(behind: colon)
    } else {
      (place, folder) = (text, nil)
      try findFolder(argument, current)
    }
  }

  /// Takes off what stands behind the last `@` from `start` on.
  private mutating func split(behind start: String.Index) throws(Failure) {
    guard let at = place[start...].lastIndex(of: "@") else { return }
    try take(String(place[place.index(after: at)...]))
    place = String(place[..<at])
  }

  private mutating func take(_ found: String) throws(Failure) {
    guard !found.isEmpty else { throw Self.refused(place, "no revision stands behind the '@'") }
    guard revision == nil || revision == found else {
      throw Self.refused(place, "it names the revision '\(found)', and --rev another")
    }
    revision = found
  }

  private func checkPassword(_ start: String.Index) throws(Failure) {
    let rest = place[start...]
    let authority = rest[..<(rest.firstIndex(of: "/") ?? rest.endIndex)]
    guard let at = authority.lastIndex(of: "@"), authority[..<at].contains(":") else { return }
    throw Self.refused(
      String(place[..<start]) + "…" + rest[at...], "it holds a password, which anybody would see",
      "leave it out, and have it in ~/.git-credentials")
  }

  /// The folder that `argument` names, or what stands before one of its `@`.
  private mutating func findFolder(_ argument: [UInt8], _ current: [UInt8]) throws(Failure) {
    var end = argument.count
    while true {
      let path = Self.absolute(Array(argument[..<end]), current)
      if end > 0, try Folder.ifPresent(at: path) != nil {
        folder = path
        place = PathText.escape(argument[..<end])
        if end < argument.count { try take(PathText.escape(argument[(end + 1)...])) }
        return
      }
      guard let at = argument[..<end].lastIndex(of: UInt8(ascii: "@")) else { break }
      end = at
    }
    throw Failure("cannot find the repository '\(place)'", why: "there is no such folder", category: .usage)
  }

  /// `path` as seen from the folder `current`, without `.` and `..`.
  static func absolute(_ path: [UInt8], _ current: [UInt8]) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    var parts: [ArraySlice<UInt8>] = []
    for part in (path.first == slash ? path : current + [slash] + path).split(separator: slash) {
      if part.elementsEqual("..".utf8) {
        _ = parts.popLast()
      } else if !part.elementsEqual(".".utf8) {
        parts.append(part)
      }
    }
    return [slash] + parts.joined(separator: [slash])
  }

  private static func refused(_ text: String, _ why: String, _ hint: String? = nil) -> Failure {
    Failure("cannot use the repository '\(text)'", why: why, hint: hint, category: .usage)
  }
}
