import Diagnostics
import Files
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite("the lock of a repository")
struct FileLockTests {
  @Test("a second holder is refused and told who holds it; afterwards the lock is free")
  func exclusion() throws {
    let sandbox = try Sandbox()
    let folder = try sandbox.open()
    func hold() throws {
      let lock = try FileLock("lock", in: folder, holder: "mlrepo add", patience: 0)
      let expected = Failure(
        "cannot lock the repository", why: "mlrepo add (pid \(getpid())) has held the lock for over 0 s",
        hint: "wait for it to end, or give more time with 'mlrepo config core.lockTimeout SECONDS'", category: .locked)
      #expect(failure { _ = try FileLock("lock", in: folder, holder: "mlrepo gc", patience: 0) } == expected)
      _ = consume lock
    }
    try hold()
    try hold()
    _ = try FileLock("lock", in: folder, holder: "a", patience: 0)
    #expect(sandbox.read("lock") == bytes("a (pid \(getpid()))"))
  }

  @Test("who waits is told once for whom, and gets the lock when it is free", .timeLimit(.minutes(1)))
  func waiting() throws {
    let sandbox = try Sandbox()
    try sandbox.write("someone else", to: "lock")
    let holder = try ChildHolder(lock: sandbox.absolute("lock"))
    var told: [String] = []
    _ = try FileLock("lock", in: sandbox.open(), holder: "b", patience: 50) { name in
      told.append(name)
      holder.release()
    }
    #expect(told == ["someone else"])
  }
}

/// Holds a lock through a descriptor of its own, as another process would.
private final class ChildHolder {
  private let descriptor: Int32

  init(lock path: String) throws {
    descriptor = open(path, O_RDWR | O_CLOEXEC)
    try #require(descriptor >= 0 && flock(descriptor, LOCK_EX) == 0)
  }

  func release() { flock(descriptor, LOCK_UN) }

  deinit { close(descriptor) }
}
