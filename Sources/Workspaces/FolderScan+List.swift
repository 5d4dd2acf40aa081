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
    var frontier: [RepositoryPath] = [.root]
    var parents: [(level: Int, entry: Int)] = []
    while !frontier.isEmpty {
      let listed = try Self.list(frontier, below: top, of: path, index: index, in: context, fresh: fresh)
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
          frontier.append(try levels[level].path.appending(name: levels[level].listing.name(entry)))
          parents.append((level, entry))
        }
      }
    }
  }

  struct Found: Sendable {
    var level: Level
    var problems: [Problem] = []
  }

  private static func list(
    _ paths: [RepositoryPath], below top: Folder, of path: RepositoryPath, index: StatIndex, in context: ScanContext,
    fresh: [RepositoryPath: IndexEntry]
  ) throws(Failure) -> [Found] {
    let results = Mutex<[Int: Found]>([:])
    try Workers.run(count: paths.count, width: context.store.options.width) { range throws(Failure) in
      for position in range {
        let found = try listOne(paths[position], below: top, of: path, index: index, in: context, fresh: fresh)
        results.withLock { $0[position] = found }
      }
    }
    return results.withLock { all in paths.indices.compactMap { all[$0] } }
  }

  private static func listOne(
    _ below: RepositoryPath, below top: Folder, of path: RepositoryPath, index: StatIndex, in context: ScanContext,
    fresh: [RepositoryPath: IndexEntry]
  ) throws(Failure) -> Found {
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
    found.sift(full, ignore: context.ignore)
    // Links into the store look like any others to stat(), so they are read where there may be some.
    let readsLinks = context.store.options.links.contains(.symlink)
    found.recall(index: index, fresh: fresh, readsLinks: readsLinks)
    return found
  }
}

extension FolderScan.Found {
  /// Drops what is ignored and what cannot be versioned.
  mutating func sift(_ full: RepositoryPath, ignore: IgnoreRules) {
    var refused: [FolderScan.Problem] = []
    level.listing.filter { name, stat in
      if !ignore.isEmpty, ignore.isIgnored(full.bytes + [UInt8(ascii: "/")] + name, isFolder: stat.kind == .folder) {
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
    problems += refused
  }

  /// Takes the ids of files whose stat is as the index has it.
  mutating func recall(index: StatIndex, fresh: [RepositoryPath: IndexEntry], readsLinks: Bool) {
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
        guard !fresh.isEmpty, let path = try? level.path.appending(name: level.listing.name(entry)),
          let written = fresh[path], written.stat == stat
        else { continue }
        level.states[entry] = FolderScan.EntryState(id: written.id, isSettled: written.isSettled)
      }
    }
    level.matchesIndex = same
  }
}
