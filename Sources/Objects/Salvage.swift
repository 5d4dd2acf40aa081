package import Diagnostics
import Files

/// What a repair of the store did.
package struct StoreRepair: Sendable {
  /// Packs that were replaced by their intact objects, and how many those were.
  package var salvaged: [(pack: String, objects: Int)] = []
  /// Damaged loose objects that were put aside.
  package var setAside = 0

  package init() {}
}

extension ObjectStore {
  /// Puts everything damaged that `check` found out of use and saves what is intact beside it: a pack that is damaged, or
  /// whose index is, is replaced by one of its intact objects. The damaged files go to the folder `damaged`; nothing is
  /// deleted.
  package func repair(_ check: StoreCheck) throws(Failure) -> StoreRepair {
    var done = StoreRepair()
    var packs: Set<String> = []
    for finding in check.findings {
      if finding.file.hasPrefix("packs/"), finding.kind == .damaged || finding.file.hasSuffix(".pack") {
        packs.insert(String(finding.file.dropFirst("packs/".count).prefix { $0 != "." }))
      } else if finding.kind == .damaged, let id = finding.id {
        _ = setAside(id, .loose)
        done.setAside += 1
      }
    }
    for pack in packs.sorted() { done.salvaged.append((pack, try salvage(pack))) }
    return done
  }

  /// Stores the intact objects of a pack anew, then moves the pack and its index to `damaged`. Returns how many there were.
  private func salvage(_ name: String) throws(Failure) -> Int {
    let session = StoreSession(self)
    let writer = try StoreWriter(session)
    var count = 0
    if let pack = try packFolder.openIfPresent(Array("\(name).pack".utf8)) {
      for record in try records(of: name, pack) {
        guard let bytes = try PackFile.read(record, from: pack),
          try ContentHasher.id(of: bytes) == record.id
        else { continue }
        try writer.keepAgain(bytes, id: record.id, kind: record.kind)
        count += 1
      }
    }
    writer.finish()
    try session.commit()
    // Where only the index was damaged, the new pack is the old one, byte for byte, and has its name.
    if try isWhole(name) { return count }
    let aside = try folder.folder(making: Array("damaged".utf8), options.durability)
    for ending in ["idx", "pack"] {
      let file = Array("\(name).\(ending)".utf8)
      if try packFolder.stat(file) != nil { try packFolder.rename(file, to: file, in: aside) }
    }
    try packFolder.sync(options.durability)
    try aside.sync(options.durability)
    try reload()
    return count
  }

  private func isWhole(_ name: String) throws(Failure) -> Bool {
    guard let pack = try? PackFile(name, in: packFolder), try pack.indexIsIntact(), try pack.headerIsIntact() else {
      return false
    }
    for position in 0..<pack.count {
      guard let record = pack.record(position), try verified(pack, record) != nil else { return false }
    }
    return true
  }

  /// Where the pack's objects lie: by its index as far as that can be read, else by walking from entry to entry.
  private func records(of name: String, _ pack: borrowing FileHandle) throws(Failure) -> [PackRecord] {
    var found: [Int: PackRecord] = [:]
    if let indexed = try? PackFile(name, in: packFolder) {
      for position in 0..<indexed.count {
        if let record = indexed.record(position) { found[record.offset] = record }
      }
    }
    let size = try pack.stat().size
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
      found[offset] = record
      offset += PackFormat.entryHeaderSize + record.stored
    }
    return found.sorted { $0.key < $1.key }.map(\.value)
  }
}
