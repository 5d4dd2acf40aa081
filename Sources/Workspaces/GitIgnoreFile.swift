/// A `.gitignore` as mlrepo keeps it: a line `/NAME` for each tracked name beside it, in order, and every line of the
/// user's as it was.
package struct GitIgnoreFile: Equatable, Sendable {
  private var lines: [[UInt8]]
  private var endsWithNewline: Bool

  package init(_ bytes: [UInt8] = []) {
    lines = bytes.split(separator: newline, omittingEmptySubsequences: false).map(Array.init)
    endsWithNewline = lines.last?.isEmpty ?? true
    if endsWithNewline, !lines.isEmpty { lines.removeLast() }
  }

  package var bytes: [UInt8] {
    var joined = Array(lines.joined(separator: [newline]))
    if !lines.isEmpty { joined.append(newline) }
    return joined
  }

  package var isEmpty: Bool { lines.isEmpty }

  /// Adds the line for `name`; returns whether that changed anything. It goes into the first run of such lines, in order,
  /// or to the end.
  package mutating func ignore(_ name: some Collection<UInt8>) -> Bool {
    let line = Self.line(for: name)
    if lines.contains(line) { return false }
    let end = lines.lastIndex(where: Self.isOurs).map { $0 + 1 } ?? lines.count
    var start = end
    while start > 0, Self.isOurs(lines[start - 1]) { start -= 1 }
    let place = (start..<end).first { line.lexicographicallyPrecedes(lines[$0]) } ?? end
    lines.insert(line, at: place)
    return true
  }

  /// Removes the line for `name`; returns whether there was one.
  package mutating func unignore(_ name: some Collection<UInt8>) -> Bool {
    let line = Self.line(for: name)
    guard let place = lines.firstIndex(of: line) else { return false }
    lines.remove(at: place)
    return true
  }

  /// The pattern that matches `name` in this folder and, but for line breaks in it, nothing else. No pattern can hold a
  /// line break, so `?` stands for it.
  package static func line(for name: some Collection<UInt8>) -> [UInt8] {
    var line = [slash]
    for byte in name {
      switch byte {
      case newline, UInt8(ascii: "\r"): line.append(UInt8(ascii: "?"))
      case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "\\"): line += [backslash, byte]
      default: line.append(byte)
      }
    }
    // A pattern's spaces at its end count only behind a backslash.
    let spaces = line.reversed().prefix { $0 == UInt8(ascii: " ") }.count
    if spaces > 0 {
      line.removeLast(spaces)
      for _ in 0..<spaces { line += [backslash, UInt8(ascii: " ")] }
    }
    return line
  }

  private static func isOurs(_ line: [UInt8]) -> Bool {
    line.count > 1 && line.first == slash && line.last != slash
  }
}

private let newline = UInt8(ascii: "\n")
private let slash = UInt8(ascii: "/")
private let backslash = UInt8(ascii: "\\")
