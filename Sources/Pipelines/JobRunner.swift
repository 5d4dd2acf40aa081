package import Diagnostics
import Files
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A request to stop that one thread makes and another looks at.
package final class Cancellation: Sendable {
  private let requested = Atomic<Bool>(false)

  package init() {}

  package func request() { requested.store(true, ordering: .relaxed) }

  package var isRequested: Bool { requested.load(ordering: .relaxed) || Interruption.isRequested }
}

/// Runs a job to its end on any executor: stops it when it takes too long or somebody asks, and tries it again when it
/// fails.
package struct JobRunner: Sendable {
  private let executor: any Executor
  private let retries: Stage.Retries
  private let cancellation: Cancellation
  /// How long a look at the job may take, in milliseconds: how soon it is stopped.
  private static let patience = 100

  package init(_ executor: any Executor, retries: Stage.Retries = .init(), cancellation: Cancellation = .init()) {
    self.executor = executor
    self.retries = retries
    self.cancellation = cancellation
  }

  /// Runs `job` and returns how its last try ended. `output` is given what it prints. Before each further try `retry` is
  /// told how the one before ended and how many seconds there are until the next.
  package func run(
    _ job: Job, output: (UnsafeRawBufferPointer) throws(Failure) -> Void,
    retry: (_ outcome: JobOutcome, _ delay: Double) throws(Failure) -> Void = { _, _ throws(Failure) in }
  ) throws(Failure) -> JobOutcome {
    var delay = retries.delay
    for attempt in 0... {
      let outcome = try runOnce(job, output)
      if outcome == .succeeded || outcome == .cancelled || attempt >= retries.count { return outcome }
      try retry(outcome, delay)
      guard sleep(delay) else { return .cancelled }
      delay = min(delay * 2, 3600)
    }
    return .cancelled
  }

  private func runOnce(
    _ job: Job, _ output: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> JobOutcome {
    let running = try executor.start(job)
    var deadline: Double?
    var isLate = false
    while true {
      if deadline == nil, let timeout = job.timeout, !running.isWaiting { deadline = monotonicSeconds() + timeout }
      var patience = Self.patience
      if cancellation.isRequested {
        running.cancel()
      } else if let deadline, !isLate {
        let left = deadline - monotonicSeconds()
        if left <= 0 {
          isLate = true
          running.cancel()
        } else {
          patience = min(patience, max(1, Int(left * 1000)))
        }
      }
      guard let outcome = try running.poll(patience: patience, output: output) else { continue }
      if outcome == .cancelled, isLate, !cancellation.isRequested { return .timedOut(seconds: job.timeout ?? 0) }
      return outcome
    }
  }

  /// Returns false when somebody asked to stop meanwhile.
  private func sleep(_ seconds: Double) -> Bool {
    let end = monotonicSeconds() + seconds
    while !cancellation.isRequested {
      let left = end - monotonicSeconds()
      if left <= 0 { return true }
      usleep(UInt32(min(left, 0.05) * 1e6))
    }
    return false
  }
}
