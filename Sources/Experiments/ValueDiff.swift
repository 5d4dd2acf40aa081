package import Files
package import Formats

/// How the values of parameter or metric files differ between two sides, such as two commits.
package struct ValueDiff: Equatable, Sendable {
  package struct Row: Equatable, Sendable {
    package var file: RepositoryPath
    /// Dotted; empty for a file that is a single value, and for one that cannot be read.
    package var key: String
    /// nil where the side has no such value.
    package var old: Value?
    package var new: Value?
    /// `new` less `old`, if both are numbers.
    package var difference: Value?

    package var isChanged: Bool {
      guard let old, let new else { return true }
      return !old.isSame(as: new)
    }
  }

  /// A file that at least one side cannot read; it has no rows.
  package struct Unreadable: Equatable, Sendable {
    package var file: RepositoryPath
    /// Why the side cannot read it; nil if it can, or has no such file.
    package var old: String?
    package var new: String?
  }

  /// Sorted by file, then by key.
  package let rows: [Row]
  /// Sorted by file.
  package let unreadable: [Unreadable]

  /// Compares all files of both sides; rows that did not change are kept only if `all`.
  package init(old: [RepositoryPath: FileValues], new: [RepositoryPath: FileValues], all: Bool = false) {
    var rows: [Row] = []
    var unreadable: [Unreadable] = []
    for file in Set(old.keys).union(new.keys).sorted() {
      let trouble = Unreadable(file: file, old: old[file]?.trouble, new: new[file]?.trouble)
      if trouble.old != nil || trouble.new != nil {
        if all || trouble.old != trouble.new { unreadable.append(trouble) }
        continue
      }
      rows += Self.rows(file, old[file]?.leaves ?? [:], new[file]?.leaves ?? [:]).filter { all || $0.isChanged }
    }
    self.rows = rows
    self.unreadable = unreadable
  }

  package var isEmpty: Bool { rows.isEmpty && unreadable.isEmpty }

  private static func rows(_ file: RepositoryPath, _ old: [String: Value], _ new: [String: Value]) -> [Row] {
    Set(old.keys).union(new.keys).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { key in
      Row(file: file, key: key, old: old[key], new: new[key], difference: difference(old[key], new[key]))
    }
  }

  private static func difference(_ old: Value?, _ new: Value?) -> Value? {
    guard let a = old?.number, let b = new?.number else { return nil }
    if case .int(let old) = old, case .int(let new) = new {
      let (result, overflow) = new.subtractingReportingOverflow(old)
      if !overflow { return .int(result) }
    }
    return .float(b - a)
  }
}

extension Value {
  fileprivate var number: Double? {
    switch self {
    case .int(let int): Double(int)
    case .float(let double): double
    default: nil
    }
  }
}
