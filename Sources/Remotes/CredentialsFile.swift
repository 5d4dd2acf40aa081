import Diagnostics
import Files

/// The files below `~/.aws`: sections with `name = value` lines.
enum CredentialsFile {
  /// The sections of a file by name; empty when there is no such file.
  static func sections(of path: String) throws(Failure) -> [String: [String: String]] {
    guard let bytes = try contents(of: path) else { return [:] }
    return parse(String(decoding: bytes, as: UTF8.self))
  }

  /// Lines that begin with a space belong to nested settings, which nothing here needs.
  static func parse(_ text: String) -> [String: [String: String]] {
    var sections: [String: [String: String]] = [:]
    var section = ""
    for line in text.split(whereSeparator: \.isNewline) {
      guard let first = line.first, first != "#", first != ";", first != " ", first != "\t" else { continue }
      if first == "[" {
        section = words(line.dropFirst().prefix { $0 != "]" }).joined(separator: " ")
        sections[section, default: [:]].merge([:]) { $1 }
      } else if let equals = line.firstIndex(of: "=") {
        var value = line[line.index(after: equals)...]
        if let comment = value.range(ofText: " #") { value = value[..<comment.lowerBound] }
        sections[section, default: [:]][words(line[..<equals]).joined().lowercased()] =
          words(value).joined(separator: " ")
      }
    }
    return sections
  }

  private static func words(_ text: Substring) -> [Substring] {
    text.split { $0 == " " || $0 == "\t" || $0 == "\"" }
  }

  /// A small file that the user's environment names; nil when it is not there.
  static func contents(of path: String) throws(Failure) -> [UInt8]? {
    guard path.hasPrefix("/") else { return nil }
    return try FileHandle.contents(at: Array(path.utf8), limit: 1 << 20)
  }
}
