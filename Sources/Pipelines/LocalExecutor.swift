import CSystem
package import Diagnostics
import Files
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Runs jobs on this machine, each command by `/bin/sh` in a process group of its own. A guard process ends the groups
/// when this process dies without having done so, by `kill -9` for instance.
package final class LocalExecutor: Executor {
  /// Seconds between asking a job to end and ending it.
  private let grace: Double
  /// Started with the first command: where nothing is to be done, it would take longer than all the rest.
  private let groupGuard = Mutex<GroupGuard?>(nil)

  package var usesThisMachine: Bool { true }

  package init(grace: Double = 5) { self.grace = grace }

  package func start(_ job: Job) throws(Failure) -> any RunningJob {
    let running = LocalJob(job, grace: grace, executor: self)
    try running.startNext()
    return running
  }

  fileprivate func note(_ group: pid_t, isAtWork: Bool) {
    groupGuard.withLock { known in
      let there = known ?? GroupGuard()
      known = there
      there.tell(isAtWork ? group : -group)
    }
  }
}

/// The process that ends the groups it was told of when this one is gone.
private final class GroupGuard: Sendable {
  private let pipe: Int32
  private let process: pid_t

  init() {
    var process = pid_t()
    pipe = mlrepo_guard_start(&process)
    self.process = process
  }

  deinit {
    guard pipe >= 0 else { return }
    close(pipe)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
  }

  func tell(_ message: pid_t) {
    if pipe >= 0 { mlrepo_guard_tell(pipe, message) }
  }
}

/// The commands of one job, one after the other.
private final class LocalJob: RunningJob {
  private let job: Job
  private let grace: Double
  /// Also keeps the guard.
  private let executor: LocalExecutor
  private var next = 0
  private var command: (text: String, process: LocalProcess)?
  private var isCancelled = false
  /// When what was asked to end is ended, in nanoseconds.
  private var deadline: Int64?

  init(_ job: Job, grace: Double, executor: LocalExecutor) {
    self.job = job
    self.grace = grace
    self.executor = executor
  }

  deinit { finishCommand(killing: true) }

  var handle: String { command.map { "process \($0.process.id)" } ?? "no process" }

  func startNext() throws(Failure) {
    let text = job.commands[next]
    let started = try LocalProcess(["/bin/sh", "-c", text], in: job.folder, job.environment)
    executor.note(started.id, isAtWork: true)
    command = (text, started)
    next += 1
  }

  func poll(
    patience: Int, output: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> JobOutcome? {
    guard let (text, process) = command else { return .succeeded }
    if let deadline, wallClock() >= deadline { kill(-process.id, SIGKILL) }
    guard try process.forward(patience: patience, output) else { return nil }
    let status = finishCommand(killing: false)
    if isCancelled { return .cancelled }
    let code = mlrepo_exit_code(status)
    if code > 0 { return .failed(command: text, code: Int(code)) }
    if code < 0 { return .killed(command: text, signal: Int(mlrepo_term_signal(status))) }
    if next == job.commands.count { return .succeeded }
    try startNext()
    return nil
  }

  func cancel() {
    guard !isCancelled, let command else { return }
    isCancelled = true
    deadline = wallClock() + Int64(grace * 1e9)
    kill(-command.process.id, SIGTERM)
  }

  /// Ends what the command has left behind in its group, which must not go on writing, and takes its status.
  @discardableResult
  private func finishCommand(killing: Bool) -> Int32 {
    guard let process = command?.process else { return 0 }
    command = nil
    return process.end { executor.note(process.id, isAtWork: false) }
  }
}
