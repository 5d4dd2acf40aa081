import Diagnostics
import Files
import Git
import Objects
import Pipelines
import Workspaces

/// Carries out the steps of a repro: what may run at the same time does, and one thread records what is done.
///
/// All decisions are made on one thread, which alone looks at the workspace; stages run on threads of their own, and so
/// does the recording. A stage's old outputs are set aside until its result is recorded, so a failure, Ctrl-C or a crash
/// can always be answered by putting them back.
final class StageRun {
  enum Message: Sendable {
    case work(StageWork.Message)
    case recorded(GroupRecorder.Report)
  }

  /// A stage whose commands are at work.
  struct Running {
    let work: StageWork
    let claim: StageClaim
    let before: StageState
    /// What its outputs held.
    let held: [RepositoryPath: Content]
    let key: RunKey?
    let start: Double
    /// The same on the clock of the files.
    let startTime = wallClock()
    /// Where the tracer writes, in the scratch folder.
    let trace: [UInt8]?
    /// Outputs of stages that do not run, which changed while this one did.
    var strangers: [RepositoryPath] = []
  }

  let repository: Repository
  let graph: StageGraph
  let options: ReproOptions
  let executors: Executors
  let environment: [String: String]
  let event: (ReproEvent) -> Void
  let observer: StageObserver
  let results: ReproPlan.Results
  let folder: RunFolder
  /// The description of a stage that its pipeline file gets with its first result.
  var addition: StageAddition?
  let inbox: Mailbox<Message>
  let recorder: GroupRecorder
  let locks: LockCache
  var project: Project
  var schedule: StageSchedule
  var actions: [StageID: ReproPlan.Action]
  var running: [StageID: Running] = [:]
  /// Stages that another process runs; the user has been told.
  var awaited: Set<StageID> = []
  var devices: DevicePool
  var outputs: OutputWatch
  /// Stages whose commands ended since all outputs were looked at in depth, with their times on the clock of the files.
  var ended: [(stage: StageID, start: Int64, end: Int64)] = []
  /// Outputs that git tracks, which no stage may write; nil until the first stage starts.
  var trackedByGit: Set<RepositoryPath>?
  var report = ReproReport()
  /// Whether a failure was told while other stages ran.
  var hasTold = false
  /// Nothing starts any more.
  var isStopping = false

  init(
    repository: Repository, planned: PlannedRepro, executors: Executors, environment: [String: String],
    event: @escaping (ReproEvent) -> Void
  ) throws(Failure) {
    self.repository = repository
    graph = planned.graph
    project = planned.project
    options = planned.options
    addition = planned.addition
    self.executors = executors
    self.environment = environment
    self.event = event
    observer = try repository.observer(runningCommands: true)
    results = planned.options.usesRunCache ? try repository.earlierResults() : { _, _ in nil }
    folder = try RunFolder.begin(in: repository.home)
    let inbox = try Mailbox<Message>()
    self.inbox = inbox
    locks = LockCache(in: repository.root)
    recorder = try GroupRecorder(
      try Repository(beside: repository), command: planned.addition == nil ? "repro" : "run", locks: locks,
      report: { inbox.send(.recorded($0)) })
    actions = Dictionary(planned.plan.steps.map { ($0.stage, $0.action) }, uniquingKeysWith: { first, _ in first })
    let graph = planned.graph
    schedule = StageSchedule(
      planned.plan.steps.map(\.stage), before: { graph.upstream(of: $0) }, capacity: planned.capacity)
    devices = DevicePool(Machine.graphicsProcessors(environment))
    outputs = OutputWatch(graph.stages, root: repository.root)
  }

