package import Diagnostics
import Files

extension GitConfigFile {
  /// The settings in the file at `path`, read without libgit2, whose start costs more than many a command. nil when there
  /// is anything in the file that is not one of these: a comment on a line of its own, `[section]` or `[section "name"]`,
  /// `key = value` in plain characters. None of that can be an error, an include or mean two things.
  package static func plainEntries(at path: [UInt8]) throws(Failure) -> [(name: String, value: String)]? {
    guard let bytes = try FileSystem.contents(of: path) else { return [] }
    var section: [UInt8]?
    var found: [(name: String, value: String)] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let line = line.trimmed
      guard let first = line.first else { continue }
      if first == UInt8(ascii: "#") || first == UInt8(ascii: ";") { continue }
      if first == UInt8(ascii: "[") {
        let name = line.dropFirst().dropLast()
        guard line.last == UInt8(ascii: "]"), let full = plainSection(name) else { return nil }
        section = full
        continue
      }
      guard let section, let equals = line.firstIndex(of: UInt8(ascii: "=")) else { return nil }
      let (key, value) = (line[..<equals].trimmed, line[(equals + 1)...].trimmed)
      guard let start = key.first, isLetter(start), key.allSatisfy(isWord), !value.isEmpty, value.allSatisfy(isPlain)
      else { return nil }
      let name = section + [UInt8(ascii: ".")] + key.map(lower)
      found.append((String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
    }
    return found
  }

  private static func plainSection(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let parts = text.split(separator: UInt8(ascii: " "), maxSplits: 1)
    guard let name = parts.first, name.allSatisfy(isWord), !name.map(lower).starts(with: "include".utf8) else {
      return nil
    }
    guard parts.count == 2 else { return text.count == name.count ? name.map(lower) : nil }
    let quote = UInt8(ascii: "\"")
    let inner = parts[1].dropFirst().dropLast()
    guard parts[1].first == quote, parts[1].last == quote, !inner.isEmpty, inner.allSatisfy(isPlain) else { return nil }
    return name.map(lower) + [UInt8(ascii: ".")] + inner
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte | 0x20) }

  private static func isWord(_ byte: UInt8) -> Bool {
    isLetter(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
  }

  private static func isPlain(_ byte: UInt8) -> Bool { isWord(byte) || "/._,+:@ ".utf8.contains(byte) }

  private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }
}

extension ArraySlice<UInt8> {
  /// Without the spaces and tabs around it.
  fileprivate var trimmed: ArraySlice<UInt8> {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
    var rest = drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return rest
  }
}
