package import Diagnostics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A lock on a file, held by the kernel for this process: it goes when the process does, however it ends.
package struct FileLock: ~Copyable, Sendable {
  private let handle: FileHandle

  /// Takes the lock file `name` in `folder`, waiting for at most `patience` seconds. `holder` says who takes it, for the
  /// message of whoever has to wait.
  package init(
    _ name: String, in folder: Folder, holder: String, patience: Int,
    waiting: (_ holder: String) -> Void = { _ in }
  ) throws(Failure) {
    let handle = try folder.openOrCreate(Array(name.utf8))
    // Whoever makes the lock of a shared folder makes it for all; for the others it is right already.
    if folder.sharedMode != nil { try? handle.setMode(0o664) }
    var (told, rounds) = (false, 0)
    let deadline = wallClock() + Int64(patience) * 1_000_000_000
    while flock(handle.descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else { throw .system("lock", handle.path, errno: errno) }
      let other = Self.holder(of: handle)
      guard wallClock() < deadline else {
        throw Failure(
          "cannot lock the repository", why: "\(other) has held the lock for over \(patience) s",
          hint: "wait for it to end, or give more time with 'mlrepo config core.lockTimeout SECONDS'",
          category: .locked)
      }
      // Most hold it for moments, and whoever has just taken it has not said its name yet.
      rounds += 1
      if !told, rounds > 5 {
        waiting(other)
        told = true
      }
      try Interruption.check()
      usleep(20_000)
    }
    try handle.truncate(to: 0)
    try handle.write(Array("\(holder) (pid \(getpid()))".utf8))
    self.handle = handle
  }

  // Said aloud, not left to the closing of the descriptor: a child that is being started at this moment has a copy of it
  // until it runs its program, and would hold the lock that long.
  deinit { flock(handle.descriptor, LOCK_UN) }

  private static func holder(of handle: borrowing FileHandle) -> String {
    var buffer = [UInt8](repeating: 0, count: 200)
    let count = buffer.withUnsafeMutableBytes { raw in (try? handle.read(at: 0, into: raw)) ?? 0 }
    return count == 0 ? "another mlrepo process" : PathText.escape(buffer[..<count])
  }
}
