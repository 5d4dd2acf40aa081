package import Diagnostics
import Files
package import Objects
import Synchronization

/// Carries the plan of a gc out. Stopped at any point, it leaves a remote in which all that is needed is found, and the
/// next gc goes on.
///
/// What is needed is in new packs before the old are marked. A pack goes before its index: an index without its pack tells
/// of nothing, while a pack without its index would be taken for an unfinished push. The mark goes last, so that nobody
/// finds a pack that is half gone unmarked.
package struct RemoteGarbage {
  private let plan: RemoteGarbagePlan
  private let contents: RemoteContents
  private let options: TransferOptions

  package struct Report: Sendable {
    /// Bytes of packs that were written.
    package var written = 0
    /// What could not be put into other packs. Its packs stay unmarked.
    package var failures: [(id: ObjectID, why: Failure)] = []
    /// Packs that somebody else has unmarked or marked anew meanwhile. They stay.
    package var spared = 0
  }

  package static func run(
    _ plan: RemoteGarbagePlan, _ contents: RemoteContents, options: TransferOptions
  ) throws(Failure) -> Report {
    let work = RemoteGarbage(plan: plan, contents: contents, options: options)
    var report = Report()
    for item in plan.unmark { try work.unmark(item) }
    try work.copy(&report)
    if !plan.runs.isEmpty { report.written += try contents.publish(RunBatch(plan.runs)) }
    let failed = Set(report.failures.map(\.id))
    for item in plan.mark + plan.rewrite.filter({ !$0.needed.contains(where: failed.contains) }) {
      try work.mark(item.name)
    }
    let removed = try work.removable(&report)
    for item in removed { try work.remove(item) }
    try work.replaceMergedIndexes()
    for item in removed { try work.unmark(item) }
    for name in plan.staleMarks { try contents.storage.remove(name) }
    return report
  }

  private func mark(_ name: String) throws(Failure) {
    try PackPublisher(contents).send(Array("to be removed by mlrepo gc\n".utf8), as: RemoteName(.marks, name))
  }

  private func unmark(_ item: RemoteGarbagePlan.Item) throws(Failure) {
    if let name = RemoteName(.marks, item.name) { try contents.storage.remove(name) }
  }

  /// Puts what is needed of packs that go into new ones: each entry verified, and as it was packed.
  private func copy(_ report: inout Report) throws(Failure) {
    let copied = plan.copied
    if copied.isEmpty { return }
    let publisher = PackPublisher(contents)
    let (chunks, recipes) = (PackFiller(publisher, options), PackFiller(publisher, options))
    let failures = try RemoteReader(contents: contents, width: options.width).read(
      copied, prepare: { () throws(Failure) in }
    ) { _, arrival throws(Failure) in
      try (arrival.entry.kind.isRecipe ? recipes : chunks).append(arrival.entry)
    }
    // Recipes come after what they are made of, as in a push.
    try chunks.finish()
    try recipes.finish()
    report.written = publisher.sent
    report.failures = failures.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// What is to go and is still marked as it was when the plan was made.
  private func removable(_ report: inout Report) throws(Failure) -> [RemoteGarbagePlan.Item] {
    if plan.remove.isEmpty { return [] }
    var marks: [String: Int64] = [:]
    for file in try contents.storage.list(.marks) { marks[file.name.name] = file.modified }
    let left = plan.remove.filter { item in marks[item.name].map { $0 == plan.marked[item.name] } == true }
    report.spared = plan.remove.count - left.count
    return left
  }

  private func remove(_ item: RemoteGarbagePlan.Item) throws(Failure) {
    try Interruption.check()
    if item.name.hasPrefix(RemoteGarbagePlan.runsStem) {
      let digits = String(item.name.dropFirst(RemoteGarbagePlan.runsStem.count))
      if let name = RemoteName(.runs, digits) { try contents.storage.remove(name) }
      return
    }
    let endings = item.name.hasPrefix("pack-") ? [".pack", ".idx"] : [".idx"]
    for ending in endings {
      if let name = RemoteName(.packs, item.name + ending) { try contents.storage.remove(name) }
    }
  }

  /// Indexes of many packs that tell of packs that are gone are replaced by one that does not.
  private func replaceMergedIndexes() throws(Failure) {
    let there = try RemoteListing(contents.storage).packs
    let merged = contents.indexes.filter { index in
      index.isMerged && index.packs.contains { there[$0.id] == nil } && index.packs.contains { there[$0.id] != nil }
    }
    if merged.isEmpty { return }
    let body = RemoteIndex.merge(merged) { there[$0.id] == $0.size }
    let id = try ContentHasher.id(of: body)
    let publisher = PackPublisher(contents)
    try publisher.send(body + PackFormat.idBytes(id), as: RemoteName(.packs, "merged-\(id.hex).idx"))
    for index in merged { try mark("merged-\(index.id.hex)") }
  }
}

/// A pack that several threads fill; one at a time sends it when it is full.
private final class PackFiller: Sendable {
  private let publisher: PackPublisher
  private let buffer: Mutex<PackBuffer>

  init(_ publisher: PackPublisher, _ options: TransferOptions) {
    self.publisher = publisher
    buffer = Mutex(PackBuffer(limit: options.packSize))
  }

  func append(_ entry: PackEntry) throws(Failure) {
    try buffer.withLock { pack throws(Failure) in
      if !pack.hasRoom(for: entry.stored.count) { _ = try publisher.publish(pack) }
      pack.append(entry)
    }
  }

  func finish() throws(Failure) {
    try buffer.withLock { pack throws(Failure) in if !pack.isEmpty { _ = try publisher.publish(pack) } }
  }
}
