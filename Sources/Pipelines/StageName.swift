package import Diagnostics
package import Files

/// The name of a stage within its pipeline file: letters, digits, spaces, `-`, `_`, `.` and `/`. One that `foreach` or `matrix`
/// makes has the item behind an `@`, which may hold anything but control characters.
package struct StageName: Hashable, Sendable {
  package let text: String

  /// Checks `text`. Throws a failure that says which rule is broken.
  package init(_ text: String) throws(Failure) {
    if let broken = Self.brokenRule(text) {
      throw Failure("cannot name a stage '\(text.prefix(100))'", why: broken, category: .failed)
    }
    self.text = text
  }

  /// Returns why `text` cannot be the name of a stage, or nil if it can.
  package static func brokenRule(_ text: String) -> String? {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 2 {
      let item = parts[1].unicodeScalars
      if item.isEmpty { return "nothing stands behind the '@' of the stage's name" }
      if item.contains(where: { $0.properties.generalCategory == .control }) {
        return "the item '\(parts[1].prefix(40))' holds a control character, which cannot stand in a stage's name"
      }
    }
    if text.utf8.count > 200 { return "a stage's name is at most 200 bytes long" }
    return parts.first.flatMap { brokenRule(ofGroup: String($0)) }
  }

  /// Returns why `text` cannot be the name of a stage or group as the file has it, or nil if it can.
  static func brokenRule(ofGroup text: String) -> String? {
    if text.isEmpty { return "a stage's name cannot be empty" }
    if text.utf8.count > 128 { return "a stage's name is at most 128 bytes long" }
    let isFine = text.unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-_./ ".unicodeScalars.contains(scalar)
    }
    guard isFine, let first = text.first, !"./- ".contains(first), let last = text.last, !"/ ".contains(last) else {
      return
        "a stage's name holds letters, digits, spaces, '-', '_', '.' and '/', and starts with a letter, digit or '_'"
    }
    return nil
  }
}

extension StageName: Comparable, CustomStringConvertible {
  /// Orders by the bytes of the text, so that no locale changes a file.
  package static func < (a: StageName, b: StageName) -> Bool { a.text.utf8.lexicographicallyPrecedes(b.text.utf8) }
  package var description: String { text }
}

/// A stage anywhere in the repository: its pipeline file and its name there.
package struct StageID: Hashable, Sendable {
  package let file: RepositoryPath
  package let name: StageName

  package init(file: RepositoryPath, name: StageName) {
    self.file = file
    self.name = name
  }

  /// `train` for a stage of the file at the root, `sub/mlrepo.yaml:train` for others; as targets are written.
  package var text: String { file.parent.isRoot ? name.text : "\(file.text):\(name.text)" }
}

extension StageID: Comparable, CustomStringConvertible {
  package static func < (a: StageID, b: StageID) -> Bool { a.file == b.file ? a.name < b.name : a.file < b.file }
  package var description: String { text }
}
