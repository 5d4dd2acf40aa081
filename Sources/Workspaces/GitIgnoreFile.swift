/// A `.gitignore` as mlrepo keeps it: a line `/NAME` for each tracked name beside it, in order, and every line of the
/// user's as it was.
package struct GitIgnoreFile: Equatable, Sendable {
  private var lines: [[UInt8]]

  package init(_ bytes: [UInt8] = []) {
    lines = bytes.split(separator: newline, omittingEmptySubsequences: false).map(Array.init)
    if lines.last?.isEmpty == true { lines.removeLast() }
  }

  package var bytes: [UInt8] {
    var joined = Array(lines.joined(separator: [newline]))
    if !lines.isEmpty { joined.append(newline) }
    return joined
  }

  package var isEmpty: Bool { lines.isEmpty }

  /// Adds the line for `name`; returns whether that changed anything. It goes into the last run of such lines, in order,
  /// or to the end; in any case behind the last line with `!`, which could take it back.
  package mutating func ignore(_ name: some Collection<UInt8>) -> Bool {
    add(Self.line(for: name))
  }

  private mutating func add(_ line: [UInt8]) -> Bool {
    let first = lines.lastIndex { $0.first == UInt8(ascii: "!") }.map { $0 + 1 } ?? 0
    if lines[first...].contains(line) { return false }
    let end = lines[first...].lastIndex(where: Self.isOurs).map { $0 + 1 } ?? lines.count
    var start = end
    while start > first, Self.isOurs(lines[start - 1]) { start -= 1 }
    let place = (start..<end).first { line.lexicographicallyPrecedes(lines[$0]) } ?? end
    lines.insert(line, at: place)
    return true
  }

  /// Removes the line for `name`; returns whether there was one.
  package mutating func unignore(_ name: some Collection<UInt8>) -> Bool {
    let line = Self.line(for: name)
    let before = lines.count
    lines.removeAll { $0 == line }
    return lines.count < before
  }

  /// Merges what two sides made of `base`: lines for names one by one, all others as a whole; nil if both sides changed
  /// those, each in another way.
  package static func merging(base: GitIgnoreFile, ours: GitIgnoreFile, theirs: GitIgnoreFile) -> GitIgnoreFile? {
    let (was, our, their) = (base.foreign, ours.foreign, theirs.foreign)
    guard our == their || their == was || our == was else { return nil }
    let takesTheirs = our == was && their != was
    var merged = takesTheirs ? theirs : ours
    let other = takesTheirs ? ours : theirs
    let (before, after) = (Set(base.lines.filter(isOurs)), Set(other.lines.filter(isOurs)))
    merged.lines.removeAll { before.contains($0) && !after.contains($0) }
    for line in after.subtracting(before).sorted(by: { $0.lexicographicallyPrecedes($1) }) { _ = merged.add(line) }
    return merged
  }

  private var foreign: [[UInt8]] { lines.filter { !Self.isOurs($0) } }

  /// The pattern that matches `name` in this folder and nothing else; only for a newline, which no pattern can hold, the
  /// narrowest range around it stands, from tab to vertical tab.
  package static func line(for name: some Collection<UInt8>) -> [UInt8] {
    var line = [slash]
    for byte in name {
      switch byte {
      case newline: line += "[\t-\u{b}]".utf8
      // Git takes one at the end of a line for a part of the line end.
      case UInt8(ascii: "\r"): line += "[\r]".utf8
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
