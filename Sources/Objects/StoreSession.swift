package import Diagnostics
import Files
import Synchronization

/// Many objects on their way into the store behind one durability barrier.
///
/// Each thread writes through a `StoreWriter` of its own; nothing is visible before `commit`, which returns when
/// everything is on disk. A session that is dropped leaves nothing behind.
package final class StoreSession: Sendable {
  package let store: ObjectStore
  private let state = Mutex(State())

  private struct State {
    /// Objects this session holds already, so that equal files are stored once.
    var seen = ObjectIDSet()
    var packs: [FinishedPack] = []
    /// What the threads have not filled; the rest goes into the last of them.
    var open: [UncheckedPack] = []
    var loose: [(id: ObjectID, file: SealedFile)] = []
    var small: [SmallObject] = []
    var smallBytes = 0
    var stored = (objects: 0, bytes: 0)
    /// The first bytes of the ids that loose objects had when first asked for.
    var loosePrefixes: Set<UInt8>?
  }

  /// A pack writer between two threads: handed over by one, finished by another, never used by both.
  private struct UncheckedPack: @unchecked Sendable {
    let writer: PackWriter
  }

  struct SmallObject {
    var id: ObjectID
    var kind: ObjectKind
    var bytes: [UInt8]
  }

  /// With fewer small objects than this a file for each is cheaper than a pack and its index.
  static let fewestInPack = 5
  /// So many bytes of small objects wait in memory at most.
  private static let mostWaiting = 4 << 20

  package init(_ store: ObjectStore) { self.store = store }

  /// Objects and bytes that neither the store nor this session had before.
  package var stored: (objects: Int, bytes: Int) { state.withLock { $0.stored } }

  /// Stores bytes that are in memory already, a tree for instance. Not for hot loops: see `StoreWriter`.
  package func store(_ bytes: [UInt8], kind: ObjectKind) throws(Failure) -> ObjectID {
    let id = try ContentHasher.id(of: bytes)
    if try claim(id, size: bytes.count) {
      let object = SmallObject(id: id, kind: kind, bytes: bytes)
      if store.options.durability == .each { try publish(object) } else { try keep(object) }
    }
    return id
  }

  /// Makes everything durable and visible.
  package func commit() throws(Failure) {
    let (packs, open, loose, small, seen) = state.withLock { state in
      // From now on the store itself knows what was seen.
      defer { (state.packs, state.open, state.loose, state.small, state.seen) = ([], [], [], [], ObjectIDSet()) }
      return (state.packs, state.open.map(\.writer), state.loose, state.small, state.seen)
    }
    let packsSmall = !open.isEmpty || small.count >= Self.fewestInPack
    try commit(packs: packs, open: open, small: packsSmall ? small : [], of: seen)
    var published = loose
    if !packsSmall {
      for object in small {
        let file = try PendingFile(in: store.scratch())
        try file.write(object.bytes)
        try file.handle.setMode(0o444)
        published.append((object.id, try file.seal(store.options.durability)))
      }
    }
    try commit(loose: published)
  }

  private func commit(
    packs: [FinishedPack], open: [PackWriter], small: [SmallObject], of seen: ObjectIDSet
  ) throws(Failure) {
    var (packs, open) = (packs, open)
    if open.isEmpty, !small.isEmpty { open = [try PackWriter(in: store.scratch())] }
    try open.last?.append(small, Compression())
    for writer in open { packs.append(try writer.finish(scratch: store.scratch())) }
    if packs.isEmpty { return }
    store.rely(onPacked: seen, in: packs.map(\.name))
    for pack in packs { try pack.commit(in: store.packFolder, store.options.durability) }
    try store.packFolder.sync(store.options.durability)
    try store.reload()
  }

  /// Lets a small object wait for others, and gives them to a pack when they have become many: the trees of a million
  /// files take 100 MB.
  private func keep(_ object: SmallObject) throws(Failure) {
    let drained = state.withLock { state -> (small: [SmallObject], pack: UncheckedPack?)? in
      state.small.append(object)
      state.smallBytes += object.bytes.count
      if state.smallBytes < Self.mostWaiting { return nil }
      defer { (state.small, state.smallBytes) = ([], 0) }
      return (state.small, state.open.popLast())
    }
    guard let (small, open) = drained else { return }
    let pack = if let open { open.writer } else { try PackWriter(in: store.scratch()) }
    try pack.append(small, Compression())
    if pack.isFull { return deliver(pack: try pack.finish(scratch: store.scratch())) }
    nonisolated(unsafe) let handed = pack
    deliver(open: handed)
  }

  /// Stores one small object by itself, durable and visible at once.
  func publish(_ object: SmallObject) throws(Failure) {
    let file = try PendingFile(in: store.scratch())
    try file.write(object.bytes)
    try file.handle.setMode(0o444)
    try commit(loose: [(object.id, try file.seal(store.options.durability))])
  }

  /// Gives loose objects their names, and makes the names durable.
  func commit(loose: [(id: ObjectID, file: SealedFile)]) throws(Failure) {
    guard !loose.isEmpty else { return }
    var folders: [UInt8: Folder] = [:]
    for (id, file) in loose {
      let name = id.hexBytes
      if folders[id.firstByte] == nil {
        folders[id.firstByte] = try store.looseFolder.folder(making: Array(name[..<2]))
      }
      guard let folder = folders[id.firstByte] else { continue }
      try file.publish(as: Array(name[2...]), in: folder)
    }
    store.rely(onLoose: loose.map(\.id))
    for folder in folders.values { try folder.sync(store.options.durability) }
    try store.looseFolder.sync(store.options.durability)
    try store.noteStored(loose.map(\.id))
  }

  /// Whether the caller shall store `id`: neither the store nor this session has it.
  func claim(_ id: ObjectID, size: Int) throws(Failure) -> Bool {
    guard !state.withLock({ $0.seen.contains(id) }) else { return false }
    let mayBeLoose = try loosePrefixes().contains(id.firstByte)
    if try mayBeLoose ? store.contains(id, renewing: true) : store.containsPacked(id) { return false }
    return state.withLock { state in
      guard state.seen.insert(id) else { return false }
      state.stored.objects += 1
      state.stored.bytes += size
      return true
    }
  }

  /// Saves two system calls for each new object. One that another process adds meanwhile is stored twice, which harms
  /// nobody.
  private func loosePrefixes() throws(Failure) -> Set<UInt8> {
    if let known = state.withLock({ $0.loosePrefixes }) { return known }
    var found: Set<UInt8> = []
    for (name, _) in try store.looseFolder.names() {
      if let prefix = UInt8(String(decoding: name, as: UTF8.self), radix: 16) { found.insert(prefix) }
    }
    state.withLock { $0.loosePrefixes = found }
    return found
  }

  func deliver(small: [SmallObject]) { state.withLock { $0.small += small } }

  func deliver(loose id: ObjectID, _ file: SealedFile) throws(Failure) {
    if store.options.durability == .each { return try commit(loose: [(id, file)]) }
    state.withLock { $0.loose.append((id, file)) }
  }

  func deliver(pack: FinishedPack) { state.withLock { $0.packs.append(pack) } }

  func deliver(open pack: sending PackWriter) {
    let handed = UncheckedPack(writer: pack)
    state.withLock { $0.open.append(handed) }
  }
}

extension [UInt8] {
  /// Calls `body` with the bytes where they lie.
  package func withRaw(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
    var failure: Failure?
    withUnsafeBytes { raw in
      do throws(Failure) { try body(raw) } catch { failure = error }
    }
    if let failure { throw failure }
  }
}
