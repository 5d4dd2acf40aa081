package import Files
package import Objects

/// A path whose content lives in the store, and what git says that content is.
package struct TrackedPath: Equatable, Sendable {
  package enum Source: Equatable, Sendable {
    /// The pointer beside it.
    case pointer
    /// An output of a stage, recorded in a lock.
    case stage(String)
  }

  package var path: RepositoryPath
  package var content: Content
  package var source: Source

  package init(path: RepositoryPath, content: Content, source: Source) {
    self.path = path
    self.content = content
    self.source = source
  }
}
