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
  package var findings: [StoreFinding] = []
}

extension ObjectStore {
  /// Reads every object and compares it with its id, every pack with its index. Changes nothing.
  package func check() throws(Failure) -> StoreCheck {
    var check = StoreCheck()
    try checkPacks(&check)
    try checkLoose(&check)
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

  private func checkLoose(_ check: inout StoreCheck) throws(Failure) {
    var ids: [ObjectID] = []
    var bytes = 0
    for (prefix, isFolder) in try looseFolder.names() {
      guard isFolder, prefix.count == 2, let folder = try looseFolder.folderIfPresent(prefix) else {
        check.findings.append(.leftOver("loose/\(PathText.escape(prefix))"))
        continue
      }
      let listing = try folder.list()
      for (index, entry) in listing.entries.enumerated() {
        let rest = listing.name(index)
        if let id = ObjectID(hex: prefix + rest) {
          ids.append(id)
          bytes += entry.stat.size
        } else {
          check.findings.append(.leftOver("loose/\(PathText.escape(prefix))/\(PathText.escape(rest))"))
        }
      }
    }
    let result = Mutex(StoreCheck())
    progress.begin("checking files", files: ids.count, bytes: bytes)
    defer { progress.end() }
    try Workers.run(count: ids.count, width: options.width) { [ids] range throws(Failure) in
      self.progress.advance(files: range.count)
      for index in range {
        let id = ids[index]
        guard let file = try self.openLoose(id) else { continue }
        let size = try file.stat().size
        let found = try self.stream(file) { _ throws(Failure) in }
        result.withLock {
          $0.objects += 1
          $0.bytes += size
          if found != id {
            let path = String(decoding: Self.loosePath(id), as: UTF8.self)
            $0.findings.append(
              StoreFinding(kind: .damaged, id: id, file: "loose/\(path)", why: "its bytes do not match its id"))
          }
        }
      }
    }
    result.withLock { check.merge($0) }
  }

  private func checkPacks(_ check: inout StoreCheck) throws(Failure) {
    var indexed: Set<String> = []
    for name in try packNames() {
      indexed.insert(name)
      let pack: PackFile
      do throws(Failure) {
        pack = try PackFile(name, in: packFolder)
      } catch {
        check.findings.append(StoreFinding(kind: .damaged, file: "packs/\(name).idx", why: error.why))
        continue
      }
      try checkPack(pack, &check)
    }
    for (name, _) in try packFolder.names() {
      let text = PathText.escape(name)
      let stem = String(text.dropLast(text.hasSuffix(".pack") ? 5 : 4))
      if !indexed.contains(stem) { check.findings.append(.leftOver("packs/\(text)")) }
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
  fileprivate mutating func merge(_ other: StoreCheck) {
    objects += other.objects
    bytes += other.bytes
    findings += other.findings
  }
}