  /// Runs until nothing can run any more and everything that was done is recorded. Throws what went wrong, if anything.
  func run() throws(Failure) {
    outputs.lookAtAll(inDepth: { [actions] id in
      switch actions[id] ?? .upToDate {
      case .upToDate, .frozen, .runIfChanged: true
      case .run, .restore, .reuse: false
      }
    })
    while true {
      if Interruption.isRequested { isStopping = true }
      while !isStopping, try startOne() {}
      let isWaiting = !isStopping && !awaited.isEmpty
      if running.isEmpty, !isWaiting { break }
      // Long enough to be idle, short enough for a clock on the screen and for a stage that another process holds.
      for message in inbox.receive(patience: isWaiting ? 50 : 100) { handle(message) }
      event(.tick)
    }
    lookInDepth(isLast: true)
    recorder.finish()
    for message in inbox.receive(patience: 0) { handle(message) }
    // What could not be put back stays for the next command.
    if try folder.stagesAtWork().isEmpty { try folder.drop() }
    // Also after a failure: what was done before it is recorded.
    try Interruption.shielded { () throws(Failure) in try repository.openReader?.indexes.flush() }
    try throwFailures()
  }

  private func handle(_ message: Message) {
    switch message {
    case .recorded(let done): settle(done)
    case .work(.output(let id, let bytes)):
      event(.output(id, bytes))
      running[id]?.work.consumed(bytes.count)
    case .work(.retrying(let id, let text)): event(.retrying(id, text))
    case .work(.ended(let id, let outcome)):
      guard var ended = running.removeValue(forKey: id) else { return }
      ended.work.join()
      devices.giveBack(id)
      self.ended.append((id, ended.startTime, wallClock()))
      // Any of those at work may have done it.
      let strangers = changedElsewhere() + lookInDepth(isLast: false)
      ended.strangers += strangers
      for id in running.keys { running[id]?.strangers += strangers }
      finish(ended, outcome)
    }
  }

  // MARK: - Deciding

  /// Takes the first ready stage a step further. Returns false when none can be.
  private func startOne() throws(Failure) -> Bool {
    for id in schedule.ready {
      guard let stage = graph[id] else { continue }
      do throws(Failure) {
        if try advance(stage) { return true }
      } catch {
        fail(stage.id, error)
        return true
      }
    }
    return false
  }

  /// Returns false when the stage has to wait: for room, or for another process.
  private func advance(_ stage: Stage) throws(Failure) -> Bool {
    switch actions[stage.id] ?? .upToDate {
    case .upToDate: skip(stage, .upToDate(stage.id))
    case .frozen: skip(stage, .frozen(stage.id))
    case .runIfChanged:
      // The stages before it are done: now it can be judged by what they made.
      let action = try judge(stage)
      if case .upToDate = action { skip(stage, .unchanged(stage.id)) } else { actions[stage.id] = action }
    case .restore, .reuse, .run:
      guard schedule.hasRoom(for: try needs(of: stage)) else { return false }
      guard let claim = try claim(stage) else { return false }
      do throws(Failure) {
        try carryOut(stage, claim)
      } catch {
        try giveUp(claim, because: error)
      }
    }
    return true
  }

  func needs(of stage: Stage) throws(Failure) -> StageSchedule.Needs {
    try executors.executor(for: stage).usesThisMachine ? .here(stage.resources) : .elsewhere
  }

  func skip(_ stage: Stage, _ told: ReproEvent) {
    report.skipped.append(stage.id)
    event(told)
    schedule.finish(stage.id)
  }

  /// What is to be done about the stage as things are now.
  func judge(_ stage: Stage) throws(Failure) -> ReproPlan.Action {
    observer.forgetWhatWasSeen()
    let lock = project.locked(stage.id)
    let state = try observer.state(of: stage, lock: lock)
    let plan = ReproPlan(
      graph: graph, selection: [stage.id], states: [stage.id: state], lock: lock.map { [stage.id: $0] } ?? [:],
      drift: try repository.settings.environmentDrift(), results: results)
    return plan.steps.first?.action ?? .upToDate
  }

