import Diagnostics
import Files

/// A pack that is being written, by one thread at a time. It has no name, and so does not exist for anybody, until it is
/// committed.
final class PackWriter {
  private let file: PendingFile
  private var buffer: [UInt8] = PackFormat.packHeader
  private var records: [PackRecord] = []
  private(set) var length = PackFormat.packHeaderSize
  private var written = 0

  /// When a pack reaches this size the writer starts another, so that rewriting one stays cheap.
  static let fullSize = 64 << 20
  /// With so many objects it starts another too: their records take 64 bytes each until the index is written.
  static let mostObjects = 1 << 16
  private static let bufferSize = 1 << 20

  init(in scratch: Folder) throws(Failure) {
    file = try PendingFile(in: scratch, mode: 0o444)
  }

  func append(
    _ bytes: UnsafeRawBufferPointer, id: ObjectID, kind: ObjectKind, compression: Compression
  ) throws(Failure) {
    if let packed = compression.compress(bytes) {
      return try append(PackEntry(id: id, kind: kind, codec: .zstd, size: bytes.count, stored: packed))
    }
    try append(
      bytes, PackRecord(id: id, offset: length, stored: bytes.count, size: bytes.count, kind: kind, codec: .raw))
  }

  /// Adds an object as it stood in another pack.
  func append(_ entry: PackEntry) throws(Failure) {
    let record = PackRecord(
      id: entry.id, offset: length, stored: entry.stored.count, size: entry.size, kind: entry.kind, codec: entry.codec)
    try entry.stored.withRaw { raw throws(Failure) in try append(raw, record) }
  }

  private func append(_ stored: UnsafeRawBufferPointer, _ record: PackRecord) throws(Failure) {
    buffer += PackFormat.entryHeader(record)
    buffer.append(contentsOf: stored)
    records.append(record)
    length += PackFormat.entryHeaderSize + record.stored
    if buffer.count >= Self.bufferSize { try flush() }
  }

  func append(_ objects: [StoreSession.SmallObject], _ compression: Compression) throws(Failure) {
    for object in objects {
      try object.bytes.withRaw { raw throws(Failure) in
        try append(raw, id: object.id, kind: object.kind, compression: compression)
      }
    }
  }

  private func flush() throws(Failure) {
    try file.write(buffer)
    // The disk starts at once, so that there is little left to wait for at the end.
    file.handle.startWriteback(from: written, count: buffer.count)
    written += buffer.count
    buffer.removeAll(keepingCapacity: true)
  }

  /// Whether the writer should start another pack: this one is large, or remembers much.
  var isFull: Bool { length >= Self.fullSize || records.count >= Self.mostObjects }

  /// Ends the pack and writes its index. Nothing of it stays in memory or open.
  func finish(scratch: Folder) throws(Failure) -> FinishedPack {
    try flush()
    buffer = []
    var index = PackFormat.index(&records, packSize: length)
    records = []
    let checksum = try ContentHasher.id(of: index)
    index += PackFormat.idBytes(checksum)
    let indexFile = try PendingFile(in: scratch, mode: 0o444)
    try indexFile.write(index)
    return FinishedPack(name: "pack-\(checksum.hex)", pack: try file.seal(.off), index: try indexFile.seal(.off))
  }
}

/// A pack that is written and waits to become durable and visible.
struct FinishedPack: Sendable {
  let name: String
  let pack: SealedFile
  let index: SealedFile

  /// Makes the pack and its index durable and visible, in this order: an index without its pack never exists. The caller
  /// makes the index's name durable.
  func commit(in packs: Folder, _ durability: Durability) throws(Failure) {
    try pack.sync(durability)
    try index.sync(durability)
    try pack.publish(as: Array("\(name).pack".utf8), in: packs)
    try packs.sync(durability)
    try index.publish(as: Array("\(name).idx".utf8), in: packs)
  }
}
