import Diagnostics
import Files

/// A pack and its index, opened for reading. The index is mapped, so looking an object up costs a page or two.
final class PackFile: Sendable {
  /// `pack-` and 64 digits.
  let name: String
  let packSize: Int
  let count: Int
  private let pack: FileHandle
  private let index: MappedFile

  /// Opens the pack `name` in `folder`. Its index is checked for shape; what it says is checked when it is used.
  init(_ name: String, in folder: Folder) throws(Failure) {
    self.name = name
    pack = try folder.open(Array("\(name).pack".utf8))
    packSize = try pack.stat().size
    index = try MappedFile(folder.open(Array("\(name).idx".utf8)))
    let bytes = index.bytes
    guard bytes.count >= PackFormat.recordsStart + PackFormat.checksumSize, let base = bytes.baseAddress,
      bytes.starts(with: PackFormat.indexMagic), bytes[4] == 1, bytes[5] == 0, bytes[6] == 0, bytes[7] == 0
    else { throw PackFile.damaged(name, "its index does not start as one of this version does") }
    let count = PackFormat.number(base + 8)
    let room = (bytes.count - PackFormat.recordsStart - PackFormat.checksumSize) / PackFormat.recordSize
    guard count == UInt64(room),
      bytes.count == PackFormat.recordsStart + room * PackFormat.recordSize + PackFormat.checksumSize
    else { throw PackFile.damaged(name, "its index is not as long as it says") }
    guard PackFormat.number(base + 16) == UInt64(packSize) else {
      throw PackFile.damaged(name, "the pack is not as long as its index says")
    }
    self.count = room
  }

  /// Finds an object by binary search within the ids of the same first byte.
  func find(_ id: ObjectID) -> PackRecord? {
    guard let base = index.bytes.baseAddress else { return nil }
    let first = Int(id.firstByte)
    var low = first == 0 ? 0 : min(count, fanout(base, first - 1))
    var high = min(count, fanout(base, first))
    while low < high {
      let middle = (low + high) / 2
      let at = base + PackFormat.recordsStart + middle * PackFormat.recordSize
      let found = ObjectID(loading: at)
      if found == id { return PackFormat.record(indexed: at, packSize: packSize) }
      if found < id { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// The record at `position` in the order of ids; nil when it is damaged.
  func record(_ position: Int) -> PackRecord? {
    guard (0..<count).contains(position), let base = index.bytes.baseAddress else { return nil }
    return PackFormat.record(
      indexed: base + PackFormat.recordsStart + position * PackFormat.recordSize, packSize: packSize)
  }

  private func fanout(_ base: UnsafeRawPointer, _ byte: Int) -> Int {
    let at = base + PackFormat.indexHeaderSize + byte * 4
    return Int(UInt32(littleEndian: at.loadUnaligned(as: UInt32.self)))
  }

  /// Returns the object's bytes as they were stored, not yet verified against the id; nil when they cannot be had.
  func read(_ record: PackRecord) throws(Failure) -> [UInt8]? { try Self.read(record, from: pack) }

  /// The bytes as they stand in the pack, after the header; nil when they cannot be had.
  func stored(_ record: PackRecord) throws(Failure) -> [UInt8]? {
    try Self.entry(record, from: pack).map { Array($0) }
  }

  static func read(_ record: PackRecord, from pack: borrowing FileHandle) throws(Failure) -> [UInt8]? {
    guard let stored = try entry(record, from: pack) else { return nil }
    switch record.codec {
    case .raw: return Array(stored)
    case .zstd: return Compression.decompress(stored, size: record.size)
    }
  }

  private static func entry(
    _ record: PackRecord, from pack: borrowing FileHandle
  ) throws(Failure) -> ArraySlice<UInt8>? {
    var entry = [UInt8](repeating: 0, count: PackFormat.entryHeaderSize + record.stored)
    var failure: Failure?
    let complete = entry.withUnsafeMutableBytes { raw in
      do throws(Failure) {
        return try pack.read(at: record.offset, into: raw) == raw.count
      } catch {
        failure = error
        return false
      }
    }
    if let failure { throw failure }
    guard complete, entry.starts(with: PackFormat.entryHeader(record)) else { return nil }
    return entry[PackFormat.entryHeaderSize...]
  }

  /// Whether the pack starts as one of this version does. Reading objects does not need it; rebuilding the index does.
  func headerIsIntact() throws(Failure) -> Bool { try Self.startsAsOne(pack) }

  static func startsAsOne(_ pack: borrowing FileHandle) throws(Failure) -> Bool {
    var header = [UInt8](repeating: 0, count: PackFormat.packHeaderSize)
    var failure: Failure?
    header.withUnsafeMutableBytes { raw in
      do throws(Failure) { _ = try pack.read(at: 0, into: raw) } catch { failure = error }
    }
    if let failure { throw failure }
    return header == PackFormat.packHeader
  }

  /// Whether the index is what was written with the pack.
  func indexIsIntact() throws(Failure) -> Bool {
    let body = UnsafeRawBufferPointer(rebasing: index.bytes.dropLast(PackFormat.checksumSize))
    let sum = try ContentHasher().hash(body)
    return PackFormat.idBytes(sum).elementsEqual(index.bytes.suffix(PackFormat.checksumSize))
  }

  static func damaged(_ name: String, _ why: String) -> Failure {
    Failure(
      "cannot use the pack \(name)", why: why, hint: "'mlrepo fsck --repair' rebuilds what it can", category: .damaged)
  }
}
