import Diagnostics
import Files
import Objects
import Pipelines
import Workspaces

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A stage at work: a folder in `.mlrepo/tmp/running`, locked by the kernel for as long as the process lives that runs it.
/// No other process runs the stage meanwhile. It keeps what the stage's outputs held, until the result is recorded; if
/// that never comes to be, they are put back, by the next command if need be.
///
/// Each output that is set aside is `N`, and beside it two links that nobody follows: the target of `N.path` is its path,
/// that of `N.content` what it was. A link is there whole or not at all, without waiting for the disk.
final class StageClaim: Sendable {
  static let homeName = Array("tmp/running".utf8)
  private static let stageName = Array("stage".utf8)

  /// The stage's name in full.
  let stage: String
  private let home: Folder
  private let name: [UInt8]
  private let folder: Folder

  private init(stage: String, home: Folder, name: [UInt8], folder: Folder) {
    (self.stage, self.home, self.name, self.folder) = (stage, home, name, folder)
  }

  // The kernel's lock goes by name and not by closing: a child that is being started has a copy of the descriptor.
  deinit { flock(folder.descriptor, LOCK_UN) }

  /// Claims `stage`; nil while another process, or another thread of this one, runs it. `settle` is called with a claim
  /// whose process died, before its folder is used again.
  static func take(
    _ stage: StageID, in repository: Repository, settle: (StageClaim) throws(Failure) -> Void
  ) throws(Failure) -> StageClaim? {
    let home = try repository.home.folder(making: homeName)
    let name = try folderName(stage)
    while true {
      guard let folder = try home.folder(claiming: name) else { continue }
      guard try isLocked(folder, name, in: home) else {
        // Somebody has it, or its folder was just taken away.
        if try home.stat(name)?.inode == folder.stat([])?.inode { return nil }
        continue
      }
      let claim = StageClaim(stage: stage.text, home: home, name: name, folder: folder)
      if try folder.stat(stageName) == nil {
        try folder.makeLink(stageName, to: Array(stage.text.utf8))
        return claim
      }
      try settle(claim)
    }
  }

  private static func folderName(_ stage: StageID) throws(Failure) -> [UInt8] {
    Array(try ContentHasher.id(of: Array(stage.text.utf8)).hexBytes.prefix(32))
  }

  /// Whether some process is at work on the stage.
  static func isTaken(_ stage: StageID, in home: Folder) -> Bool {
    guard let name = try? folderName(stage) else { return false }
    return (try? home.stat(homeName + [UInt8(ascii: "/")] + name)) != nil
  }

  /// Locks `folder`, unless somebody else has it or its name is another folder's by now.
  private static func isLocked(_ folder: Folder, _ name: [UInt8], in home: Folder) throws(Failure) -> Bool {
    guard flock(folder.descriptor, LOCK_EX | LOCK_NB) == 0 else {
      if errno == EWOULDBLOCK || errno == EINTR { return false }
      throw .system("lock the folder", folder.path, errno: errno)
    }
    return try home.stat(name)?.inode == folder.stat([])?.inode
  }

  /// The claims whose processes have died.
  static func abandoned(in home: Folder) throws(Failure) -> [StageClaim] {
    guard let home = try home.folderIfPresent(homeName) else { return [] }
    var found: [StageClaim] = []
    for (name, isFolder) in try home.names() where isFolder {
      guard let folder = try home.folderIfPresent(name), try isLocked(folder, name, in: home) else { continue }
      let stage = try folder.stat(stageName) == nil ? [] : folder.linkTarget(stageName)
      found.append(StageClaim(stage: String(decoding: stage, as: UTF8.self), home: home, name: name, folder: folder))
    }
    return found
  }

  // MARK: - What was set aside

  struct Item {
    var name: [UInt8]
    var path: RepositoryPath
    var content: Content
    /// Whether it was renamed into the claim; a kept output was not, nor one that was about to be.
    var isMoved: Bool
  }

  /// Notes that `path` holds `content`. Unless it is kept in place it is moved away, which costs a rename.
  func setAside(_ path: RepositoryPath, _ content: Content, isKept: Bool, root: Folder) throws(Failure) {
    // Names are only added while a stage runs, so their number is a new one.
    let name = Array("\(try folder.names().count)".utf8)
    try folder.makeLink(name + Array(".path".utf8), to: path.bytes)
    try folder.makeLink(name + Array(".content".utf8), to: content.line)
    if !isKept { try root.rename(path.bytes, to: name, in: folder) }
  }