  /// Makes sure that nobody else runs the stage. Returns nil while somebody does.
  private func claim(_ stage: Stage) throws(Failure) -> StageClaim? {
    guard let claim = try StageClaim.take(stage.id, for: folder) else {
      if awaited.insert(stage.id).inserted { event(.waiting(stage.id)) }
      return nil
    }
    let hasWaited = awaited.remove(stage.id) != nil
    // Whoever had it may have died.
    if hasWaited { for told in try repository.settleAbandonedRuns() { event(.recovered(told)) } }
    // Another process may have run it since the plan was made: then it is judged by what that has recorded.
    let entry = try locks.lock(at: Project.lock(of: stage.id.file)).stages[stage.id.name]
    if entry != project.locked(stage.id) || hasWaited {
      project.lock(stage.id, entry)
      actions[stage.id] = try judge(stage)
    }
    return claim
  }

  private func carryOut(_ stage: Stage, _ claim: StageClaim) throws(Failure) {
    outputs.forget(stage.id)
    switch actions[stage.id] ?? .upToDate {
    case .upToDate, .frozen, .runIfChanged:
      try claim.drop()
      outputs.look(at: stage)
      skip(stage, .madeElsewhere(stage.id))
    case .restore(let paths): try restoreOrRun(stage, paths, claim)
    case .reuse(let result, let reasons): try reuseOrRun(result, stage, reasons, claim)
    case .run(let reasons): try start(stage, reasons, claim)
    }
  }

  private func giveUp(_ claim: StageClaim, because cause: Failure) throws(Failure) {
    try putBack(claim, because: cause)
    throw cause
  }

  // MARK: - Failures

  /// Neither the stage nor what follows it is done.
  func fail(_ id: StageID, _ failure: Failure) {
    let blocked = schedule.drop(id)
    devices.giveBack(id)
    report.failed.append((id, failure))
    report.blocked += blocked
    if failure.category == .stageFailed, addition == nil {
      let why = failure.why.split(separator: "; its last lines:").first.map(String.init) ?? failure.why
      // It is told anyway.
      try? StageFailures.note(id, why, in: repository.home)
    }
    if failure.category == .interrupted || !options.keepsGoing { isStopping = true }
    if let stage = graph[id] { outputs.look(at: stage) }
    let isLast = !options.keepsGoing && running.isEmpty && report.failed.count == 1
    if !isLast { hasTold = true }
    event(.failed(id, failure, isLast: isLast))
  }

  /// Brings back what the outputs held, and lets the stage go.
  func putBack(_ claim: StageClaim, because cause: Failure) throws(Failure) {
    do throws(Failure) {
      try Interruption.shielded { () throws(Failure) in
        try repository.putBack(claim)
        try claim.drop()
      }
    } catch {
      throw Failure(
        cause.what, why: "\(cause.why); and its earlier outputs could not be put back: \(error.why)",
        hint: "mlrepo checkout", category: cause.category)
    }
  }

  private func throwFailures() throws(Failure) {
    if Interruption.isRequested, !report.failed.contains(where: { $0.failure.category == .interrupted }) {
      try Interruption.check()
    }
    guard let first = report.failed.first else { return }
    if !hasTold { throw first.failure }
    func names(_ stages: [StageID]) -> String { stages.map { "'\($0)'" }.joined(separator: ", ") }
    let failed = names(report.failed.map(\.stage))
    if let stopped = report.failed.first(where: { $0.failure.category == .interrupted }) {
      throw Failure(
        report.failed.count == 1 ? stopped.failure.what : "stages were stopped: \(failed)", why: "interrupted",
        hint: "their earlier outputs are back in place; 'mlrepo repro' runs them again", category: .interrupted)
    }
    // Its last lines were shown when it failed.
    let why = String(first.failure.why.prefix { $0 != "\n" }.split(separator: "; its last lines:").first ?? "")
    throw Failure(
      report.failed.count == 1 ? first.failure.what : "\(report.failed.count) stages failed",
      why: (report.failed.count == 1 ? why : failed)
        + (report.blocked.isEmpty ? "" : "; not run because of that: \(names(report.blocked))"),
      hint: first.failure.category == .stageFailed ? "the whole output of each is in .mlrepo/logs" : first.failure.hint,
      category: first.failure.category)
  }
}
