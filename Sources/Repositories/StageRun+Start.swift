import Diagnostics
import Files
import Git
import Objects
import Pipelines
import Workspaces

extension StageRun {
  // MARK: - Without running

  /// What turns out to be damaged in the store is made again.
  func restoreOrRun(_ stage: Stage, _ paths: [RepositoryPath], _ claim: StageClaim) throws(Failure) {
    do throws(Failure) {
      try repository.checkOut(project.tracked.filter { paths.contains($0.path) })
    } catch  where error.category == .damaged || error.category == .dataMissing {
      guard case .run(let reasons) = try judge(stage) else { throw error }
      return try start(stage, reasons, claim)
    }
    try claim.drop()
    restored(stage, paths)
    schedule.finish(stage.id)
  }

  /// Checks out what an earlier run on the same inputs made, and locks it.
  func reuseOrRun(
    _ result: LockedStage, _ stage: Stage, _ reasons: [RunReason], _ claim: StageClaim
  ) throws(Failure) {
    observer.forgetWhatWasSeen()
    let before = try observer.state(of: stage, lock: nil)
    let key = RunKey(stage, before)
    do throws(Failure) {
      let held = try setOutputsAside(of: stage, claim, keepsAll: false)
      try repository.checkOut(
        result.outputs.map { TrackedPath(path: $0.path, content: $0.content, source: .stage(stage.id.text)) })
      try record(stage, before, held, key, claim)
    } catch  where error.category == .damaged || error.category == .dataMissing {
      try repository.putBack(claim)
      return try start(stage, reasons, claim)
    }
    restored(stage, result.outputs.map(\.path))
  }

  private func restored(_ stage: Stage, _ paths: [RepositoryPath]) {
    outputs.look(at: stage)
    try? StageFailures.forget(stage.id, in: repository.home)
    report.restored.append(stage.id)
    event(.restored(stage.id, paths))
  }

  // MARK: - Running

  /// Starts the stage's commands.
  func start(_ stage: Stage, _ reasons: [RunReason], _ claim: StageClaim) throws(Failure) {
    observer.forgetWhatWasSeen()
    let before = try observer.state(of: stage, lock: nil)
    try checkInputs(of: stage, before)
    try checkOutputs(of: stage)
    if let confirm = options.confirm, !confirm(stage.id, reasons) { return try decline(stage, claim) }
    let executor = try executors.executor(for: stage)
    let needs = try needs(of: stage)
    event(.started(stage.id, reasons, commands: stage.commands))
    let start = monotonicSeconds()
    // Items that have not changed are not gone through again, if they are all that changed.
    let isPartial = stage.map != nil && Self.areOnlyNewItems(reasons)
    let held = try setOutputsAside(of: stage, claim, keepsAll: isPartial)
    let items = stage.map.map { _ in
      LockedStage.newItems(before, since: isPartial ? project.locked(stage.id) : nil).map(\.text)
    }
    let copies = schedule.room(for: needs, wanted: max(1, items?.count ?? 1))
    let (job, trace) = try traced(try job(for: stage))
    let shares = executor.usesThisMachine ? devices.take(stage.resources.gpus, copies: copies, for: stage.id) : []
    let work = StageWork(
      stage, job: job, items: items, devices: shares, log: try StageLog(for: stage.id, in: repository.home),
      executor: executor, root: repository.root, send: { [inbox] in inbox.send(.work($0)) })
    try work.start(width: copies)
    schedule.start(stage.id, with: needs, copies: copies)
    let key = options.isCommitted ? RunKey(stage, before) : nil
    running[stage.id] = Running(
      work: work, claim: claim, before: before, held: held, key: key, start: start, trace: trace)
  }

  /// Without an item that is gone, or anything else that changed, what was made of the other items stays right.
  private static func areOnlyNewItems(_ reasons: [RunReason]) -> Bool {
    reasons.allSatisfy { reason in
      if case .items(let changes) = reason { return changes.removed.isEmpty }
      return false
    }
  }

  private func decline(_ stage: Stage, _ claim: StageClaim) throws(Failure) {
    try claim.drop()
    outputs.look(at: stage)
    report.declined += [stage.id] + schedule.drop(stage.id)
  }

  private func job(for stage: Stage) throws(Failure) -> Job {
    var environment = self.environment
    environment["MLREPO_ROOT"] = PathText.escape(repository.root.path)
    environment["MLREPO_STAGE"] = stage.id.text
    var job = Job(
      name: stage.id.text, commands: stage.commands,
      folder: try repository.root.folder(making: stage.workingFolder.bytes).path, environment: environment)
    job.resources = stage.resources
    job.timeout = stage.timeout
    return job
  }

