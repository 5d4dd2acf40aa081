import Diagnostics
import Files
import Git
import Objects
import Pipelines
import Workspaces

/// Carries out the steps of a repro. Outputs of a stage that is about to run are in the store before they go, so a
/// failure, Ctrl-C or a crash can always be answered with a checkout.
final class StageRun {
  private let repository: Repository
  private let graph: StageGraph
  private let project: Project
  private let executor: any Executor
  private let environment: [String: String]
  private let event: (ReproEvent) -> Void
  private(set) var report = ReproReport()

  init(
    repository: Repository, planned: PlannedRepro, executor: any Executor, environment: [String: String],
    event: @escaping (ReproEvent) -> Void
  ) {
    self.repository = repository
    graph = planned.graph
    project = planned.project
    self.executor = executor
    self.environment = environment
    self.event = event
  }

  func perform(_ step: ReproPlan.Step) throws(Failure) {
    guard let stage = graph[step.stage] else { return }
    try Interruption.check()
    switch step.action {
    case .upToDate: skip(stage, .upToDate(stage.id))
    case .frozen: skip(stage, .frozen(stage.id))
    case .restore(let paths): try restoreOrRun(stage, paths)
    case .run(let reasons): try run(stage, reasons)
    case .runIfChanged:
      // The stages before it are done: now it can be judged by what they made.
      repository.openReader?.forgetWhatWasSeen()
      switch try judge(stage) {
      case .run(let reasons): try run(stage, reasons)
      case .restore(let paths): try restoreOrRun(stage, paths)
      case .upToDate, .frozen, .runIfChanged: skip(stage, .unchanged(stage.id))
      }
    }
  }

  func finish() throws(Failure) {
    try repository.openReader?.indexes.flush()
  }

  private func skip(_ stage: Stage, _ told: ReproEvent) {
    report.skipped.append(stage.id)
    event(told)
  }

  private func judge(_ stage: Stage) throws(Failure) -> ReproPlan.Action {
    let lock = project.locked(stage.id)
    let state = try StageObserver(try repository.reader()).state(of: stage, lock: lock)
    let plan = ReproPlan(
      graph: graph, selection: [stage.id], states: [stage.id: state],
      lock: lock.map { [stage.id: $0] } ?? [:])
    return plan.steps.first?.action ?? .upToDate
  }

  // MARK: - Restoring

  /// What turns out to be damaged in the store is made again.
  private func restoreOrRun(_ stage: Stage, _ paths: [RepositoryPath]) throws(Failure) {
    do throws(Failure) {
      try restore(stage, paths)
    } catch  where error.category == .damaged || error.category == .dataMissing {
      repository.openReader?.forgetWhatWasSeen()
      guard case .run(let reasons) = try judge(stage) else { throw error }
      try run(stage, reasons)
    }
  }

  private func restore(_ stage: Stage, _ paths: [RepositoryPath]) throws(Failure) {
    let wanted = project.tracked.filter { paths.contains($0.path) }
    try checkOut(wanted)
    report.restored.append(stage.id)
    event(.restored(stage.id, paths))
  }

  private func checkOut(_ wanted: [TrackedPath]) throws(Failure) {
    let reader = try repository.reader()
    let plan = try CheckoutPlanner.plan(wanted: wanted, unwanted: [], reader: reader, force: true)
    let done = try repository.locked("repro") { () throws(Failure) in
      try CheckoutExecution.run(plan, reader: reader, scratch: repository.scratch)
    }
    if let failure = done.failures.first { throw failure }
    if let missing = done.missing.first { throw ObjectStore.missing(missing.id) }
  }

  // MARK: - Running

  private func run(_ stage: Stage, _ reasons: [RunReason]) throws(Failure) {
    let reader = try repository.reader()
    reader.forgetWhatWasSeen()
    let observer = StageObserver(reader)
    let before = try observer.state(of: stage, lock: nil)
    try checkDependencies(of: stage, before)
    try checkOutputs(of: stage)
    event(.started(stage.id, reasons, commands: stage.commands))
    let start = wallClock()
    let aside = try setOutputsAside(of: stage)
    do throws(Failure) {
      try runCommands(of: stage)
      try checkStill(before, stage)
      try record(stage, before, aside)
    } catch {
      try putBack(aside, of: stage, because: error)
      throw error
    }
    report.ran.append(stage.id)
    event(.finished(stage.id, seconds: Double(wallClock() - start) / 1e9))
  }

  private func checkDependencies(of stage: Stage, _ state: StageState) throws(Failure) {
    for (path, dependency) in state.dependencies.sorted(by: { $0.key < $1.key }) where dependency == .missing {
      let isTracked = project.owner(of: path) != nil
      throw Failure(
        "cannot run the stage '\(stage.id)'", why: "its dependency \(path) does not exist",
        hint: isTracked ? "mlrepo checkout '\(path)'" : "make the file, or correct 'deps' in \(stage.id.file)",
        category: isTracked ? .dataMissing : .failed)
    }
    for source in stage.params where try repository.root.stat(source.file.bytes) == nil {
      throw Failure(
        "cannot run the stage '\(stage.id)'", why: "its file of params \(source.file) does not exist",
        hint: "make the file, or correct 'params' in \(stage.id.file)")
    }
    for (file, values) in state.params.sorted(by: { $0.key < $1.key }) {
      for (key, value) in values.sorted(by: { $0.key < $1.key }) where value == nil {
        throw Failure(
          "cannot run the stage '\(stage.id)'", why: "\(file) has no param '\(key)'",
          hint: "add it to \(file), or correct 'params' in \(stage.id.file)")
      }
    }
  }

