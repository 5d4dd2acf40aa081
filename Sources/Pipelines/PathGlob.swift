package import Files

/// A pattern for paths, as shells have them: `*`, `?` and `[a-z]` within a name, `**` for any number of folders. A name
/// that starts with a dot has to be named with its dot.
package struct PathGlob: Sendable {
  private let parts: [[UInt8]]

  /// `pattern` is relative to the repository's root.
  package init(_ pattern: [UInt8]) {
    var parts: [[UInt8]] = []
    for part in pattern.split(separator: slash) where !(part.elementsEqual("**".utf8) && parts.last == [star, star]) {
      parts.append(Array(part))
    }
    self.parts = parts
  }

  /// The folder that holds all matches: what stands before the first part with a wildcard.
  package var base: RepositoryPath {
    let plain = parts.dropLast().prefix { !Self.isPattern($0) }
    return (try? RepositoryPath(validating: Array(plain.joined(separator: [slash])))) ?? .root
  }

  /// Whether `text` has a wildcard at all.
  package static func isPattern(_ text: some Collection<UInt8>) -> Bool {
    text.contains { $0 == star || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[") }
  }

  package func matches(_ path: RepositoryPath) -> Bool { walk(path.components).contains(parts.count) }

  /// Whether a match may be `path` or lie below it.
  package func mayMatch(below path: RepositoryPath) -> Bool { !walk(path.components).isEmpty }

  /// How many parts of the pattern can be used up by `components`, in every way there is. At most as many ways as parts,
  /// so that no pattern is slow.
  private func walk(_ components: [ArraySlice<UInt8>]) -> Set<Int> {
    var reached = skippingStars([0])
    for name in components {
      var next: Set<Int> = []
      for at in reached where at < parts.count {
        if parts[at] == [star, star] {
          if name.first != dot { next.insert(at) }
        } else if Self.name(parts[at][...], matches: name) {
          next.insert(at + 1)
        }
      }
      reached = skippingStars(next)
      if reached.isEmpty { break }
    }
    return reached
  }

  /// `**` may stand for no folder at all.
  private func skippingStars(_ reached: Set<Int>) -> Set<Int> {
    var all = reached
    for at in reached where at < parts.count && parts[at] == [star, star] { all.insert(at + 1) }
    return all
  }

  static func name(_ pattern: ArraySlice<UInt8>, matches name: ArraySlice<UInt8>) -> Bool {
    if name.first == dot, pattern.first != dot { return false }
    var (at, position) = (pattern.startIndex, name.startIndex)
    // Where to go on after a mismatch: behind the last star, which then takes one byte more.
    var retry: (pattern: Int, name: Int)?
    while position < name.endIndex {
      if at < pattern.endIndex, pattern[at] == star {
        at += 1
        retry = (at, position)
      } else if at < pattern.endIndex, let length = one(pattern[at...], name[position]) {
        at += length
        position += 1
      } else if let last = retry {
        retry = (last.pattern, last.name + 1)
        (at, position) = (last.pattern, last.name + 1)
      } else {
        return false
      }
    }
    return pattern[at...].allSatisfy { $0 == star }
  }

  /// How many bytes of the pattern stand for the one byte, or nil if they do not.
  private static func one(_ pattern: ArraySlice<UInt8>, _ byte: UInt8) -> Int? {
    let start = pattern.startIndex
    if pattern[start] == UInt8(ascii: "?") { return 1 }
    guard pattern[start] == UInt8(ascii: "["),
      let end = pattern[start...].dropFirst(2).firstIndex(of: UInt8(ascii: "]"))
    else { return pattern[start] == byte ? 1 : nil }
    var set = pattern[(start + 1)..<end]
    let isInverted = set.first == UInt8(ascii: "!") || set.first == UInt8(ascii: "^")
    if isInverted { set = set.dropFirst() }
    var isIn = false
    while let low = set.first {
      let rest = set.dropFirst()
      if rest.first == UInt8(ascii: "-"), let high = rest.dropFirst().first {
        isIn = isIn || (low <= byte && byte <= high)
        set = rest.dropFirst(2)
      } else {
        isIn = isIn || low == byte
        set = rest
      }
    }
    return isIn != isInverted ? end - start + 1 : nil
  }
}

private let slash = UInt8(ascii: "/")
private let star = UInt8(ascii: "*")
private let dot = UInt8(ascii: ".")
