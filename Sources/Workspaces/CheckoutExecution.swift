package import Diagnostics
package import Files
package import Objects

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

  /// The indexes of folders that were written as a whole.
  private var filled: [RepositoryPath: StatIndexWriter] = [:]
  /// Since when others may have written to them.
  private var placedAt: Int64 = 0

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
    try write()
    for case .setExecutable(let path, let isExecutable) in plan.writes { try setExecutable(path, isExecutable) }
    try makeNamesDurable()
    try updateIndexes()
  }

  /// Writes everything aside, makes it durable, and only then gives it its names: whatever a loss of power leaves, no file
  /// is half there.
  private func write() throws(Failure) {
    let staging = try CheckoutStaging(plan, over: seen, root: root, store: store, in: scratch.folder())
    let outcome = CheckoutOutcome()
    try staging.write(outcome)
    try staging.makeDurable()
    // What was written just now would have to be read again to know that it stayed so.
    if plan.writes.contains(where: \.isLarge) { FileStat.waitOutTick() }
    placedAt = wallClock()
    try staging.place(outcome)
    absorb(outcome)
  }

  /// Up to this many barriers of single files and folders are cheaper than one for the whole file system.
  static let fewBarriers = 64

  /// Makes durable what appeared in folders and what went from them.
  private func makeNamesDurable() throws(Failure) {
    let durability = store.options.durability
    if durability == .off { return }
    var modes: [RepositoryPath] = []
    for case .setExecutable(let path, _) in plan.writes { modes.append(path) }
    var folders: Set<RepositoryPath> = []
    let written = fresh.flatMap { owner, written in written.keys.map { owner.appending($0) } }
    for path in plan.removals + plan.folderRemovals + plan.newFolders + plan.targets.map(\.path) + written {
      // The folders above may be new as well.
      var folder = path
      while !folder.isRoot {
        folder = folder.parent
        if !folders.insert(folder).inserted { break }
      }
    }
    guard folders.count + modes.count <= Self.fewBarriers else { return try root.syncFileSystem(durability) }
    for path in modes { try root.open(path.bytes).sync() }
    // A folder that is gone itself has its own name in the next one above that is there.
    for path in folders where try root.stat(path.bytes)?.kind == .folder { try root.folder(path).sync() }
  }

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

  // MARK: - Afterwards

  private func absorb(_ results: CheckoutOutcome) {
    report.written = results.total
    for (path, _) in plan.targets { filled[path] = results.takeIndex(of: path) }
    let targets = Set(plan.targets.map(\.path))
    for (path, entry, stat) in results.written {
      var owner = path
      while !targets.contains(owner), !owner.isRoot { owner = owner.parent }
      guard let below = path.relative(to: owner) else { continue }
      if stat.kind == .symlink, entry.kind != .symlink { continue }
      fresh[owner, default: [:]][below] = IndexEntry(
        stat: stat, id: entry.id, isSettled: stat.showsWrites(since: placedAt))
    }
    report.failures += results.failures.map(\.failure)
    // What was planned and did not come about is told as a failure, not as a change.
    let failed = Set(results.failures.map(\.path))
    if !failed.isEmpty { report.changes.removeAll { failed.contains($0.path) } }
  }

  private func updateIndexes() throws(Failure) {
    for (path, content) in plan.targets {
      if let content, let index = filled.removeValue(forKey: path), let stat = try root.stat(path.bytes) {
        try reader.placed(path, index, at: placedAt)
        try reader.indexes.markPlaced(path, content, stat: stat)
        continue
      }
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
