package import Files
package import Formats
package import Objects

/// What a stage would read and has made, as the workspace holds it now. Gathered by whoever may read files.
package struct StageState: Equatable, Sendable {
  package enum Dependency: Equatable, Sendable {
    case present(ObjectID)
    case missing
  }

  package enum Output: Equatable, Sendable {
    case present(ObjectID)
    case missing
    /// It is not in the workspace, but the store has what the lock records.
    case restorable
    /// The workspace holds what the lock records, but the store lacks it.
    case notInStore
  }

  package var commands: [String]
  package var workingFolder: RepositoryPath
  package var dependencies: [RepositoryPath: Dependency]
  /// Every value the stage names, by file and key; nil where the file lacks it. Of a whole file, its top-level keys.
  package var params: [RepositoryPath: [String: Value?]]
  package var outputs: [RepositoryPath: Output]
  package var sources: [Stage.Source: SourceContent] = [:]
  /// Environment variables by name, each as the id of its value, which may be a secret; nil for one that is not set.
  package var variables: [String: ObjectID?] = [:]
  /// nil for a file that is not there. What was not looked at is absent.
  package var probes: [Stage.Probe: ProbeResult?] = [:]
  /// What a stage with a `map` goes through, one by one; nil for any other.
  package var items: [RepositoryPath: Content]?

  /// The state of `stage` as far as its description tells.
  package init(
    of stage: Stage, dependencies: [RepositoryPath: Dependency] = [:],
    params: [RepositoryPath: [String: Value?]] = [:], outputs: [RepositoryPath: Output] = [:]
  ) {
    commands = stage.commands
    workingFolder = stage.workingFolder
    self.dependencies = dependencies
    self.params = params
    self.outputs = outputs
  }

  /// The state once the outputs in `restored`, other stages' own, are back in the workspace.
  func after(restoring restored: [RepositoryPath: ObjectID]) -> StageState {
    if restored.isEmpty { return self }
    var state = self
    for path in dependencies.keys { if let id = restored[path] { state.dependencies[path] = .present(id) } }
    return state
  }
}
