import Diagnostics
import Files

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Git's lock on an index: the file `index.lock` beside it, which holds the next index and is renamed over it at the end.
///
/// libgit2 takes this lock only while it writes, so what another command staged between its reading and its writing
/// would be lost. Here the lock is held from before the reading. Unless published, it is removed and nothing changed.
final class IndexLock {
  /// A copy of the index, to be changed.
  let path: [UInt8]
  private let index: [UInt8]
  private var isHeld = true

  init(on index: [UInt8]) throws(Failure) {
    let path = index + Array(".lock".utf8)
    let descriptor = try Self.create(path)
    do {
      try Self.copy(index, to: descriptor)
    } catch {
      close(descriptor)
      FileSystem.withPath(path) { _ = unlink($0) }
      throw error
    }
    close(descriptor)
    self.path = path
    self.index = index
  }

  /// Puts the changed copy in the index's place.
  func publish() throws(Failure) {
    let code = FileSystem.withPath(path) { from in FileSystem.withPath(index) { rename(from, $0) } }
    if code != 0 { throw FileSystem.failure("cannot replace git's index '\(PathText.escape(index))'") }
    isHeld = false
  }

  deinit {
    // After publishing, a file of that name is another command's lock.
    if isHeld { FileSystem.withPath(path) { _ = unlink($0) } }
  }

  /// Other commands hold the lock for moments only, so waiting half a second spares most failures.
  private static func create(_ path: [UInt8]) throws(Failure) -> Int32 {
    for attempt in 1...10 {
      let descriptor = FileSystem.withPath(path) { open($0, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
      if descriptor >= 0 { return descriptor }
      guard errno == EEXIST else { throw FileSystem.failure("cannot lock git's index with '\(PathText.escape(path))'") }
      if attempt < 10 { usleep(50_000) }
    }
    let shown = PathText.escape(path)
    throw Failure(
      "cannot change git's index", why: "another git command is at work, or one died and left '\(shown)'",
      hint: "if no git command is running: rm '\(shown)'", category: .locked)
  }

  /// Copies bytes and times. By the index's own time git knows which files changed too recently to trust their
  /// times ("racily clean"), so the copy must not look younger than the original. A missing index is an empty one.
  private static func copy(_ index: [UInt8], to descriptor: Int32) throws(Failure) {
    let what = "cannot copy git's index '\(PathText.escape(index))'"
    let original = try FileSystem.contents(of: index)
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
      let times = [status.st_atim, status.st_mtim]
    #else
      let times = [status.st_atimespec, status.st_mtimespec]
    #endif
    guard futimens(descriptor, times) == 0 else { throw FileSystem.failure(what) }
  }
}

/// An index without entries: its header (version 2) and the header's SHA-1.
private let emptyIndex: [UInt8] =
  Array("DIRC".utf8) + [0, 0, 0, 2, 0, 0, 0, 0] + [
    0x39, 0xd8, 0x90, 0x13, 0x9e, 0xe5, 0x35, 0x6c, 0x7e, 0xf5, 0x72, 0x21, 0x6c, 0xeb, 0xcd, 0x27, 0xaa, 0x41, 0xf9,
    0xdf,
  ]
