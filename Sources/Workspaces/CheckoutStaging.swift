import Diagnostics
import Files
import Objects
import Synchronization

/// Where a checkout writes what it will put into the workspace: single files named by their place in the plan, and
/// folders that are wholly absent.
final class CheckoutStaging {
  private let root: Folder
  private let store: ObjectStore
  private let scratch: Folder
  private let name = Array(uniqueName().utf8)
  private let folder: Folder
  private let links: LinkRule
  /// What stands where the files go.
  private let seen: [RepositoryPath: CheckoutPlan.Seen]
  private var files: [(path: RepositoryPath, entry: TreeEntry)] = []
  private var folders: [(path: RepositoryPath, id: ObjectID)] = []
  /// Files and folders written here.
  private var count = 0

  init(
    _ plan: CheckoutPlan, over seen: [RepositoryPath: CheckoutPlan.Seen], root: Folder, store: ObjectStore,
    in scratch: Folder
  ) throws(Failure) {
    (self.root, self.store, self.scratch, self.seen) = (root, store, scratch, seen)
    links = LinkRule(plan.targets, from: store, in: root)
    folder = try scratch.folder(making: name)
    for case .write(let path, let entry) in plan.writes { files.append((path, entry)) }
    for case .writeFolder(let path, let id) in plan.writes { folders.append((path, id)) }
  }

  deinit { try? scratch.removeTree(name) }

  /// Writes everything but what is damaged; that stands in the outcome then.
  func write(_ outcome: CheckoutOutcome) throws(Failure) {
    try writeFiles(outcome)
    for (number, item) in folders.enumerated() {
      let inner = try folder.folder(making: Self.name(ofFolder: number))
      count += 1
      try fill(inner, with: item.id, for: item.path, outcome)
    }
  }

  /// One barrier for all of it: for a few files each its own, for many the file system's.
  func makeDurable() throws(Failure) {
    let durability = store.options.durability
    if count > CheckoutExecution.fewBarriers { return try folder.syncFileSystem(durability) }
    if durability != .off, count > 0 { try folder.syncTree() }
  }

  /// Gives everything that was written its place in the workspace; whole folders first, since files may lie in them.
  func place(_ outcome: CheckoutOutcome) throws(Failure) {
    for (number, item) in folders.enumerated() {
      let (parent, last) = try root.folder(making: item.path.parent.bytes).parent(of: Array(item.path.name))
      try folder.rename(Self.name(ofFolder: number), to: last, in: parent)
    }
    for parent in Set(files.map(\.path.parent)) { _ = try root.folder(making: parent.bytes) }
    let failed = Set(outcome.failures.map(\.path))
    let (root, store, seen) = (self.root, self.store, self.seen)
    let displacement = Displacement(root: root, store: store, scratch: folder)
    try Workers.run(count: files.count, batch: 8, width: store.options.width) { [files] range throws(Failure) in
      for position in range where !failed.contains(files[position].path) {
        let (path, entry) = files[position]
        try displacement.place(Self.name(ofFile: position), holding: entry.id, at: path, over: seen[path]).check(path)
        // Renaming moves the change time, so the stat to remember is the one after it.
        guard let stat = try root.stat(path.bytes) else { throw .system("look at", path.bytes, errno: 2) }
        try store.noteRename(of: entry.id, to: stat)
        outcome.add(path, entry, stat)
      }
    }
  }

  private static func name(ofFile number: Int) -> [UInt8] { Array("f\(number)".utf8) }
  private static func name(ofFolder number: Int) -> [UInt8] { Array("d\(number)".utf8) }

  private func begin(_ entries: [TreeEntry]) -> ProgressMeter {
    store.progress.begin("writing", files: entries.count, bytes: entries.reduce(0) { $0 + $1.size })
    return store.progress
  }

  private func writeFiles(_ outcome: CheckoutOutcome) throws(Failure) {
    guard !files.isEmpty else { return }
    count += files.count
    let (store, folder, links) = (self.store, self.folder, self.links)
    let progress = begin(files.map(\.entry))
    defer { progress.end() }
    try Workers.run(count: files.count, batch: 8, width: store.options.width) { [files] range throws(Failure) in
      progress.advance(files: range.count)
      for position in range {
        let (path, entry) = files[position]
        try outcome.collect(path) { () throws(Failure) in
          _ = try Self.create(entry, Self.name(ofFile: position), in: folder, from: store, links, for: path)
        }
      }
    }
  }

