/// The rules of one or more ignore files in gitignore's syntax, as `.mlrepoignore` has it.
///
/// Within a file the last matching line decides; a file deeper in the tree decides before those above it; what lies in
/// an ignored folder is ignored whatever else matches.
package struct IgnoreRules: Sendable {
  private struct File: Sendable {
    /// The file's folder, with a trailing slash; empty for the root.
    let prefix: [UInt8]
    let patterns: [IgnorePattern]
  }

  private var files: [File] = []

  /// No rules: nothing is ignored.
  package init() {}

  /// The rules of the ignore file with these bytes, which stands in `folder` (empty for the root).
  package init(parsing bytes: [UInt8], inFolder folder: [UInt8] = []) {
    add(bytes, inFolder: folder)
  }

  /// Adds the ignore file with these bytes, which stands in `folder`. Files above it must have been added before.
  package mutating func add(_ bytes: [UInt8], inFolder folder: [UInt8]) {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let text = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
    let patterns = text.split(separator: UInt8(ascii: "\n")).compactMap { line in
      IgnorePattern(line: line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }
    if patterns.isEmpty { return }
    files.append(File(prefix: folder.isEmpty ? [] : folder + [slash], patterns: patterns))
  }

  /// These rules and those of the ignore file with these bytes, which stands in `folder`, below all others.
  package func adding(_ bytes: [UInt8], inFolder folder: [UInt8]) -> IgnoreRules {
    var rules = self
    rules.add(bytes, inFolder: folder)
    return rules
  }

  package var isEmpty: Bool { files.isEmpty }

  /// Whether `path`, relative to the root, is ignored, itself or through a folder above it.
  package func isIgnored(_ path: [UInt8], isFolder: Bool) -> Bool {
    if files.isEmpty || path.isEmpty { return false }
    for index in path.indices where path[index] == slash {
      if decision(path[..<index], isFolder: true) == true { return true }
    }
    return decision(path[...], isFolder: isFolder) == true
  }

  /// Whether the rules speak of `path` itself: true to ignore it, false to keep it, nil if no line matches. For walks
  /// that never enter an ignored folder.
  package func decision(_ path: ArraySlice<UInt8>, isFolder: Bool) -> Bool? {
    var name: Int?
    for file in files.reversed() where path.starts(with: file.prefix) && path.count > file.prefix.count {
      let start = name ?? (path.lastIndex(of: slash).map { $0 + 1 } ?? path.startIndex)
      name = start
      let inner = path.dropFirst(file.prefix.count)
      for pattern in file.patterns.reversed() where pattern.matches(inner, name: start, isFolder: isFolder) {
        return !pattern.isNegated
      }
    }
    return nil
  }
}

private let slash = UInt8(ascii: "/")
