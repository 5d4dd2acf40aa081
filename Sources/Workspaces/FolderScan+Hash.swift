import Diagnostics
import Files
import Objects
import Synchronization

extension FolderScan {
  private struct Hashed: Sendable {
    var level: Int
    var entry: Int
    var stat: FileStat
    var id: ObjectID
    /// When reading began: what was written in the same tick of the clock may have been written later.
    var readAt: Int64
    var linkedSize: Int?
  }

  /// Reads the files whose id is not known yet, on all cores.
  mutating func hash(purpose: ScanPurpose, in context: ScanContext) throws(Failure) {
    let work = try unknownEntries(purpose: purpose, in: context)
    guard !work.isEmpty else { return }
    let (done, failed) = try read(work, purpose: purpose, in: context)
    problems += failed.sorted { $0.path < $1.path }
    for item in done { record(item) }
  }

  private func read(
    _ work: [(level: Int, entry: Int)], purpose: ScanPurpose, in context: ScanContext
  ) throws(Failure) -> ([Hashed], [Problem]) {
    let session = purpose.session ?? StoreSession(context.store)
    let results = Mutex<([Hashed], [Problem])>(([], []))
    let progress = context.store.progress
    progress.begin(
      purpose.session == nil ? "hashing" : "storing", files: work.count,
      bytes: work.reduce(0) { $0 + levels[$1.level].listing.entries[$1.entry].stat.size })
    defer { progress.end() }
    try Workers.run(
      count: work.count, batch: 16, width: context.store.options.width,
      prepare: { () throws(Failure) in try StoreWriter(session) },
      { (writer: inout StoreWriter, range) throws(Failure) in
        var done: [Hashed] = []
        var failed: [Problem] = []
        for position in range {
          let (level, entry) = work[position]
          let file = try path.appending(levels[level].path).appending(name: levels[level].listing.name(entry))
          do throws(Failure) {
            let stat = levels[level].listing.entries[entry].stat
            let readAt = wallClock()
            if let (id, size) = try Self.linked(file, stat, in: context) {
              done.append(
                Hashed(level: level, entry: entry, stat: stat, id: id, readAt: readAt, linkedSize: size))
              continue
            }
            let (id, now) = try Self.read(file, stat, with: writer, storing: purpose.session != nil, in: context)
            done.append(Hashed(level: level, entry: entry, stat: now, id: id, readAt: readAt))
          } catch  where error.category == .failed && !Self.isFatal(error) {
            failed.append(Problem(path: file, why: error.why))
          }
        }
        progress.advance(files: range.count)
        results.withLock {
          $0.0 += done
          $0.1 += failed
        }
      }, finish: { writer throws(Failure) in writer.finish() })
    return results.withLock { $0 }
  }

  /// A full disk concerns everything, not the one file it was met with.
  private static func isFatal(_ failure: Failure) -> Bool { failure.what.hasPrefix("cannot write") }

  private mutating func record(_ item: Hashed) {
    let isSettled = item.stat.isSettled(at: item.readAt)
    levels[item.level].states[item.entry] = EntryState(
      id: item.id, isSettled: isSettled, linkedSize: item.linkedSize)
    levels[item.level].listing.update(item.entry, item.stat)
    hashed += 1
    hashedBytes += item.stat.size
  }

  /// What must be read: files without an id and, when storing, those whose object the store does not have.
  private func unknownEntries(
    purpose: ScanPurpose, in context: ScanContext
  ) throws(Failure) -> [(level: Int, entry: Int)] {
    var work: [(level: Int, entry: Int)] = []
    for (level, folder) in levels.enumerated() {
      for (entry, item) in folder.listing.entries.enumerated() where item.stat.kind != .folder {
        if let id = folder.states[entry].id {
          if purpose.session == nil { continue }
          if try context.store.contains(id, renewing: true) { continue }
        }
        work.append((level, entry))
      }
    }
    return work
  }

  /// Finds the links that lead out of the repository by way of other links, which may be new though these are known.
  mutating func checkLinks(purpose: ScanPurpose, in context: ScanContext) throws(Failure) {
    guard purpose.session != nil, levels.contains(where: { !$0.matchesIndex }) else { return }
    for level in levels {
      for (index, entry) in level.listing.entries.enumerated()
      where entry.stat.kind == .symlink && level.states[index].linkedSize == nil {
        let link = try path.appending(level.path).appending(name: level.listing.name(index))
        guard let target = LinkRule.target(of: link, in: context.root), LinkRule.brokenText(target, of: link) == nil
        else { continue }
        if let why = try LinkRule.brokenChain(target, of: link, { LinkRule.target(of: $0, in: context.root) }) {
          problems.append(Problem(path: link, why: why))
        }
      }
    }
  }

  /// The object and size of the file that a symbolic link into the store stands for; nil for anything else.
  static func linked(
    _ path: RepositoryPath, _ stat: FileStat, in context: ScanContext
  ) throws(Failure) -> (ObjectID, Int)? {
    guard stat.kind == .symlink, let id = context.store.linkedObject(try context.root.linkTarget(path.bytes)) else {
      return nil
    }
    do throws(Failure) {
      try context.store.verifyOnce(id)
    } catch {
      throw Failure("cannot read \(path)", why: "it links to an object that cannot be used: \(error.why)")
    }
    return (id, try context.store.size(of: id) ?? 0)
  }

  private static func read(
    _ path: RepositoryPath, _ stat: FileStat, with writer: StoreWriter, storing: Bool, in context: ScanContext
  ) throws(Failure) -> (ObjectID, FileStat) {
    if stat.kind == .symlink {
      let target = try context.root.linkTarget(path.bytes)
      if let broken = LinkRule.brokenText(target, of: path) {
        throw Failure("cannot version \(path)", why: broken, category: .failed)
      }
      return (storing ? try writer.store(target, kind: .blob) : try ContentHasher.id(of: target), stat)
    }
    let file = try context.root.open(path.bytes)
    return storing ? try writer.store(file) : try writer.hash(file)
  }

  /// Builds the trees from the leaves up. A folder that is as the index has it keeps the id it had.
  mutating func buildTrees(purpose: ScanPurpose, in context: ScanContext) throws(Failure) {
    for level in levels.indices.reversed() {
      if try reuseTree(level, purpose: purpose, in: context) { continue }
      var entries: [TreeEntry] = []
      entries.reserveCapacity(levels[level].states.count)
      for index in levels[level].states.indices {
        if let entry = treeEntry(level, index) { entries.append(entry) }
      }
      let tree = Tree(sorted: entries)
      let encoded = tree.encoded()
      let id: ObjectID
      if let session = purpose.session {
        id = try session.store(encoded, kind: .tree)
      } else {
        id = try ContentHasher.id(of: encoded)
      }
      levels[level].tree = TreeSummary(id: id, size: tree.size, files: tree.files)
    }
  }

  private mutating func reuseTree(
    _ level: Int, purpose: ScanPurpose, in context: ScanContext
  ) throws(Failure) -> Bool {
    let folder = levels[level]
    guard folder.matchesIndex, let block = folder.block,
      folder.children.values.allSatisfy({ levels[$0].matchesIndex })
    else {
      levels[level].matchesIndex = false
      return false
    }
    if purpose.session != nil, try !context.store.contains(block.tree, renewing: true) { return false }
    levels[level].tree = TreeSummary(id: block.tree, size: block.size, files: block.files)
    return true
  }
}
