package import Diagnostics
package import Files
package import Formats
package import Objects
package import Workspaces

/// Gathers what a stage would read and has made from the workspace.
package final class StageObserver {
  /// What there is around a stage besides files.
  package struct Surroundings {
    /// The variables that a stage's commands would find.
    package var environment: [String: String]
    /// Runs a shell command in a folder and returns what it prints on standard output; nil where no command of a
    /// repository may run, so that what it would take stays unknown.
    package var run: ((_ command: String, _ folder: RepositoryPath) throws(Failure) -> [UInt8])?

    package init(
      environment: [String: String],
      run: ((_ command: String, _ folder: RepositoryPath) throws(Failure) -> [UInt8])? = nil
    ) {
      self.environment = environment
      self.run = run
    }
  }

  let reader: WorkspaceReader
  let surroundings: Surroundings
  private let paramsFiles = ParamsFiles()
  /// What commands printed: each runs once.
  var printed: [Call: ProbeResult] = [:]

  struct Call: Hashable {
    var command: String
    var folder: RepositoryPath
  }

  package init(_ reader: WorkspaceReader, _ surroundings: Surroundings) {
    self.reader = reader
    self.surroundings = surroundings
  }

  /// Forgets what files held and commands printed. What probes told stays: the environment is one for the whole command.
  package func forgetWhatWasSeen() { reader.forgetWhatWasSeen() }

  /// The state of `stage` as the workspace has it now. `lock` is what it is going to be compared with.
  package func state(of stage: Stage, lock: LockedStage?) throws(Failure) -> StageState {
    var state = StageState(
      of: stage, dependencies: try dependencies(of: stage), params: try params(of: stage),
      outputs: try outputs(of: stage, lock: lock))
    state.sources = try sources(of: stage, lock: lock)
    state.variables = try variables(of: stage)
    state.probes = try probes(of: stage)
    state.items = try items(of: stage)
    return state
  }

  package func dependencies(of stage: Stage) throws(Failure) -> [RepositoryPath: StageState.Dependency] {
    var found: [RepositoryPath: StageState.Dependency] = [:]
    for path in stage.dependencies {
      let state = try reader.state(of: path)
      if let content = state.content {
        found[path] = .present(content.id)
      } else if let problem = state.problems.first {
        throw Failure(
          "cannot read \(path), a dependency of the stage '\(stage.id)'", why: "\(problem.path): \(problem.why)")
      } else {
        found[path] = .missing
      }
    }
    return found
  }

  /// The values of the stage's params, by file and key.
  package func params(of stage: Stage) throws(Failure) -> [RepositoryPath: [String: Value?]] {
    var found: [RepositoryPath: [String: Value?]] = [:]
    for source in stage.params {
      let value = try paramsFiles.value(of: source.file, in: reader.context.root)
      if let keys = source.keys {
        for key in keys { found[source.file, default: [:]][key] = value[path: key] }
      } else if case .map(let members) = value {
        found[source.file, default: [:]].merge(
          members.map { ($0.key, Optional($0.value)) }, uniquingKeysWith: { _, new in new })
      } else {
        throw Failure(
          "cannot read params from \(source.file)", why: "it holds \(value.kind), not a map of params",
          hint: "write the params as 'name: value' lines")
      }
    }
    return found
  }

  private func outputs(
    of stage: Stage, lock: LockedStage?
  ) throws(Failure) -> [RepositoryPath: StageState.Output] {
    let locked = Dictionary(
      (lock?.outputs ?? []).map { ($0.path, $0.id) }, uniquingKeysWith: { first, _ in first })
    var found: [RepositoryPath: StageState.Output] = [:]
    for output in stage.outputs {
      let state = try reader.state(of: output.path)
      let isStored =
        try locked[output.path].map { id throws(Failure) in try reader.isStored(id) } ?? false
      if let id = state.content?.id {
        found[output.path] = output.isCached && locked[output.path] == id && !isStored ? .notInStore : .present(id)
      } else {
        found[output.path] = output.isCached && isStored && !state.exists ? .restorable : .missing
      }
    }
    return found
  }
}

extension LockedPath {
  /// What the path held, as pointers and checkouts speak of it.
  package var content: Content {
    if let files { return Content(kind: .folder, id: id, size: size, files: files) }
    return Content(kind: isExecutable ? .executable : .file, id: id, size: size)
  }

  package init(path: RepositoryPath, content: Content, isCached: Bool = true) {
    self.init(
      path: path, id: content.id, size: content.size, files: content.isFolder ? content.files : nil,
      isExecutable: content.kind == .executable)
    self.isCached = isCached
  }
}
