package import Diagnostics
package import Files
package import Objects

/// Builds an index's file, folder by folder in path order.
package struct StatIndexWriter: Sendable {
  private var folders: [UInt8] = []
  private var entries: [UInt8] = []
  private var names: [UInt8] = []
  private var folderCount = 0
  private var entryCount = 0
  /// Holds the entries before those in memory.
  private let spill: PendingFile?
  private static let mostInMemory = 1 << 20

  package init() { spill = nil }

  /// For very many entries, which wait in a file in `scratch`.
  init(in scratch: Folder) throws(Failure) { spill = try PendingFile(in: scratch) }

  /// Frees memory; to be called after each entry or a few of them.
  mutating func relieve() throws(Failure) {
    guard let spill, entries.count >= Self.mostInMemory else { return }
    try spill.write(entries)
    entries.removeAll(keepingCapacity: true)
  }

  /// Starts the block of `path`; its entries follow. Paths must come in order.
  package mutating func begin(_ path: RepositoryPath, tree: ObjectID, size: Int, files: Int, count: Int) {
    append(tree, to: &folders)
    for number in [size, files, entryCount, count, names.count, path.bytes.count] { append(number, to: &folders) }
    names += path.bytes
    folderCount += 1
  }

  /// Adds an entry to the block begun last. Names must come in order.
  package mutating func add(_ name: UnsafeBufferPointer<UInt8>, _ entry: IndexEntry) {
    append(entry.id, to: &entries)
    append(entry.stat.size, to: &entries)
    append(Int(entry.stat.modified), to: &entries)
    append(Int(entry.stat.changed), to: &entries)
    append(Int(Int64(bitPattern: entry.stat.inode)), to: &entries)
    append(names.count, to: &entries)
    withUnsafeBytes(of: UInt16(truncatingIfNeeded: name.count).littleEndian) { entries.append(contentsOf: $0) }
    let flags: UInt8 = (entry.isSettled ? 1 : 0) | (entry.isPlaced ? 2 : 0)
    entries += [entry.stat.kind.rawValue, flags, 0, 0, 0, 0]
    names.append(contentsOf: name)
    entryCount += 1
  }

  /// Publishes the index under `name`. It is a cache with a checksum, so nothing waits for the disk. With `time`, the
  /// entries are marked settled whose files were written so long before it that a later write would show; for somebody
  /// who knows that their stats were taken when they were complete.
  package func write(
    as name: [UInt8], in folder: Folder, scratch: Folder, settledAt time: Int64? = nil
  ) throws(Failure) {
    var head = StatIndexFormat.magic
    let entriesStart = StatIndexFormat.headerSize + folders.count
    for number in [folderCount, entryCount, entriesStart, entriesStart + entryCount * StatIndexFormat.entrySize] {
      append(number, to: &head)
    }
    let hasher = try ContentHasher()
    let pending = try PendingFile(in: scratch)
    func emit(_ part: [UInt8]) throws(Failure) {
      part.withUnsafeBytes { hasher.update($0) }
      try pending.write(part)
    }
    try emit(head)
    try emit(folders)
    try forEachPart { part throws(Failure) in
      if let time { Self.settle(&part, at: time) }
      try emit(part)
    }
    try emit(names)
    var checksum: [UInt8] = []
    append(hasher.finish(), to: &checksum)
    try pending.write(checksum)
    try pending.commit(as: name, in: folder, .off)
  }

  /// Gives all entries to `body`, some at a time.
  private func forEachPart(_ body: (inout [UInt8]) throws(Failure) -> Void) throws(Failure) {
    let spilled = entryCount * StatIndexFormat.entrySize - entries.count
    var part: [UInt8] = []
    var at = 0
    while let spill, at < spilled {
      part = Array(repeating: 0, count: min(spilled - at, 4096 * StatIndexFormat.entrySize))
      var failure: Failure?
      let count = part.withUnsafeMutableBytes { buffer in
        do throws(Failure) { return try spill.handle.read(at: at, into: buffer) } catch { failure = error }
        return 0
      }
      if let failure { throw failure }
      guard count == part.count else {
        throw Failure("cannot write the index", why: "what was written of it is gone")
      }
      try body(&part)
      at += count
    }
    part = entries
    try body(&part)
  }

  private static func settle(_ entries: inout [UInt8], at time: Int64) {
    entries.withUnsafeMutableBytes { raw in
      for start in stride(from: 0, to: raw.count, by: StatIndexFormat.entrySize) {
        let modified = Int64(littleEndian: raw.loadUnaligned(fromByteOffset: start + 40, as: Int64.self))
        let changed = Int64(littleEndian: raw.loadUnaligned(fromByteOffset: start + 48, as: Int64.self))
        let stat = FileStat(kind: .file, size: 0, modified: modified, changed: changed, inode: 0)
        if stat.isSettled(at: time) { raw[start + 75] |= 1 }
      }
    }
  }
}

private func append(_ number: Int, to bytes: inout [UInt8]) {
  withUnsafeBytes(of: UInt64(bitPattern: Int64(number)).littleEndian) { bytes.append(contentsOf: $0) }
}

private func append(_ id: ObjectID, to bytes: inout [UInt8]) {
  withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { raw in
    guard let base = raw.baseAddress else { return }
    id.store(to: base)
    bytes.append(contentsOf: UnsafeRawBufferPointer(raw))
  }
}