  func items() throws(Failure) -> [Item] {
    var found: [Item] = []
    let ending = Array(".path".utf8)
    for (file, _) in try folder.names() where file.suffix(ending.count).elementsEqual(ending) {
      let name = Array(file.dropLast(ending.count))
      let contentName = name + Array(".content".utf8)
      guard try folder.stat(contentName) != nil, let content = Content(line: try folder.linkTarget(contentName)) else {
        continue
      }
      found.append(
        Item(
          name: name, path: try RepositoryPath(validating: try folder.linkTarget(file)), content: content,
          isMoved: try folder.stat(name) != nil))
    }
    return found.sorted { $0.path < $1.path }
  }

  /// Takes away what stands where `item` belongs and puts that back.
  func putBack(_ item: Item, root: Folder) throws(Failure) {
    try root.removeTree(item.path.bytes)
    _ = try root.folder(making: item.path.parent.bytes)
    try folder.rename(item.name, to: item.path.bytes, in: root)
  }

  /// What was set aside is where it belongs.
  func forget(_ item: Item) throws(Failure) {
    for ending in [".path", ".content"] { try folder.remove(item.name + Array(ending.utf8)) }
  }

  /// Lets the stage go, with all that is still set aside.
  func drop() throws(Failure) {
    // The stage's name goes last but the folder: without it nobody takes the claim for one that must be settled.
    for (file, _) in try folder.names() where file != Self.stageName { try folder.removeTree(file) }
    try folder.remove(Self.stageName)
    try home.remove(name, folder: true)
    flock(folder.descriptor, LOCK_UN)
  }
}

extension Content {
  /// `folder ID SIZE FILES`, as a claim remembers it.
  fileprivate var line: [UInt8] {
    let word = kind == .folder ? "folder" : kind == .executable ? "executable" : "file"
    return Array("\(word) \(id.text) \(size) \(files)".utf8)
  }

  fileprivate init?(line: [UInt8]) {
    let words = String(decoding: line, as: UTF8.self).split(separator: " ")
    guard words.count == 4, let id = try? ObjectID(text: String(words[1])), let size = Int(words[2]),
      let files = Int(words[3]), ["folder", "executable", "file"].contains(words[0])
    else { return nil }
    self.init(
      kind: words[0] == "folder" ? .folder : words[0] == "executable" ? .executable : .file, id: id, size: size,
      files: files)
  }
}

extension Repository {
  /// Puts back what was set aside for a stage that did not come to its end.
  func putBack(_ claim: StageClaim) throws(Failure) {
    let items = try claim.items()
    var wanted: [TrackedPath] = []
    for item in items {
      if item.isMoved {
        try claim.putBack(item, root: root)
      } else if try store().contains(item.content.id) {
        wanted.append(TrackedPath(path: item.path, content: item.content, source: .stage(claim.stage)))
      }
    }
    openReader?.forgetWhatWasSeen()
    try checkOut(wanted)
    for item in items { try claim.forget(item) }
  }

  /// Brings outputs of a claimed stage into the workspace, whatever they hold there. Takes no lock: the claim is one.
  func checkOut(_ wanted: [TrackedPath]) throws(Failure) {
    if wanted.isEmpty { return }
    let reader = try reader()
    let plan = try CheckoutPlanner.plan(wanted: wanted, unwanted: [], reader: reader, force: true)
    if let failure = plan.failures.first { throw failure }
    if let missing = plan.missing.first { throw ObjectStore.missing(missing.id) }
    if plan.isEmpty { return }
    let done = try CheckoutExecution.run(plan, reader: reader, scratch: scratch)
    if let failure = done.failures.first { throw failure }
    if let missing = done.missing.first { throw ObjectStore.missing(missing.id) }
  }

  /// Settles a stage whose process died: its outputs are as they were, unless its result was recorded already. Returns
  /// what became of it, for the user; nil when there is nothing to say.
  func settle(_ claim: StageClaim) throws(Failure) -> String? {
    if claim.stage.isEmpty {
      try claim.drop()
      return nil
    }
    let isRecorded = try isRecorded(claim.stage)
    let hadOutputs = try !claim.items().isEmpty
    if !isRecorded { try Interruption.shielded { () throws(Failure) in try putBack(claim) } }
    try claim.drop()
    if isRecorded { return nil }
    return "the stage '\(claim.stage)' was interrupted"
      + (hadOutputs ? "; its earlier outputs are back" : "; 'mlrepo repro' runs it again")
  }

  /// Whether the outputs of the stage are what the lock says.
  private func isRecorded(_ stage: String) throws(Failure) -> Bool {
    let project = try project()
    guard let stage = project.stages.first(where: { $0.id.text == stage }), let entry = project.locked(stage.id) else {
      return false
    }
    let reader = try reader()
    reader.forgetWhatWasSeen()
    for output in entry.outputs where try reader.state(of: output.path).content != output.content { return false }
    return true
  }
}
