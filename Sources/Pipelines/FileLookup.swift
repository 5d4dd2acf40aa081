package import Diagnostics
package import Files

/// Where a pipeline file finds the other files that it speaks of: the workspace, or a commit.
package struct FileLookup {
  private let read: (RepositoryPath) throws(Failure) -> [UInt8]?
  private let find: (RepositoryPath) throws(Failure) -> Bool

  package init(
    contents: @escaping (RepositoryPath) throws(Failure) -> [UInt8]?,
    exists: @escaping (RepositoryPath) throws(Failure) -> Bool
  ) {
    read = contents
    find = exists
  }

  /// No other file is there.
  package static var nothing: FileLookup { FileLookup(contents: { _ in nil }, exists: { _ in false }) }

  /// The files below `root`.
  package init(_ root: Folder) {
    self.init(
      contents: { path throws(Failure) in try root.contents(path.bytes) },
      exists: { path throws(Failure) in try root.stat(path.bytes) != nil })
  }

  /// The content of a file; nil if there is none.
  package func contents(_ path: RepositoryPath) throws(Failure) -> [UInt8]? { try read(path) }

  /// Whether there is a file or folder of exactly this name.
  package func exists(_ path: RepositoryPath) throws(Failure) -> Bool { try find(path) }
}
