import CSystem
package import Diagnostics
import Files

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Runs jobs on this machine, each command by `/bin/sh` in a process group of its own.
package struct LocalExecutor: Executor {
  /// Seconds between asking a job to end and ending it.
  private let grace: Int

  package init(grace: Int = 5) { self.grace = grace }

  package func run(
    _ job: Job, output: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> JobOutcome {
    for command in job.commands {
      let outcome = try run(command, job, output)
      if outcome != .succeeded { return outcome }
    }
    return .succeeded
  }

  private func run(
    _ command: String, _ job: Job, _ output: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> JobOutcome {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw .system("make a pipe for", job.folder, errno: errno) }
    let (readEnd, writeEnd) = (ends[0], ends[1])
    defer { close(readEnd) }
    _ = fcntl(readEnd, F_SETFD, FD_CLOEXEC)
    _ = fcntl(writeEnd, F_SETFD, FD_CLOEXEC)
    let process = try spawn(command, job, writeEnd)
    close(writeEnd)
    var wasInterrupted = false
    do throws(Failure) {
      wasInterrupted = try forward(from: readEnd, of: process, output)
      if waitForEnd(of: process, wasInterrupted: wasInterrupted) { wasInterrupted = true }
    } catch {
      end(process)
      _ = wait(process)
      throw error
    }
    // What the command left behind in its group must not go on writing. Before the wait: after it the number of the
    // group may be somebody else's.
    kill(-process, SIGKILL)
    let status = wait(process)
    if wasInterrupted { return .interrupted }
    let code = mlrepo_exit_code(status)
    if code == 0 { return .succeeded }
    if code > 0 { return .failed(command: command, code: Int(code)) }
    return .killed(command: command, signal: Int(mlrepo_term_signal(status)))
  }

  private func spawn(_ command: String, _ job: Job, _ writeEnd: Int32) throws(Failure) -> pid_t {
    var process = pid_t()
    let arguments = ["/bin/sh", "-c", command]
    let environment = job.environment.map { "\($0.key)=\($0.value)" }.sorted()
    let code = withCStrings(arguments) { argv in
      withCStrings(environment) { envp in
        withCPath(job.folder) { mlrepo_spawn(argv, envp, $0, writeEnd, &process) }
      }
    }
    guard code == 0 else {
      close(writeEnd)
      throw .system("start a command in", job.folder, errno: code)
    }
    return process
  }

  /// Passes on what the job prints until it closes its output. Returns whether the user stopped it.
  private func forward(
    from readEnd: Int32, of process: pid_t, _ output: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> Bool {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    defer { buffer.deallocate() }
    var wasInterrupted = false
    while true {
      if Interruption.isRequested, !wasInterrupted {
        wasInterrupted = true
        end(process)
      }
      var descriptor = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
      let ready = poll(&descriptor, 1, 100)
      if ready == 0, hasEnded(process) { return wasInterrupted }
      guard ready > 0 else { continue }
      let count = read(readEnd, buffer.baseAddress, buffer.count)
      if count == 0 { return wasInterrupted }
      if count < 0 {
        if errno == EINTR { continue }
        throw .system("read the output of a command in", [UInt8(ascii: ".")], errno: errno)
      }
      try output(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// Whether the command itself is done, though something it started in the background still holds its output.
  private func hasEnded(_ process: pid_t) -> Bool {
    var info = siginfo_t()
    let code = waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT)
    return code == 0 && info.si_signo != 0
  }

  /// Waits for a command that may have closed its output long before. Returns whether the user stopped it.
  private func waitForEnd(of process: pid_t, wasInterrupted: Bool) -> Bool {
    var pause: UInt32 = 500
    while !hasEnded(process) {
      if Interruption.isRequested, !wasInterrupted {
        end(process)
        return true
      }
      usleep(pause)
      pause = min(50_000, pause * 2)
    }
    return false
  }

  /// Asks the whole group to end, and ends it when it does not.
  private func end(_ process: pid_t) {
    kill(-process, SIGTERM)
    for _ in 0..<(grace * 50) {
      if hasEnded(process) { break }
      usleep(20_000)
    }
    kill(-process, SIGKILL)
  }

  private func wait(_ process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status
  }
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
