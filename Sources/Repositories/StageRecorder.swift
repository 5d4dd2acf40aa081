import Diagnostics
import Files
import Formats
import Objects
import Pipelines
import Workspaces

/// Stores what a stage has made and writes it into the lock.
struct StageRecorder {
  let repository: Repository

  /// Records that `stage`, from the inputs in `inputs`, made what its outputs hold now. Content first, then the ignore
  /// lines, then the lock. `held` is what the outputs held before.
  func record(
    _ stage: Stage, _ inputs: StageState, held: [RepositoryPath: Content], command: String
  ) throws(Failure) {
    let reader = try repository.reader()
    let session = StoreSession(try repository.store())
    var outputs: [(output: Stage.Output, content: Content, stat: FileStat)] = []
    var states: [PathState] = []
    for output in stage.outputs {
      let state = output.isCached ? try reader.store(output.path, in: session) : try reader.state(of: output.path)
      guard let stat = state.stat else {
        throw Failure(
          "the stage '\(stage.id)' failed", why: "it did not make its output \(output.path)",
          hint: "correct the command, or 'outs' in \(stage.id.file)", category: .stageFailed)
      }
      guard let content = state.content, state.problems.isEmpty else {
        let problem = Repository.cannotStore(output.path, state.problems, "store")
        throw Failure(
          "the stage '\(stage.id)' failed", why: "its output \(output.path) cannot be stored: \(problem.why)",
          hint: "correct the command, or 'outs' in \(stage.id.file)", category: .stageFailed)
      }
      outputs.append((output, content, stat))
      states.append(state)
    }
    try session.commit()
    let entry = try lockEntry(
      stage, inputs,
      outputs.map {
        LockedPath(path: $0.output.path, content: $0.content, isCached: $0.output.isCached)
      })
    let moves = outputs.map {
      Operation.DataMove(
        path: $0.output.path, before: held[$0.output.path], after: $0.output.isCached ? $0.content : nil)
    }.filter { $0.after != nil }
    try repository.locked(command) { () throws(Failure) in
      var edits = FileEdits(in: repository.root)
      for (output, content, stat) in outputs where output.isCached {
        try edits.ignore(output.path)
        try reader.indexes.markPlaced(output.path, content, stat: stat)
      }
      try edit(&edits, entry, for: stage.id)
      try repository.publish("\(command) \(stage.id)", edits, data: moves)
      // The command of the stage writes into what it keeps.
      for (state, (output, _, _)) in zip(states, outputs) where output.isCached && !output.isKept {
        try StoredLinks.place(at: output.path, state: state, reader: reader, scratch: repository.scratch)
      }
    }
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
    return LockedStage(
      commands: stage.commands, workingFolder: stage.workingFolder, dependencies: dependencies,
      params: inputs.params.mapValues { $0.compactMapValues { $0 } }, outputs: outputs)
  }

  /// Puts the entry into the lock as it is now: another command may have written other stages meanwhile.
  private func edit(_ edits: inout FileEdits, _ entry: LockedStage, for id: StageID) throws(Failure) {
    let path = try Project.lock(of: id.file)
    var lock = Lockfile()
    if let old = try repository.root.contents(path.bytes) { lock = try Lockfile.parse(old, file: path) }
    lock.stages[id.name] = entry
    edits.write(path, lock.encoded())
  }
}
