import CGit2
import Diagnostics
import Files

/// The one place that starts libgit2 and turns its results into explained failures.
enum LibGit2 {
  /// Starting costs 5 ms, so it happens at the first use; once is enough for the life of the process.
  private static let started = git_libgit2_init()

  static func start() throws(Failure) {
    if started < 0 { throw failure(started, "cannot start libgit2") }
  }

  /// What libgit2 writes from now on is as durable as `durability` says.
  static func start(_ durability: Durability) throws(Failure) {
    try start()
    try check(mlrepo_git_set_fsync(durability == .off ? 0 : 1), "cannot make what libgit2 writes durable")
  }

  /// Throws what libgit2 says if `code` is an error. `what` names what fails and on which path.
  static func check(_ code: Int32, _ what: @autoclosure () -> String) throws(Failure) {
    if code < 0 { throw failure(code, what()) }
  }

  /// Returns the failure that `code` and libgit2's last message stand for.
  static func failure(_ code: Int32, _ what: String) -> Failure {
    let why = lastMessage ?? "libgit2 gave error \(code)"
    switch git_error_code(rawValue: code) {
    case GIT_ELOCKED:
      return Failure(what, why: why, hint: "wait for the other git command, then try again", category: .locked)
    case GIT_EOWNER:
      return Failure(
        what, why: "it belongs to another user, and git does not trust such repositories", category: .notARepository)
    default:
      return Failure(what, why: why)
    }
  }

  static func isCode(_ code: Int32, _ expected: git_error_code) -> Bool { code == expected.rawValue }

  static var lastMessage: String? {
    guard let error = git_error_last(), let message = error.pointee.message else { return nil }
    let text = PathText.escape(bytes(of: message))
    return text.isEmpty ? nil : text
  }

  /// The bytes of a C string, without its NUL.
  static func bytes(of string: UnsafePointer<CChar>?) -> [UInt8] {
    guard let string else { return [] }
    var length = 0
    while string[length] != 0 { length += 1 }
    return UnsafeRawBufferPointer(start: string, count: length).map { $0 }
  }

  /// Calls `body` with `bytes` as a C string. A NUL in the middle would cut it short, so it is refused.
  static func withCString<Result>(
    _ bytes: some Collection<UInt8>, _ body: (UnsafePointer<CChar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if bytes.contains(0) { throw Failure("cannot use '\(PathText.escape(bytes))'", why: "it holds a NUL byte") }
    let string = UnsafeMutableBufferPointer<CChar>.allocate(capacity: bytes.count + 1)
    defer { string.deallocate() }
    _ = string.initialize(from: bytes.lazy.map { CChar(bitPattern: $0) } + [0])
    guard let start = string.baseAddress else { throw Failure("cannot make a C string", why: "out of memory") }
    return try body(start)
  }
}
