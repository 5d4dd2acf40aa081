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
  private var folders: [(path: RepositoryPath, content: Content)] = []
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
    for case .writeFolder(let path, let content) in plan.writes { folders.append((path, content)) }
  }

  deinit { try? scratch.removeTree(name) }

  /// Writes everything but what is damaged; that stands in the outcome then.
  func write(_ outcome: CheckoutOutcome) throws(Failure) {
    try writeFiles(outcome)
    for (number, item) in folders.enumerated() {
      let inner = try folder.folder(making: Self.name(ofFolder: number))
      count += 1
      let fill = try FolderFill(item.path, from: store, links, outcome, scratch: scratch)
      store.progress.begin("writing", files: item.content.files, bytes: item.content.size)
      defer { store.progress.end() }
      try fill.run(item.content.id, into: inner)
      count += fill.count
      outcome.fill(item.path, fill.index)
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
    let (root, store, folder, seen) = (self.root, self.store, self.folder, self.seen)
    let displacement = Displacement(root: root, store: store, scratch: folder)
    try Workers.run(count: files.count, batch: 8, width: store.options.width) { [files] range throws(Failure) in
      for position in range where !failed.contains(files[position].path) {
        let (path, entry) = files[position]
        let name = Self.name(ofFile: position)
        let staged = try folder.stat(name)
        try displacement.place(name, holding: entry.id, at: path, over: seen[path]).check(path)
        // Renaming moves the change time, so the stat to remember is the one after it; unless somebody has put something
        // else there by now.
        guard let staged, let stat = try root.stat(path.bytes), stat.isSameFile(as: staged) else {
          outcome.count(entry)
          continue
        }
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
          _ = try StoredFile.create(entry, Self.name(ofFile: position), in: folder, from: store, links, for: path)
        }
      }
    }
  }
}

/// What the threads of a checkout have done.
final class CheckoutOutcome: Sendable {
  private let state = Mutex(State())

  private struct State {
    var written: [(RepositoryPath, TreeEntry, FileStat)] = []
    var failures: [(path: RepositoryPath, failure: Failure)] = []
    var filled: [RepositoryPath: StatIndexWriter] = [:]
    var total = (files: 0, bytes: 0)
  }

  /// Single files that were written.
  var written: [(RepositoryPath, TreeEntry, FileStat)] { state.withLock { $0.written } }
  var failures: [(path: RepositoryPath, failure: Failure)] { state.withLock { $0.failures } }
  /// All files that were written, those of whole folders included.
  var total: (files: Int, bytes: Int) { state.withLock { $0.total } }

  /// The index of a folder that was written as a whole; it is handed out once.
  func takeIndex(of path: RepositoryPath) -> StatIndexWriter? {
    state.withLock { $0.filled.removeValue(forKey: path) }
  }

  /// Notes that a file is written, and its stat then.
  func add(_ path: RepositoryPath, _ entry: TreeEntry, _ stat: FileStat) {
    state.withLock { $0.written.append((path, entry, stat)) }
    count(entry)
  }

  /// Notes that a file of a whole folder is written.
  func count(_ entry: TreeEntry) {
    state.withLock { $0.total = ($0.total.files + 1, $0.total.bytes + entry.size) }
  }

  /// Notes that a whole folder is written, and what its index is to be.
  func fill(_ path: RepositoryPath, _ index: StatIndexWriter) { state.withLock { $0.filled[path] = index } }

  /// Runs `write` for one file. A damaged or missing object fails that file only, and gives nil; anything else fails the
  /// checkout.
  func collect<Result>(
    _ path: RepositoryPath, _ write: () throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    do throws(Failure) {
      return try write()
    } catch  where error.category == .damaged || error.category == .dataMissing {
      let failure = Failure(
        "cannot check out \(path)", why: "\(error.what): \(error.why)", hint: error.hint, category: error.category)
      state.withLock { $0.failures.append((path, failure)) }
      return nil
    }
  }
}
