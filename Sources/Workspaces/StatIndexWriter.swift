package import Diagnostics
package import Files
package import Objects

/// Builds an index's file, folder by folder in path order.
package struct StatIndexWriter {
  private var folders: [UInt8] = []
  private var entries: [UInt8] = []
  private var names: [UInt8] = []
  private var folderCount = 0
  private var entryCount = 0

  /// For about `entries` entries.
  package init(entries count: Int = 0) { entries.reserveCapacity(count * StatIndexFormat.entrySize) }

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

  /// Publishes the index under `name`. It is a cache with a checksum, so nothing waits for the disk.
  package func write(as name: [UInt8], in folder: Folder, scratch: Folder) throws(Failure) {
    var bytes = StatIndexFormat.magic
    let entriesStart = StatIndexFormat.headerSize + folders.count
    for number in [folderCount, entryCount, entriesStart, entriesStart + entries.count] { append(number, to: &bytes) }
    bytes += folders
    let hasher = try ContentHasher()
    let pending = try PendingFile(in: scratch)
    for part in [bytes, entries, names] {
      part.withUnsafeBytes { hasher.update($0) }
      try pending.write(part)
    }
    var checksum: [UInt8] = []
    append(hasher.finish(), to: &checksum)
    try pending.write(checksum)
    try pending.commit(as: name, in: folder, .off)
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
