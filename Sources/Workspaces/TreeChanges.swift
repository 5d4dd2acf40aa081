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
  /// The folder at `place` as an encoded tree.
  func lines(at place: Place) throws(Failure) -> TreeLines
  /// Where `entry` of the folder at `place`, itself a folder, is found.
  func folder(_ entry: TreeEntry, at place: Place) -> Place
}

extension TreeSource {
  /// The same of the folder `path`, which an error names.
  func lines(at place: Place?, of path: RepositoryPath) throws(Failure) -> TreeLines {
    guard let place else { return try TreeLines(Tree.header) }
    return try naming(path) { () throws(Failure) in try lines(at: place) }
  }
}

/// Folders as the store has them.
package struct StoredTrees: TreeSource {
  let store: ObjectStore

  package init(_ store: ObjectStore) { self.store = store }

  package func lines(at place: ObjectID) throws(Failure) -> TreeLines { try TreeLines(store.read(place)) }
  package func folder(_ entry: TreeEntry, at place: ObjectID) -> ObjectID { entry.id }
}

/// Folders as a scan found them; a place is the index of a level.
package struct ScannedTrees: TreeSource {
  let scan: FolderScan

  package init(_ scan: FolderScan) { self.scan = scan }

  package func lines(at place: Int) throws(Failure) -> TreeLines { try TreeLines(scan.encodedTree(place).text) }

  package func folder(_ entry: TreeEntry, at place: Int) -> Int {
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
    var before = try old.lines(at: oldPlace, of: path)
    var after = try new.lines(at: newPlace, of: path)
    var inner: [Inner] = []
    var (oldEntry, newEntry): (TreeEntry?, TreeEntry?)
    while true {
      if oldEntry == nil, newEntry == nil { TreeLines.skipCommon(&before, &after) }
      if oldEntry == nil { oldEntry = try naming(path) { () throws(Failure) in try before.next() } }
      if newEntry == nil { newEntry = try naming(path) { () throws(Failure) in try after.next() } }
      guard let name = [oldEntry, newEntry].compactMap({ $0?.name }).min(by: { compareNames($0, $1) < 0 }) else {
        break
      }
      let (oldHere, newHere) = (oldEntry?.name == name ? oldEntry : nil, newEntry?.name == name ? newEntry : nil)
      if oldHere != nil { oldEntry = nil }
      if newHere != nil { newEntry = nil }
      if oldHere == newHere { continue }
      let entryPath = try path.appending(name: name)
      record(entryPath, oldHere, newHere)
      let oldInner = oldPlace.flatMap { place in Self.folder(oldHere).map { old.folder($0, at: place) } }
      let newInner = newPlace.flatMap { place in Self.folder(newHere).map { new.folder($0, at: place) } }
      if oldInner != nil || newInner != nil {
        inner.append(Inner(old: oldInner, new: newInner, path: entryPath, at: changes.count))
      }
    }
    try compare(inner, depth: depth + 1)
  }

  private static func folder(_ entry: TreeEntry?) -> TreeEntry? { entry?.kind == .folder ? entry : nil }

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

/// Does `work`, whose failure is told of the folder `path`.
func naming<Result>(
  _ path: RepositoryPath, _ work: () throws(Failure) -> Result
) throws(Failure) -> Result {
  do throws(Failure) {
    return try work()
  } catch {
    throw Failure(
      "cannot read what the folder \(path) holds", why: "\(error.what): \(error.why)", hint: error.hint,
      category: error.category)
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
