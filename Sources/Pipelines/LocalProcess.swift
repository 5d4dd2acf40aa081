import CSystem
import Diagnostics
import Files

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A program at work on this machine, in a process group of its own. Whoever starts it calls `end`.
final class LocalProcess {
  let id: pid_t
  private let readEnd: Int32
  /// Tells when the process has ended; -1 where the system has no such thing.
  private let processHandle: Int32
  private var isOutputOpen = true
  private let folder: [UInt8]

  init(_ arguments: [String], in folder: [UInt8], _ environment: [String: String]) throws(Failure) {
    self.folder = folder
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw .system("make a pipe for", folder, errno: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    readEnd = ends[0]
    let variables = environment.map { "\($0.key)=\($0.value)" }.sorted()
    var started = pid_t()
    let code = withCStrings(arguments) { argv in
      withCStrings(variables) { envp in
        withCPath(folder) { mlrepo_spawn(argv, envp, $0, ends[1], &started) }
      }
    }
    close(ends[1])
    id = started
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

  /// Ends what runs of its group, which must not go on writing, and returns its status as waitpid(2) gives it.
  @discardableResult
  func end(_ ended: () -> Void = {}) -> Int32 {
    // Before the wait: after it the number of the group may be somebody else's.
    kill(-id, SIGKILL)
    ended()
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
    return status
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
    return waitid(P_PID, id_t(id), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo != 0
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
