package import Diagnostics
import Files
import Synchronization

/// Something that `fsck` found in the store.
package struct StoreFinding: Equatable, Sendable {
  package enum Kind: String, Sendable {
    /// Bytes that do not match their id, or a pack or index that cannot be read.
    case damaged
    /// An object that was found damaged earlier and put aside.
    case setAside = "set aside"
    /// A file that is no part of a store.
    case leftOver = "left over"
  }

  package var kind: Kind
  /// The object, where one is concerned.
  package var id: ObjectID?
  /// The file, from the store's folder.
  package var file: String
  package var why: String
}

/// What `fsck` did and found.
package struct StoreCheck: Sendable {
  package var objects = 0
  package var bytes = 0
  /// How many of the objects an earlier fsck, which was cut short, had found intact.
  package var resumed = 0
  package var findings: [StoreFinding] = []
}

extension ObjectStore {
  /// Reads every object and compares it with its id, every pack with its index. Changes nothing but `progress`, which says
  /// what need not be read again.
  package func check(_ progress: CheckProgress? = nil) throws(Failure) -> StoreCheck {
    var check = StoreCheck()
    try checkPacks(&check, progress)
    try checkLoose(&check, progress)
    if let aside = try folder.folderIfPresent(Array("damaged".utf8)) {
      for (name, _) in try aside.names() {
        let text = String(decoding: name, as: UTF8.self)
        check.findings.append(
          StoreFinding(
            kind: .setAside, id: ObjectID(hex: name.prefix(64)), file: "damaged/\(text)",
            why: "it was found damaged earlier"))
      }
    }
    check.findings.sort { $0.file < $1.file }
    return check
  }

  /// The loose objects of one prefix.
  private struct LoosePart {
    var key: String?
    var left: Int
    var isIntact = true
    var amount = CheckProgress.Amount(objects: 0, bytes: 0)
  }

  private func checkLoose(_ check: inout StoreCheck, _ done: CheckProgress?) throws(Failure) {
    var work: [(id: ObjectID, part: Int)] = []
    var parts: [LoosePart] = []
    var bytes = 0
    for (prefix, isFolder) in try looseFolder.names().sorted(by: { $0.name.lexicographicallyPrecedes($1.name) }) {
      let now = wallClock()
      guard isFolder, prefix.count == 2, let folder = try looseFolder.folderIfPresent(prefix) else {
        check.findings.append(.leftOver("loose/\(PathText.escape(prefix))"))
        continue
      }
      let listing = try folder.list()
      let (ids, size) = looseObjects(prefix, listing, &check)
      let key = try done == nil ? nil : checkKey(ofPrefix: prefix, listing, at: now)
      if let key, let amount = done?.amount(of: key) {
        check.resume(amount)
        continue
      }
      work += ids.map { ($0, parts.count) }
      parts.append(LoosePart(key: key, left: ids.count))
      bytes += size
    }
    progress.begin("checking files", files: work.count, bytes: bytes)
    defer { progress.end() }
    let result = Mutex((check: StoreCheck(), parts: parts))
    try Workers.run(count: work.count, width: options.width) { [work] range throws(Failure) in
      self.progress.advance(files: range.count)
      for (id, part) in work[range] {
        let found = try self.checkLoose(id)
        result.withLock { result in
          result.check.merge(found)
          result.parts[part].left -= 1
          result.parts[part].amount.objects += found.objects
          result.parts[part].amount.bytes += found.bytes
          if found.objects == 0 || !found.findings.isEmpty { result.parts[part].isIntact = false }
          guard result.parts[part].left == 0, result.parts[part].isIntact, let key = result.parts[part].key else {
            return
          }
          done?.note(key, result.parts[part].amount)
        }
      }
    }
    result.withLock { check.merge($0.check) }
  }

