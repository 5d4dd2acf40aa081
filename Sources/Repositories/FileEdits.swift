import Diagnostics
import Files
import Objects
import Workspaces

/// Changes to the small files that git holds, gathered before any of them is made.
struct FileEdits {
  typealias Change = (path: RepositoryPath, before: [UInt8]?, after: [UInt8]?)

  private let root: Folder
  /// The new bytes by path; nil takes the file away.
  private(set) var wanted: [RepositoryPath: [UInt8]?] = [:]

  init(in root: Folder) { self.root = root }

  mutating func write(_ path: RepositoryPath, _ bytes: [UInt8]) { wanted[path] = .some(bytes) }

  mutating func remove(_ path: RepositoryPath) { wanted[path] = .some(nil) }

  /// Hides `path` from git by a line in the ignore file beside it.
  mutating func ignore(_ path: RepositoryPath) throws(Failure) {
    try changeIgnoreFile(of: path) { $0.ignore(path.name) }
  }

  mutating func unignore(_ path: RepositoryPath) throws(Failure) {
    try changeIgnoreFile(of: path) { $0.unignore(path.name) }
  }

  private mutating func changeIgnoreFile(
    of path: RepositoryPath, _ change: (inout GitIgnoreFile) -> Bool
  ) throws(Failure) {
    let name = try path.parent.appending(name: ".gitignore".utf8)
    let present: [UInt8]?
    if let pending = wanted[name] {
      present = pending
    } else {
      present = try root.contents(name.bytes, limit: 16 << 20)
    }
    var file = GitIgnoreFile(present ?? [])
    guard change(&file) else { return }
    wanted[name] = file.isEmpty ? .some(nil) : .some(file.bytes)
  }

  /// The edits that change anything, in the order in which they are safe: data is hidden from git before a pointer to it
  /// appears, and nothing goes before what takes its place is there.
  func effective() throws(Failure) -> [Change] {
    var found: [Change] = []
    for (path, after) in wanted {
      let before = try root.contents(path.bytes)
      if before != after { found.append((path, before, after)) }
    }
    func rank(_ edit: Change) -> Int {
      edit.after == nil ? 2 : edit.path.name.elementsEqual(".gitignore".utf8) ? 0 : 1
    }
    return found.sorted { (rank($0), $0.path) < (rank($1), $1.path) }
  }
}

extension Repository {
  /// Makes the edits and puts them into git's index, after what they replace is in the store and the operation is in the
  /// log. Call it while holding the lock. `data` is what happens to the workspace besides; `move` does that, between the
  /// record and the edits. `known` are files for git's index that are as they should be already.
  ///
  /// When it fails, or its process dies, the operation is settled: finished if only git's index or a few small files are
  /// left to do, else taken back.
  ///
  /// `session` holds what has to be durable before the edits are made; by default there is nothing. An operation that is
  /// given in `extending` grows by this one: both are taken back together. Returns the operation, if anything changed.
  @discardableResult
  func publish(
    _ command: String, _ edits: FileEdits, data: [Operation.DataMove] = [], undoing: [String] = [],
    known: [RepositoryPath] = [], session: StoreSession? = nil, extending: Operation? = nil,
    move: () throws(Failure) -> Void = {}
  ) throws(Failure) -> Operation? {
    let changes = try edits.effective()
    let moved = data.filter { $0.before != $0.after }
    guard !changes.isEmpty || !moved.isEmpty else {
      try session?.commit()
      try openStore?.confirmRelied()
      try move()
      try stageInGit(known)
      return nil
    }
    var operation = try record(command, changes, moved, undoing: undoing, session: session)
    if let extending { (operation.id, operation.time) = (extending.id, extending.time) }
    let log = try operations()
    try log.begin(operation)
    do throws(Failure) {
      try move()
      try openStore?.consolidate()
      try make(changes)
      try stageInGit(changes.map(\.path) + known)
      try log.finish(operation)
      return operation
    } catch {
      // What cannot be settled now, on a full disk for instance, is settled by the next command.
      _ = try? settle(operation)
      throw error
    }
  }

  /// The same for changes that lead to what git's files say anyway: cut short, they are completed by doing them again.
  func publishRepeatable(
    _ command: String, _ edits: FileEdits, data: [Operation.DataMove], move: () throws(Failure) -> Void
  ) throws(Failure) {
    let changes = try edits.effective()
    let moved = data.filter { $0.before != $0.after }
    if !changes.isEmpty || !moved.isEmpty {
      try operations().append(try record(command, changes, moved, undoing: []))
    }
    try move()
    try openStore?.consolidate()
    try make(changes)
  }

  /// Up to this many small files are made durable one by one; more of them behind one barrier.
  private static let fewFiles = 8

  private func make(_ changes: [FileEdits.Change]) throws(Failure) {
    guard changes.count > Self.fewFiles else {
      for (path, _, after) in changes { try put(after, at: path) }
      return
    }
    let scratch = try self.scratch.folder()
    let durability = try settings.durability()
    var written: [RepositoryPath: SealedFile] = [:]
    for (path, _, after) in changes {
      guard let after else { continue }
      _ = try root.folder(making: path.parent.bytes)
      written[path] = try root.replacement(of: path.bytes, with: after, scratch: scratch).seal(.off)
    }
    try root.syncFileSystem(durability)
    for (path, _, _) in changes {
      if let file = written[path] {
        try file.publish(as: Array(path.name), in: root.folder(path.parent))
      } else {
        try root.remove(path.bytes)
      }
    }
    for parent in Set(changes.map(\.path.parent)) { try root.folderIfPresent(parent.bytes)?.sync(durability) }
  }

  /// Replaces a small file durably, or takes it away.
  func put(_ bytes: [UInt8]?, at path: RepositoryPath) throws(Failure) {
    let durability = try settings.durability()
    guard let bytes else {
      try root.remove(path.bytes)
      return try root.folderIfPresent(path.parent.bytes)?.sync(durability) ?? ()
    }
    _ = try root.folder(making: path.parent.bytes, durability)
    try root.replace(path.bytes, with: bytes, scratch: try scratch.folder(), durability)
  }

  /// Stores what the operation needs to be taken back or finished, and makes sure of all that it refers to.
  private func record(
    _ command: String, _ changes: [FileEdits.Change], _ data: [Operation.DataMove], undoing: [String],
    session: StoreSession? = nil
  ) throws(Failure) -> Operation {
    let session = if let session { session } else { StoreSession(try store()) }
    func keep(_ bytes: [UInt8]?) throws(Failure) -> ObjectID? {
      guard let bytes else { return nil }
      return try session.store(bytes, kind: .blob)
    }
    var files: [Operation.FileChange] = []
    for (path, before, after) in changes {
      files.append(.init(path: path, before: try keep(before), after: try keep(after)))
    }
    try session.commit()
    try store().confirmRelied()
    return Operation(command: command, files: files, data: data, undoes: undoing)
  }
}
