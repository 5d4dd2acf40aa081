package import Diagnostics

/// A path below the repository's root, as bytes, that cannot climb out of it.
///
/// Validated once, on entry: every component is non-empty, is neither `.` nor `..`, holds no NUL, is at most 255 bytes
/// long, and names neither git's nor mlrepo's own folder. The empty path is the root itself. This is the one place where
/// paths from users, repositories and remotes are checked; whoever holds a value may join it to the root.
package struct RepositoryPath: Hashable, Sendable {
  package let bytes: [UInt8]

  package static let root = RepositoryPath(unchecked: [])

  private init(unchecked bytes: [UInt8]) { self.bytes = bytes }

  /// Checks `bytes`. Throws a failure that says which rule is broken.
  package init(validating bytes: some Collection<UInt8>) throws(Failure) {
    let bytes = Array(bytes)
    var start = 0
    while start <= bytes.count {
      let end = bytes[start...].firstIndex(of: slash) ?? bytes.count
      if let broken = Self.brokenRule(bytes[start..<end]) {
        throw Failure(
          "cannot use the path '\(PathText.escape(bytes))'", why: broken,
          hint: "paths are relative to the repository's root and stay inside it", category: .failed)
      }
      start = end + 1
    }
    self.bytes = bytes
  }

  /// Checks the path that `text` stands for (see `PathText`).
  package init(text: String) throws(Failure) {
    try self.init(validating: PathText.unescape(text))
  }

  /// Returns why `component` cannot be part of a path, or nil if it can.
  package static func brokenRule(_ component: ArraySlice<UInt8>) -> String? {
    switch component.count {
    case 0: return "a part of it is empty"
    case 256...: return "a part of it is longer than 255 bytes"
    default: break
    }
    if component.contains(0) { return "it holds a NUL byte" }
    // All other rules are of names that start with a dot, and few do.
    if component.first != UInt8(ascii: ".") { return nil }
    if component.elementsEqual(".".utf8) { return "'.' is not allowed in it" }
    if component.elementsEqual("..".utf8) { return "'..' would climb out of the repository" }
    let lower = component.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
    if lower.elementsEqual(".git".utf8) { return "it lies inside git's own folder" }
    if lower.elementsEqual(".mlrepo".utf8) { return "it lies inside mlrepo's own folder" }
    return nil
  }

  package var isRoot: Bool { bytes.isEmpty }

  package var components: [ArraySlice<UInt8>] { bytes.split(separator: slash) }

  /// The last component; empty for the root.
  package var name: ArraySlice<UInt8> {
    guard let last = bytes.lastIndex(of: slash) else { return bytes[...] }
    return bytes[(last + 1)...]
  }

  /// The folder that holds this path; the root's is the root.
  package var parent: RepositoryPath {
    guard let last = bytes.lastIndex(of: slash) else { return .root }
    return RepositoryPath(unchecked: Array(bytes[..<last]))
  }

  /// Returns this path with `suffix`, itself a valid path, below it.
  package func appending(_ suffix: RepositoryPath) -> RepositoryPath {
    if isRoot { return suffix }
    if suffix.isRoot { return self }
    return RepositoryPath(unchecked: bytes + [slash] + suffix.bytes)
  }

  /// Returns this path with the one component `name` below it.
  package func appending(name: some Collection<UInt8>) throws(Failure) -> RepositoryPath {
    appending(try RepositoryPath(validating: name))
  }

  /// Whether this path is `folder` or lies below it.
  package func isInside(_ folder: RepositoryPath) -> Bool {
    if folder.isRoot { return true }
    guard bytes.starts(with: folder.bytes) else { return false }
    return bytes.count == folder.bytes.count || bytes[folder.bytes.count] == slash
  }

  /// Returns what remains of this path below `folder`, or nil if it does not lie there.
  package func relative(to folder: RepositoryPath) -> RepositoryPath? {
    guard isInside(folder) else { return nil }
    if folder.isRoot { return self }
    return RepositoryPath(unchecked: Array(bytes.dropFirst(folder.bytes.count + 1)))
  }

  /// The path as text, escaped where bytes are not printable; the root is `.`.
  package var text: String { isRoot ? "." : PathText.escape(bytes) }
}

extension RepositoryPath: Comparable {
  /// Orders by components, each by its bytes: a folder stands directly before what it holds.
  package static func < (a: RepositoryPath, b: RepositoryPath) -> Bool {
    let shared = min(a.bytes.count, b.bytes.count)
    for index in 0..<shared where a.bytes[index] != b.bytes[index] {
      if a.bytes[index] == slash { return true }
      if b.bytes[index] == slash { return false }
      return a.bytes[index] < b.bytes[index]
    }
    return a.bytes.count < b.bytes.count
  }
}

extension RepositoryPath: CustomStringConvertible {
  package var description: String { text }
}

private let slash = UInt8(ascii: "/")