  private func checkOutputs(of stage: Stage) throws(Failure) {
    for output in stage.outputs where output.isCached {
      let known = try repository.git().trackedPaths(under: repository.gitPath(output.path), limit: 1)
      guard known.isEmpty else {
        throw Failure(
          "cannot run the stage '\(stage.id)'", why: "git tracks its output \(output.path)",
          hint: "git rm -r --cached '\(output.path)', or give the output 'cache: false'")
      }
    }
  }

  /// Stores what the outputs hold, if the store does not have it, and takes them away. Returns what they held.
  private func setOutputsAside(of stage: Stage) throws(Failure) -> [TrackedPath] {
    let reader = try repository.reader()
    var held: [TrackedPath] = []
    for output in stage.outputs where !output.isKept {
      let state = try reader.state(of: output.path)
      if !state.problems.isEmpty { throw Repository.cannotStore(output.path, state.problems, "replace") }
      guard let content = state.content else { continue }
      held.append(TrackedPath(path: output.path, content: content, source: .stage(stage.id.text)))
    }
    let session = StoreSession(try repository.store())
    for tracked in held { _ = try reader.store(tracked.path, in: session) }
    try session.commit()
    let plan = try CheckoutPlanner.plan(wanted: [], unwanted: held.map(\.path), reader: reader, force: true)
    try repository.locked("repro") { () throws(Failure) in
      _ = try CheckoutExecution.run(plan, reader: reader, scratch: repository.scratch)
      for output in stage.outputs { _ = try repository.root.folder(making: output.path.parent.bytes) }
      // What the command keeps it may write into.
      for output in stage.outputs where output.isKept {
        let state = try reader.state(of: output.path)
        try PrivateCopy.replaceLinks(at: output.path, state: state, in: reader.context, scratch: repository.scratch)
      }
    }
    return held
  }

  /// After a failure the outputs are what they were before; what the failed command made in their place goes.
  private func putBack(_ held: [TrackedPath], of stage: Stage, because cause: Failure) throws(Failure) {
    for tracked in held { try repository.root.removeTree(tracked.path.bytes) }
    repository.openReader?.forgetWhatWasSeen()
    do throws(Failure) {
      try Interruption.shielded { () throws(Failure) in try checkOut(held) }
    } catch {
      throw Failure(
        cause.what, why: "\(cause.why); and its earlier outputs could not be put back: \(error.why)",
        hint: "mlrepo checkout", category: cause.category)
    }
  }

  private func runCommands(of stage: Stage) throws(Failure) {
    let log = try StageLog(for: stage.id, in: repository)
    var environment = self.environment
    environment["MLREPO_ROOT"] = PathText.escape(repository.root.path)
    environment["MLREPO_STAGE"] = stage.id.text
    let job = Job(
      commands: stage.commands, folder: try repository.root.folder(making: stage.workingFolder.bytes).path,
      environment: environment)
    let outcome = try executor.run(job) { bytes throws(Failure) in
      try log.append(bytes)
      event(.output(Array(bytes)))
    }
    let what = "the stage '\(stage.id)' failed"
    switch outcome {
    case .succeeded: return
    case .failed(let command, let code):
      throw Failure(
        what, why: "'\(command)' exited with \(code)\(log.tail())", hint: "the whole output is in \(log.path)",
        category: .stageFailed)
    case .killed(let command, let signal):
      throw Failure(
        what, why: "'\(command)' was ended by signal \(signal)\(log.tail())",
        hint: "the whole output is in \(log.path)", category: .stageFailed)
    case .interrupted:
      throw Failure(
        "the stage '\(stage.id)' was stopped", why: "interrupted",
        hint: "its earlier outputs are back in place; 'mlrepo repro' runs it again", category: .interrupted)
    }
  }

  /// A result made from inputs that moved under the command must not be recorded as theirs.
  private func checkStill(_ before: StageState, _ stage: Stage) throws(Failure) {
    let reader = try repository.reader()
    reader.forgetWhatWasSeen()
    let observer = StageObserver(reader)
    let after = try observer.dependencies(of: stage)
    let moved = before.dependencies.keys.sorted().first { before.dependencies[$0] != after[$0] }
    let movedParams = try observer.params(of: stage) != before.params
    guard moved != nil || movedParams else { return }
    throw Failure(
      "cannot record the stage '\(stage.id)'",
      why: "\(moved.map { "its dependency \($0)" } ?? "its params") changed while it ran",
      hint: "run 'mlrepo repro' again when nothing else writes there", category: .stageFailed)
  }

  private func record(_ stage: Stage, _ before: StageState, _ held: [TrackedPath]) throws(Failure) {
    let contents = Dictionary(held.map { ($0.path, $0.content) }, uniquingKeysWith: { first, _ in first })
    try StageRecorder(repository: repository).record(stage, before, held: contents, command: "repro")
  }
}
