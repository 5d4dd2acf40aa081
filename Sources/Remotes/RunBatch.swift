package import Diagnostics
import Files
package import Objects

/// Records of run caches that travel together: a file of the folder `runs`, named by the digits of its SHA-256.
///
/// `MLRN`, u32 version 1, then for each record its key (32 bytes), u32 length, and the record's bytes.
package struct RunBatch: Equatable, Sendable {
  package struct Record: Hashable, Sendable {
    package var key: ObjectID
    package var bytes: [UInt8]

    package init(key: ObjectID, bytes: [UInt8]) {
      self.key = key
      self.bytes = bytes
    }
  }

  package var records: [Record] = []

  package init(_ records: [Record] = []) { self.records = records }

  private static let magic = Array("MLRN".utf8)
  static let mostBytes = 256 << 20

  package func encoded() -> [UInt8] {
    var bytes = Self.magic
    withUnsafeBytes(of: UInt32(1).littleEndian) { bytes.append(contentsOf: $0) }
    for record in records {
      bytes += PackFormat.idBytes(record.key)
      withUnsafeBytes(of: UInt32(record.bytes.count).littleEndian) { bytes.append(contentsOf: $0) }
      bytes += record.bytes
    }
    return bytes
  }

  package init(decoding bytes: [UInt8]) throws(Failure) {
    func number(_ at: Int) -> Int { bytes[at..<(at + 4)].reversed().reduce(0) { $0 << 8 | Int($1) } }
    let damaged = Failure("cannot read a batch of runs", why: "it is damaged", category: .damaged)
    guard bytes.count >= 8, bytes.starts(with: Self.magic) else { throw damaged }
    guard number(4) == 1 else { throw RemoteIndex.tooNew(UInt32(number(4))) }
    var at = 8
    while at < bytes.count {
      guard bytes.count - at >= 36, bytes.count - at - 36 >= number(at + 32) else { throw damaged }
      let key = bytes[at..<(at + 32)].withUnsafeBytes { raw in
        raw.baseAddress.map { ObjectID(loading: $0) } ?? .zero
      }
      let end = at + 36 + number(at + 32)
      records.append(Record(key: key, bytes: Array(bytes[(at + 36)..<end])))
      at = end
    }
  }
}

extension RemoteContents {
  /// All batches of runs that were not written before `time`, by the remote's clock. With `unmarked`, what a gc is about to
  /// remove is left out.
  package func runBatches(since time: Int64 = .min, unmarked: Bool = false) throws(Failure) -> [RunBatch] {
    let marks = unmarked ? Set(listing.markFiles.map(\.name.name)) : []
    return try runFiles(since: time).filter { !marks.contains("runs-\($0.file.name.name)") }.map(\.batch)
  }

  /// The same with their files. Those that were read before come from the cache; a damaged one is left out.
  func runFiles(since time: Int64 = .min) throws(Failure) -> [(file: RemoteFile, batch: RunBatch)] {
    var found: [(file: RemoteFile, batch: RunBatch)] = []
    let files = try storage.list(.runs).sorted { $0.name.name < $1.name.name }
    cache.forgetRuns(allBut: Set(files.map(\.name.name)))
    for file in files where file.modified ?? .max >= time {
      guard let id = ObjectID(hex: file.name.name.utf8), file.size <= RunBatch.mostBytes else { continue }
      let local = Array("runs-\(file.name.name)".utf8)
      var bytes = try cache.folder.contents(local, limit: RunBatch.mostBytes) ?? []
      if try ContentHasher.id(of: bytes) != id {
        bytes = []
        try storage.read(file.name, 0..<file.size) { piece throws(Failure) in bytes.append(contentsOf: piece) }
        guard try ContentHasher.id(of: bytes) == id else { continue }
        try keep(bytes, local)
      }
      do throws(Failure) { found.append((file, try RunBatch(decoding: bytes))) } catch  where error.category == .damaged
      {}
    }
    return found
  }

  /// Sends a batch. Returns how many bytes it has.
  package func publish(_ batch: RunBatch) throws(Failure) -> Int {
    var bytes = batch.encoded()
    var digits = try ContentHasher.id(of: bytes).hex
    if let first = batch.records.first, listing.markFiles.contains(where: { $0.name.name == "runs-\(digits)" }) {
      // A gc may remove what has this name at any moment: the same records need another one.
      bytes = RunBatch(batch.records + [first]).encoded()
      digits = try ContentHasher.id(of: bytes).hex
    }
    try PackPublisher(self).send(bytes, as: RemoteName(.runs, digits))
    try keep(bytes, Array("runs-\(digits)".utf8))
    return bytes.count
  }

  private func keep(_ bytes: [UInt8], _ name: [UInt8]) throws(Failure) {
    let pending = try PendingFile(in: cache.scratch.folder())
    try pending.write(bytes)
    try pending.publish(as: name, in: cache.folder)
  }
}
