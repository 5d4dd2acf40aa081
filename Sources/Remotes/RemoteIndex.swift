import Diagnostics
import Files
import Objects

/// A pack of a remote: its digits, and the size that its index tells.
struct RemotePack: Hashable, Sendable {
  var id: ObjectID
  var size: Int

  var name: RemoteName? { RemoteName(.packs, "pack-\(id.hex).pack") }
  var indexName: RemoteName? { RemoteName(.packs, "pack-\(id.hex).idx") }
}

/// An index of a remote, mapped into memory: of one pack, as in a store, or of many.
///
/// One of many packs: `MLMX`, u32 version 1, u64 objects, u64 packs, u64 other indexes of many packs that it takes the
/// place of; u32 × 256 running count by first byte of the id; for each pack its digits (32 bytes) and u64 its size; for each
/// index that it takes the place of its digits (32 bytes); then the records in the order of their ids (id 32, u64 offset, u64
/// stored, u64 size, u8 kind, u8 codec, 2 zero, u32 number of the pack), and the SHA-256 of all before it. Its name is
/// `merged-`, the digits of that SHA-256, `.idx`.
final class RemoteIndex: Sendable {
  /// The digits in its name.
  let id: ObjectID
  let count: Int
  let packs: [RemotePack]
  /// The indexes of many packs that this one takes the place of.
  let replaced: Set<ObjectID>
  let isMerged: Bool
  private let file: MappedFile
  private let fanoutAt: Int
  private let recordsAt: Int

  static let mergedMagic = Array("MLMX".utf8)
  static let version: UInt32 = 1
  static let mergedHeaderSize = 32
  static let packEntrySize = 40
  static let mostPacks = 1 << 24

  /// Opens an index whose name says `id`. Everything in it is checked but the records, which are when they are used.
  init(_ file: MappedFile, id: ObjectID) throws(Failure) {
    let bytes = file.bytes
    guard bytes.count > PackFormat.recordsStart + PackFormat.checksumSize, let base = bytes.baseAddress else {
      throw Self.damaged(id, "it is too short")
    }
    let body = UnsafeRawBufferPointer(rebasing: bytes.dropLast(PackFormat.checksumSize))
    guard try ContentHasher().hash(body) == id, ObjectID(loading: base + body.count) == id else {
      throw Self.damaged(id, "its bytes do not match its name")
    }
    isMerged = bytes.starts(with: Self.mergedMagic)
    guard isMerged || bytes.starts(with: PackFormat.indexMagic) else { throw Self.damaged(id, "it is no index") }
    let version = (base + 4).loadUnaligned(as: UInt32.self)
    guard UInt32(littleEndian: version) == Self.version else { throw Self.tooNew(UInt32(littleEndian: version)) }
    self.file = file
    self.id = id
    let shape = isMerged ? try Self.mergedShape(base, id, size: body.count) : Self.plainShape(base, id)
    (count, packs, replaced) = (shape.count, shape.packs, shape.replaced)
    (fanoutAt, recordsAt) = (shape.fanoutAt, shape.recordsAt)
    guard count >= 0, count <= body.count / PackFormat.recordSize,
      recordsAt + count * PackFormat.recordSize == body.count, count == 0 || fanout(255) == count
    else { throw Self.damaged(id, "it is not as long as it says") }
    guard packs.allSatisfy({ (0...RemoteListing.mostBytes).contains($0.size) }) else {
      throw Self.damaged(id, "it tells of a pack that is larger than packs are")
    }
  }

  private struct Shape {
    var count: Int
    var packs: [RemotePack]
    var replaced: Set<ObjectID> = []
    var fanoutAt: Int
    var recordsAt: Int
  }

  private static func plainShape(_ base: UnsafeRawPointer, _ id: ObjectID) -> Shape {
    let size = Int(exactly: PackFormat.number(base + 16)) ?? -1
    return Shape(
      count: Int(exactly: PackFormat.number(base + 8)) ?? -1, packs: [RemotePack(id: id, size: size)],
      fanoutAt: PackFormat.indexHeaderSize, recordsAt: PackFormat.recordsStart)
  }

  private static func mergedShape(_ base: UnsafeRawPointer, _ id: ObjectID, size: Int) throws(Failure) -> Shape {
    let numbers = [8, 16, 24].map { PackFormat.number(base + $0) }
    let packsAt = mergedHeaderSize + PackFormat.fanoutSize
    let room = UInt64(max(0, size - packsAt))
    guard numbers.allSatisfy({ $0 <= room }), numbers[1] <= mostPacks,
      numbers[1] * UInt64(packEntrySize) + numbers[2] * 32 <= room
    else { throw damaged(id, "it is not as long as it says") }
    var packs: [RemotePack] = []
    packs.reserveCapacity(Int(numbers[1]))
    for number in 0..<Int(numbers[1]) {
      let at = base + packsAt + number * packEntrySize
      let size = Int(exactly: PackFormat.number(at + 32)) ?? -1
      packs.append(RemotePack(id: ObjectID(loading: at), size: size))
    }
    let replacedAt = packsAt + packs.count * packEntrySize
    let replaced = Set((0..<Int(numbers[2])).map { ObjectID(loading: base + replacedAt + $0 * 32) })
    return Shape(
      count: Int(numbers[0]), packs: packs, replaced: replaced, fanoutAt: mergedHeaderSize,
      recordsAt: replacedAt + Int(numbers[2]) * 32)
  }

  /// Calls `body` with every record of `id`: in an index of many packs there can be several. Stops when it returns true.
  func find(_ id: ObjectID, _ body: (RemotePack, PackRecord) -> Bool) {
    let first = Int(id.firstByte)
    var low = first == 0 ? 0 : min(count, fanout(first - 1))
    var high = min(count, fanout(first))
    while low < high {
      let middle = (low + high) / 2
      if self.id(middle) < id { low = middle + 1 } else { high = middle }
    }
    while low < count, self.id(low) == id {
      if let (pack, record) = record(low), body(pack, record) { return }
      low += 1
    }
  }

  func id(_ position: Int) -> ObjectID { ObjectID(loading: at(position)) }

  /// The record at `position` in the order of ids; nil when it points outside its pack.
  func record(_ position: Int) -> (RemotePack, PackRecord)? {
    let at = at(position)
    var number = 0
    if isMerged { number = Int(UInt32(littleEndian: (at + 60).loadUnaligned(as: UInt32.self))) }
    guard number < packs.count, packs[number].size >= 0,
      let record = PackFormat.record(indexed: at, packSize: packs[number].size)
    else { return nil }
    return (packs[number], record)
  }

  private func at(_ position: Int) -> UnsafeRawPointer {
    file.bytes.baseAddress.unsafelyUnwrapped + recordsAt + position * PackFormat.recordSize
  }

  private func fanout(_ byte: Int) -> Int {
    let at = file.bytes.baseAddress.unsafelyUnwrapped + fanoutAt + byte * 4
    return Int(UInt32(littleEndian: at.loadUnaligned(as: UInt32.self)))
  }

  static func damaged(_ id: ObjectID, _ why: String) -> Failure {
    Failure("cannot use the index \(id.short) of a remote", why: why, category: .damaged)
  }

  static func tooNew(_ version: UInt32) -> Failure {
    Failure(
      "cannot use the remote", why: "its format is version \(version), this mlrepo knows version \(Self.version)",
      hint: "use a newer mlrepo", category: .remote)
  }
}
