/// What an object is. Kinds share one name space: an id says which bytes, the reference to it says what they mean.
package enum ObjectKind: UInt8, Sendable, CaseIterable {
  case blob = 1
  case tree = 2
  case run = 3
}

/// How an entry's bytes stand in a pack.
enum PackCodec: UInt8, Sendable {
  case raw = 0
  case zstd = 1
}

/// Where an object lies in a pack, and how.
struct PackRecord: Sendable {
  var id: ObjectID
  /// Of the entry's header, from the pack's start.
  var offset: Int
  /// Bytes in the pack, after the header.
  var stored: Int
  /// Bytes of the object itself.
  var size: Int
  var kind: ObjectKind
  var codec: PackCodec
}

/// The layout of packs and their indexes; all numbers are little-endian.
///
/// A pack: `MLPK`, u32 version 1, 8 zero bytes; then entries, each a header (id 32 bytes, u64 stored, u64 size, u8 kind,
/// u8 codec, 6 zero bytes) and `stored` bytes. An index `MLIX` can be rebuilt from its pack: u32 version 1, u64 count,
/// u64 bytes of the pack, 256 × u32 running count by first byte of the id, then the records in the order of their ids (id
/// 32, u64 offset, u64 stored, u64 size, u8 kind, u8 codec, 6 zero), and the SHA-256 of all before it.
enum PackFormat {
  static let packMagic = Array("MLPK".utf8)
  static let indexMagic = Array("MLIX".utf8)
  static let version: UInt32 = 1
  static let packHeaderSize = 16
  static let entryHeaderSize = 56
  static let indexHeaderSize = 24
  static let fanoutSize = 256 * 4
  static let recordSize = 64
  static let checksumSize = 32
  /// The most bytes that a compressed entry may stand for: only files below the threshold and trees are compressed.
  static let packedLimit = 1 << 30
  static let recordsStart = indexHeaderSize + fanoutSize

  static var packHeader: [UInt8] {
    var bytes = packMagic
    append(version, to: &bytes)
    append(UInt64(0), to: &bytes)
    return bytes
  }

  static func entryHeader(_ record: PackRecord) -> [UInt8] {
    var bytes = idBytes(record.id)
    append(UInt64(record.stored), to: &bytes)
    append(UInt64(record.size), to: &bytes)
    bytes += [record.kind.rawValue, record.codec.rawValue, 0, 0, 0, 0, 0, 0]
    return bytes
  }

  /// Reads the header at `offset` of a pack of `packSize` bytes; nil when it cannot be one.
  static func record(header: UnsafeRawBufferPointer, offset: Int, packSize: Int) -> PackRecord? {
    guard header.count >= entryHeaderSize, let base = header.baseAddress else { return nil }
    return record(
      id: base, lengths: base + 32, kind: header[48], codec: header[49], offset: UInt64(offset), packSize: packSize)
  }

  /// Reads an index's record; nil when it points outside its pack.
  static func record(indexed: UnsafeRawPointer, packSize: Int) -> PackRecord? {
    record(
      id: indexed, lengths: indexed + 40, kind: indexed.load(fromByteOffset: 56, as: UInt8.self),
      codec: indexed.load(fromByteOffset: 57, as: UInt8.self), offset: number(indexed + 32), packSize: packSize)
  }

  private static func record(
    id: UnsafeRawPointer, lengths: UnsafeRawPointer, kind: UInt8, codec: UInt8, offset: UInt64, packSize: Int
  ) -> PackRecord? {
    let stored = number(lengths)
    let size = number(lengths + 8)
    let end = UInt64(packSize)
    guard let kind = ObjectKind(rawValue: kind), let codec = PackCodec(rawValue: codec), size < 1 << 48,
      offset >= UInt64(packHeaderSize), offset < end, stored <= end - offset,
      offset + stored + UInt64(entryHeaderSize) <= end, codec == .raw ? size == stored : size <= packedLimit
    else { return nil }
    return PackRecord(
      id: ObjectID(loading: id), offset: Int(offset), stored: Int(stored), size: Int(size), kind: kind, codec: codec)
  }

  /// The whole index of `records`, without its checksum. Sorts them.
  static func index(_ records: inout [PackRecord], packSize: Int) -> [UInt8] {
    records.sort { $0.id < $1.id }
    var bytes = indexMagic
    bytes.reserveCapacity(recordsStart + records.count * recordSize + checksumSize)
    append(version, to: &bytes)
    append(UInt64(records.count), to: &bytes)
    append(UInt64(packSize), to: &bytes)
    var counts = [UInt32](repeating: 0, count: 256)
    for record in records { counts[Int(record.id.firstByte)] += 1 }
    var running: UInt32 = 0
    for count in counts {
      running += count
      append(running, to: &bytes)
    }
    for record in records {
      bytes += idBytes(record.id)
      append(UInt64(record.offset), to: &bytes)
      append(UInt64(record.stored), to: &bytes)
      append(UInt64(record.size), to: &bytes)
      bytes += [record.kind.rawValue, record.codec.rawValue, 0, 0, 0, 0, 0, 0]
    }
    return bytes
  }

  static func number(_ at: UnsafeRawPointer) -> UInt64 { UInt64(littleEndian: at.loadUnaligned(as: UInt64.self)) }

  static func idBytes(_ id: ObjectID) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      id.store(to: UnsafeMutableRawPointer(buffer.baseAddress.unsafelyUnwrapped))
      count = 32
    }
  }

  private static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
