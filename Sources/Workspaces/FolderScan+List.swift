import Diagnostics
import Files
import Git
import Objects
import Synchronization

extension FolderScan {
  /// Lists the folder and all below it, breadth first, each breadth on all cores, and takes from the index what it knows.
  mutating func list(
    index: StatIndex, in context: ScanContext, fresh: [RepositoryPath: IndexEntry]
  ) throws(Failure) {
    let top = try context.root.folder(path)
    let above = try context.rules(in: path.parent)
    // What lies in an ignored folder is ignored, whatever else its names match.
    let isHidden = above.isIgnored(path.bytes, isFolder: true)
    var frontier: [Place] = [(.root, above)]
    var parents: [(level: Int, entry: Int)] = []
    while !frontier.isEmpty {
      let listed = try Self.list(
        frontier, below: top, of: path, isHidden: isHidden, index: index, in: context, fresh: fresh)
      let firstLevel = levels.count
      for (offset, found) in listed.enumerated() {
        problems += found.problems
        levels.append(found.level)
        if !parents.isEmpty {
          let parent = parents[offset]
          levels[parent.level].children[parent.entry] = firstLevel + offset
        }
      }
      (frontier, parents) = ([], [])
      for level in firstLevel..<levels.count {
        for (entry, item) in levels[level].listing.entries.enumerated() where item.stat.kind == .folder {
          let name = levels[level].listing.name(entry)
          frontier.append((try levels[level].path.appending(name: name), levels[level].rules))
          parents.append((level, entry))
        }
      }
    }
  }

  /// A folder below the scanned one, with the rules of all folders above it.
  typealias Place = (path: RepositoryPath, rules: IgnoreRules)

  struct Found: Sendable {
    var level: Level
    var problems: [Problem] = []
  }

  private static func list(
    _ places: [Place], below top: Folder, of path: RepositoryPath, isHidden: Bool, index: StatIndex,
    in context: ScanContext, fresh: [RepositoryPath: IndexEntry]
  ) throws(Failure) -> [Found] {
    let results = Mutex<[Int: Found]>([:])
    try Workers.run(count: places.count, width: context.store.options.width) { range throws(Failure) in
      for position in range {
        let found = try listOne(
          places[position], below: top, of: path, isHidden: isHidden, index: index, in: context, fresh: fresh)
        results.withLock { $0[position] = found }
      }
    }
    return results.withLock { all in places.indices.compactMap { all[$0] } }
  }

  private static func listOne(
    _ place: Place, below top: Folder, of path: RepositoryPath, isHidden: Bool, index: StatIndex,
    in context: ScanContext, fresh: [RepositoryPath: IndexEntry]
  ) throws(Failure) -> Found {
    let below = place.path
    let full = path.appending(below)
    let listing: FolderListing
    do throws(Failure) {
      listing = try (below.isRoot ? top : top.folder(below)).list()
    } catch  where !below.isRoot {
      return Found(
        level: Level(path: below, listing: FolderListing(), states: []),
        problems: [Problem(path: full, why: error.why)])
    }
    var found = Found(level: Level(path: below, listing: listing, states: []))
    found.level.rules = place.rules
    try found.readRules(full, in: context)
    found.sift(full, isHidden: isHidden)
    // Links into the store look like any others to stat(), so they are read where there may be some.
    let readsLinks = context.store.options.links.contains(.symlink)
    try found.recall(index: index, fresh: fresh, readsLinks: readsLinks, store: context.store)
    return found
  }
}

extension FolderScan.Found {
  /// Adds the rules of the folder's own ignore file, if there is one. One that can't be read is a problem, and no file.
  mutating func readRules(_ full: RepositoryPath, in context: ScanContext) throws(Failure) {
    guard let index = level.listing.index(of: ScanContext.ignoreFileName),
      [.file, .executable].contains(level.listing.entries[index].stat.kind)
    else { return }
    let file = try full.appending(name: ScanContext.ignoreFileName)
    do throws(Failure) {
      level.rules = try context.adding(file, to: level.rules)
    } catch {
      problems.append(FolderScan.Problem(path: file, why: error.why))
      level.listing.filter { name, _ in name != ScanContext.ignoreFileName }
    }
  }

  /// Drops what is ignored and what cannot be versioned.
  mutating func sift(_ full: RepositoryPath, isHidden: Bool) {
    var refused: [FolderScan.Problem] = []
    var ignored: [(name: [UInt8], kind: FileKind)] = []
    let rules = level.rules
    let prefix = full.bytes + [UInt8(ascii: "/")]
    level.listing.filter { name, stat in
      if isHidden || !rules.isEmpty && rules.decision((prefix + name)[...], isFolder: stat.kind == .folder) == true {
        ignored.append((name, stat.kind))
        return false
      }
      let why: String? =
        stat.kind == .special ? "it is a fifo, socket or device, not a file" : RepositoryPath.brokenRule(name[...])
      if let why {
        let shown = (try? full.appending(name: name)) ?? full
        refused.append(FolderScan.Problem(path: shown, why: shown == full ? "\(PathText.escape(name)): \(why)" : why))
        return false
      }
      return true
    }
    level.ignored = ignored
    problems += refused
  }

  /// Takes the ids of files whose stat is as the index has it.
  mutating func recall(
    index: StatIndex, fresh: [RepositoryPath: IndexEntry], readsLinks: Bool, store: ObjectStore
  ) throws(Failure) {
    level.states = Array(repeating: FolderScan.EntryState(), count: level.listing.entries.count)
    level.block = index.block(level.path)
    var same = level.block?.count == level.states.count
    var hint = 0
    for entry in level.states.indices {
      let stat = level.listing.entries[entry].stat
      let known = level.block.flatMap { block in
        level.listing.withName(entry) { index.entry($0, in: block, hint: &hint) }
      }
      if stat.kind == .folder {
        same = same && known?.stat.kind == .folder
      } else if readsLinks, stat.kind == .symlink {
        same = false
      } else if let known, known.stat == stat, known.isSettled {
        level.states[entry] = FolderScan.EntryState(id: known.id, isSettled: true)
      } else {
        same = false
        let path = fresh.isEmpty ? nil : try? level.path.appending(name: level.listing.name(entry))
        if let written = path.flatMap({ fresh[$0] }), written.stat == stat {
          level.states[entry] = FolderScan.EntryState(id: written.id, isSettled: written.isSettled)
        } else if let id = path.flatMap({ fresh[$0] })?.id ?? known?.id, try store.isVerifiedLink(stat, to: id) {
          level.states[entry] = FolderScan.EntryState(id: id, isSettled: false)
        }
      }
    }
    level.matchesIndex = same
  }
}
