import Diagnostics
import Files

/// A file among the packs that is not one of a pair: what a process left that was killed between a pack and its index, or
/// what lost the other one.
struct StrayPackFile {
  enum Kind {
    /// A pack without its index, which can be rebuilt from it.
    case pack
    /// An index without its pack: all it says is what was lost.
    case index
    case stranger
  }

  var kind: Kind
  /// The file's name.
  var name: [UInt8]
  /// The name without its ending.
  var stem: String

  var finding: StoreFinding {
    let why =
      switch kind {
      case .pack: "its index is missing"
      case .index: "its pack is missing"
      case .stranger: "it is no part of a store"
      }
    return StoreFinding(kind: .leftOver, file: "packs/\(PathText.escape(name))", why: why)
  }
}

extension ObjectStore {
  /// The files among the packs that do not belong to a pair, sorted.
  func strayPackFiles() throws(Failure) -> [StrayPackFile] {
    let names = try packFolder.names().map(\.name)
    let all = Set(names)
    var found: [StrayPackFile] = []
    for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let isPack = name.suffix(5).elementsEqual(".pack".utf8)
      let isIndex = name.suffix(4).elementsEqual(".idx".utf8)
      let stem = Array(name.dropLast(isPack ? 5 : isIndex ? 4 : 0))
      let other = stem + Array((isPack ? ".idx" : ".pack").utf8)
      guard isPack || isIndex, stem.starts(with: "pack-".utf8), ObjectID(hex: stem.dropFirst(5)) != nil else {
        found.append(StrayPackFile(kind: .stranger, name: name, stem: PathText.escape(stem)))
        continue
      }
      // An add that runs meanwhile may just have made the pair complete, a gc have taken both.
      if all.contains(other) { continue }
      if try packFolder.stat(other) != nil { continue }
      if try packFolder.stat(name) == nil { continue }
      found.append(
        StrayPackFile(kind: isPack ? .pack : .index, name: name, stem: String(decoding: stem, as: UTF8.self)))
    }
    return found
  }

  /// What can go of the files without a partner: last written before `deadline`, and a pack only if it holds no object
  /// that is needed and nowhere else.
  func sweepableStrays(
    _ reachable: Set<ObjectID>, before deadline: Int64
  ) throws(Failure) -> [(name: [UInt8], bytes: Int)] {
    var found: [(name: [UInt8], bytes: Int)] = []
    for stray in try strayPackFiles() where stray.kind != .stranger {
      guard let stat = try packFolder.stat(stray.name), stat.modified < deadline else { continue }
      if stray.kind == .pack, try holdsLastCopy(stray.name, of: reachable) { continue }
      found.append((stray.name, stat.size))
    }
    return found
  }

  private func holdsLastCopy(_ pack: [UInt8], of reachable: Set<ObjectID>) throws(Failure) -> Bool {
    guard let file = try packFolder.openIfPresent(pack) else { return false }
    for record in try entries(of: file).records where reachable.contains(record.id) {
      if try !contains(record.id) { return true }
    }
    return false
  }

  /// Walks a pack from entry to entry, without its index. `isComplete` says that the walk came to the pack's very end.
  func entries(of pack: borrowing FileHandle) throws(Failure) -> (records: [PackRecord], isComplete: Bool) {
    let size = try pack.stat().size
    var found: [PackRecord] = []
    var offset = PackFormat.packHeaderSize
    while offset + PackFormat.entryHeaderSize <= size {
      var header = [UInt8](repeating: 0, count: PackFormat.entryHeaderSize)
      var failure: Failure?
      let record = header.withUnsafeMutableBytes { raw -> PackRecord? in
        do throws(Failure) {
          guard try pack.read(at: offset, into: raw) == raw.count else { return nil }
        } catch {
          failure = error
          return nil
        }
        return PackFormat.record(header: UnsafeRawBufferPointer(raw), offset: offset, packSize: size)
      }
      if let failure { throw failure }
      guard let record else { break }
      found.append(record)
      offset += PackFormat.entryHeaderSize + record.stored
    }
    return (found, offset == size)
  }

  /// Writes the index of a pack anew, if every byte of the pack is what it should be; the old index, if there is one, stays
  /// in `damaged`. Returns how many objects the pack has; nil when it is not intact, or not the one of this name.
  func rebuildIndex(of name: String) throws(Failure) -> Int? {
    guard let pack = try packFolder.openIfPresent(Array("\(name).pack".utf8)), try PackFile.startsAsOne(pack) else {
      return nil
    }
    var (records, isComplete) = try entries(of: pack)
    guard isComplete, !records.isEmpty else { return nil }
    for record in records {
      try Interruption.check()
      guard let bytes = try PackFile.read(record, from: pack), try ContentHasher.id(of: bytes) == record.id else {
        return nil
      }
    }
    var index = PackFormat.index(&records, packSize: try pack.stat().size)
    let checksum = try ContentHasher.id(of: index)
    guard name == "pack-\(checksum.hex)" else { return nil }
    index += PackFormat.idBytes(checksum)
    let file = try PendingFile(in: scratch(), mode: 0o444)
    try file.write(index)
    let fileName = Array("\(name).idx".utf8)
    if try packFolder.stat(fileName) != nil {
      let aside = try folder.folder(making: Array("damaged".utf8), options.durability)
      try aside.remove(fileName)
      // Not moved, so that the pack is never without the index that may still be of use.
      _ = try packFolder.hardLink(fileName, as: fileName, in: aside)
    }
    try file.commit(as: fileName, in: packFolder, options.durability)
    return records.count
  }
}
