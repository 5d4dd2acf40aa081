import Diagnostics
import Files

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The few reads of git's own folder that libgit2 does not offer.
enum FileSystem {
  enum Kind { case file, folder, other }

  /// What stands at `path`, without following a symbolic link; nil if nothing can be seen there.
  static func kind(of path: [UInt8]) -> Kind? {
    var status = stat()
    guard withPath(path, { lstat($0, &status) }) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return .folder
    case S_IFREG: return .file
    default: return .other
    }
  }

  /// Returns the names in the folder, sorted; nil if there is no such folder.
  static func names(in folder: [UInt8]) throws(Failure) -> [[UInt8]]? {
    guard let stream = withPath(folder, { opendir($0) }) else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw failure("cannot list '\(PathText.escape(folder))'")
    }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
    }
    if errno != 0 { throw failure("cannot list '\(PathText.escape(folder))'") }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// Returns every file below `folder`, as paths relative to it, in order of names; none if there is no such folder.
  static func files(below folder: [UInt8]) throws(Failure) -> [[UInt8]] {
    var found: [[UInt8]] = []
    var waiting: [[UInt8]] = [[]]
    while let inner = waiting.popLast() {
      for name in try names(in: folder + slash + inner) ?? [] {
        let path = inner.isEmpty ? name : inner + slash + name
        if kind(of: folder + slash + path) == .folder { waiting.append(path) } else { found.append(path) }
      }
    }
    return found
  }

  /// Returns the bytes of the file; nil if there is no such file.
  static func contents(of path: [UInt8]) throws(Failure) -> [UInt8]? {
    let descriptor = withPath(path) { open($0, O_RDONLY | O_CLOEXEC) }
    if descriptor < 0, errno == ENOENT || errno == ENOTDIR { return nil }
    guard descriptor >= 0 else { throw failure("cannot read '\(PathText.escape(path))'") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return bytes }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("cannot read '\(PathText.escape(path))'") }
      bytes += buffer[..<count]
    }
  }

  /// Makes the content of a file, or the names in a folder, durable.
  static func sync(_ path: [UInt8], _ durability: Durability) throws(Failure) {
    if durability == .off { return }
    let what = "cannot make '\(PathText.escape(path))' durable"
    let descriptor = withPath(path) { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw failure(what) }
    try FileHandle(owning: descriptor, path: path).sync(durability)
  }

  static func failure(_ what: String) -> Failure {
    let number = errno
    return Failure(what, why: String(cString: strerror(number)))
  }

  static func withPath<Result>(_ path: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    let string = UnsafeMutablePointer<CChar>.allocate(capacity: path.count + 1)
    defer { string.deallocate() }
    for (index, byte) in path.enumerated() { (string + index).initialize(to: CChar(bitPattern: byte)) }
    (string + path.count).initialize(to: 0)
    return body(string)
  }

  private static let slash: [UInt8] = [UInt8(ascii: "/")]
}
