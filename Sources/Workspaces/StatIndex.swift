package import Diagnostics
package import Files
package import Objects

/// What the index remembers of one name: the stat it had when it was last hashed, and the id.
package struct IndexEntry: Equatable, Sendable {
  package var stat: FileStat
  package var id: ObjectID
  /// Whether equal stat means equal content: the stat was older than a tick of the clock when the hash was taken.
  package var isSettled: Bool
  /// Whether mlrepo put this tracked path into the workspace, and may take it away when it is tracked no longer.
  package var isPlaced: Bool

  package init(stat: FileStat, id: ObjectID, isSettled: Bool, isPlaced: Bool = false) {
    self.stat = stat
    self.id = id
    self.isSettled = isSettled
    self.isPlaced = isPlaced
  }
}

/// What stat() said of tracked files when they were last hashed: a flat file, mapped, one block for each folder.
///
/// It only saves work. A file whose stat has moved is hashed again, an index that is missing, damaged or of another
/// version counts as empty, and losing it loses nothing. Layout (little-endian): `MLST`, u32 version 1, u64 folders, u64
/// entries, u64 offset of the entries, u64 offset of the names; for each folder in path order 80 bytes (tree id 32, u64
/// size, u64 files, u64 first entry, u64 count, u64 offset of its path, u64 length); for each entry 80 bytes (id 32, i64
/// size, i64 mtime ns, i64 ctime ns, u64 inode, u64 offset of its name, u16 length, u8 kind, u8 flags, 4 zero); the
/// paths and names; the SHA-256 of all before it.
package struct StatIndex: Sendable {
  /// A folder's block.
  package struct Block: Sendable {
    package let tree: ObjectID
    package let size: Int
    package let files: Int
    let entries: Range<Int>
    package var count: Int { entries.count }
  }

  private let file: MappedFile?
  private let folderCount: Int
  private let entryCount: Int
  private let entriesStart: Int
  private let namesStart: Int
  private let namesCount: Int

  /// An index that knows nothing.
  package static let empty = StatIndex()

  private init() {
    file = nil
    (folderCount, entryCount, entriesStart, namesStart, namesCount) = (0, 0, 0, 0, 0)
  }

  /// Checks that the parts lie one after the other in `file` and that it ends behind them; nil if not.
  private init?(_ file: MappedFile, _ base: UnsafeRawPointer) {
    let end = file.bytes.count - 32
    self.file = file
    folderCount = base.integer(8)
    entryCount = base.integer(16)
    entriesStart = base.integer(24)
    namesStart = base.integer(32)
    namesCount = end &- namesStart
    guard (0...end / StatIndexFormat.folderSize).contains(folderCount),
      (0...end / StatIndexFormat.entrySize).contains(entryCount),
      entriesStart == StatIndexFormat.headerSize + folderCount * StatIndexFormat.folderSize,
      namesStart == entriesStart + entryCount * StatIndexFormat.entrySize, (0...end).contains(namesStart)
    else { return nil }
  }

  /// Opens the index `name` in `folder`; anything but an intact one counts as empty.
  package init(_ name: [UInt8], in folder: Folder) {
    self = (try? Self.open(name, in: folder)) ?? .empty
  }

  private static func open(_ name: [UInt8], in folder: Folder) throws(Failure) -> StatIndex {
    guard let handle = try folder.openIfPresent(name) else { return .empty }
    let file = try MappedFile(handle)
    guard let base = file.bytes.baseAddress, file.bytes.count >= StatIndexFormat.headerSize + 32,
      file.bytes.starts(with: StatIndexFormat.magic),
      try ContentHasher().hash(UnsafeRawBufferPointer(rebasing: file.bytes.dropLast(32)))
        == ObjectID(loading: base + file.bytes.count - 32)
    else { return .empty }
    // The checksum says that it is as it was written, not who wrote it: what points elsewhere is checked when it is used.
    return StatIndex(file, base) ?? .empty
  }

  /// The block of `path`, or nil when the index knows nothing of that folder.
  package func block(_ path: RepositoryPath) -> Block? {
    guard let base = file?.bytes.baseAddress else { return nil }
    var low = 0
    var high = folderCount
    while low < high {
      let middle = (low + high) / 2
      let at = base + StatIndexFormat.headerSize + middle * StatIndexFormat.folderSize
      let name = text(base, at.integer(64), at.integer(72))
      switch compare(name, path.bytes) {
      case 0:
        let (first, count) = (at.integer(48), at.integer(56))
        guard (0...entryCount).contains(first), (0...entryCount - first).contains(count) else { return nil }
        return Block(
          tree: ObjectID(loading: at), size: at.integer(32), files: at.integer(40), entries: first..<first + count)
      case ..<0: low = middle + 1
      default: high = middle
      }
    }
    return nil
  }

  /// The entry called `name` in `block`. `hint` is where it was looked for last: names asked for in order are found at once.
  package func entry(
    _ name: UnsafeBufferPointer<UInt8>, in block: Block, hint: inout Int
  ) -> IndexEntry? {
    guard let base = file?.bytes.baseAddress else { return nil }
    var low = 0
    var high = block.entries.count
    if hint < high {
      switch compare(self.name(base, block.entries.lowerBound + hint), name) {
      case 0:
        hint += 1
        return entry(base, block.entries.lowerBound + hint - 1)
      case ..<0: low = hint + 1
      default: high = hint
      }
    }
    while low < high {
      let middle = (low + high) / 2
      switch compare(self.name(base, block.entries.lowerBound + middle), name) {
      case 0:
        hint = middle + 1
        return entry(base, block.entries.lowerBound + middle)
      case ..<0: low = middle + 1
      default: high = middle
      }
    }
    hint = low
    return nil
  }

  /// The entries of `block` in the order of their names.
  package func entries(of block: Block) -> [(name: [UInt8], entry: IndexEntry)] {
    guard let base = file?.bytes.baseAddress else { return [] }
    return block.entries.compactMap { index in
      entry(base, index).map { (Array(name(base, index)), $0) }
    }
  }

  /// All folders the index knows, in path order.
  package func folders() throws(Failure) -> [RepositoryPath] {
    guard let base = file?.bytes.baseAddress else { return [] }
    var found: [RepositoryPath] = []
    for index in 0..<folderCount {
      let at = base + StatIndexFormat.headerSize + index * StatIndexFormat.folderSize
      let path = text(base, at.integer(64), at.integer(72))
      found.append(path.isEmpty ? .root : try RepositoryPath(validating: path))
    }
    return found
  }

  private func name(_ base: UnsafeRawPointer, _ index: Int) -> UnsafeRawBufferPointer {
    let at = base + entriesStart + index * StatIndexFormat.entrySize
    return text(base, at.integer(64), Int(UInt16(littleEndian: at.loadUnaligned(fromByteOffset: 72, as: UInt16.self))))
  }

  /// The path or name at `offset` of the names; empty where there is none.
  private func text(_ base: UnsafeRawPointer, _ offset: Int, _ count: Int) -> UnsafeRawBufferPointer {
    guard (0...namesCount).contains(offset), (0...namesCount - offset).contains(count) else {
      return UnsafeRawBufferPointer(start: nil, count: 0)
    }
    return UnsafeRawBufferPointer(start: base + namesStart + offset, count: count)
  }

  private func entry(_ base: UnsafeRawPointer, _ index: Int) -> IndexEntry? {
    let at = base + entriesStart + index * StatIndexFormat.entrySize
    guard let kind = FileKind(rawValue: at.load(fromByteOffset: 74, as: UInt8.self)) else { return nil }
    let flags = at.load(fromByteOffset: 75, as: UInt8.self)
    let stat = FileStat(
      kind: kind, size: at.integer(32), modified: Int64(at.integer(40)), changed: Int64(at.integer(48)),
      inode: UInt64(bitPattern: Int64(at.integer(56))))
    return IndexEntry(
      stat: stat, id: ObjectID(loading: at), isSettled: flags & 1 != 0, isPlaced: flags & 2 != 0)
  }
}

/// Orders names by their bytes and paths folder by folder: a slash sorts before everything else.
private func compare(_ a: UnsafeRawBufferPointer, _ b: some Collection<UInt8>) -> Int {
  var at = 0
  for byte in b {
    guard at < a.count else { return -1 }
    if a[at] != byte { return a[at] == slash ? -1 : byte == slash ? 1 : a[at] < byte ? -1 : 1 }
    at += 1
  }
  return a.count - at
}

private let slash = UInt8(ascii: "/")

extension UnsafeRawPointer {
  fileprivate func integer(_ offset: Int) -> Int {
    Int(truncatingIfNeeded: UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
  }
}

enum StatIndexFormat {
  static let magic = Array("MLST".utf8) + [1, 0, 0, 0]
  static let headerSize = 40
  static let folderSize = 80
  static let entrySize = 80
}
