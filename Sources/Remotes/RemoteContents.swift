package import Diagnostics
import Files
package import Objects
import Synchronization

/// Where an object lies in a remote.
struct RemoteEntry: Sendable {
  var pack: RemotePack
  var record: PackRecord
}

/// What a remote holds: the indexes of the packs that are there. An object is there if an index says that it lies in a pack
/// that the listing has with the size that the index tells.
package final class RemoteContents: Sendable {
  package let storage: any RemoteStorage
  let cache: IndexCache
  /// What could not be used of the remote; what it holds counts as absent.
  package let problems: [Failure]
  /// Whether the remote has nothing at all, not even the file that says what it is.
  package let isNew: Bool
  /// The files that were there when it was opened.
  let listing: RemoteListing
  private let state: Mutex<State>

  private struct State {
    /// The packs in the listing and their sizes.
    var present: [ObjectID: Int]
    /// Packs that a gc is about to remove.
    var marked: Set<ObjectID>
    /// Indexes that none of the others takes the place of, the largest first.
    var indexes: [RemoteIndex]
  }

  /// Reads what is new in the remote: two listings, and the indexes that are not in the cache.
  package init(_ storage: any RemoteStorage, cache: IndexCache, width: Int = 4) throws(Failure) {
    self.storage = storage
    self.cache = cache
    let listing = try RemoteListing(storage)
    let loaded = Problems()
    var indexes = try Self.mergedIndexes(listing, storage, cache, loaded)
    let covered = indexes.reduce(into: Set<ObjectID>()) { $0.formUnion($1.packs.map(\.id)) }
    indexes += try Self.plainIndexes(listing, without: covered, storage, cache, loaded, width)
    cache.forget(allBut: listing.indexNames)
    RecipeCache(cache).forget { listing.packs[$0] != nil }
    for pack in indexes.lazy.flatMap(\.packs) {
      if let size = listing.packs[pack.id], size != pack.size {
        try loaded.note(
          Failure(
            "cannot use pack-\(pack.id.short)… of \(storage.place)",
            why: "it has \(size) bytes, its index tells of \(pack.size)", category: .damaged))
      }
    }
    problems = loaded.all
    isNew = !listing.isRemote
    self.listing = listing
    state = Mutex(State(present: listing.packs, marked: listing.marked, indexes: indexes))
  }

  private static func mergedIndexes(
    _ listing: RemoteListing, _ storage: any RemoteStorage, _ cache: IndexCache, _ problems: Problems
  ) throws(Failure) -> [RemoteIndex] {
    var found: [RemoteIndex] = []
    var replaced: Set<ObjectID> = []
    // One that takes the place of others is larger than they are, unless packs are gone; then the others are marked.
    let order = listing.merged.map { (id: $0.key, file: $0.value, isMarked: listing.isMarked($0.key)) }
      .sorted { ($0.isMarked ? 1 : 0, $1.file.size, $0.id) < ($1.isMarked ? 1 : 0, $0.file.size, $1.id) }
    for (id, file, _) in order where !replaced.contains(id) {
      do throws(Failure) {
        let index = try cache.index(file.name, id, size: file.size, from: storage)
        replaced.formUnion(index.replaced)
        found.append(index)
      } catch {
        try problems.note(error)
      }
    }
    return found.filter { !replaced.contains($0.id) }
  }

  private static func plainIndexes(
    _ listing: RemoteListing, without covered: Set<ObjectID>, _ storage: any RemoteStorage, _ cache: IndexCache,
    _ problems: Problems, _ width: Int
  ) throws(Failure) -> [RemoteIndex] {
    let wanted = listing.indexes.filter { !covered.contains($0.key) && listing.packs[$0.key] != nil }
      .sorted { $0.key < $1.key }
    let found = Mutex<[RemoteIndex]>([])
    try Workers.run(count: wanted.count, width: width) { range throws(Failure) in
      for (id, file) in wanted[range] {
        do throws(Failure) {
          let index = try cache.index(file.name, id, size: file.size, from: storage)
          found.withLock { $0.append(index) }
        } catch {
          try problems.note(error)
        }
      }
    }
    return found.withLock { $0.sorted { ($0.count, $0.id) > ($1.count, $1.id) } }
  }

  /// Where the object lies; nil when the remote does not have it. With `unmarked`, what a gc is about to remove does not
  /// count.
  func find(_ id: ObjectID, unmarked: Bool = false, except bad: Set<ObjectID> = []) -> RemoteEntry? {
    let marked = state.withLock { $0.marked }
    return find(id) { pack in !bad.contains(pack) && !(unmarked && marked.contains(pack)) }
  }

  /// Where the object lies in one of the packs that are fine.
  func find(_ id: ObjectID, in isFine: (ObjectID) -> Bool) -> RemoteEntry? {
    let (indexes, present) = state.withLock { ($0.indexes, $0.present) }
    var found: RemoteEntry?
    for index in indexes where found == nil {
      index.find(id) { pack, record in
        guard present[pack.id] == pack.size, isFine(pack.id) else { return false }
        found = RemoteEntry(pack: pack, record: record)
        return true
      }
    }
    return found
  }

  /// The packs that no gc is about to remove, and their sizes.
  var unmarkedPacks: [ObjectID: Int] {
    state.withLock { state in state.present.filter { !state.marked.contains($0.key) } }
  }

  /// The indexes that none of the others takes the place of, the largest first.
  var indexes: [RemoteIndex] { state.withLock { $0.indexes } }

  /// Whether a gc is about to remove what has this name.
  func isMarked(_ pack: ObjectID) -> Bool { state.withLock { $0.marked.contains(pack) } }

  package func contains(_ id: ObjectID) -> Bool { find(id) != nil }

  /// How many packs there are, and their bytes.
  package var packs: (count: Int, bytes: Int) {
    state.withLock { ($0.present.count, $0.present.values.reduce(0, +)) }
  }

  /// Notes a pack with its index that this process has just put there.
  func add(_ pack: RemotePack, _ index: RemoteIndex) {
    state.withLock {
      $0.present[pack.id] = pack.size
      $0.indexes.append(index)
    }
  }

  /// The indexes to be merged into one now: when eight packs or more have only one of their own, those and every merged one
  /// that is not much larger than what is merged. So each object is merged a few times at most, and a reader needs few.
  func mergeable() -> [RemoteIndex] {
    let indexes = state.withLock { state in
      // What names a pack that is gone is left behind.
      state.indexes.filter { $0.isMerged || $0.packs.allSatisfy { state.present[$0.id] == $0.size } }
    }
    var chosen = indexes.filter { !$0.isMerged }
    guard chosen.count >= 8 else { return [] }
    var total = chosen.reduce(0) { $0 + $1.count }
    for merged in indexes.filter(\.isMerged).sorted(by: { $0.count < $1.count }) where merged.count <= 2 * total {
      chosen.append(merged)
      total += merged.count
    }
    return chosen
  }
}