  private func checkLoose(_ id: ObjectID) throws(Failure) -> StoreCheck {
    var check = StoreCheck()
    guard let file = try openLoose(id) else { return check }
    check.bytes = try file.stat().size
    check.objects = 1
    if try stream(file, { _ throws(Failure) in }) != id {
      let path = String(decoding: Self.loosePath(id), as: UTF8.self)
      check.findings.append(
        StoreFinding(kind: .damaged, id: id, file: "loose/\(path)", why: "its bytes do not match its id"))
    }
    return check
  }

  private func looseObjects(
    _ prefix: [UInt8], _ listing: FolderListing, _ check: inout StoreCheck
  ) -> (ids: [ObjectID], bytes: Int) {
    var ids: [ObjectID] = []
    var bytes = 0
    for (index, entry) in listing.entries.enumerated() {
      let rest = listing.name(index)
      if let id = ObjectID(hex: prefix + rest) {
        ids.append(id)
        bytes += entry.stat.size
      } else {
        check.findings.append(.leftOver("loose/\(PathText.escape(prefix))/\(PathText.escape(rest))"))
      }
    }
    return (ids, bytes)
  }

  private func checkPacks(_ check: inout StoreCheck, _ done: CheckProgress?) throws(Failure) {
    let strays = try strayPackFiles()
    for stray in strays { check.findings.append(stray.finding) }
    let unpaired = Set(strays.map(\.stem))
    for name in try packNames() where !unpaired.contains(name) {
      let key = try done == nil ? nil : checkKey(ofPack: name)
      if let key, let amount = done?.amount(of: key) {
        check.resume(amount)
        continue
      }
      let pack: PackFile
      do throws(Failure) {
        pack = try PackFile(name, in: packFolder)
      } catch {
        check.findings.append(StoreFinding(kind: .damaged, file: "packs/\(name).idx", why: error.why))
        continue
      }
      var found = StoreCheck()
      try checkPack(pack, &found)
      check.merge(found)
      if let key, found.findings.isEmpty {
        done?.note(key, CheckProgress.Amount(objects: found.objects, bytes: found.bytes))
      }
    }
  }

  private func checkPack(_ pack: PackFile, _ check: inout StoreCheck) throws(Failure) {
    if try !pack.indexIsIntact() {
      check.findings.append(
        StoreFinding(kind: .damaged, file: "packs/\(pack.name).idx", why: "its checksum does not match"))
    }
    if try !pack.headerIsIntact() {
      check.findings.append(
        StoreFinding(kind: .damaged, file: "packs/\(pack.name).pack", why: "it does not start as a pack does"))
    }
    let result = Mutex(StoreCheck())
    progress.begin("checking packs", files: pack.count, bytes: pack.packSize)
    defer { progress.end() }
    try Workers.run(count: pack.count, batch: 64, width: options.width) { range throws(Failure) in
      self.progress.advance(files: range.count)
      let hasher = try ContentHasher()
      var part = StoreCheck()
      for index in range {
        part.objects += 1
        guard let record = pack.record(index) else {
          part.findings.append(
            StoreFinding(kind: .damaged, file: "packs/\(pack.name).idx", why: "record \(index) points nowhere"))
          continue
        }
        let bytes = try pack.read(record)
        part.bytes += record.size
        self.progress.advance(bytes: record.stored)
        if bytes?.withUnsafeBytes({ hasher.hash($0) }) != record.id {
          part.findings.append(
            StoreFinding(
              kind: .damaged, id: record.id, file: "packs/\(pack.name).pack", why: "its bytes do not match its id"))
        }
      }
      let done = part
      result.withLock { $0.merge(done) }
    }
    result.withLock { check.merge($0) }
  }
}

extension StoreFinding {
  fileprivate static func leftOver(_ file: String) -> StoreFinding {
    StoreFinding(kind: .leftOver, file: file, why: "it is no part of a store")
  }
}

extension StoreCheck {
  /// Counts a part that was checked before.
  fileprivate mutating func resume(_ amount: CheckProgress.Amount) {
    objects += amount.objects
    bytes += amount.bytes
    resumed += amount.objects
  }

  fileprivate mutating func merge(_ other: StoreCheck) {
    objects += other.objects
    bytes += other.bytes
    resumed += other.resumed
    findings += other.findings
  }
}
