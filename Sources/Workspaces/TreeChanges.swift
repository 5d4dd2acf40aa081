package import Diagnostics
package import Files
package import Objects
import Synchronization

/// One path that differs between two states of a tracked path.
package struct TreeChange: Equatable, Sendable {
  package enum Kind: String, Sendable {
    case added, deleted, modified
  }

  package var kind: Kind
  /// From the repository's root.
  package var path: RepositoryPath
  package var old: TreeEntry?
  package var new: TreeEntry?

  package init(kind: Kind, path: RepositoryPath, old: TreeEntry?, new: TreeEntry?) {
    self.kind = kind
    self.path = path
    self.old = old
    self.new = new
  }
}

/// One side of a comparison of folders: where the entries of a folder come from.
package protocol TreeSource: Sendable {
  associatedtype Place: Sendable
  /// The entries of the folder at `place`, sorted by name.
  func entries(at place: Place) throws(Failure) -> [TreeEntry]
  /// Where the entry `index` of the folder at `place`, itself a folder, is found.
  func folder(_ index: Int, _ entry: TreeEntry, at place: Place) -> Place
}

extension TreeSource {
  /// The same of the folder `path`, which an error names.
  func entries(at place: Place, of path: RepositoryPath) throws(Failure) -> [TreeEntry] {
    do throws(Failure) {
      return try entries(at: place)
    } catch {
      throw Failure(
        "cannot read what the folder \(path) holds", why: "\(error.what): \(error.why)", hint: error.hint,
        category: error.category)
    }
  }
}

/// Folders as the store has them.
package struct StoredTrees: TreeSource {
  let store: ObjectStore

  package init(_ store: ObjectStore) { self.store = store }

  package func entries(at place: ObjectID) throws(Failure) -> [TreeEntry] { try store.tree(place).entries }
  package func folder(_ index: Int, _ entry: TreeEntry, at place: ObjectID) -> ObjectID { entry.id }
}

/// Folders as a scan found them; a place is the index of a level.
package struct ScannedTrees: TreeSource {
  let scan: FolderScan

  package init(_ scan: FolderScan) { self.scan = scan }

  package func entries(at place: Int) throws(Failure) -> [TreeEntry] {
    scan.treeEntries(place)
  }

  package func folder(_ index: Int, _ entry: TreeEntry, at place: Int) -> Int {
    let level = scan.levels[place]
    guard let position = level.listing.index(of: entry.name), let child = level.children[position] else { return place }
    return child
  }
}

/// Compares two folders entry by entry, going only into folders whose ids differ.
package struct TreeComparison<Old: TreeSource, New: TreeSource> {
  let old: Old
  let new: New
  private(set) var changes: [TreeChange] = []

  package static func changes(
    from old: Old, _ oldPlace: Old.Place?, to new: New, _ newPlace: New.Place?, at path: RepositoryPath
  ) throws(Failure) -> [TreeChange] {
    var comparison = TreeComparison(old: old, new: new)
    try comparison.compare(oldPlace, newPlace, at: path, depth: 0)
    return comparison.changes
  }

  private init(old: Old, new: New) {
    self.old = old
    self.new = new
  }

  private mutating func compare(
    _ oldPlace: Old.Place?, _ newPlace: New.Place?, at path: RepositoryPath, depth: Int
  ) throws(Failure) {
    try checkDepth(depth, at: path)
    let before = try oldPlace.map { place throws(Failure) in try old.entries(at: place, of: path) } ?? []
    let after = try newPlace.map { place throws(Failure) in try new.entries(at: place, of: path) } ?? []
    var (i, j) = (0, 0)
    var inner: [Inner] = []
    while i < before.count || j < after.count {
      let order =
        i == before.count ? 1 : j == after.count ? -1 : compareNames(before[i].name, after[j].name)
      defer {
        if order <= 0 { i += 1 }
        if order >= 0 { j += 1 }
      }
      if order == 0, before[i] == after[j] { continue }
      let entryPath = try path.appending(name: order <= 0 ? before[i].name : after[j].name)
      let (oldEntry, newEntry) = (order <= 0 ? before[i] : nil, order >= 0 ? after[j] : nil)
      let oldInner = oldEntry.flatMap { entry in
        entry.kind == .folder ? oldPlace.map { old.folder(i, entry, at: $0) } : nil
      }
      let newInner = newEntry.flatMap { entry in
        entry.kind == .folder ? newPlace.map { new.folder(j, entry, at: $0) } : nil
      }
      record(entryPath, oldEntry, newEntry)
      if oldInner != nil || newInner != nil {
        inner.append(Inner(old: oldInner, new: newInner, path: entryPath, at: changes.count))
      }
    }
    try compare(inner, depth: depth + 1)
  }

  /// A folder on both sides or one, and before which of the changes its own belong.
  private struct Inner: Sendable {
    var old: Old.Place?
    var new: New.Place?
    var path: RepositoryPath
    var at: Int
  }

  /// Compares folders that lie side by side, on all cores where there are many.
  private mutating func compare(_ inner: [Inner], depth: Int) throws(Failure) {
    if inner.isEmpty { return }
    let found = Mutex<[Int: [TreeChange]]>([:])
    let (old, new) = (self.old, self.new)
    // Threads that start threads would be too many.
    let width = depth <= 2 ? Workers.defaultWidth : 1
    try Workers.run(count: inner.count, batch: 8, width: width) { range throws(Failure) in
      for position in range {
        let folder = inner[position]
        var comparison = TreeComparison(old: old, new: new)
        try comparison.compare(folder.old, folder.new, at: folder.path, depth: depth)
        found.withLock { [changes = comparison.changes] in $0[position] = changes }
      }
    }
    var (all, next): ([TreeChange], Int) = ([], 0)
    for (position, folder) in inner.enumerated() {
      all += changes[next..<folder.at] + (found.withLock { $0[position] } ?? [])
      next = folder.at
    }
    changes = all + changes[next...]
  }

  /// Notes what differs by itself; two folders differ only in what they hold.
  private mutating func record(_ path: RepositoryPath, _ oldEntry: TreeEntry?, _ newEntry: TreeEntry?) {
    if oldEntry?.kind == .folder, newEntry?.kind == .folder { return }
    let kind: TreeChange.Kind = oldEntry == nil ? .added : newEntry == nil ? .deleted : .modified
    changes.append(TreeChange(kind: kind, path: path, old: oldEntry, new: newEntry))
  }
}

/// Refuses folders nested deeper than any path can be, so that hostile trees cannot exhaust the stack.
package func checkDepth(_ depth: Int, at path: RepositoryPath) throws(Failure) {
  guard depth < 2048 else {
    throw Failure("cannot read the folder \(path)", why: "it nests deeper than 2048 folders", category: .damaged)
  }
}

func compareNames(_ a: [UInt8], _ b: [UInt8]) -> Int {
  a == b ? 0 : a.lexicographicallyPrecedes(b) ? -1 : 1
}
