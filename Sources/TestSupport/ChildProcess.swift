package import Diagnostics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A program that ran to its end, or to its time-out.
package struct ChildProcess: Equatable, Sendable {
  /// What it wrote to standard output and standard error, in the order it was written.
  package let output: [UInt8]
  /// Its exit status; 128 and the signal's number if a signal ended it; -1 if it was stopped at its time-out.
  package let status: Int32

  package var text: String { String(decoding: output, as: UTF8.self) }

  /// Runs `arguments` (looked up in `PATH` when there is no slash in the first) with exactly this environment, and waits.
  ///
  /// It reads from `/dev/null` and is the leader of a process group of its own, which is killed at the time-out.
  package static func run(
    _ arguments: [String], in folder: String, environment: [String: String], timeout seconds: Int = 60
  ) throws(Failure) -> ChildProcess {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw failure("cannot make a pipe", errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    let child: pid_t
    do {
      child = try spawn(arguments, in: folder, environment: environment, output: ends[1])
    } catch {
      close(ends[1])
      throw error
    }
    close(ends[1])
    let (output, isComplete) = collect(from: ends[0], until: now() + seconds * 1000)
    if !isComplete { kill(-child, SIGKILL) }
    var ended: Int32 = 0
    while waitpid(child, &ended, 0) < 0, errno == EINTR {}
    if !isComplete { return ChildProcess(output: output, status: -1) }
    let signal = ended & 0x7f
    return ChildProcess(output: output, status: signal == 0 ? (ended >> 8) & 0xff : 128 + signal)
  }

  private static func spawn(
    _ arguments: [String], in folder: String, environment: [String: String], output: Int32
  ) throws(Failure) -> pid_t {
    #if canImport(Glibc)
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #else
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, output, 2)
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    posix_spawnattr_setpgroup(&attributes, 0)
    // Whoever runs the tests may ignore or block some, and threads of a pool block most.
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)

    // Not every system can start a program in another folder, but every shell can.
    let program = executable(arguments.first ?? "", path: environment["PATH"] ?? "")
    let enter = ["/bin/sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", folder, program]
    let words = (enter + arguments.dropFirst()).map { strdup($0) }
    let variables = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") }
    defer { for string in words + variables { free(string) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, "/bin/sh", &actions, &attributes, words + [nil], variables + [nil])
    guard code == 0 else { throw failure("cannot start '\(program)' in '\(folder)'", code) }
    return child
  }

  private static func executable(_ name: String, path: String) -> String {
    if name.contains("/") { return name }
    let candidates = path.split(separator: ":").map { "\($0)/\(name)" }
    return candidates.first { access($0, X_OK) == 0 } ?? name
  }

  /// Reads to the end of the pipe, or to the deadline; says which of the two it was.
  private static func collect(from pipe: Int32, until deadline: Int) -> (output: [UInt8], isComplete: Bool) {
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      var waiting = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, Int32(clamping: max(0, deadline - now())))
      if ready < 0, errno == EINTR { continue }
      if ready <= 0 { return (output, false) }
      let count = buffer.withUnsafeMutableBytes { read(pipe, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return (output, true) }
      output += buffer[..<count]
    }
  }

  private static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }

  private static func failure(_ what: String, _ code: Int32) -> Failure {
    Failure(what, why: String(cString: strerror(code)))
  }
}
