package import Diagnostics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Folder {
  /// Where a symbolic link points, as its bytes stand.
  package func linkTarget(_ relative: [UInt8]) throws(Failure) -> [UInt8] {
    let (parent, name) = try self.parent(of: relative)
    var buffer = [UInt8](repeating: 0, count: 4097)
    let count = withCPath(name) { name in
      buffer.withUnsafeMutableBytes { raw in
        raw.withMemoryRebound(to: CChar.self) { readText in
          readText.baseAddress.map { readlinkat(parent.descriptor, name, $0, readText.count) } ?? -1
        }
      }
    }
    guard count >= 0 else { throw .system("read the link", full(relative), errno: errno) }
    guard count < buffer.count else { throw .system("read the link", full(relative), errno: ENAMETOOLONG) }
    return Array(buffer[..<count])
  }

  package func makeLink(_ relative: [UInt8], to target: [UInt8]) throws(Failure) {
    let (parent, name) = try self.parent(of: relative)
    let code = withCPath(name) { name in withCPath(target) { symlinkat($0, parent.descriptor, name) } }
    guard code == 0 else { throw .system("make the link", full(relative), errno: errno) }
  }

  /// Gives the file `relative` a second name. Returns false where the file system has none to give.
  package func hardLink(_ relative: [UInt8], as name: [UInt8], in target: Folder) throws(Failure) -> Bool {
    let (parent, last) = try self.parent(of: relative)
    let code = withCPath(last) { old in
      withCPath(name) { linkat(parent.descriptor, old, target.descriptor, $0, 0) }
    }
    if code == 0 { return true }
    if [EXDEV, EMLINK, EPERM, ENOTSUP].contains(errno) { return false }
    throw .system("link", target.full(name), errno: errno)
  }
}
