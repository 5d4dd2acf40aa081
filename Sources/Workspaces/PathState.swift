package import Diagnostics
package import Files
package import Objects

/// What a path holds in the workspace right now.
package struct PathState: Sendable {
  /// nil when there is nothing, or nothing that can be versioned.
  package var content: Content?
  /// A symbolic link that cannot be tracked itself; operations bring it back all the same.
  package var link: Content?
  package var stat: FileStat?
  /// For a folder.
  package var scan: FolderScan?
  /// What keeps it, or something in it, from being versioned.
  package var problems: [FolderScan.Problem] = []

  package var exists: Bool { stat != nil }

  /// All that an operation can bring back.
  package var held: Content? { content ?? link }

  /// What was found at the path, or at what lies `below` it.
  func seen(at below: RepositoryPath) -> CheckoutPlan.Seen? {
    if below.isRoot { return stat.map { CheckoutPlan.Seen(stat: $0, id: held?.id) } }
    guard let scan, !scan.levels.isEmpty else { return nil }
    var level = 0
    var found: CheckoutPlan.Seen?
    for name in below.components {
      let folder = scan.levels[level]
      guard let index = folder.listing.index(of: Array(name)) else { return nil }
      found = CheckoutPlan.Seen(stat: folder.listing.entries[index].stat, id: folder.states[index].id)
      if let child = folder.children[index] { level = child }
    }
    return found
  }
}

/// Looks at paths of the workspace and remembers what it saw in the indexes.
package final class WorkspaceReader {
  package let context: ScanContext
  package let indexes: IndexStore
  private var seen: [RepositoryPath: PathState] = [:]
  /// What the store was found to have.
  private var stored: Set<ObjectID> = []
  /// The folder of the last path that was looked at: its neighbours are mostly next.
  private var last: (path: RepositoryPath, folder: Folder?)?

  package init(_ context: ScanContext, indexes: IndexStore) {
    self.context = context
    self.indexes = indexes
  }

  /// Returns the state of `path`, hashing only what the indexes do not know.
  package func state(of path: RepositoryPath) throws(Failure) -> PathState {
    if let known = seen[path] { return known }
    let state = try read(path, purpose: .look)
    seen[path] = state
    return state
  }

  /// Returns the state of `path` after storing its content in `session`. Nothing is durable before the session commits.
  package func store(_ path: RepositoryPath, in session: StoreSession) throws(Failure) -> PathState {
    // What is stored was made a moment ago, its folder perhaps as well.
    last = nil
    let state = try read(path, purpose: .store(session))
    seen[path] = state
    return state
  }

  /// Looks again at `path` after files below it were written; `fresh` tells what they are, keyed by their path below it.
  package func refresh(_ path: RepositoryPath, fresh: [RepositoryPath: IndexEntry] = [:]) throws(Failure) {
    last = nil
    seen[path] = try read(path, purpose: .look, fresh: fresh)
  }

  /// Takes over the index of a folder that was written as a whole and then, at `time`, placed.
  func placed(_ path: RepositoryPath, _ index: StatIndexWriter, at time: Int64) throws(Failure) {
    last = nil
    seen[path] = nil
    try indexes.save(index, of: path, settledAt: time)
  }

  package func forgetWhatWasSeen() {
    seen = [:]
    stored = []
    last = nil
  }

  /// Whether the store has the object `id`.
  package func isStored(_ id: ObjectID) throws(Failure) -> Bool {
    if stored.contains(id) { return true }
    guard try context.store.contains(id) else { return false }
    stored.insert(id)
    return true
  }

  private func stat(_ path: RepositoryPath) throws(Failure) -> FileStat? {
    if path.isRoot { return try context.root.stat([]) }
    let parent = path.parent
    if last?.path != parent { last = (parent, try context.root.parentFolder(of: path.bytes)) }
    return try last?.folder?.stat(Array(path.name))
  }

  private func read(
    _ path: RepositoryPath, purpose: ScanPurpose, fresh: [RepositoryPath: IndexEntry] = [:]
  ) throws(Failure) -> PathState {
    guard let stat = try stat(path) else { return PathState() }
    switch stat.kind {
    case .folder: return try readFolder(path, stat, purpose: purpose, fresh: fresh)
    case .file, .executable: return try readFile(path, stat, purpose: purpose)
    case .symlink: return try readLink(path, stat, purpose: purpose)
    case .special:
      return PathState(stat: stat, problems: [.init(path: path, why: "it is a fifo, socket or device, not a file")])
    }
  }

  private func readFolder(
    _ path: RepositoryPath, _ stat: FileStat, purpose: ScanPurpose, fresh: [RepositoryPath: IndexEntry]
  ) throws(Failure) -> PathState {
    let scan = try FolderScan.run(
      path, index: try indexes.tree(path), purpose: purpose, in: context, fresh: fresh)
    try indexes.save(scan)
    return PathState(content: scan.content, stat: stat, scan: scan, problems: scan.problems)
  }

  private func readLink(_ path: RepositoryPath, _ stat: FileStat, purpose: ScanPurpose) throws(Failure) -> PathState {
    var why = "it is a symbolic link; git can track it itself"
    do throws(Failure) {
      if let (id, size) = try FolderScan.linked(path, stat, in: context) {
        return PathState(content: Content(kind: .file, id: id, size: size), stat: stat)
      }
    } catch {
      why = error.why
    }
    let target = try context.root.linkTarget(path.bytes)
    let id =
      if let session = purpose.session { try session.store(target, kind: .blob) } else {
        try ContentHasher.id(of: target)
      }
    return PathState(
      link: Content(kind: .symlink, id: id, size: target.count), stat: stat, problems: [.init(path: path, why: why)])
  }

  private func isKnown(_ entry: IndexEntry, as stat: FileStat) throws(Failure) -> Bool {
    if entry.isSettled, entry.stat == stat { return true }
    return try context.store.isVerifiedLink(stat, to: entry.id)
  }

  private func readFile(_ path: RepositoryPath, _ stat: FileStat, purpose: ScanPurpose) throws(Failure) -> PathState {
    let known = try indexes.file(path)
    if let known, try isKnown(known, as: stat) {
      var isEnough = purpose.session == nil
      if !isEnough { isEnough = try context.store.contains(known.id, renewing: true) }
      if isEnough {
        return PathState(content: Content(kind: stat.kind, id: known.id, size: stat.size), stat: stat)
      }
    }
    let session = purpose.session ?? StoreSession(context.store)
    let writer = try StoreWriter(session)
    context.store.progress.begin(purpose.session == nil ? "hashing" : "storing", files: 1, bytes: stat.size)
    defer { context.store.progress.end() }
    let file = try context.root.open(path.bytes)
    let readAt = wallClock()
    let (id, now) = purpose.session == nil ? try writer.hash(file) : try writer.store(file)
    writer.finish()
    let entry = IndexEntry(
      stat: now, id: id, isSettled: now.isSettled(at: readAt), isPlaced: known?.isPlaced ?? false)
    try indexes.remember(path, entry)
    return PathState(content: Content(kind: now.kind, id: id, size: now.size), stat: now)
  }
}