  private func checkInputs(of stage: Stage, _ state: StageState) throws(Failure) {
    let what = "cannot run the stage '\(stage.id)'"
    for (path, dependency) in state.dependencies.sorted(by: { $0.key < $1.key }) where dependency == .missing {
      let isTracked = project.owner(of: path) != nil
      throw Failure(
        what, why: "its dependency \(path) does not exist\(isTracked ? "" : meant(path))",
        hint: isTracked ? "mlrepo checkout \(shell: path)" : "make the file, or correct 'deps' in \(stage.id.file)",
        category: isTracked ? .dataMissing : .failed)
    }
    for source in stage.sources where state.sources[source] == .missing {
      throw Failure(
        what, why: "its dependency \(source.text) does not exist",
        hint: "make the file, or correct 'deps' in \(stage.id.file)")
    }
    for source in stage.params where try repository.root.stat(source.file.bytes) == nil {
      throw Failure(
        what, why: "its file of params \(source.file) does not exist\(meant(source.file))",
        hint: "make the file, or correct 'params' in \(stage.id.file)")
    }
    for (file, values) in state.params.sorted(by: { $0.key < $1.key }) {
      for (key, value) in values.sorted(by: { $0.key < $1.key }) where value == nil {
        throw Failure(
          what, why: "\(file) has no param '\(key)'\(meant(key, in: file))",
          hint: "add it to \(file), or correct 'params' in \(stage.id.file)")
      }
    }
  }

  private func checkOutputs(of stage: Stage) throws(Failure) {
    let tracked: Set<RepositoryPath>
    if let known = trackedByGit {
      tracked = known
    } else {
      tracked = try outputsTrackedByGit()
      trackedByGit = tracked
    }
    for output in stage.outputs where output.isCached && tracked.contains(output.path) {
      throw Failure(
        "cannot run the stage '\(stage.id)'", why: "git tracks its output \(output.path)",
        hint: "git rm -r --cached \(shell: output.path), or give the output 'cache: false'")
    }
  }

  /// Reads git's index once for all stages: it may be long.
  private func outputsTrackedByGit() throws(Failure) -> Set<RepositoryPath> {
    let prefix = try repository.gitPrefix()
    let outputs = Set(graph.stages.flatMap { $0.outputs.filter(\.isCached).map(\.path) })
    var found: Set<RepositoryPath> = []
    _ = try repository.git().indexEntries { bytes in
      guard var path = try? RepositoryPath(validating: bytes).relative(to: prefix) else { return false }
      while !path.isRoot {
        if outputs.contains(path) { found.insert(path) }
        path = path.parent
      }
      return false
    }
    return found
  }

  // MARK: - Outputs

  /// Moves away what the outputs hold. What the store lacks of it is on its way there, and is there before it is dropped.
  /// Outputs that stay in place, marked so or with `keepsAll`, are in the store before anything may change them. Returns
  /// what the outputs held.
  private func setOutputsAside(
    of stage: Stage, _ claim: StageClaim, keepsAll: Bool
  ) throws(Failure) -> [RepositoryPath: Content] {
    let reader = try repository.reader()
    var held: [RepositoryPath: Content] = [:]
    for output in stage.outputs {
      let isKept = keepsAll || output.isKept
      let state = try reader.state(of: output.path)
      if !state.problems.isEmpty { throw Repository.cannotStore(output.path, state.problems, "replace") }
      if let content = state.content {
        let isStored = try repository.store().contains(content.id)
        if !isStored {
          let waits = !isKept && options.isCommitted
          if waits { _ = try reader.store(output.path, in: recorder.session) } else { try storeNow(output.path) }
        }
        if isKept {
          _ = try PrivateCopy.replaceLinks(
            at: output.path, state: state, in: reader.context, scratch: repository.scratch)
        }
        try claim.setAside(output.path, content, isKept: isKept, root: repository.root)
        held[output.path] = content
      }
      _ = try repository.root.folder(making: output.path.parent.bytes)
    }
    reader.forgetWhatWasSeen()
    return held
  }

  /// Makes what `path` holds durable at once, apart from what waits to be recorded: only the recorder may commit that, or a
  /// lock could be written before what it speaks of is on the disk.
  private func storeNow(_ path: RepositoryPath) throws(Failure) {
    let session = StoreSession(try repository.store())
    _ = try repository.reader().store(path, in: session)
    try session.commit()
  }
}
