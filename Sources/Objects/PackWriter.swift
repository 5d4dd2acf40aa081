import Diagnostics
import Files

/// A pack that is being written, by one thread at a time. It has no name, and so does not exist for anybody, until it is
/// committed.
final class PackWriter {
  private let file: PendingFile
  private var buffer: [UInt8] = PackFormat.packHeader
  private var records: [PackRecord] = []
  private(set) var length = PackFormat.packHeaderSize

  /// When a pack reaches this size the writer starts another, so that rewriting one stays cheap.
  static let fullSize = 64 << 20
  private static let bufferSize = 1 << 20

  init(in scratch: Folder) throws(Failure) {
    file = try PendingFile(in: scratch, mode: 0o444)
  }

  func append(
    _ bytes: UnsafeRawBufferPointer, id: ObjectID, kind: ObjectKind, compression: Compression
  ) throws(Failure) {
    let packed = compression.compress(bytes)
    let record = PackRecord(
      id: id, offset: length, stored: packed?.count ?? bytes.count, size: bytes.count, kind: kind,
      codec: packed == nil ? .raw : .zstd)
    buffer += PackFormat.entryHeader(record)
    if let packed { buffer += packed } else { buffer.append(contentsOf: bytes) }
    records.append(record)
    length += PackFormat.entryHeaderSize + record.stored
    if buffer.count >= Self.bufferSize { try flush() }
  }

  private func flush() throws(Failure) {
    try file.write(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  /// Makes the pack and its index durable and visible, in this order: an index without its pack never exists. The caller
  /// makes the index's name durable. Returns the pack's name.
  @discardableResult
  func commit(in packs: Folder, scratch: Folder, _ durability: Durability) throws(Failure) -> String {
    try flush()
    var index = PackFormat.index(&records, packSize: length)
    let checksum = try ContentHasher.id(of: index)
    index += PackFormat.idBytes(checksum)
    let indexFile = try PendingFile(in: scratch, mode: 0o444)
    try indexFile.write(index)
    try file.handle.sync(durability)
    try indexFile.handle.sync(durability)
    let name = "pack-\(checksum.hex)"
    try file.publish(as: Array("\(name).pack".utf8), in: packs)
    try packs.sync(durability)
    try indexFile.publish(as: Array("\(name).idx".utf8), in: packs)
    return name
  }
}
