package import Diagnostics
package import Files
package import Objects
import Synchronization

/// What a checkout did.
package struct CheckoutReport: Sendable {
  /// What was stored before it was overwritten or taken away.
  package var saved: [(path: RepositoryPath, id: ObjectID)] = []
  package var changes: [TreeChange] = []
  package var kept: [RepositoryPath] = []
  package var keptIgnored: [RepositoryPath] = []
  package var missing: [CheckoutPlan.Missing] = []
  package var failures: [Failure] = []
  package var written: (files: Int, bytes: Int) = (0, 0)

  package init() {}

  /// The report of a plan that leaves nothing to do.
  package init(of plan: CheckoutPlan) {
    (changes, kept, keptIgnored) = (plan.changes, plan.kept, plan.keptIgnored)
    (missing, failures) = (plan.missing, plan.failures)
  }
}

/// Carries a plan out. Makes no decision the plan has not named.
package final class CheckoutExecution {
  private let plan: CheckoutPlan
  private let reader: WorkspaceReader
  private let scratch: Scratch
  private var report = CheckoutReport()
  /// What stands where something is taken away or written.
  private var seen: [RepositoryPath: CheckoutPlan.Seen]
  /// What was written, by the tracked path it belongs to and the path below that.
  private var fresh: [RepositoryPath: [RepositoryPath: IndexEntry]] = [:]

  private var root: Folder { reader.context.root }
  private var store: ObjectStore { reader.context.store }

  package static func run(
    _ plan: CheckoutPlan, reader: WorkspaceReader, scratch: Scratch
  ) throws(Failure) -> CheckoutReport {
    let execution = CheckoutExecution(plan, reader, scratch)
    try execution.run()
    return execution.report
  }

  private init(_ plan: CheckoutPlan, _ reader: WorkspaceReader, _ scratch: Scratch) {
    self.plan = plan
    self.reader = reader
    self.scratch = scratch
    seen = plan.seen
    report = CheckoutReport(of: plan)
  }

  private func run() throws(Failure) {
    try saveUnsaved()
    try takeAway()
    for path in plan.folderRemovals.sorted(by: >) { try removeIfEmpty(path) }
    for path in plan.newFolders.sorted() { _ = try root.folder(making: path.bytes) }
    // A folder appears whole, so before what else comes to lie in it.
    try writeFolders()
    try writeFiles()
    for case .setExecutable(let path, let isExecutable) in plan.writes { try setExecutable(path, isExecutable) }
    try makeDurable()
    try updateIndexes()
  }

  /// One barrier for all that was written: for a few files each its own and its folder's, for many the file system's.
  private func makeDurable() throws(Failure) {
    let durability = store.options.durability
    if durability == .off { return }
    let files = fresh.flatMap { owner, written in written.keys.map { owner.appending($0) } }
    guard files.count <= Self.fewFiles else { return try root.syncFileSystem(durability) }
    for path in files where try root.stat(path.bytes)?.kind != .symlink { try root.open(path.bytes).sync() }
    var folders: Set<RepositoryPath> = []
    for path in files + plan.removals + plan.folderRemovals + plan.newFolders + plan.targets.map(\.path) {
      // A folder that is gone itself has its own name in the next one above that is there.
      var folder = path.parent
      while !folder.isRoot, try root.stat(folder.bytes)?.kind != .folder { folder = folder.parent }
      folders.insert(folder)
    }
    for path in folders { try root.folder(path).sync() }
  }

  /// Up to this many files a barrier for each is cheaper than one for the whole file system.
  private static let fewFiles = 64

  private func saveUnsaved() throws(Failure) {
    guard !plan.unsaved.isEmpty else { return }
    let session = StoreSession(store)
    let writer = try StoreWriter(session)
    for item in plan.unsaved {
      let isLink = try root.stat(item.path.bytes)?.kind == .symlink
      let id =
        isLink
        ? try writer.store(try root.linkTarget(item.path.bytes), kind: .blob)
        : try writer.store(try root.open(item.path.bytes)).id
      report.saved.append((item.path, id))
      seen[item.path]?.id = id
    }
    writer.finish()
    try session.commit()
  }

  private func takeAway() throws(Failure) {
    guard !plan.removals.isEmpty else { return }
    let displacement = try displacement()
    let (removals, seen) = (plan.removals, self.seen)
    try Workers.run(count: removals.count, batch: 32, width: store.options.width) { range throws(Failure) in
      for path in removals[range] { try displacement.takeAway(path, seen[path]).check(path) }
    }
  }

  private func displacement() throws(Failure) -> Displacement {
    Displacement(root: root, store: store, scratch: try scratch.folder())
  }

  private func entryWriter() throws(Failure) -> EntryWriter {
    let links = LinkRule(plan.targets, from: store, in: root)
    return EntryWriter(root: root, store: store, scratch: try scratch.folder(), links: links)
  }

  /// A folder that still holds something, a kept or an ignored file, stays.
  private func removeIfEmpty(_ path: RepositoryPath) throws(Failure) {
    guard let folder = try root.folderIfPresent(path.bytes), try folder.names().isEmpty else { return }
    try root.remove(path.bytes, folder: true)
  }

  private func setExecutable(_ path: RepositoryPath, _ isExecutable: Bool) throws(Failure) {
    // A name of the store's own file must not change that file's mode.
    if try root.open(path.bytes).linkCount() > 1 {
      try PrivateCopy.make(of: path, seen[path], in: displacement())
    }
    let file = try root.open(path.bytes)
    let mode = try file.permissions()
    // As umask would have it: who may read may execute.
    try file.setMode(isExecutable ? mode | (mode & 0o444) >> 2 : mode & ~0o111)
  }

  // MARK: - Single files

  private func writeFiles() throws(Failure) {
    var files: [(path: RepositoryPath, entry: TreeEntry)] = []
    for case .write(let path, let entry) in plan.writes { files.append((path, entry)) }
    guard !files.isEmpty else { return }
    for parent in Set(files.map(\.path.parent)) { _ = try root.folder(making: parent.bytes) }
    let (store, writer, results) = (self.store, try entryWriter(), Outcome())
    let (progress, seen) = (begin(files.map(\.entry)), self.seen)
    defer { progress.end() }
    try Workers.run(count: files.count, batch: 8, width: store.options.width) { [files] range throws(Failure) in
      progress.advance(files: range.count)
      for position in range {
        let (path, entry) = files[position]
        try results.collect(path, entry) { () throws(Failure) in
          try writer.write(entry, to: path, over: seen[path])
        }
      }
    }
    absorb(results)
  }

  private func begin(_ entries: [TreeEntry]) -> ProgressMeter {
    store.progress.begin("writing", files: entries.count, bytes: entries.reduce(0) { $0 + $1.size })
    return store.progress
  }

  // MARK: - Whole folders

  private func writeFolders() throws(Failure) {
    for case .writeFolder(let path, let id) in plan.writes {
      let pieces = try scratch.folder()
      let name = Array(uniqueName().utf8)
      let staging = try pieces.folder(making: name)
      do throws(Failure) {
        try fill(staging, with: id, for: path)
        let (parent, last) = try root.folder(making: path.parent.bytes).parent(of: Array(path.name))
        try pieces.rename(name, to: last, in: parent)
      } catch {
        try? pieces.removeTree(name)
        throw error
      }
    }
  }

  /// Writes everything below `id` into `staging`, but for what is damaged; that stands in the report then.
  private func fill(_ staging: Folder, with id: ObjectID, for path: RepositoryPath) throws(Failure) {
    let nothing: ObjectID? = nil
    var files: [(path: RepositoryPath, entry: TreeEntry)] = []
    for change in try TreeComparison.changes(
      from: StoredTrees(store), nothing, to: StoredTrees(store), id, at: .root)
    {
      guard let entry = change.new else { continue }
      if entry.kind == .folder {
        _ = try staging.folder(making: change.path.bytes)
      } else {
        files.append((change.path, entry))
      }
    }
    let (store, writer, results) = (self.store, try entryWriter(), Outcome())
    let progress = begin(files.map(\.entry))
    defer { progress.end() }
    try Workers.run(
      count: files.count, batch: 32, width: store.options.width,
      prepare: { () throws(Failure) in FolderCache(staging) },
      { [files] (cache: inout FolderCache, range) throws(Failure) in
        progress.advance(files: range.count)
        for position in range {
          let (below, entry) = files[position]
          try results.collect(path.appending(below), entry) { () throws(Failure) in
            try writer.create(entry, below, in: try cache.folder(below.parent), for: path)
          }
        }
      })
    absorb(results)
  }

  // MARK: - Afterwards

  private func absorb(_ results: Outcome) {
    let now = wallClock()
    let targets = Set(plan.targets.map(\.path))
    for (path, entry, stat) in results.written {
      report.written.files += 1
      report.written.bytes += entry.size
      var owner = path
      while !targets.contains(owner), !owner.isRoot { owner = owner.parent }
      guard let below = path.relative(to: owner) else { continue }
      if stat.kind == .symlink, entry.kind != .symlink { continue }
      fresh[owner, default: [:]][below] = IndexEntry(stat: stat, id: entry.id, isSettled: stat.isSettled(at: now))
    }
    report.failures += results.failures.map(\.failure)
    // What was planned and did not come about is told as a failure, not as a change.
    let failed = Set(results.failures.map(\.path))
    if !failed.isEmpty { report.changes.removeAll { failed.contains($0.path) } }
  }

  private func updateIndexes() throws(Failure) {
    for (path, content) in plan.targets {
      let written = fresh[path] ?? [:]
      if let single = written[.root] { try reader.indexes.remember(path, single) }
      try reader.refresh(path, fresh: written)
      if let content, let stat = try reader.state(of: path).stat {
        try reader.indexes.markPlaced(path, content, stat: stat)
      } else {
        try reader.indexes.forget(path)
      }
    }
    try reader.indexes.flush()
    try store.flushVerified()
  }
}

/// What the threads of a checkout have done.
private final class Outcome: Sendable {
  private let state = Mutex<([(RepositoryPath, TreeEntry, FileStat)], [(RepositoryPath, Failure)])>(([], []))

  var written: [(RepositoryPath, TreeEntry, FileStat)] { state.withLock { $0.0 } }
  var failures: [(path: RepositoryPath, failure: Failure)] { state.withLock { $0.1 } }

  /// Runs `write` for one file. A damaged or missing object fails that file only; anything else fails the checkout.
  func collect(
    _ path: RepositoryPath, _ entry: TreeEntry, _ write: () throws(Failure) -> FileStat
  ) throws(Failure) {
    do throws(Failure) {
      let stat = try write()
      state.withLock { $0.0.append((path, entry, stat)) }
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
