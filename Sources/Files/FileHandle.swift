import CSystem
package import Diagnostics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An open file. Closed when the value goes.
package struct FileHandle: ~Copyable, Sendable {
  package let descriptor: Int32
  /// For messages only.
  package let path: [UInt8]

  package init(owning descriptor: Int32, path: [UInt8]) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  package borrowing func stat() throws(Failure) -> FileStat {
    var raw = mlrepo_stat()
    guard mlrepo_stat_file(descriptor, &raw) == 0 else { throw .system("look at", path, errno: errno) }
    return FileStat(raw)
  }

  /// Reads into `buffer`, as much as there is up to its size; 0 at the end of the file.
  package borrowing func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
    var done = 0
    while done < buffer.count {
      let count = systemRead(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw .system("read", path, errno: errno)
      }
      done += count
    }
    return done
  }

  /// Reads `buffer.count` bytes at `offset`; fewer only at the end of the file.
  package borrowing func read(
    at offset: Int, into buffer: UnsafeMutableRawBufferPointer, caching: Caching = .usual
  ) throws(Failure) -> Int {
    var done = 0
    while done < buffer.count {
      let (start, left) = (buffer.baseAddress.map { $0 + done }, buffer.count - done)
      let count =
        caching == .none
        ? mlrepo_read_uncached(descriptor, start, left, Int64(offset + done))
        : pread(descriptor, start, left, off_t(offset + done))
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw .system("read", path, errno: errno)
      }
      done += count
    }
    return done
  }

  /// Whether the system keeps bytes in memory for whoever reads them next.
  package enum Caching: Sendable {
    case usual
    /// Not where it can do without: what is large and not read again soon would push out what is.
    case none

    /// For a new file of `size` bytes in a workspace.
    package static func ofNew(size: Int) -> Caching { size > sizableMemory ? .none : .usual }
    private static let sizableMemory = Int(sysconf(Int32(_SC_PHYS_PAGES))) / 8 * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  /// Writes all of `bytes`.
  package borrowing func write(
    _ bytes: UnsafeRawBufferPointer, caching: Caching = .usual
  ) throws(Failure) {
    var done = 0
    while done < bytes.count {
      let (start, left) = (bytes.baseAddress.map { $0 + done }, bytes.count - done)
      let count =
        caching == .none ? mlrepo_write_uncached(descriptor, start, left) : systemWrite(descriptor, start, left)
      if count < 0 {
        if errno == EINTR { continue }
        throw .system("write", path, errno: errno)
      }
      done += count
    }
  }

  /// Writes `bytes`, but leaves holes where whole blocks of them are zero, so that sparse files stay sparse. After the last
  /// piece the caller sets the file's size.
  package borrowing func writeSparsely(
    _ bytes: UnsafeRawBufferPointer, caching: Caching = .usual
  ) throws(Failure) {
    try Self.forEachRun(of: bytes) { run, isHole throws(Failure) in
      guard isHole else { return try write(UnsafeRawBufferPointer(rebasing: bytes[run]), caching: caching) }
      guard lseek(descriptor, off_t(run.count), SEEK_CUR) >= 0 else { throw .system("write", path, errno: errno) }
    }
  }

  /// Calls `body` with the stretches of `bytes` that are to be written, and those that are whole blocks of zeros.
  private static func forEachRun(
    of bytes: UnsafeRawBufferPointer, _ body: (Range<Int>, _ isHole: Bool) throws(Failure) -> Void
  ) throws(Failure) {
    let block = 64 << 10
    var (start, at, isHole) = (0, 0, false)
    while at < bytes.count {
      let end = min(bytes.count, at + block)
      let isZero = end - at == block && isZero(UnsafeRawBufferPointer(rebasing: bytes[at..<end]))
      if isZero != isHole {
        if at > start { try body(start..<at, isHole) }
        (start, isHole) = (at, isZero)
      }
      at = end
    }
    if at > start { try body(start..<at, isHole) }
  }

  private static func isZero(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let base = bytes.baseAddress, bytes[0] == 0 else { return bytes.isEmpty }
    return memcmp(base, base + 1, bytes.count - 1) == 0
  }

  /// Writes all of `bytes` at `offset`, but leaves holes where whole blocks of them are zero.
  package borrowing func writeSparsely(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(Failure) {
    try Self.forEachRun(of: bytes) { run, isHole throws(Failure) in
      var done = isHole ? run.upperBound : run.lowerBound
      while done < run.upperBound {
        let start = bytes.baseAddress.map { $0 + done }
        let count = pwrite(descriptor, start, run.upperBound - done, off_t(offset + done))
        if count < 0 {
          if errno == EINTR { continue }
          throw .system("write", path, errno: errno)
        }
        done += count
      }
    }
  }

  package borrowing func write(_ bytes: [UInt8]) throws(Failure) {
    var result: Failure?
    bytes.withUnsafeBytes { raw in
      do throws(Failure) { try write(raw) } catch { result = error }
    }
    if let result { throw result }
  }

  /// Makes the file's content durable.
  package borrowing func sync(_ durability: Durability = .batch) throws(Failure) {
    if durability == .off { return }
    guard mlrepo_sync_file(descriptor) == 0 else { throw .system("make durable", path, errno: errno) }
  }

  /// Starts writing a part of the file to the disk without waiting, so that a later `sync` has little left to wait for.
  package borrowing func startWriteback(from offset: Int, count: Int) {
    mlrepo_start_writeback(descriptor, Int64(offset), Int64(count))
  }

  /// Shares the blocks of `source` (copy on write). Returns false where the file system cannot.
  package borrowing func clone(from source: borrowing FileHandle) -> Bool {
    mlrepo_clone_file(source.descriptor, descriptor) == 0
  }

  /// The permission bits.
  package borrowing func permissions() throws(Failure) -> UInt32 {
    var raw = mlrepo_stat()
    guard mlrepo_stat_file(descriptor, &raw) == 0 else { throw .system("look at", path, errno: errno) }
    return raw.mode & 0o777
  }

  /// How many names the file has.
  package borrowing func linkCount() throws(Failure) -> Int {
    var raw = mlrepo_stat()
    guard mlrepo_stat_file(descriptor, &raw) == 0 else { throw .system("look at", path, errno: errno) }
    return Int(raw.links)
  }

  /// Whether another program can still write into the file through a descriptor it has; nil where the system does not
  /// tell (it does on Linux, for one's own files).
  package borrowing func isOpenForWriting() -> Bool? {
    switch mlrepo_is_open_for_writing(descriptor) {
    case 0: false
    case 1: true
    default: nil
    }
  }

  package borrowing func setMode(_ mode: UInt32) throws(Failure) {
    guard fchmod(descriptor, mode_t(mode)) == 0 else { throw .system("set the mode of", path, errno: errno) }
  }

  package borrowing func truncate(to size: Int) throws(Failure) {
    guard ftruncate(descriptor, off_t(size)) == 0 else { throw .system("resize", path, errno: errno) }
  }

  /// Takes all content away and goes back to the start.
  package borrowing func empty() throws(Failure) {
    try truncate(to: 0)
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw .system("rewind", path, errno: errno) }
  }

  /// The whole content, refused when it is larger than `limit` bytes.
  package borrowing func readAll(limit: Int) throws(Failure) -> [UInt8] {
    let size = try stat().size
    guard size <= limit else {
      throw Failure(
        "cannot read \(PathText.escape(path))", why: "it is larger than \(limit) bytes", category: .failed)
    }
    var bytes = [UInt8](repeating: 0, count: size + 1)
    var filled = 0
    while true {
      var failure: Failure?
      let count = bytes.withUnsafeMutableBytes { raw in
        do throws(Failure) {
          return try read(into: UnsafeMutableRawBufferPointer(rebasing: raw[filled...]))
        } catch {
          failure = error
          return 0
        }
      }
      if let failure { throw failure }
      filled += count
      if filled < bytes.count { break }
      guard filled <= limit else {
        throw Failure("cannot read \(PathText.escape(path))", why: "it grew past \(limit) bytes", category: .failed)
      }
      bytes += [UInt8](repeating: 0, count: bytes.count)
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
  }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}

private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, buffer, count)
}
