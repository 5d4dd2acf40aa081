package import Diagnostics
import Files

/// What a repair of the store did.
package struct StoreRepair: Sendable {
  /// Packs that were replaced by their intact objects, and how many those were.
  package var salvaged: [(pack: String, objects: Int)] = []
  /// Packs that were intact and got an index again, and how many objects they hold.
  package var indexed: [(pack: String, objects: Int)] = []
  /// Indexes of packs that are gone, which were put aside.
  package var orphans: [String] = []
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
      if finding.file.hasPrefix("packs/"), finding.kind == .damaged {
        packs.insert(String(finding.file.dropFirst("packs/".count).prefix { $0 != "." }))
      } else if finding.file.hasPrefix("loose/"), finding.kind == .damaged, let id = finding.id {
        _ = setAside(id, .loose)
        done.setAside += 1
      }
    }
    for stray in try strayPackFiles() {
      switch stray.kind {
      case .pack: packs.insert(stray.stem)
      case .index:
        try putAside([stray.name])
        done.orphans.append(PathText.escape(stray.name))
      case .stranger: break
      }
    }
    for pack in packs.sorted() {
      if let count = try rebuildIndex(of: pack) {
        done.indexed.append((pack, count))
      } else {
        done.salvaged.append((pack, try salvage(pack)))
      }
    }
    forgetPacks()
    return done
  }

  private func putAside(_ names: [[UInt8]]) throws(Failure) {
    let aside = try folder.folder(making: Array("damaged".utf8), options.durability)
    for name in names where try packFolder.stat(name) != nil { try packFolder.rename(name, to: name, in: aside) }
    try packFolder.sync(options.durability)
    try aside.sync(options.durability)
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
    // It may turn out to be the old one, byte for byte, and has its name then.
    if try isWhole(name) { return count }
    try putAside(["idx", "pack"].map { Array("\(name).\($0)".utf8) })
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
    for record in try entries(of: pack).records { found[record.offset] = record }
    return found.sorted { $0.key < $1.key }.map(\.value)
  }
}
