import Diagnostics
package import Files
package import Formats
package import Objects

/// What one `mlrepo.lock` records: the last good result of each stage of the pipeline file beside it.
package struct Lockfile: Equatable, Sendable {
  /// The name every lock has.
  package static let name = "mlrepo.lock"
  /// The version of the format that is read and written.
  package static let version = 1

  package var stages: [StageName: LockedStage]

  package init(stages: [StageName: LockedStage] = [:]) { self.stages = stages }
}

/// What went into a stage's last good run and what came out. Paths are relative to the repository's root.
package struct LockedStage: Equatable, Sendable {
  package var commands: [String]
  package var workingFolder: RepositoryPath
  package var dependencies: [LockedPath]
  /// By file, then by key as the stage names it.
  package var params: [RepositoryPath: [String: Value]]
  package var sources: [LockedSource] = []
  /// Environment variables: the id of each one's value, nil where it was not set.
  package var variables: [String: ObjectID?] = [:]
  package var probes: [LockedProbe] = []
  /// What a stage with a `map` has gone through; nil for any other.
  package var items: [LockedPath]?
  package var outputs: [LockedPath]

  package init(
    commands: [String], workingFolder: RepositoryPath = .root, dependencies: [LockedPath] = [],
    params: [RepositoryPath: [String: Value]] = [:], outputs: [LockedPath] = []
  ) {
    self.commands = commands
    self.workingFolder = workingFolder
    self.dependencies = dependencies
    self.params = params
    self.outputs = outputs
  }
}

/// A file or folder as it was when the stage ran.
package struct LockedPath: Equatable, Sendable {
  package var path: RepositoryPath
  package var id: ObjectID
  /// Bytes; of a folder, those of all files in it.
  package var size: Int
  /// How many files a folder holds; nil for a file.
  package var files: Int?
  /// Whether a file may be executed.
  package var isExecutable: Bool
  /// Whether the store keeps the content; of a dependency it says nothing.
  package var isCached = true

  package init(path: RepositoryPath, id: ObjectID, size: Int, files: Int? = nil, isExecutable: Bool = false) {
    self.path = path
    self.id = id
    self.size = size
    self.files = files
    self.isExecutable = isExecutable
  }
}

extension Lockfile {
  /// The one text of this lock: stages by name, paths sorted, a field on each line, so that git merges it stage by stage.
  package func encoded() -> [UInt8] {
    let entries = stages.sorted { $0.key < $1.key }.map { ValueMember($0.key.text, .map($0.value.members)) }
    let root = Value.map([ValueMember("version", .int(Self.version)), ValueMember("stages", .map(entries))])
    return Array("\(Self.heading)\(YAML.emit(root))".utf8)
  }

  static let heading = "# Written by mlrepo: what each stage last read and made. Keep it in git.\n"
}
