package import Diagnostics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension FileHandle {
  /// The content of a small file at a place that the user names, links on the way followed; nil when there is none.
  package static func contents(at path: [UInt8], limit: Int) throws(Failure) -> [UInt8]? {
    let descriptor = withCPath(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .system("open", path, errno: errno)
    }
    return try FileHandle(owning: descriptor, path: path).readAll(limit: limit)
  }
}
