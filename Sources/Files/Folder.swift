import CSystem
package import Diagnostics
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An open folder, and the only way mlrepo reaches what lies below it.
///
/// Every relative path given to it is resolved by the kernel one component at a time: no component may be a symbolic
/// link and none may lead out, even if somebody swaps a folder for a link meanwhile. The empty path is the folder itself.
package final class Folder: Sendable {
  package let descriptor: Int32
  /// Absolute, without a trailing slash; for messages and for programs that are started in it.
  package let path: [UInt8]
  private static let unknownMode: UInt32 = .max
  private let knownMode = Atomic<UInt32>(unknownMode)

  /// Why the folder could not be made, if another stands in for it.
  let absence: Failure?

  init(owning descriptor: Int32, path: [UInt8], absence: Failure? = nil) {
    (self.descriptor, self.path, self.absence) = (descriptor, path, absence)
  }

  deinit { close(descriptor) }

  /// Opens the folder at an absolute path, following links: the root of a repository is where the user says it is.
  package convenience init(at path: [UInt8]) throws(Failure) {
    let descriptor = withCPath(path, openFolder)
    guard descriptor >= 0 else { throw .system("open the folder", path, errno: errno) }
    self.init(owning: descriptor, path: path)
  }

  /// Opens the folder `relative` below this one.
  package func folder(_ relative: [UInt8]) throws(Failure) -> Folder {
    Folder(owning: try openBeneath(relative, O_RDONLY | O_DIRECTORY, doing: "open the folder"), path: full(relative))
  }

  package func folder(_ path: RepositoryPath) throws(Failure) -> Folder { try folder(path.bytes) }

  /// Opens the folder `relative`, making it and its parents where they are missing. The names of those it makes are as
  /// durable as `durability` says; by default that is left to the caller.
  package func folder(making relative: [UInt8], _ durability: Durability = .off) throws(Failure) -> Folder {
    if let found = try folderIfPresent(relative) { return found }
    var at = self
    for part in relative.split(separator: UInt8(ascii: "/")) {
      let name = Array(part)
      if let found = try at.folderIfPresent(name) {
        at = found
        continue
      }
      try at.makeFolder(name)
      try at.sync(durability)
      at = try at.folder(name)
    }
    return at
  }

  /// A folder in one that a group shares (it is theirs to write, and passes its group on) is shared likewise.
  private func makeFolder(_ name: [UInt8]) throws(Failure) {
    guard try isMade(name), let mode = sharedMode else { return }
    try folder(name).setOwnMode(mode)
  }

  /// Makes a folder with the mode that umask gives; false when the name was there.
  private func isMade(_ name: [UInt8]) throws(Failure) -> Bool {
    if withCPath(name, { mkdirat(descriptor, $0, 0o777) }) == 0 { return true }
    if errno == EEXIST { return false }
    if let absence { throw absence }
    throw .system("make the folder", full(name), errno: errno)
  }

  /// The permission bits of a folder that its group may write and that passes its group on; nil for any other. Asked
  /// for with each file that is made, so the system is asked once.
  var sharedMode: UInt32? {
    var mode = knownMode.load(ordering: .relaxed)
    if mode == Self.unknownMode {
      var raw = mlrepo_stat()
      mode = mlrepo_stat_file(descriptor, &raw) == 0 ? raw.mode & 0o7777 : 0
      knownMode.store(mode, ordering: .relaxed)
    }
    let shared: UInt32 = 0o2020
    return mode & shared == shared ? mode : nil
  }

  package func setOwnMode(_ mode: UInt32) throws(Failure) {
    guard fchmod(descriptor, mode_t(mode)) == 0 else { throw .system("set the mode of", path, errno: errno) }
    knownMode.store(Self.unknownMode, ordering: .relaxed)
  }

  /// Makes the folder `name` and opens it; nil when somebody took it away in between.
  package func folder(claiming name: [UInt8]) throws(Failure) -> Folder? {
    let isNew = try isMade(name)
    guard let folder = try folderIfPresent(name) else { return nil }
    if isNew, let mode = sharedMode { try folder.setOwnMode(mode) }
    return folder
  }

  package func folderIfPresent(_ relative: [UInt8]) throws(Failure) -> Folder? {
    let flags = O_RDONLY | O_DIRECTORY
    let opened = withCPath(relative.isEmpty ? Array(".".utf8) : relative) {
      mlrepo_open_beneath(descriptor, $0, flags, 0)
    }
    if opened < 0 {
      if errno == ENOENT { return nil }
      throw .system("open the folder", full(relative), errno: errno)
    }
    return Folder(owning: opened, path: full(relative))
  }

  /// Opens a file for reading. Never waits for a fifo and never follows a link.
  package func open(_ relative: [UInt8]) throws(Failure) -> FileHandle {
    FileHandle(
      owning: try openBeneath(relative, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, doing: "open"), path: full(relative))
  }

  package func openIfPresent(_ relative: [UInt8]) throws(Failure) -> FileHandle? {
    let opened = withCPath(relative) { mlrepo_open_beneath(descriptor, $0, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, 0) }
    if opened < 0 {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .system("open", full(relative), errno: errno)
    }
    return FileHandle(owning: opened, path: full(relative))
  }

  /// Makes a new file; it is an error if the name exists. In a folder that a group shares the group may do with it what its
  /// owner may, and everybody read it, whatever the umask.
  package func create(_ relative: [UInt8], mode: UInt32 = 0o666) throws(Failure) -> FileHandle {
    let file = FileHandle(
      owning: try openBeneath(relative, O_RDWR | O_CREAT | O_EXCL, mode: mode, doing: "create"), path: full(relative))
    if sharedMode != nil { try file.setMode(mode & 0o775) }
    return file
  }

  /// Opens a file for reading and writing, making it where it is missing.
  package func openOrCreate(_ relative: [UInt8], mode: UInt32 = 0o666) throws(Failure) -> FileHandle {
    FileHandle(owning: try openBeneath(relative, O_RDWR | O_CREAT, mode: mode, doing: "open"), path: full(relative))
  }

  /// Opens a file to write at its end, making it where it is missing; in a folder that a group shares, for the group.
  package func openToAppend(_ name: [UInt8]) throws(Failure) -> FileHandle {
    let file = FileHandle(
      owning: try openBeneath(name, O_RDWR | O_CREAT | O_APPEND, mode: 0o666, doing: "open"), path: full(name))
    if sharedMode != nil { try? file.setMode(0o664) }
    return file
  }

  /// The content of a small file, or nil when there is no such file.
  package func contents(_ relative: [UInt8], limit: Int = 64 << 20) throws(Failure) -> [UInt8]? {
    guard let file = try openIfPresent(relative) else { return nil }
    let kind = try file.stat().kind
    guard kind == .file || kind == .executable else {
      throw Failure("cannot read \(PathText.escape(relative))", why: "it is not a regular file")
    }
    return try file.readAll(limit: limit)
  }

  /// What lies at `relative`, or nil when nothing does. A link is looked at, not followed.
  package func stat(_ relative: [UInt8]) throws(Failure) -> FileStat? {
    if relative.isEmpty { return try statSelf() }
    guard let (parent, name) = try parentIfPresent(of: relative) else { return nil }
    var raw = mlrepo_stat()
    if withCPath(name, { mlrepo_stat_at(parent.descriptor, $0, &raw) }) != 0 {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .system("look at", full(relative), errno: errno)
    }
    return FileStat(raw)
  }

  private func statSelf() throws(Failure) -> FileStat {
    var raw = mlrepo_stat()
    guard mlrepo_stat_file(descriptor, &raw) == 0 else { throw .system("look at", path, errno: errno) }
    return FileStat(raw)
  }

  /// Removes a file, a link or, with `folder`, an empty folder. What is gone already is no error.
  package func remove(_ relative: [UInt8], folder: Bool = false) throws(Failure) {
    guard let (parent, name) = try parentIfPresent(of: relative) else { return }
    if withCPath(name, { unlinkat(parent.descriptor, $0, folder ? AT_REMOVEDIR : 0) }) != 0, errno != ENOENT {
      throw .system("remove", full(relative), errno: errno)
    }
  }

  /// Removes a folder with everything in it; links are removed, not followed.
  package func removeTree(_ relative: [UInt8]) throws(Failure) {
    guard let kind = try stat(relative)?.kind else { return }
    guard kind == .folder else { return try remove(relative) }
    let inner = try folder(relative)
    let listing = try inner.list()
    for index in listing.entries.indices { try inner.removeTree(listing.name(index)) }
    try remove(relative, folder: true)
  }

  /// Renames within the file system, replacing what has the new name.
  package func rename(_ from: [UInt8], to: [UInt8], in target: Folder? = nil) throws(Failure) {
    let (fromParent, fromName) = try parent(of: from)
    let (toParent, toName) = try (target ?? self).parent(of: to)
    let code = withCPath(fromName) { old in
      withCPath(toName) { new in renameat(fromParent.descriptor, old, toParent.descriptor, new) }
    }
    guard code == 0 else { throw .system("rename \(PathText.escape(from)) to", full(to), errno: errno) }
  }

  /// Sets the modification time to now. What is gone is no error. Returns false where the file is somebody else's.
  package func touch(_ relative: [UInt8]) throws(Failure) -> Bool {
    guard let (parent, name) = try parentIfPresent(of: relative) else { return true }
    if withCPath(name, { utimensat(parent.descriptor, $0, nil, AT_SYMLINK_NOFOLLOW) }) == 0 || errno == ENOENT {
      return true
    }
    if errno == EPERM || errno == EACCES { return false }
    throw .system("renew", full(relative), errno: errno)
  }

  /// Sets the permission bits of a file; a link is refused, not followed.
  package func setMode(_ relative: [UInt8], _ mode: UInt32) throws(Failure) { try open(relative).setMode(mode) }

  /// The permission bits of what lies at `relative`, or nil when nothing does.
  func permissions(_ relative: [UInt8]) throws(Failure) -> UInt32? {
    guard let (parent, name) = try parentIfPresent(of: relative) else { return nil }
    var raw = mlrepo_stat()
    guard withCPath(name, { mlrepo_stat_at(parent.descriptor, $0, &raw) }) == 0 else { return nil }
    return raw.mode & 0o777
  }

  /// The absolute path of `relative`, for messages.
  package func full(_ relative: [UInt8]) -> [UInt8] {
    relative.isEmpty ? path : (path == [UInt8(ascii: "/")] ? path : path + [UInt8(ascii: "/")]) + relative
  }

  /// The folder that holds `relative`, and the name in it, which is neither empty nor `.` nor `..`.
  package func parent(of relative: [UInt8]) throws(Failure) -> (Folder, [UInt8]) {
    try checkName(of: relative)
    guard let slash = relative.lastIndex(of: UInt8(ascii: "/")) else { return (self, relative) }
    return (try folder(Array(relative[..<slash])), Array(relative[(slash + 1)...]))
  }

  /// The folder that holds `relative`, or nil when there is none.
  package func parentFolder(of relative: [UInt8]) throws(Failure) -> Folder? { try parentIfPresent(of: relative)?.0 }

  private func parentIfPresent(of relative: [UInt8]) throws(Failure) -> (Folder, [UInt8])? {
    try checkName(of: relative)
    guard let slash = relative.lastIndex(of: UInt8(ascii: "/")) else { return (self, relative) }
    let opened = withCPath(relative[..<slash]) {
      mlrepo_open_beneath(descriptor, $0, O_RDONLY | O_DIRECTORY, 0)
    }
    if opened < 0 {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .system("open the folder of", full(relative), errno: errno)
    }
    return (Folder(owning: opened, path: full(Array(relative[..<slash]))), Array(relative[(slash + 1)...]))
  }

  /// The kernel contains the folders above a name; the name itself must not lead elsewhere either.
  private func checkName(of relative: [UInt8]) throws(Failure) {
    let name = relative.lastIndex(of: UInt8(ascii: "/")).map { relative[($0 + 1)...] } ?? relative[...]
    if name.elementsEqual("..".utf8) { throw .system("use the path", full(relative), errno: EXDEV) }
    if name.isEmpty || name.elementsEqual(".".utf8) { throw .system("use the path", full(relative), errno: EINVAL) }
  }

  private func openBeneath(
    _ relative: [UInt8], _ flags: Int32, mode: UInt32 = 0, doing: String
  ) throws(Failure) -> Int32 {
    let opened = withCPath(relative.isEmpty ? Array(".".utf8) : relative) {
      mlrepo_open_beneath(descriptor, $0, flags, mode_t(mode))
    }
    if opened >= 0 { return opened }
    if let absence, flags & O_CREAT != 0 { throw absence }
    throw .system(doing, full(relative), errno: errno)
  }
}

private func openFolder(_ path: UnsafePointer<CChar>) -> Int32 { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
