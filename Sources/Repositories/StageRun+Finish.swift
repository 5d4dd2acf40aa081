import Diagnostics
import Files
import Objects
import Pipelines
import Workspaces

extension StageRun {
  /// The commands of a stage have come to their end.
  func finish(_ ended: Running, _ outcome: Result<JobOutcome, Failure>) {
    let stage = ended.work.stage
    do throws(Failure) {
      let trace = try trace(of: ended)
      if let trace, addition?.isFound != true { tell(trace, of: stage, ended.before) }
      try check(outcome, of: ended)
      try checkStill(ended)
      if let trace, addition?.isFound == true {
        try recordFound(trace, ended)
      } else if options.isCommitted {
        try record(stage, ended.before, ended.held, ended.key, ended.claim)
      } else {
        try ended.claim.drop()
        schedule.finish(stage.id)
      }
    } catch {
      do throws(Failure) {
        try putBack(ended.claim, because: error)
        fail(stage.id, error)
      } catch {
        fail(stage.id, error)
      }
      return
    }
    outputs.look(at: stage)
    report.ran.append(stage.id)
    event(.finished(stage.id, seconds: monotonicSeconds() - ended.start))
  }

  /// Hashes what the stage has made and hands it on to be recorded. What follows the stage may start.
  func record(
    _ stage: Stage, _ before: StageState, _ held: [RepositoryPath: Content], _ key: RunKey?, _ claim: StageClaim
  ) throws(Failure) {
    var result = try StageRecorder(repository: repository).measure(
      stage, before, held: held, in: recorder.session, key: key)
    result.addition = addition
    project.lock(stage.id, result.entry)
    recorder.record((result, claim))
    schedule.finish(stage.id)
  }

  /// Some results are in the lock, or could not be brought there.
  func settle(_ done: GroupRecorder.Report) {
    guard let failure = done.failure else { return }
    isStopping = true
    for (result, claim) in done.items.reversed() {
      let id = result.stage.id
      report.ran.removeAll { $0 == id }
      do throws(Failure) {
        // It may have come as far as the lock.
        let lock = try locks.lock(at: Project.lock(of: id.file))
        if lock.stages[id.name] == result.entry { try claim.drop() } else { try putBack(claim, because: failure) }
      } catch {
        report.failed.append((id, error))
        continue
      }
      hasTold = true
      let told = Failure(
        "cannot record the stage '\(id)'", why: "\(failure.what): \(failure.why)", hint: failure.hint,
        category: failure.category)
      event(.failed(id, told, isLast: false))
      report.failed.append((id, told))
    }
  }

  private func check(_ outcome: Result<JobOutcome, Failure>, of ended: Running) throws(Failure) {
    let (id, log) = (ended.work.stage.id, ended.work.log)
    switch try outcome.get() {
    case .succeeded: return
    case .cancelled:
      throw Failure(
        "the stage '\(id)' was stopped", why: "interrupted",
        hint: "its earlier outputs are back in place; 'mlrepo repro' runs it again", category: .interrupted)
    case let other:
      throw Failure(
        "the stage '\(id)' failed", why: ended.work.untraced(other).text(item: ended.work.failedItem) + log.tail(),
        hint: "the whole output is in \(word: log.path)", category: .stageFailed)
    }
  }

  /// A result made from inputs that moved under the command must not be recorded as theirs, and a stage that writes where
  /// others do has made more than it says.
  private func checkStill(_ ended: Running) throws(Failure) {
    let stage = ended.work.stage
    observer.forgetWhatWasSeen()
    guard let moved = try movedInput(of: stage, since: ended.before) else {
      guard let path = ended.strangers.first else { return }
      let beside = running.isEmpty ? "" : ", or one of those that ran beside it"
      throw tainted(
        stage, "\(told(path)) changed while it ran: its command wrote there\(beside)", hint: Self.ownOutputsOnly)
    }
    throw tainted(
      stage, "\(moved) changed while it ran", hint: "run 'mlrepo repro' again when nothing else writes there")
  }

  func tainted(_ stage: Stage, _ why: String, hint: String) -> Failure {
    Failure("cannot record the stage '\(stage.id)'", why: why, hint: hint, category: .stageFailed)
  }

  private func movedInput(of stage: Stage, since before: StageState) throws(Failure) -> String? {
    let after = try observer.dependencies(of: stage)
    if let path = before.dependencies.keys.sorted().first(where: { before.dependencies[$0] != after[$0] }) {
      return "its dependency \(path)"
    }
    if try observer.params(of: stage) != before.params { return "its params" }
    var files = stage
    // What a command prints is asked for once.
    files.sources = stage.sources.filter { if case .command = $0 { false } else { true } }
    let sources = try observer.sources(of: files)
    for source in files.sources {
      guard let then = before.sources[source], let now = sources[source], then.isSame(as: now) else {
        return "its dependency \(source.text)"
      }
    }
    if try observer.items(of: stage)?.mapValues(\.id) != before.items?.mapValues(\.id) {
      return "what its 'map' goes through"
    }
    return nil
  }
}