  /// Writes everything below `id` into `inner`, but for what is damaged.
  private func fill(
    _ inner: Folder, with id: ObjectID, for path: RepositoryPath, _ outcome: CheckoutOutcome
  ) throws(Failure) {
    let nothing: ObjectID? = nil
    var files: [(path: RepositoryPath, entry: TreeEntry)] = []
    for change in try TreeComparison.changes(
      from: StoredTrees(store), nothing, to: StoredTrees(store), id, at: .root)
    {
      guard let entry = change.new else { continue }
      count += 1
      if entry.kind == .folder {
        _ = try inner.folder(making: change.path.bytes)
      } else {
        files.append((change.path, entry))
      }
    }
    let (store, links) = (self.store, self.links)
    let progress = begin(files.map(\.entry))
    defer { progress.end() }
    try Workers.run(
      count: files.count, batch: 32, width: store.options.width,
      prepare: { () throws(Failure) in FolderCache(inner) },
      { [files] (cache: inout FolderCache, range) throws(Failure) in
        progress.advance(files: range.count)
        for position in range {
          let (below, entry) = files[position]
          let whole = path.appending(below)
          try outcome.collect(whole) { () throws(Failure) in
            let place = try cache.folder(below.parent)
            outcome.add(
              whole, entry, try Self.create(entry, Array(below.name), in: place, from: store, links, for: whole))
          }
        }
      })
  }

  private static func create(
    _ entry: TreeEntry, _ name: [UInt8], in folder: Folder, from store: ObjectStore, _ links: LinkRule,
    for path: RepositoryPath
  ) throws(Failure) -> FileStat {
    if entry.kind == .symlink {
      let target = try store.read(entry.id, limit: 4096)
      if let broken = try links.brokenRule(target, of: path) {
        throw Failure("cannot check out \(path)", why: broken, category: .damaged)
      }
      try folder.makeLink(name, to: target)
      guard let stat = try folder.stat(name) else { throw .system("look at", path.bytes, errno: 2) }
      return stat
    }
    if entry.kind == .file, try store.link(entry.id, as: name, in: folder), let stat = try folder.stat(name) {
      return stat
    }
    let file = try folder.create(name, mode: entry.kind == .executable ? 0o777 : 0o666)
    do throws(Failure) {
      try store.copy(entry.id, to: file)
    } catch {
      try folder.remove(name)
      throw error
    }
    return try file.stat()
  }
}

/// What the threads of a checkout have done.
final class CheckoutOutcome: Sendable {
  private let state = Mutex<([(RepositoryPath, TreeEntry, FileStat)], [(RepositoryPath, Failure)])>(([], []))

  var written: [(RepositoryPath, TreeEntry, FileStat)] { state.withLock { $0.0 } }
  var failures: [(path: RepositoryPath, failure: Failure)] { state.withLock { $0.1 } }

  /// Notes that a file is written, and its stat then.
  func add(_ path: RepositoryPath, _ entry: TreeEntry, _ stat: FileStat) {
    state.withLock { $0.0.append((path, entry, stat)) }
  }

  /// Runs `write` for one file. A damaged or missing object fails that file only; anything else fails the checkout.
  func collect(_ path: RepositoryPath, _ write: () throws(Failure) -> Void) throws(Failure) {
    do throws(Failure) {
      try write()
    } catch  where error.category == .damaged || error.category == .dataMissing {
      let failure = Failure(
        "cannot check out \(path)", why: "\(error.what): \(error.why)", hint: error.hint, category: error.category)
      state.withLock { $0.1.append((path, failure)) }
    }
  }
}

/// The folder a thread wrote to last: files come in order, so it is mostly the next one's too.
private struct FolderCache {
  private let top: Folder
  private var last: (path: RepositoryPath, folder: Folder)?

  init(_ top: Folder) { self.top = top }

  mutating func folder(_ path: RepositoryPath) throws(Failure) -> Folder {
    if let last, last.path == path { return last.folder }
    let opened = path.isRoot ? top : try top.folder(path)
    last = (path, opened)
    return opened
  }
}
