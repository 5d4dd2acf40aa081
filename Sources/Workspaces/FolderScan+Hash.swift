import Diagnostics
import Files
import Objects
import Synchronization

extension FolderScan {
  /// A file that must be read. Kept small: there may be millions.
  private struct Item: Sendable {
    var level: Int32
    var entry: Int32
  }

  /// What the threads of one reading share.
  private struct Readings: Sendable {
    /// Those of all levels, into which what is read is written.
    var states: [[EntryState]] = []
    /// For the few files whose stat moved between listing and reading.
    var moved: [(item: Item, stat: FileStat)] = []
    var problems: [Problem] = []
    var hashed = 0
  }

  /// Reads the files whose id is not known yet, on all cores.
  mutating func hash(purpose: ScanPurpose, in context: ScanContext) throws(Failure) {
    let work = try unknownEntries(purpose: purpose, in: context)
    guard !work.isEmpty else { return }
    let bytes = work.reduce(0) { $0 + levels[Int($1.level)].listing.entries[Int($1.entry)].stat.size }
    let readings = Readings(states: levels.map(\.states))
    // The threads have them now; a second reference would make each write a copy.
    for level in levels.indices { levels[level].states = [] }
    let done = try read(work, of: bytes, readings, purpose: purpose, in: context)
    for level in levels.indices { levels[level].states = done.states[level] }
    problems += done.problems.sorted { $0.path < $1.path }
    for (item, stat) in done.moved { levels[Int(item.level)].listing.update(Int(item.entry), stat) }
    hashed += done.hashed
  }

  private func read(
    _ work: [Item], of bytes: Int, _ readings: consuming Readings, purpose: ScanPurpose, in context: ScanContext
  ) throws(Failure) -> Readings {
    let session = purpose.session ?? StoreSession(context.store)
    let progress = context.store.progress
    progress.begin(purpose.session == nil ? "hashing" : "storing", files: work.count, bytes: bytes)
    defer { progress.end() }
    let readings = Mutex(readings)
    try Workers.run(
      count: work.count, batch: 16, width: context.store.options.width,
      prepare: { () throws(Failure) in try StoreWriter(session) },
      { (writer: inout StoreWriter, range) throws(Failure) in
        var done = Readings()
        var states: [EntryState?] = []
        for item in work[range] {
          states.append(try read(item, &done, writer, storing: purpose.session != nil, in: context))
        }
        progress.advance(files: range.count)
        readings.withLock { [states, done] in
          for (item, state) in zip(work[range], states) {
            guard let state else { continue }
            $0.states[Int(item.level)][Int(item.entry)] = state
            $0.hashed += 1
          }
          $0.moved += done.moved
          $0.problems += done.problems
        }
      }, finish: { writer throws(Failure) in writer.finish() })
    return readings.withLock { readings in
      defer { readings = Readings() }
      return readings
    }
  }

  /// Reads one file. One that cannot be read is a problem, and the others are read.
  private func read(
    _ item: Item, _ done: inout Readings, _ writer: StoreWriter, storing: Bool, in context: ScanContext
  ) throws(Failure) -> EntryState? {
    let (folder, entry) = (levels[Int(item.level)], Int(item.entry))
    let file = try path.appending(folder.path).appending(name: folder.listing.name(entry))
    let stat = folder.listing.entries[entry].stat
    // What was written in the same tick of the clock as reading began may have been written later.
    let readAt = wallClock()
    do throws(Failure) {
      if let (id, size) = try Self.linked(file, stat, in: context) {
        return EntryState(id: id, isSettled: stat.isSettled(at: readAt), linkedSize: size)
      }
      let (id, now) = try Self.read(file, stat, with: writer, storing: storing, in: context)
      if now != stat { done.moved.append((item, now)) }
      return EntryState(id: id, isSettled: now.isSettled(at: readAt))
    } catch  where error.category == .failed && !Self.isFatal(error) {
      done.problems.append(Problem(path: file, why: error.why))
      return nil
    }
  }

  /// A full disk concerns everything, not the one file it was met with.
  private static func isFatal(_ failure: Failure) -> Bool { failure.what.hasPrefix("cannot write") }

  /// What must be read: files without an id and, when storing, those whose object the store does not have.
  private func unknownEntries(purpose: ScanPurpose, in context: ScanContext) throws(Failure) -> [Item] {
    let found = Mutex<[[Item]]>(Array(repeating: [], count: levels.count))
    try Workers.run(count: levels.count, batch: 8, width: context.store.options.width) { range throws(Failure) in
      for level in range {
        let unknown = try unknownEntries(levels[level], isStoring: purpose.session != nil, in: context)
        let items = unknown.map { Item(level: Int32(clamping: level), entry: Int32(clamping: $0)) }
        if !items.isEmpty { found.withLock { $0[level] = items } }
      }
    }
    return found.withLock { $0 }.flatMap(\.self)
  }

  private func unknownEntries(
    _ folder: Level, isStoring: Bool, in context: ScanContext
  ) throws(Failure) -> [Int] {
    let files = folder.states.indices.filter { folder.listing.entries[$0].stat.kind != .folder }
    var unknown = files.filter { folder.states[$0].id == nil }
    if isStoring, unknown.count < files.count {
      let known = files.filter { folder.states[$0].id != nil }
      unknown += try context.store.absent(known.compactMap { folder.states[$0].id }).map { known[$0] }
      unknown.sort()
    }
    return unknown
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

  /// Builds the trees from the leaves up, each depth on all cores. A folder that is as the index has it keeps the id it had.
  mutating func buildTrees(purpose: ScanPurpose, in context: ScanContext) throws(Failure) {
    var end = levels.count
    while end > 0 {
      // Levels stand in the order of their depth.
      let depth = levels[end - 1].path.components.count
      var start = end
      while start > 0, levels[start - 1].path.components.count == depth { start -= 1 }
      var changed: [Int] = []
      for level in start..<end {
        if try !reuseTree(level, purpose: purpose, in: context) { changed.append(level) }
      }
      for (level, tree) in try trees(of: changed, purpose: purpose, in: context) { levels[level].tree = tree }
      end = start
    }
  }

  private func trees(
    of changed: [Int], purpose: ScanPurpose, in context: ScanContext
  ) throws(Failure) -> [(level: Int, tree: TreeSummary)] {
    let built = Mutex<[(level: Int, tree: TreeSummary)]>([])
    try Workers.run(count: changed.count, batch: 8, width: context.store.options.width) { range throws(Failure) in
      for level in changed[range] {
        let tree = encodedTree(level)
        let id =
          if let session = purpose.session {
            try session.store(tree.text, kind: .tree)
          } else {
            try ContentHasher.id(of: tree.text)
          }
        built.withLock { $0.append((level, TreeSummary(id: id, size: tree.size, files: tree.files))) }
      }
    }
    return built.withLock { $0 }
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
