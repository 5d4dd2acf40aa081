package import Diagnostics
import Files
import Synchronization

/// Many objects on their way into the store behind one durability barrier.
///
/// Each thread writes through a `StoreWriter` of its own; nothing is visible before `commit`, which returns when
/// everything is on disk. A session that is dropped leaves nothing behind.
package final class StoreSession: Sendable {
  let store: ObjectStore
  private let state = Mutex(State())

  private struct State {
    /// Objects this session holds already, so that equal files are stored once.
    var seen: Set<ObjectID> = []
    var packs: [UncheckedPack] = []
    var loose: [(id: ObjectID, file: SealedFile)] = []
    var small: [SmallObject] = []
    var storedBytes = 0
  }

  struct SmallObject {
    var id: ObjectID
    var kind: ObjectKind
    var bytes: [UInt8]
  }

  /// A pack writer between two threads: handed over by one, committed by another, never used by both.
  private struct UncheckedPack: @unchecked Sendable {
    let writer: PackWriter
  }

  /// With fewer small objects than this a file for each is cheaper than a pack and its index.
  static let fewestInPack = 5

  package init(_ store: ObjectStore) { self.store = store }

  /// Objects and bytes that neither the store nor this session had before.
  package var stored: (objects: Int, bytes: Int) { state.withLock { ($0.seen.count, $0.storedBytes) } }

  /// Stores bytes that are in memory already, a tree for instance. Not for hot loops: see `StoreWriter`.
  package func store(_ bytes: [UInt8], kind: ObjectKind) throws(Failure) -> ObjectID {
    let id = try ContentHasher.id(of: bytes)
    if try claim(id, size: bytes.count) {
      let object = SmallObject(id: id, kind: kind, bytes: bytes)
      if store.options.durability == .each { try publish(object) } else { deliver(small: [object]) }
    }
    return id
  }

  /// Makes everything durable and visible.
  package func commit() throws(Failure) {
    let (packs, loose, small) = state.withLock { state in
      defer { (state.packs, state.loose, state.small) = ([], [], []) }
      return (state.packs.map(\.writer), state.loose, state.small)
    }
    try commit(packs: packs, small: small)
    var published = loose
    if packs.isEmpty, small.count < Self.fewestInPack {
      for object in small {
        let file = try PendingFile(in: store.scratch())
        try file.write(object.bytes)
        try file.handle.setMode(0o444)
        published.append((object.id, try file.seal(store.options.durability)))
      }
    }
    try commit(loose: published)
  }

  private func commit(packs: [PackWriter], small: [SmallObject]) throws(Failure) {
    guard !packs.isEmpty || small.count >= Self.fewestInPack else { return }
    var packs = packs
    if !small.isEmpty {
      let compression = Compression()
      if packs.isEmpty { packs.append(try PackWriter(in: store.scratch())) }
      let last = packs[packs.count - 1]
      for object in small {
        try object.bytes.withRaw { raw throws(Failure) in
          try last.append(raw, id: object.id, kind: object.kind, compression: compression)
        }
      }
    }
    for pack in packs { try pack.commit(in: store.packFolder, scratch: store.scratch(), store.options.durability) }
    try store.packFolder.sync(store.options.durability)
    try store.reload()
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
    for folder in folders.values { try folder.sync(store.options.durability) }
    try store.looseFolder.sync(store.options.durability)
    try store.noteStored(loose.map(\.id))
  }

  /// Whether the caller shall store `id`: neither the store nor this session has it.
  func claim(_ id: ObjectID, size: Int) throws(Failure) -> Bool {
    guard !state.withLock({ $0.seen.contains(id) }), try !store.contains(id, renewing: true) else { return false }
    return state.withLock { state in
      guard state.seen.insert(id).inserted else { return false }
      state.storedBytes += size
      return true
    }
  }

  func deliver(small: [SmallObject]) { state.withLock { $0.small += small } }

  func deliver(loose id: ObjectID, _ file: SealedFile) throws(Failure) {
    if store.options.durability == .each { return try commit(loose: [(id, file)]) }
    state.withLock { $0.loose.append((id, file)) }
  }

  func deliver(pack: sending PackWriter) {
    let handed = UncheckedPack(writer: pack)
    state.withLock { $0.packs.append(handed) }
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
