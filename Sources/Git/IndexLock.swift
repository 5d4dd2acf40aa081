import Diagnostics
import Files

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Git's lock on an index: the file `index.lock` beside it.
///
/// libgit2 takes this lock only while it writes, so what another command staged between its reading and its writing
/// would be lost. Here the lock is held from before the reading. What is changed is a copy of the index, which takes the
/// index's place at the end; unless published, nothing changed.
///
/// A process may die while it holds the lock, and git's lock does not tell. So `index.lock` is a second name of the file
/// `mlrepo.lock`, on which the living process holds a lock of the kernel: whoever gets that one may take the other away.
final class IndexLock {
  /// A copy of the index, to be changed.
  let path: [UInt8]
  private let index: [UInt8]
  private let folder: [UInt8]
  private let lock: [UInt8]
  private let ownerPath: [UInt8]
  private let owner: Int32

  init(on index: [UInt8]) throws(Failure) {
    let folder = index.lastIndex(of: UInt8(ascii: "/")).map { Array(index[...$0]) } ?? []
    self.index = index
    self.folder = folder
    path = folder + Array("mlrepo.index".utf8)
    lock = index + Array(".lock".utf8)
    ownerPath = folder + Array("mlrepo.lock".utf8)
    owner = try Self.own(ownerPath)
    // When one of these fails, `deinit` runs.
    removeLeftovers()
    try take()
    try copyIndex()
  }

  deinit {
    removeLeftovers()
    FileSystem.withPath(ownerPath) { _ = unlink($0) }
    close(owner)
  }

  /// Puts the changed copy in the index's place. Git itself flushes neither its content nor its name.
  func publish(_ durability: Durability) throws(Failure) {
    try FileSystem.sync(path, durability)
    let code = FileSystem.withPath(path) { from in FileSystem.withPath(index) { rename(from, $0) } }
    if code != 0 { throw FileSystem.failure("cannot replace git's index '\(PathText.escape(index))'") }
    // Before the names are made durable: git's lock must not come back after a loss of power.
    removeLeftovers()
    try FileSystem.sync(folder, durability)
  }

  /// Takes away what this process, or one that died with the lock, has left. Nobody else does while the owner is held.
  private func removeLeftovers() {
    for leftover in [path, path + Array(".lock".utf8)] { FileSystem.withPath(leftover) { _ = unlink($0) } }
    // Twice, for a lock that stays blocks git.
    for _ in 0..<2 where Self.isSame(owner, lock) { FileSystem.withPath(lock) { _ = unlink($0) } }
  }

  /// Whether the open file is the one that has this name now.
  private static func isSame(_ descriptor: Int32, _ path: [UInt8]) -> Bool {
    var (open, named) = (stat(), stat())
    guard fstat(descriptor, &open) == 0, FileSystem.withPath(path, { lstat($0, &named) }) == 0 else { return false }
    return open.st_ino == named.st_ino && open.st_dev == named.st_dev
  }

  /// Opens the file whose kernel lock only one living process holds. That takes moments, so waiting spares failures.
  private static func own(_ path: [UInt8]) throws(Failure) -> Int32 {
    for _ in 0..<400 {
      let descriptor = FileSystem.withPath(path) { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
      if descriptor < 0 { break }
      // The one before may have taken the name away meanwhile.
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0, isSame(descriptor, path) { return descriptor }
      let reason = errno
      close(descriptor)
      errno = reason
      usleep(25_000)
    }
    throw FileSystem.failure("cannot lock git's index with '\(PathText.escape(path))'")
  }

  /// Other commands hold git's lock for moments only, so waiting half a second spares most failures.
  private func take() throws(Failure) {
    for attempt in 1...10 {
      let code = FileSystem.withPath(ownerPath) { from in FileSystem.withPath(lock) { link(from, $0) } }
      if code == 0 { return }
      guard errno == EEXIST else { throw FileSystem.failure("cannot lock git's index with '\(PathText.escape(lock))'") }
      if attempt < 10 { usleep(50_000) }
    }
    let shown = PathText.escape(lock)
    throw Failure(
      "cannot change git's index", why: "another git command is at work, or one died and left '\(shown)'",
      hint: "if no git command is running: rm '\(shown)'", category: .locked)
  }

  /// Copies bytes and times. By the index's own time git knows which files changed too recently to trust their
  /// times ("racily clean"), so the copy must not look younger than the original. Most builds of git compare whole
  /// seconds, libgit2 nanoseconds: it would leave out what was changed in the second of the index, and git would take
  /// such a file for unchanged from then on. So the copy's time is the beginning of that second. A missing index is an
  /// empty one.
  private func copyIndex() throws(Failure) {
    let what = "cannot copy git's index '\(PathText.escape(index))'"
    let original = try FileSystem.contents(of: index)
    let descriptor = FileSystem.withPath(path) { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
    guard descriptor >= 0 else { throw FileSystem.failure(what) }
    defer { close(descriptor) }
    let bytes = original ?? emptyIndex
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileSystem.failure(what) }
      written += count
    }
    if original == nil { return }
    var status = stat()
    guard FileSystem.withPath(index, { stat($0, &status) }) == 0 else { throw FileSystem.failure(what) }
    #if canImport(Glibc)
      var times = [status.st_atim, status.st_mtim]
    #else
      var times = [status.st_atimespec, status.st_mtimespec]
    #endif
    times[1].tv_nsec = 0
    guard futimens(descriptor, times) == 0 else { throw FileSystem.failure(what) }
  }
}

/// An index without entries: its header (version 2) and the header's SHA-1.
private let emptyIndex: [UInt8] =
  Array("DIRC".utf8) + [0, 0, 0, 2, 0, 0, 0, 0] + [
    0x39, 0xd8, 0x90, 0x13, 0x9e, 0xe5, 0x35, 0x6c, 0x7e, 0xf5, 0x72, 0x21, 0x6c, 0xeb, 0xcd, 0x27, 0xaa, 0x41, 0xf9,
    0xdf,
  ]
