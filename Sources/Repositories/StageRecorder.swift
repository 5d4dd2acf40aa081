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
  /// lines, then the lock. Returns the files that git should see.
  func record(_ stage: Stage, _ inputs: StageState, command: String) throws(Failure) -> [RepositoryPath] {
    let reader = try repository.reader()
    let session = StoreSession(try repository.store())
    var outputs: [(output: Stage.Output, content: Content, stat: FileStat)] = []
    for output in stage.outputs {
      let state = output.isCached ? try reader.store(output.path, in: session) : try reader.state(of: output.path)
      guard let stat = state.stat else {
        throw Failure(
          "the stage '\(stage.id)' failed", why: "it did not make its output \(output.path)",
          hint: "correct the command, or 'outs' in \(stage.id.file)", category: .stageFailed)
      }
      guard let content = state.content, state.problems.isEmpty else {
        throw Repository.cannotStore(output.path, state.problems, "store")
      }
      outputs.append((output, content, stat))
    }
    try session.commit()
    let entry = try lockEntry(
      stage, inputs,
      outputs.map {
        LockedPath(path: $0.output.path, content: $0.content, isCached: $0.output.isCached)
      })
    return try repository.locked(command) { () throws(Failure) in
      var changed: [RepositoryPath] = []
      for (output, content, stat) in outputs where output.isCached {
        if let ignore = try repository.changeIgnoreFile(of: output.path, { $0.ignore(output.path.name) }) {
          changed.append(ignore)
        }
        try reader.indexes.markPlaced(output.path, content, stat: stat)
      }
      return changed + (try write(entry, for: stage.id))
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
  private func write(_ entry: LockedStage, for id: StageID) throws(Failure) -> [RepositoryPath] {
    let path = try Project.lock(of: id.file)
    var lock = Lockfile()
    let old = try repository.root.contents(path.bytes)
    if let old { lock = try Lockfile.parse(old, file: path) }
    lock.stages[id.name] = entry
    let new = lock.encoded()
    if new != old { try repository.root.replace(path.bytes, with: new, scratch: try repository.scratch.folder()) }
    return [path]
  }
}
