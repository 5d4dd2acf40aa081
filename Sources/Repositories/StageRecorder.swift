import Diagnostics
import Files
import Formats
import Objects
import Pipelines
import Workspaces

/// What a stage has made, hashed and on its way into the store.
struct StageResult: Sendable {
  var stage: Stage
  var entry: LockedStage
  /// What its outputs held before and hold now, of those that the store keeps.
  var moves: [Operation.DataMove]
  /// What the run cache is to know the result by; nil for one that it is not to keep.
  var key: RunKey?
  /// What its pipeline file is to say of the stage from now on, if it is new there.
  var addition: StageAddition?
}

/// Stores what stages have made and writes it into the lock.
struct StageRecorder {
  let repository: Repository

  /// Records that `stage`, from the inputs in `inputs`, made what its outputs hold now. `held` is what they held before.
  /// Nothing vouches for that, so the run cache does not get to know it.
  func record(
    _ stage: Stage, _ inputs: StageState, held: [RepositoryPath: Content], command: String
  ) throws(Failure) {
    let session = StoreSession(try repository.store())
    let result = try measure(stage, inputs, held: held, in: session)
    try session.commit()
    try repository.locked(command) { () throws(Failure) in
      _ = try publish([result], command: "\(command) \(stage.id)", locks: LockCache(in: repository.root))
    }
    try repository.linkOutputs(of: [stage])
  }

  /// Hashes what the outputs of `stage` hold and stores it in `session`, which the caller commits. `key` is what the run
  /// cache is to know the result by.
  func measure(
    _ stage: Stage, _ inputs: StageState, held: [RepositoryPath: Content], in session: StoreSession, key: RunKey? = nil
  ) throws(Failure) -> StageResult {
    let reader = try repository.reader()
    var outputs: [LockedPath] = []
    var moves: [Operation.DataMove] = []
    for output in stage.outputs {
      // The run cache needs what git keeps as well.
      let isStored = output.isCached || key != nil
      let state = isStored ? try reader.store(output.path, in: session) : try reader.state(of: output.path)
      let (content, stat) = try made(output, of: stage, state)
      outputs.append(LockedPath(path: output.path, content: content, isCached: output.isCached))
      guard output.isCached else { continue }
      moves.append(.init(path: output.path, before: held[output.path], after: content))
      try reader.indexes.markPlaced(output.path, content, stat: stat)
    }
    return StageResult(stage: stage, entry: try lockEntry(stage, inputs, outputs), moves: moves, key: key)
  }

  private func made(
    _ output: Stage.Output, of stage: Stage, _ state: PathState
  ) throws(Failure) -> (Content, FileStat) {
    guard let stat = state.stat else {
      throw Failure(
        "the stage '\(stage.id)' failed", why: "it did not make its output \(output.path)",
        hint: "correct the command, or 'outs' in \(stage.id.file)", category: .stageFailed)
    }
    guard let content = state.content, state.problems.isEmpty else {
      let problem = Repository.cannotStore(output.path, state.problems, "store")
      let link = try LinkRule.leadsOut(output.path, in: repository.root)
      throw Failure(
        "the stage '\(stage.id)' failed", why: "its output \(output.path) cannot be stored: \(link ?? problem.why)",
        hint: "correct the command, or 'outs' in \(stage.id.file)", category: .stageFailed)
    }
    return (content, stat)
  }

  /// Writes results into the locks as they are now, since other commands may have written other stages: content first,
  /// then the ignore lines, then the locks. Call it while holding the repository's lock. What is in `session` becomes
  /// durable before.
  func publish(
    _ results: [StageResult], command: String, locks: LockCache, session: StoreSession? = nil,
    extending: Operation? = nil
  ) throws(Failure) -> Operation? {
    var edits = FileEdits(in: repository.root)
    var changed: [RepositoryPath: Lockfile] = [:]
    for result in results {
      for output in result.stage.outputs where output.isCached { try edits.ignore(output.path) }
      if let addition = result.addition { try repository.write(addition, into: &edits) }
      let path = try Project.lock(of: result.stage.id.file)
      if changed[path] == nil { changed[path] = try locks.lock(at: path) }
      changed[path]?.stages[result.stage.id.name] = result.entry
    }
    for (path, lock) in changed { edits.write(path, lock.encoded()) }
    let operation = try repository.publish(
      command, edits, data: results.flatMap(\.moves), session: session, extending: extending)
    for (path, lock) in changed { try locks.note(lock, at: path) }
    for result in results {
      if let key = result.key { try repository.runCache().record(result.entry, of: result.stage.id, for: key) }
    }
    return operation
  }

  private func lockEntry(
    _ stage: Stage, _ inputs: StageState, _ outputs: [LockedPath]
  ) throws(Failure) -> LockedStage {
    let reader = try repository.reader()
    var dependencies: [LockedPath] = []
    for path in stage.dependencies {
      guard let content = try reader.state(of: path).content, inputs.dependencies[path] == .present(content.id) else {
        throw Failure(
          "cannot record the stage '\(stage.id)'", why: "its dependency \(path) changed", hint: "mlrepo repro",
          category: .stageFailed)
      }
      dependencies.append(LockedPath(path: path, content: content))
    }
    return LockedStage(stage, inputs, dependencies: dependencies, outputs: outputs)
  }
}
