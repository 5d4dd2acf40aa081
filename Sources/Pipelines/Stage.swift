package import Files
package import Formats

/// One step of a pipeline as its file describes it. Every path is relative to the repository's root.
package struct Stage: Equatable, Sendable {
  package var id: StageID
  /// Shell commands, run one after the other in `workingFolder`; never empty.
  package var commands: [String]
  package var workingFolder: RepositoryPath
  package var dependencies: [RepositoryPath] = []
  package var params: [ParamSource] = []
  /// `outs` first, then `metrics`, each in the order of the file.
  package var outputs: [Output] = []
  /// A frozen stage never runs; what it last produced is taken as it is.
  package var isFrozen = false
  /// Runs every time, whatever changed.
  package var alwaysChanged = false
  package var summary: String?
  package var meta: Value?
  /// Where the stage's key stands in `id.file`.
  package var position = SourcePosition(line: 1, column: 1)

  package init(id: StageID, commands: [String], workingFolder: RepositoryPath) {
    self.id = id
    self.commands = commands
    self.workingFolder = workingFolder
  }

  /// A parameter file, and which of its values the stage reads.
  package struct ParamSource: Equatable, Sendable {
    package var file: RepositoryPath
    /// Dotted keys; nil means the whole file.
    package var keys: [String]?

    package init(file: RepositoryPath, keys: [String]?) {
      self.file = file
      self.keys = keys
    }
  }

  package struct Output: Equatable, Sendable {
    package enum Role: Equatable, Sendable { case output, metric }

    package var path: RepositoryPath
    package var role: Role
    /// Whether the store keeps the content; if not, git is expected to.
    package var isCached = true
    /// Whether the previous content stays in place while the stage runs.
    package var isKept = false
    package var summary: String?
    package var meta: Value?

    package init(path: RepositoryPath, role: Role = .output) {
      self.path = path
      self.role = role
    }
  }
}