/// The files of a remote by what they are.
struct RemoteListing {
  typealias Files = [ObjectID: RemoteFile]

  /// All in the folders `packs` and `marks`, as it was told.
  private(set) var packFiles: [RemoteFile] = []
  private(set) var markFiles: [RemoteFile] = []
  var packs: [ObjectID: Int] = [:]
  var indexes: Files = [:]
  var merged: Files = [:]
  var marked: Set<ObjectID> = []
  /// Whether there is anything that a remote has.
  var isRemote = false

  /// The file that tells a remote, and the version of its format: `packs/mlrepo-remote-1`.
  static let markerStem = "mlrepo-remote-"

  /// The most files of a folder, and bytes of a file: sums of them are no problem for anybody.
  static let mostFiles = 1 << 22
  static let mostBytes = 1 << 40

  static func tooMany(_ place: String) -> Failure {
    Failure("cannot list \(place)", why: "it tells of more than \(mostFiles) files", category: .remote)
  }

  /// Throws when the remote's format is newer than this mlrepo.
  init(_ storage: any RemoteStorage) throws(Failure) {
    // Marks first: of a pack that a gc removes meanwhile, either the mark is seen, or that it is gone.
    markFiles = try storage.list(.marks)
    packFiles = try storage.list(.packs)
    for file in packFiles + markFiles where !(0...Self.mostBytes).contains(file.size) {
      throw Failure(
        "cannot use \(storage.place)", why: "it tells of a file of \(file.size) bytes, \(file.name)", category: .remote)
    }
    for file in packFiles {
      let name = file.name.name
      if name.hasPrefix(Self.markerStem) {
        isRemote = true
        let version = UInt32(name.dropFirst(Self.markerStem.count)) ?? .max
        if version > RemoteIndex.version { throw RemoteIndex.tooNew(version) }
      } else if name.hasPrefix(SealedStorage.sealStem) {
        throw Failure(
          "cannot use \(storage.place)", why: "it is encrypted",
          hint: "set 'encrypt' of the remote to true, and 'encryptkey' to the file with its key", category: .remote)
      } else if let id = Self.digits(name, "pack-", ".pack") {
        packs[id] = file.size
      } else if let id = Self.digits(name, "pack-", ".idx") {
        indexes[id] = file
      } else if let id = Self.digits(name, "merged-", ".idx") {
        merged[id] = file
      }
    }
    isRemote = isRemote || !packs.isEmpty
    marked = Set(markFiles.compactMap { Self.digits($0.name.name, "pack-", "") })
  }

  /// Whether an index of many packs is about to be removed.
  func isMarked(_ merged: ObjectID) -> Bool { markFiles.contains { $0.name.name == "merged-\(merged.hex)" } }

  /// Whether a file of the folder `packs` can be one of a remote.
  static func isKnown(_ name: String) -> Bool {
    // `list` is for servers that show no folders.
    name.hasPrefix(markerStem) || name == "list"
      || [("pack-", ".pack"), ("pack-", ".idx"), ("merged-", ".idx")].contains { digits(name, $0.0, $0.1) != nil }
  }

  /// The names of all indexes.
  var indexNames: Set<String> { Set(indexes.values.map(\.name.name)).union(merged.values.map(\.name.name)) }

  static func digits(_ name: String, _ start: String, _ end: String) -> ObjectID? {
    guard name.hasPrefix(start), name.hasSuffix(end), name.utf8.count == start.utf8.count + 64 + end.utf8.count else {
      return nil
    }
    return ObjectID(hex: name.utf8.dropFirst(start.utf8.count).prefix(64))
  }
}

/// Indexes that could not be used. What else goes wrong ends the work.
private final class Problems: Sendable {
  private let found = Mutex<[Failure]>([])

  var all: [Failure] { found.withLock { $0.sorted { $0.what < $1.what } } }

  func note(_ failure: Failure) throws(Failure) {
    guard failure.category == .damaged else { throw failure }
    found.withLock { $0.append(failure) }
  }
}
