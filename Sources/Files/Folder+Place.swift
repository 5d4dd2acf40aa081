package import Diagnostics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Folders that need not be there, at places that the user names. Links on the way are followed.
extension Folder {
  /// Opens the folder at an absolute path; nil when there is none.
  package static func ifPresent(at path: [UInt8]) throws(Failure) -> Folder? {
    let descriptor = withCPath(path) { openat(AT_FDCWD, $0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .system("open the folder", path, errno: errno)
    }
    close(descriptor)
    return try Folder(at: path)
  }

  /// Opens the folder at an absolute path, making it and its parents, durably, where they are missing.
  package static func making(at path: [UInt8]) throws(Failure) -> Folder {
    if let found = try ifPresent(at: path) { return found }
    let name = Array(path[(path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...])
    let parent = Array(path.dropLast(name.count + 1))
    guard parent.count < path.count - 1, !name.isEmpty else { return try Folder(at: path) }
    return try making(at: parent.isEmpty ? [UInt8(ascii: "/")] : parent).folder(making: name, .batch)
  }
}
