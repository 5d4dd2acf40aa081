package import Diagnostics
import Files

/// Many small commands leave many small packs, and every look-up asks each of them. So they are merged now and then.
extension ObjectStore {
  /// A pack of up to this many bytes is small.
  private static let smallPack = 1 << 20
  /// When there are this many small packs, they become one.
  private static let manyPacks = 50

  /// Merges the small packs if there are many. To be called while holding the repository's lock. Their objects are durable
  /// in the new pack before the old ones go.
  package func consolidate() throws(Failure) {
    let small = try openPacks().filter { $0.packSize <= Self.smallPack }
    guard small.count >= Self.manyPacks else { return }
    let merged = try PackWriter(in: scratch())
    let compression = Compression()
    var seen: Set<ObjectID> = []
    var done: [PackFile] = []
    for pack in small where try append(pack, to: merged, &seen, compression) { done.append(pack) }
    guard !seen.isEmpty else { return }
    try merged.finish(scratch: scratch()).commit(in: packFolder, options.durability)
    try packFolder.sync(options.durability)
    for pack in done {
      for ending in ["idx", "pack"] { try packFolder.remove(Array("\(pack.name).\(ending)".utf8)) }
    }
    try reload()
  }

  /// Copies the objects of `pack`. Returns false, and leaves the pack to fsck, when one of them is damaged.
  private func append(
    _ pack: PackFile, to merged: PackWriter, _ seen: inout Set<ObjectID>, _ compression: Compression
  ) throws(Failure) -> Bool {
    var objects: [(PackRecord, [UInt8])] = []
    for position in 0..<pack.count {
      guard let record = pack.record(position), let bytes = try verified(pack, record) else { return false }
      objects.append((record, bytes))
    }
    for (record, bytes) in objects where seen.insert(record.id).inserted {
      try bytes.withRaw { raw throws(Failure) in
        try merged.append(raw, id: record.id, kind: record.kind, compression: compression)
      }
    }
    return true
  }
}
