import Diagnostics
import Files
import Objects
import Workspaces

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What one repro knows of its stages at work, in a folder of `.mlrepo/tmp/running` that is locked by the kernel for as
/// long as the process lives. When it died, the next command finds the folder and puts things back in order.
///
/// `journal` has a line `+STAGE` when a stage begins and `-STAGE` when it is over. An output that is set aside is `N`, and
/// beside it a link that nobody follows, `N.was`, whose target tells the stage, what it was, and its path. A link is there
/// whole or not at all, without waiting for the disk.
final class RunFolder: Sendable {
  private static let homeName = Array("tmp/running".utf8)
  private static let journalName = Array("journal".utf8)
  private static let ending = Array(".was".utf8)

  let locks: NameLocks
  private let home: Folder
  private let name: [UInt8]
  private let folder: Folder
  private let journal: FileHandle

  private init(_ name: [UInt8], _ folder: Folder, in home: Folder) throws(Failure) {
    (self.name, self.folder, self.home) = (name, folder, home)
    locks = try NameLocks("stages.lock", in: home)
    journal = try folder.openOrCreate(Self.journalName)
  }

  // The kernel's lock goes by name and not by closing: a child that is being started has a copy of the descriptor.
  deinit { flock(folder.descriptor, LOCK_UN) }

  /// Begins a run.
  static func begin(in repositoryHome: Folder) throws(Failure) -> RunFolder {
    let home = try repositoryHome.folder(making: homeName)
    while true {
      let name = Array(uniqueName().utf8)
      guard let folder = try home.folder(claiming: name), try isLocked(folder, name, in: home) else { continue }
      return try RunFolder(name, folder, in: home)
    }
  }

  /// The runs whose processes have died.
  static func abandoned(in repositoryHome: Folder) throws(Failure) -> [RunFolder] {
    guard let home = try repositoryHome.folderIfPresent(homeName) else { return [] }
    var found: [RunFolder] = []
    for (name, isFolder) in try home.names() where isFolder {
      guard let folder = try home.folderIfPresent(name), try isLocked(folder, name, in: home) else { continue }
      found.append(try RunFolder(name, folder, in: home))
    }
    return found
  }

  /// Locks `folder`, unless somebody else has it or its name is no folder's any more.
  private static func isLocked(_ folder: Folder, _ name: [UInt8], in home: Folder) throws(Failure) -> Bool {
    guard flock(folder.descriptor, LOCK_EX | LOCK_NB) == 0 else {
      if errno == EWOULDBLOCK || errno == EINTR { return false }
      throw .system("lock the folder", folder.path, errno: errno)
    }
    return try home.stat(name)?.inode == folder.stat([])?.inode
  }

  /// Ends the run, with all that is still set aside.
  func drop() throws(Failure) {
    // The journal goes last but the folder: without it nothing is at work, and nothing is put back.
    for (file, _) in try folder.names() where file != Self.journalName { try folder.removeTree(file) }
    try home.removeTree(name)
  }

  func note(_ stage: String, isAtWork: Bool) throws(Failure) {
    try journal.write(Array("\(isAtWork ? "+" : "-")\(stage)\n".utf8))
  }

  /// The stages that were begun and not over, in the order in which they began.
  func stagesAtWork() throws(Failure) -> [String] {
    var stages: [String] = []
    let text = String(decoding: try folder.contents(Self.journalName) ?? [], as: UTF8.self)
    for line in text.split(separator: "\n") {
      let stage = String(line.dropFirst())
      if line.hasPrefix("+") { stages.append(stage) } else { stages.removeAll { $0 == stage } }
    }
    return stages
  }

  // MARK: - What is set aside

  struct Item {
    var name: [UInt8]
    var stage: String
    var path: RepositoryPath
    var content: Content
    /// Whether it was renamed into the folder; a kept output was not, nor one that was about to be.
    var isMoved: Bool
  }

  func setAside(
    _ path: RepositoryPath, _ content: Content, of stage: String, isKept: Bool, root: Folder
  ) throws(Failure) {
    let name = Array(uniqueName().utf8)
    let was = Array("\(stage)\n\(content.kind.word) \(content.id.text) \(content.size) \(content.files)\n".utf8)
    try folder.makeLink(name + Self.ending, to: was + path.bytes)
    if !isKept { try root.rename(path.bytes, to: name, in: folder) }
  }

  func items() throws(Failure) -> [Item] {
    var found: [Item] = []
    for (file, _) in try folder.names() where file.suffix(Self.ending.count).elementsEqual(Self.ending) {
      let name = Array(file.dropLast(Self.ending.count))
      let parts = try folder.linkTarget(file).split(separator: 0x0a, maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3, let content = Content(line: parts[1]) else { continue }
      found.append(
        Item(
          name: name, stage: String(decoding: parts[0], as: UTF8.self), path: try RepositoryPath(validating: parts[2]),
          content: content, isMoved: try folder.stat(name) != nil))
    }
    return found.sorted { $0.path < $1.path }
  }

  /// Takes away what stands where `item` belongs and puts that back.
  func putBack(_ item: Item, root: Folder) throws(Failure) {
    try root.removeTree(item.path.bytes)
    _ = try root.folder(making: item.path.parent.bytes)
    try folder.rename(item.name, to: item.path.bytes, in: root)
  }

  /// Forgets `item`, with what is set aside of it.
  func remove(_ item: Item) throws(Failure) {
    if item.isMoved { try folder.removeTree(item.name) }
    try folder.remove(item.name + Self.ending)
  }
}

extension FileKind {
  fileprivate var word: String { self == .folder ? "folder" : self == .executable ? "executable" : "file" }
}

extension Content {
  fileprivate init?(line: ArraySlice<UInt8>) {
    let words = String(decoding: line, as: UTF8.self).split(separator: " ")
    guard words.count == 4, let id = try? ObjectID(text: String(words[1])), let size = Int(words[2]),
      let files = Int(words[3]), let kind = [FileKind.folder, .executable, .file].first(where: { $0.word == words[0] })
    else { return nil }
    self.init(kind: kind, id: id, size: size, files: files)
  }
}
