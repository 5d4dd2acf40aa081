package import Files
package import Formats
import Objects

/// Why a stage is out of date.
package enum RunReason: Equatable, Sendable {
  package enum DependencyChange: String, Equatable, Sendable {
    /// Its content differs from that of the last run.
    case modified
    /// The stage did not list it then.
    case added
    /// The stage lists it no longer.
    case removed
    /// It was there then and is gone.
    case deleted
    /// It was never there.
    case missing
  }

  package enum OutputChange: String, Equatable, Sendable {
    case modified
    case deleted
    case notInStore = "not in store"
    /// The stage did not list it at the last run.
    case added
    /// The stage lists it no longer.
    case removed
  }

  case neverRun
  case forced
  /// A stage it depends on runs, and all that follow were asked to run with it.
  case upstreamRuns([StageID])
  case alwaysChanged
  case commandChanged(old: [String], new: [String])
  case folderChanged(old: RepositoryPath, new: RepositoryPath)
  case dependency(RepositoryPath, DependencyChange)
  /// nil stands for a value that is not there.
  case param(file: RepositoryPath, key: String, old: Value?, new: Value?)
  case output(RepositoryPath, OutputChange)
  case source(Stage.Source, SourceChange)
  case variable(String, DependencyChange)
  /// What a probe told then and tells now; nil where there was nothing to look at.
  case environment(Stage.Probe, old: ProbeResult?, new: ProbeResult?)
  /// Items of a `map` that are new, changed or gone.
  case items(FileChanges)

  package enum SourceChange: Equatable, Sendable {
    /// In whole, by one of the words for dependencies.
    case whole(DependencyChange)
    /// Which of the files that a glob matches.
    case files(FileChanges)
  }

  package struct FileChanges: Equatable, Sendable {
    package var added: [RepositoryPath] = []
    package var modified: [RepositoryPath] = []
    package var removed: [RepositoryPath] = []

    package init(added: [RepositoryPath] = [], modified: [RepositoryPath] = [], removed: [RepositoryPath] = []) {
      (self.added, self.modified, self.removed) = (added, modified, removed)
    }

    /// How the files in `now` differ from those in `then`, each path with its id.
    init(_ then: [RepositoryPath: ObjectID], _ now: [RepositoryPath: ObjectID]) {
      added = now.keys.filter { then[$0] == nil }.sorted()
      modified = now.filter { entry in then[entry.key].map { $0 != entry.value } ?? false }.keys.sorted()
      removed = then.keys.filter { now[$0] == nil }.sorted()
    }

    package var isEmpty: Bool { added.isEmpty && modified.isEmpty && removed.isEmpty }

    /// `added a.csv; modified b.csv and 3 more`
    var text: String {
      [("added", added), ("modified", modified), ("removed", removed)].filter { !$0.1.isEmpty }.map { word, paths in
        "\(word) \(paths[0])\(paths.count > 1 ? " and \(paths.count - 1) more" : "")"
      }.joined(separator: "; ")
    }
  }

  /// The reason on one line, as `status` and `repro` print it.
  package var text: String {
    switch self {
    case .neverRun: "never run"
    case .forced: "forced"
    case .upstreamRuns(let stages): "follows \(stages.map(\.text).joined(separator: ", "))"
    case .alwaysChanged: "runs always (always_changed)"
    case .commandChanged(let old, let new): "command changed \(Self.shown(old)) → \(Self.shown(new))"
    case .folderChanged(let old, let new): "working folder changed \(old) → \(new)"
    case .dependency(let path, let change): "dependency \(change.rawValue) \(path)"
    case .param(let file, let key, let old, let new):
      "params changed \(key) \(Self.shown(old)) → \(Self.shown(new)) (\(file))"
    case .output(let path, let change): "output \(change.rawValue) \(path)"
    case .source(let source, .whole(let change)): "dependency \(change.rawValue) \(source.text)"
    case .source(let source, .files(let files)): "dependency modified \(source.text): \(files.text)"
    case .variable(let name, let change): "environment variable \(change.rawValue) \(name)"
    case .environment(let probe, let old, let new):
      "environment changed \(probe.text)\(Self.shown(probe, old, new))"
    case .items(let files): "items changed: \(files.text)"
    }
  }

  /// The reason in the words of `status`, what kind of thing changed first.
  package var statusText: String {
    switch self {
    case .commandChanged(let old, let new): "changed command: \(Self.shown(old)) → \(Self.shown(new))"
    case .folderChanged(let old, let new): "changed working folder: \(old) → \(new)"
    case .dependency(let path, let change): "changed dependency: \(path) (\(change.rawValue))"
    case .param(let file, let key, let old, let new):
      "changed param: \(key) \(Self.shown(old)) → \(Self.shown(new)) (\(file))"
    case .output(let path, let change): "changed output: \(path) (\(change.rawValue))"
    case .source(let source, .whole(let change)): "changed dependency: \(source.text) (\(change.rawValue))"
    case .source(let source, .files(let files)): "changed dependency: \(source.text) (\(files.text))"
    case .variable(let name, let change): "changed environment variable: \(name) (\(change.rawValue))"
    case .environment(let probe, let old, let new): "changed environment: \(probe.text)\(Self.shown(probe, old, new))"
    case .items(let files): "changed items: \(files.text)"
    case .neverRun, .forced, .upstreamRuns, .alwaysChanged: text
    }
  }

  private static func shown(_ commands: [String]) -> String {
    shortened(commands.map { Value.string($0.trimmingNewlines).text }.joined(separator: "; "))
  }

  private static func shown(_ value: Value?) -> String { value.map { shortened($0.text) } ?? "(none)" }

  private static func shown(_ probe: Stage.Probe, _ old: ProbeResult?, _ new: ProbeResult?) -> String {
    if new == nil { return " is gone" }
    guard let old = old?.line, let new = new?.line, old != new else { return "" }
    return " \(shortened(old)) → \(shortened(new))"
  }

  static func shortened(_ text: String) -> String { text.count <= 80 ? text : "\(text.prefix(79))…" }
}

extension String {
  fileprivate var trimmingNewlines: String {
    var text = self[...]
    while text.last?.isNewline == true { text.removeLast() }
    return String(text)
  }
}

extension Stage.Source {
  /// The source in a few words, as reasons name it.
  package var text: String {
    switch self {
    case .glob(let pattern): PathText.escape(pattern)
    case .lines(let path, let first, let last):
      last == Int.max
        ? "\(path) from line \(first)"
        : first == last ? "line \(first) of \(path)" : "lines \(first)-\(last) of \(path)"
    case .matches(let path, let expression): "lines of \(path) that match '\(RunReason.shortened(expression))'"
    case .command(let command): "output of '\(RunReason.shortened(command.trimmingNewlines))'"
    case .query(let path, let sql): "query of \(path) '\(RunReason.shortened(sql.trimmingNewlines))'"
    }
  }
}

extension Stage.Probe {
  /// The probe in a few words, as reasons name it.
  package var text: String {
    switch self {
    case .file(let path): path.text
    case .command(let command): "'\(RunReason.shortened(command.trimmingNewlines))'"
    }
  }
}
