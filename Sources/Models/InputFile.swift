import CZlib
import Diagnostics
import Files

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reads whole files for tables and models.
enum InputFile {
  /// What a packed table may unpack to, in bytes.
  static let defaultLimit = 16 << 30

  /// Returns the bytes of the regular file at `path`, unpacked if they are gzip's.
  ///
  /// - Parameter limit: the largest size in bytes, after unpacking, that is read.
  static func contents(of path: String, limit: Int = defaultLimit) throws(Failure) -> [UInt8] {
    let what = "cannot read \(path)"
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw Failure(what, why: systemWords(errno)) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw Failure(what, why: systemWords(errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Failure(what, why: status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is not a regular file")
    }
    guard status.st_size <= limit else { throw tooLarge(what, limit) }
    let bytes = try readAll(file, size: Int(status.st_size), what)
    return bytes.starts(with: [0x1f, 0x8b]) ? try inflate(bytes, limit: limit, what) : bytes
  }

  private static func readAll(_ file: Int32, size: Int, _ what: String) throws(Failure) -> [UInt8] {
    var trouble: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let got = Self.readSome(file, into: buffer.baseAddress.map { $0 + count }, size - count)
        guard got > 0 else {
          trouble = got < 0 ? errno : 0
          return
        }
        count += got
      }
    }
    guard trouble == 0 else { throw Failure(what, why: systemWords(trouble)) }
    return bytes
  }

  private static func readSome(_ file: Int32, into start: UnsafeMutablePointer<UInt8>?, _ count: Int) -> Int {
    while true {
      // One call reads at most 2 GiB on Linux and less elsewhere.
      let got = read(file, start, min(count, 1 << 30))
      if got >= 0 || errno != EINTR { return got }
    }
  }

  /// Unpacks gzip: one member, or several one after the other.
  private static func inflate(_ packed: [UInt8], limit: Int, _ what: String) throws(Failure) -> [UInt8] {
    var stream = z_stream()
    guard mlrepo_inflate_start(&stream) == Z_OK else { throw Failure(what, why: "zlib could not start") }
    defer { inflateEnd(&stream) }
    var output: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 18)
    var consumed = 0
    while true {
      let (code, taken, made) = step(&stream, packed[consumed...], into: &block)
      consumed += taken
      output += block[..<made]
      guard output.count <= limit else { throw tooLarge(what, limit) }
      if code == Z_STREAM_END {
        guard packed[consumed...].starts(with: [0x1f, 0x8b]) else { return output }
        inflateReset(&stream)
      } else if code == Z_BUF_ERROR || (code == Z_OK && taken == 0 && made == 0) {
        throw Failure(what, why: "its gzip data ends too early")
      } else if code != Z_OK {
        let detail = stream.msg.map { String(cString: $0) } ?? "zlib error \(code)"
        throw Failure(what, why: "its gzip data is damaged: \(detail)")
      }
    }
  }

  private static func step(
    _ stream: inout z_stream, _ input: ArraySlice<UInt8>, into block: inout [UInt8]
  ) -> (code: Int32, taken: Int, made: Int) {
    input.withUnsafeBufferPointer { source in
      block.withUnsafeMutableBufferPointer { target in
        // zlib reads from next_in only; its type is not const for historical reasons.
        stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        stream.avail_in = uInt(min(source.count, 1 << 30))
        stream.next_out = target.baseAddress
        stream.avail_out = uInt(target.count)
        let offered = stream.avail_in
        let code = CZlib.inflate(&stream, Z_NO_FLUSH)
        return (code, Int(offered - stream.avail_in), target.count - Int(stream.avail_out))
      }
    }
  }

  private static func tooLarge(_ what: String, _ limit: Int) -> Failure {
    Failure(what, why: "it holds more than \(limit) bytes, the most that a table may have")
  }
}
