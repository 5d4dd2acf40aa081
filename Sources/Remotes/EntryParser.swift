import Diagnostics
import Objects

/// Takes the bytes of a batch as they come, and makes verified entries of them. Holds one entry in memory at most.
struct EntryParser {
  private let batch: RemoteReader.Batch
  private let place: String
  private var next = 0
  /// Of the byte that comes next, in the pack.
  private var position: Int
  private var buffer: [UInt8] = []
  private(set) var failures: [(id: ObjectID, why: Failure)] = []
  /// Whether who takes the entries has failed: then it is not the remote's fault.
  private(set) var isStopped = false

  init(_ batch: RemoteReader.Batch, place: String) {
    self.batch = batch
    self.place = place
    position = batch.range.lowerBound
  }

  mutating func feed(
    _ piece: UnsafeRawBufferPointer, _ body: (RemoteReader.Arrival) throws(Failure) -> Void
  ) throws(Failure) {
    var at = 0
    while at < piece.count, next < batch.entries.count {
      let record = batch.entries[next]
      if position < record.offset {
        let count = min(piece.count - at, record.offset - position)
        at += count
        position += count
        continue
      }
      let end = record.offset + PackFormat.entryHeaderSize + record.stored
      if buffer.isEmpty { buffer.reserveCapacity(end - position) }
      let count = min(piece.count - at, end - position)
      buffer.append(contentsOf: UnsafeRawBufferPointer(rebasing: piece[at..<(at + count)]))
      at += count
      position += count
      if position == end { try complete(record, body) }
    }
  }

  /// The entries that have not come have failed for this reason.
  mutating func failRest(_ why: Failure) {
    for record in batch.entries[next...] {
      failures.append(
        (
          record.id,
          Failure("cannot get the object \(record.id.text)", why: "\(why)", hint: why.hint, category: .remote)
        ))
    }
    next = batch.entries.count
  }

  private mutating func complete(
    _ record: PackRecord, _ body: (RemoteReader.Arrival) throws(Failure) -> Void
  ) throws(Failure) {
    next += 1
    let isRight = buffer.starts(with: PackFormat.entryHeader(record))
    let entry = PackEntry(
      id: record.id, kind: record.kind, codec: record.codec, size: record.size,
      stored: Array(buffer[PackFormat.entryHeaderSize...]))
    buffer.removeAll(keepingCapacity: buffer.count < 1 << 20)
    guard isRight, let bytes = entry.opened() else {
      return fail(record, "what came is not the entry that the index tells of")
    }
    if !record.kind.isRecipe, try ContentHasher.id(of: bytes) != record.id {
      return fail(record, "the bytes that came do not match its id")
    }
    do throws(Failure) {
      try body(RemoteReader.Arrival(entry: entry, bytes: bytes))
    } catch {
      isStopped = true
      throw error
    }
  }

  private mutating func fail(_ record: PackRecord, _ why: String) {
    failures.append((record.id, Self.damaged(record.id, batch.pack.id, place, why)))
  }

  static func damaged(_ id: ObjectID, _ pack: ObjectID, _ place: String, _ why: String) -> Failure {
    Failure(
      "cannot get the object \(id.text)", why: "\(why) (\(id.text) from pack-\(pack.short)… of \(place))",
      hint: "take packs/pack-\(pack.hex).pack out of the remote, then push from a clone that has the data",
      category: .damaged)
  }
}
