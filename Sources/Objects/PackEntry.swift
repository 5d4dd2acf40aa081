package import Diagnostics
import Files

/// An object, or a recipe, as it stands in a pack.
package struct PackEntry: Sendable {
  package let id: ObjectID
  package let kind: ObjectKind
  package let codec: PackCodec
  /// Bytes of the object itself, or of the recipe.
  package let size: Int
  /// The bytes in the pack, after the header.
  package let stored: [UInt8]

  package init(id: ObjectID, kind: ObjectKind, codec: PackCodec, size: Int, stored: [UInt8]) {
    (self.id, self.kind, self.codec, self.size, self.stored) = (id, kind, codec, size, stored)
  }

  /// The bytes that `stored` stands for; nil when it stands for anything but `size` bytes.
  package func opened() -> [UInt8]? {
    switch codec {
    case .raw: stored.count == size ? stored : nil
    case .zstd: Compression.decompress(stored[...], size: size)
    }
  }
}

extension ObjectStore {
  /// The object as an entry, verified; a large one uncompressed. What is compressed already stays as it is. Refuses an
  /// object larger than `limit`.
  package func entry(_ id: ObjectID, kind: ObjectKind, limit: Int) throws(Failure) -> PackEntry {
    let kind = kind
    return try intact(id) { copy throws(Failure) -> PackEntry? in
      switch copy {
      case .packed(let pack, let record):
        guard record.size <= limit else { throw Self.tooLarge(id, limit) }
        guard let stored = try pack.stored(record) else { return nil }
        let entry = PackEntry(id: id, kind: kind, codec: record.codec, size: record.size, stored: stored)
        guard let bytes = entry.opened(), try ContentHasher.id(of: bytes) == id else { return nil }
        progress.advance(bytes: bytes.count)
        return entry
      case .loose:
        guard let file = try openLoose(id) else { return nil }
        guard try file.stat().size <= limit else { throw Self.tooLarge(id, limit) }
        let bytes = try file.readAll(limit: limit)
        guard try ContentHasher.id(of: bytes) == id else { return nil }
        progress.advance(bytes: bytes.count)
        return PackEntry(id: id, kind: kind, codec: .raw, size: bytes.count, stored: bytes)
      }
    }
  }
}

/// A pack in memory: for remotes, whose files have their names from the start.
package final class PackBuffer {
  private var records: [PackRecord] = []
  private let compression = Compression()
  /// The pack's bytes so far.
  package private(set) var bytes: [UInt8] = []
  /// So many bytes make it full.
  private let limit: Int

  package init(limit: Int) {
    self.limit = limit
    clear()
  }

  package var isEmpty: Bool { records.isEmpty }
  package var isFull: Bool { bytes.count >= limit || records.count >= PackWriter.mostObjects }
  package var ids: [ObjectID] { records.map(\.id) }

  /// Whether an entry of `size` bytes would make it larger than it should become.
  package func hasRoom(for size: Int) -> Bool { isEmpty || bytes.count + PackFormat.entryHeaderSize + size <= limit }

  package func append(_ entry: PackEntry) {
    entry.stored.withUnsafeBytes { append($0, entry.id, entry.kind, entry.codec, size: entry.size) }
  }

  /// Adds an object, compressed if that helps.
  package func append(_ content: UnsafeRawBufferPointer, id: ObjectID, kind: ObjectKind) {
    guard let packed = compression.compress(content) else {
      return append(content, id, kind, .raw, size: content.count)
    }
    packed.withUnsafeBytes { append($0, id, kind, .zstd, size: content.count) }
  }

  private func append(
    _ stored: UnsafeRawBufferPointer, _ id: ObjectID, _ kind: ObjectKind, _ codec: PackCodec, size: Int
  ) {
    let record = PackRecord(
      id: id, offset: bytes.count, stored: stored.count, size: size, kind: kind, codec: codec)
    bytes += PackFormat.entryHeader(record)
    bytes.append(contentsOf: stored)
    records.append(record)
  }

  /// The index with its checksum, and the digits of pack and index.
  package func index() throws(Failure) -> (digits: String, bytes: [UInt8]) {
    let body = PackFormat.index(&records, packSize: bytes.count)
    let checksum = try ContentHasher.id(of: body)
    return (checksum.hex, body + PackFormat.idBytes(checksum))
  }

  /// Starts another pack.
  package func clear() {
    bytes.removeAll(keepingCapacity: true)
    if bytes.capacity < limit { bytes.reserveCapacity(limit + (1 << 16)) }
    bytes += PackFormat.packHeader
    records.removeAll(keepingCapacity: true)
  }
}
