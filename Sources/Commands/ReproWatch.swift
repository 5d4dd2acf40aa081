import Diagnostics
import Files
import Pipelines
import Repositories

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `repro --watch`: runs what is out of date, looks again and again, and runs again.
struct ReproWatch {
  private let verb: Repro

  init(_ verb: Repro) { self.verb = verb }

  func run() throws {
    // What a run failed on; it is not tried again before something is different.
    var failedOn: [StageID: StageState]?
    var lastError: Failure?
    var (isTold, isFirst) = (false, true)
    while !Interruption.isRequested {
      let start = monotonicSeconds()
      do throws(Failure) {
        let session = try Session(verb.global)
        let planned = try session.repository.planRepro(
          verb.options(session.console), current: session.console.currentFolder)
        if isFirst ? !planned.plan.isUpToDate : hasNews(planned.plan), planned.states != failedOn {
          (failedOn, isTold, isFirst) = (planned.states, false, false)
          lastError = nil
          try verb.execute(planned, session)
          failedOn = nil
          continue
        }
        isFirst = false
        if !isTold { session.console.tell("Watching for changes; Ctrl-C ends it.") }
        isTold = true
      } catch {
        if Interruption.isRequested { return }
        // A file that is being edited may be wrong for a while; it is told once.
        if error != lastError { complain(error) }
        (lastError, isTold) = (error, true)
      }
      pause(after: monotonicSeconds() - start)
    }
  }

  /// Whether anything is out of date but the stages that always are.
  private func hasNews(_ plan: ReproPlan) -> Bool {
    plan.steps.contains { step in
      switch step.action {
      case .run(let reasons): reasons != [.alwaysChanged]
      case .restore, .reuse: true
      case .upToDate, .frozen, .runIfChanged: false
      }
    }
  }

  /// Looks at most a tenth of the time, at least every half second.
  private func pause(after look: Double) {
    let end = monotonicSeconds() + max(0.5, look * 9)
    while monotonicSeconds() < end, !Interruption.isRequested { usleep(20_000) }
  }

  private func complain(_ failure: Failure) {
    var text = "error: \(failure.what)\nwhy: \(failure.why)\n"
    if let hint = failure.hint { text += "hint: \(hint)\n" }
    Console.write(text, to: 2)
  }
}
