package import Diagnostics
package import Files
package import Objects

extension RemoteIndex {
  /// The index of all that `indexes` cover in packs that `isThere`, without its checksum. An object that is in several packs
  /// has a record for each.
  static func merge(_ indexes: [RemoteIndex], where isThere: (RemotePack) -> Bool = { _ in true }) -> [UInt8] {
    var numbers: [ObjectID: UInt32] = [:]
    var packs: [RemotePack] = []
    for pack in indexes.lazy.flatMap(\.packs) where numbers[pack.id] == nil && isThere(pack) {
      numbers[pack.id] = UInt32(packs.count)
      packs.append(pack)
    }
    let replaced = indexes.filter(\.isMerged).reduce(into: Set<ObjectID>()) { $0.formUnion($1.replaced.union([$1.id])) }
    let records = mergedRecords(indexes, numbers)
    var bytes = mergedMagic
    bytes.reserveCapacity(mergedHeaderSize + PackFormat.fanoutSize + packs.count * 40 + records.count * 64 + 64)
    append(version, to: &bytes)
    for number in [records.count, packs.count, replaced.count] { append(UInt64(number), to: &bytes) }
    var counts = [UInt32](repeating: 0, count: 256)
    for record in records { counts[Int(record.record.id.firstByte)] += 1 }
    var running: UInt32 = 0
    for count in counts {
      running += count
      append(running, to: &bytes)
    }
    for pack in packs {
      bytes += PackFormat.idBytes(pack.id)
      append(UInt64(pack.size), to: &bytes)
    }
    for id in replaced.sorted() { bytes += PackFormat.idBytes(id) }
    for (record, number) in records {
      bytes += PackFormat.idBytes(record.id)
      for length in [record.offset, record.stored, record.size] { append(UInt64(length), to: &bytes) }
      bytes += [record.kind.rawValue, record.codec.rawValue, 0, 0]
      append(number, to: &bytes)
    }
    return bytes
  }

  /// All records, in the order of ids and of packs, each once.
  private static func mergedRecords(
    _ indexes: [RemoteIndex], _ numbers: [ObjectID: UInt32]
  ) -> [(record: PackRecord, pack: UInt32)] {
    var all: [(record: PackRecord, pack: UInt32)] = []
    all.reserveCapacity(indexes.reduce(0) { $0 + $1.count })
    for index in indexes {
      for position in 0..<index.count {
        guard let (pack, record) = index.record(position), let number = numbers[pack.id] else { continue }
        all.append((record, number))
      }
    }
    all.sort { $0.record.id == $1.record.id ? $0.pack < $1.pack : $0.record.id < $1.record.id }
    var unique: [(record: PackRecord, pack: UInt32)] = []
    unique.reserveCapacity(all.count)
    for entry in all {
      if let last = unique.last, last.record.id == entry.record.id, last.pack == entry.pack { continue }
      unique.append(entry)
    }
    return unique
  }

  private static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }
}

/// Reads an index of a remote to its end, for fuzz tests.
package enum RemoteIndexReader {
  /// The ids in the index `file`, whose name says `id`, that lead to a place in a pack. Throws where one that is listed
  /// cannot be found.
  package static func ids(in file: consuming FileHandle, _ id: ObjectID) throws(Failure) -> [ObjectID] {
    let index = try RemoteIndex(MappedFile(file), id: id)
    var found: [ObjectID] = []
    for position in 0..<index.count {
      guard let (pack, record) = index.record(position) else { continue }
      guard record.offset + PackFormat.entryHeaderSize + record.stored <= pack.size else {
        throw Failure("cannot use an index", why: "a record leads out of its pack", category: .bug)
      }
      index.find(record.id) { _, other in
        if other.id == record.id { found.append(record.id) }
        return true
      }
    }
    return found
  }
}
