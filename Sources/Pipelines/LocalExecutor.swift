import CSystem
package import Diagnostics
import Files

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
  private let guardPipe: Int32
  private let guardProcess: pid_t

  package init(grace: Double = 5) {
    self.grace = grace
    var process = pid_t()
    guardPipe = mlrepo_guard_start(&process)
    guardProcess = process
  }

  deinit {
    guard guardPipe >= 0 else { return }
    close(guardPipe)
    var status: Int32 = 0
    while waitpid(guardProcess, &status, 0) < 0, errno == EINTR {}
  }

  package func start(_ job: Job) throws(Failure) -> any RunningJob {
    let running = LocalJob(job, grace: grace, executor: self)
    try running.startNext()
    return running
  }

  fileprivate func note(_ group: pid_t, isAtWork: Bool) {
    if guardPipe >= 0 { mlrepo_guard_tell(guardPipe, isAtWork ? group : -group) }
  }
}

/// The commands of one job, one after the other.
private final class LocalJob: RunningJob {
  private let job: Job
  private let grace: Double
  /// Also keeps the guard.
  private let executor: LocalExecutor
  private var next = 0
  private var command: LocalCommand?
  private var isCancelled = false
  /// When what was asked to end is ended, in nanoseconds.
  private var deadline: Int64?

  init(_ job: Job, grace: Double, executor: LocalExecutor) {
    self.job = job
    self.grace = grace
    self.executor = executor
  }

  deinit { finishCommand(killing: true) }

  var handle: String { command.map { "process \($0.process)" } ?? "no process" }

  func startNext() throws(Failure) {
    let started = try LocalCommand(job.commands[next], in: job.folder, job.environment)
    executor.note(started.process, isAtWork: true)
    command = started
    next += 1
  }

  func poll(
    patience: Int, output: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> JobOutcome? {
    guard let command else { return .succeeded }
    if let deadline, wallClock() >= deadline { kill(-command.process, SIGKILL) }
    guard try command.forward(patience: patience, output) else { return nil }
    let status = finishCommand(killing: false)
    if isCancelled { return .cancelled }
    let code = mlrepo_exit_code(status)
    if code > 0 { return .failed(command: command.text, code: Int(code)) }
    if code < 0 { return .killed(command: command.text, signal: Int(mlrepo_term_signal(status))) }
    if next == job.commands.count { return .succeeded }
    try startNext()
    return nil
  }

  func cancel() {
    guard !isCancelled, let command else { return }
    isCancelled = true
    deadline = wallClock() + Int64(grace * 1e9)
    kill(-command.process, SIGTERM)
  }

  /// Ends what the command has left behind in its group, which must not go on writing, and takes its status.
  @discardableResult
  private func finishCommand(killing: Bool) -> Int32 {
    guard let ended = command else { return 0 }
    command = nil
    // Before the wait: after it the number of the group may be somebody else's.
    kill(-ended.process, SIGKILL)
    executor.note(ended.process, isAtWork: false)
    var status: Int32 = 0
    while waitpid(ended.process, &status, 0) < 0, errno == EINTR {}
    return status
  }
}

/// One shell command at work.
private final class LocalCommand {
  let text: String
  let process: pid_t
  private let readEnd: Int32
  /// Tells when the process has ended; -1 where the system has no such thing.
  private let processHandle: Int32
  private var isOutputOpen = true
  private let folder: [UInt8]

  init(_ text: String, in folder: [UInt8], _ environment: [String: String]) throws(Failure) {
    self.text = text
    self.folder = folder
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw .system("make a pipe for", folder, errno: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    readEnd = ends[0]
    let variables = environment.map { "\($0.key)=\($0.value)" }.sorted()
    var started = pid_t()
    let code = withCStrings(["/bin/sh", "-c", text]) { argv in
      withCStrings(variables) { envp in
        withCPath(folder) { mlrepo_spawn(argv, envp, $0, ends[1], &started) }
      }
    }
    close(ends[1])
    process = started
    guard code == 0 else {
      processHandle = -1
      throw .system("start a command in", folder, errno: code)
    }
    processHandle = mlrepo_process_handle(started)
  }

  deinit {
    close(readEnd)
    if processHandle >= 0 { close(processHandle) }
  }

  /// Passes on what the command prints; returns whether it has ended. One that closed its output may run on, and what it
  /// started in the background may hold its output open.
  func forward(
    patience: Int, _ output: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> Bool {
    if wait(patience) {
      try read(output)
      return !isOutputOpen && hasEnded
    }
    guard hasEnded else { return false }
    // All that it printed itself is in the pipe by now; what it left behind may print without end.
    for _ in 0..<64 where isOutputOpen && wait(0) { try read(output) }
    return true
  }

  /// Waits for output, but not longer than for the end of the process. Returns whether there is any, or its end.
  private func wait(_ patience: Int) -> Bool {
    var waited = [pollfd(fd: processHandle, events: Int16(POLLIN), revents: 0)]
    if isOutputOpen { waited.append(pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)) }
    // Without a handle the process must be asked now and then.
    let limit = processHandle < 0 && !isOutputOpen ? min(patience, 5) : patience
    let ready = poll(&waited, nfds_t(waited.count), Int32(clamping: limit))
    return ready > 0 && isOutputOpen && waited[1].revents != 0
  }

  private func read(_ output: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    defer { buffer.deallocate() }
    let count = systemRead(readEnd, buffer.baseAddress, buffer.count)
    if count < 0 {
      if errno == EINTR { return }
      throw .system("read the output of a command in", folder, errno: errno)
    }
    if count == 0 { isOutputOpen = false } else { try output(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
  }

  private var hasEnded: Bool {
    var info = siginfo_t()
    return waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo != 0
  }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}

/// Calls `body` with `strings` as a C array that ends in NULL.
private func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
  pointers.append(nil)
  defer { for pointer in pointers { free(pointer) } }
  return pointers.withUnsafeBufferPointer { body($0.baseAddress.unsafelyUnwrapped) }
}
