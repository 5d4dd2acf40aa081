package import Files
package import Formats

/// One step of a pipeline as its file describes it. Every path is relative to the repository's root.
package struct Stage: Equatable, Sendable {
  package var id: StageID
  /// Shell commands, run one after the other in `workingFolder`; never empty.
  package var commands: [String]
  package var workingFolder: RepositoryPath
  package var dependencies: [RepositoryPath] = []
  /// Inputs that are more, or less, than one file or folder.
  package var sources: [Source] = []
  /// Stages that must be done before this one, whatever they write.
  package var predecessors: [StageID] = []
  /// Environment variables whose values are inputs.
  package var variables: [String] = []
  /// What tells which tools the stage runs with.
  package var probes: [Probe] = []
  package var params: [ParamSource] = []
  /// `outs` first, then `metrics`, each in the order of the file.
  package var outputs: [Output] = []
  /// A frozen stage never runs; what it last produced is taken as it is.
  package var isFrozen = false
  /// Runs every time, whatever changed.
  package var alwaysChanged = false
  /// Seconds that one try may take.
  package var timeout: Double?
  package var retries = Retries()
  package var resources = Resources()
  /// The executor that runs it, by name; nil means the one that `repro` was asked to use.
  package var executor: String?
  /// Runs once for each item instead of once.
  package var map: Map?
  /// The name of the `foreach` or `matrix` entry that it was made from.
  package var group: String?
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
    package enum Role: Equatable, Sendable { case output, metric, plot }

    package var path: RepositoryPath
    package var role: Role
    /// Whether the store keeps the content; if not, git is expected to.
    package var isCached = true
    /// Whether the previous content stays in place while the stage runs.
    package var isKept = false
    /// Whether `push` takes it along.
    package var isPushed = true
    /// The remote it goes to; nil means the default.
    package var remote: String?
    package var summary: String?
    /// What kind of thing it is, for those who look for models and data sets.
    package var type: String?
    package var labels: [String] = []
    package var meta: Value?
    /// How each plot of its values is drawn, as the file says it.
    package var plots: [[ValueMember]] = []

    package init(path: RepositoryPath, role: Role = .output) {
      self.path = path
      self.role = role
    }
  }

  /// An input that is found or computed when it is looked at.
  package enum Source: Hashable, Sendable {
    /// All files that match, `**` crossing folders; the list is part of the input.
    case glob(pattern: [UInt8])
    /// The lines first...last of a file, counted from 1.
    case lines(RepositoryPath, first: Int, last: Int)
    /// The lines of a file that match a POSIX extended regular expression.
    case matches(RepositoryPath, expression: String)
    /// What a shell command prints on standard output.
    case command(String)
    /// What an SQL query on a file of an SQLite database or a table (CSV) returns.
    case query(RepositoryPath, sql: String)
  }

  /// A file or a command whose content tells which environment a stage runs in.
  package enum Probe: Hashable, Sendable {
    case file(RepositoryPath)
    case command(String)
  }

  /// How often a failed command is tried again, and how long to wait before.
  package struct Retries: Equatable, Sendable {
    package var count = 0
    /// Seconds before the first retry; each later one waits twice as long.
    package var delay = 1.0

    package init(count: Int = 0, delay: Double = 1) { (self.count, self.delay) = (count, delay) }
  }

  /// What a stage needs while it runs.
  package struct Resources: Equatable, Sendable {
    package var cpus = 1
    /// Bytes; nil means any.
    package var memory: Int?
    package var gpus = 0

    package init(cpus: Int = 1, memory: Int? = nil, gpus: Int = 0) {
      (self.cpus, self.memory, self.gpus) = (cpus, memory, gpus)
    }
  }

  /// The command runs for each file and folder that lies in a folder itself, or each match of a glob, that is new or changed since the last run. It
  /// finds the item's path in `MLREPO_ITEM`.
  package enum Map: Hashable, Sendable {
    case folder(RepositoryPath)
    case glob(pattern: [UInt8])
  }
}
