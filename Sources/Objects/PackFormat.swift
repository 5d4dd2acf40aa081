/// What an object is. Kinds share one name space: an id says which bytes, the reference to it says what they mean.
package enum ObjectKind: UInt8, Sendable, CaseIterable {
  case blob = 1
  case tree = 2
  /// How to make a large blob of chunks; in remotes only.
  case recipe = 3
  /// How to make a large tree of chunks; in remotes only.
  case treeRecipe = 4

  /// The kind of the object that an entry gives: of what its recipe makes, if it is one.
  package var made: ObjectKind {
    switch self {
    case .blob, .recipe: .blob
    case .tree, .treeRecipe: .tree
    }
  }

  package var isRecipe: Bool { self != made }

  /// The kind of an entry that makes an object of this kind of chunks.
  package var asRecipe: ObjectKind { made == .tree ? .treeRecipe : .recipe }
}

/// How an entry's bytes stand in a pack.
package enum PackCodec: UInt8, Sendable {
  case raw = 0
  case zstd = 1
}

/// Where an object lies in a pack, and how.
package struct PackRecord: Sendable {
  package var id: ObjectID
  /// Of the entry's header, from the pack's start.
  package var offset: Int
  /// Bytes in the pack, after the header.
  package var stored: Int
  /// Bytes of the object itself.
  package var size: Int
  package var kind: ObjectKind
  package var codec: PackCodec
}

/// The layout of packs and their indexes; all numbers are little-endian.
///
/// A pack: `MLPK`, u32 version 1, 8 zero bytes; then entries, each a header (id 32 bytes, u64 stored, u64 size, u8 kind,
/// u8 codec, 6 zero bytes) and `stored` bytes. An index `MLIX` can be rebuilt from its pack: u32 version 1, u64 count,
/// u64 bytes of the pack, 256 × u32 running count by first byte of the id, then the records in the order of their ids (id
/// 32, u64 offset, u64 stored, u64 size, u8 kind, u8 codec, 6 zero), and the SHA-256 of all before it.
package enum PackFormat {
  package static let packMagic = Array("MLPK".utf8)
  package static let indexMagic = Array("MLIX".utf8)
  package static let version: UInt32 = 1
  package static let packHeaderSize = 16
  package static let entryHeaderSize = 56
  package static let indexHeaderSize = 24
  package static let fanoutSize = 256 * 4
  package static let recordSize = 64
  package static let checksumSize = 32
  /// The most bytes that a compressed entry may stand for: only files below the threshold and trees are compressed.
  package static let packedLimit = 1 << 30
  package static let recordsStart = indexHeaderSize + fanoutSize

  package static var packHeader: [UInt8] {
    var bytes = packMagic
    append(version, to: &bytes)
    append(UInt64(0), to: &bytes)
    return bytes
  }

  package static func entryHeader(_ record: PackRecord) -> [UInt8] {
    var bytes = idBytes(record.id)
    append(UInt64(record.stored), to: &bytes)
    append(UInt64(record.size), to: &bytes)
    bytes += [record.kind.rawValue, record.codec.rawValue, 0, 0, 0, 0, 0, 0]
    return bytes
  }

  /// Reads the header at `offset` of a pack of `packSize` bytes; nil when it cannot be one.
  package static func record(header: UnsafeRawBufferPointer, offset: Int, packSize: Int) -> PackRecord? {
    guard header.count >= entryHeaderSize, let base = header.baseAddress else { return nil }
    return record(
      id: base, lengths: base + 32, kind: header[48], codec: header[49], offset: UInt64(offset), packSize: packSize)
  }

  /// Reads an index's record; nil when it points outside its pack.
  package static func record(indexed: UnsafeRawPointer, packSize: Int) -> PackRecord? {
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
  package static func index(_ records: inout [PackRecord], packSize: Int) -> [UInt8] {
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

  package static func number(_ at: UnsafeRawPointer) -> UInt64 {
    UInt64(littleEndian: at.loadUnaligned(as: UInt64.self))
  }

  package static func idBytes(_ id: ObjectID) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      id.store(to: UnsafeMutableRawPointer(buffer.baseAddress.unsafelyUnwrapped))
      count = 32
    }
  }

  private static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
