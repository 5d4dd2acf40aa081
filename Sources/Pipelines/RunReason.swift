package import Files
package import Formats

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
    case .neverRun, .forced, .upstreamRuns, .alwaysChanged: text
    }
  }

  private static func shown(_ commands: [String]) -> String {
    shortened(commands.map { Value.string($0.trimmingNewlines).text }.joined(separator: "; "))
  }

  private static func shown(_ value: Value?) -> String { value.map { shortened($0.text) } ?? "(none)" }

  private static func shortened(_ text: String) -> String { text.count <= 80 ? text : "\(text.prefix(79))…" }
}

extension String {
  fileprivate var trimmingNewlines: String {
    var text = self[...]
    while text.last?.isNewline == true { text.removeLast() }
    return String(text)
  }
}
