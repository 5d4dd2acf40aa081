package import Diagnostics
package import Files

/// What one name in a folder stands for.
package struct TreeEntry: Hashable, Sendable {
  package var name: [UInt8]
  package var kind: FileKind
  package var id: ObjectID
  /// Bytes: of the file, of the link's target text, or of all files below the folder.
  package var size: Int
  /// Files and links: 1 for themselves, for a folder all below it.
  package var files: Int

  package init(name: [UInt8], kind: FileKind, id: ObjectID, size: Int, files: Int = 1) {
    self.name = name
    self.kind = kind
    self.id = id
    self.size = size
    self.files = files
  }
}

/// A folder's listing: one object for each folder, so that a change rewrites only the folders above it and equal
/// subtrees have equal ids.
///
/// The encoding is canonical: one content has exactly one encoding and `init(decoding:)` refuses every other. It is text:
/// `mlrepo tree 1`, then a line for each name in the order of their bytes, `KIND ID SIZE NAME` with KIND `f` (file), `x`
/// (executable) or `l` (symbolic link), or `d ID SIZE FILES NAME` for a folder. NAME is `PathText`.
package struct Tree: Equatable, Sendable {
  package private(set) var entries: [TreeEntry]
  package private(set) var size = 0
  package private(set) var files = 0

  /// `entries` must be sorted by name, without duplicates.
  package init(sorted entries: [TreeEntry]) {
    self.entries = entries
    for entry in entries {
      size += entry.size
      files += entry.files
    }
  }

  package func entry(named name: some Collection<UInt8>) -> TreeEntry? {
    entries.first { $0.name.elementsEqual(name) }
  }

  package static let header = Array("mlrepo tree 1\n".utf8)

  package func encoded() -> [UInt8] {
    var encoder = TreeEncoder(count: entries.count)
    for entry in entries {
      entry.name.withUnsafeBufferPointer {
        encoder.append($0, kind: entry.kind, id: entry.id, size: entry.size, files: entry.files)
      }
    }
    return encoder.text
  }
}

/// Writes a folder's listing; its entries must come sorted by name, without duplicates.
package struct TreeEncoder {
  package private(set) var text = Tree.header
  package private(set) var size = 0
  package private(set) var files = 0

  package init(count: Int) { text.reserveCapacity(Tree.header.count + count * 100) }

  package mutating func append(
    _ name: UnsafeBufferPointer<UInt8>, kind: FileKind, id: ObjectID, size: Int, files: Int = 1
  ) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 67) { line in
      (line[0], line[1], line[66]) = (Self.letter(of: kind), space, space)
      id.storeHex(to: UnsafeMutableBufferPointer(rebasing: line[2...]))
      text.append(contentsOf: line)
    }
    append(size)
    if kind == .folder { append(files) }
    if PathText.isPlain(name) { text.append(contentsOf: name) } else { text += PathText.escapedBytes(name) }
    text.append(newline)
    self.size += size
    self.files += files
  }

  /// Appends a number that is not negative, and a space.
  private mutating func append(_ number: Int) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var (start, rest) = (19, number)
      digits[start] = space
      repeat {
        start -= 1
        digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      text.append(contentsOf: digits[start...])
    }
  }

  private static func letter(of kind: FileKind) -> UInt8 {
    switch kind {
    case .file, .special: UInt8(ascii: "f")
    case .executable: UInt8(ascii: "x")
    case .symlink: UInt8(ascii: "l")
    case .folder: UInt8(ascii: "d")
    }
  }
}

extension Tree {
  /// Reads an encoded tree. Throws for anything but the one canonical encoding of some folder.
  package init(decoding bytes: [UInt8]) throws(Failure) {
    entries = []
    var lines = try TreeLines(bytes)
    while let entry = try lines.next() {
      let (newSize, sizeOverflow) = size.addingReportingOverflow(entry.size)
      let (newFiles, filesOverflow) = files.addingReportingOverflow(entry.files)
      guard !sizeOverflow, !filesOverflow else { throw Self.damaged("its sizes add up to more than there can be") }
      (size, files) = (newSize, newFiles)
      entries.append(entry)
    }
  }
}

/// Reads an encoded tree line by line. Two that are nearly the same are compared without reading what they have in common.
package struct TreeLines {
  private let bytes: [UInt8]
  private var at = Tree.header.count
  /// The line before, whose name must come before the next one's.
  private var last: Range<Int>?
  private var lastName: [UInt8]?

  /// Throws when `bytes` don't look like an encoded tree.
  package init(_ bytes: [UInt8]) throws(Failure) {
    guard bytes.starts(with: Tree.header), bytes.last == newline else {
      throw Tree.damaged("it does not start and end as a folder's listing does")
    }
    self.bytes = bytes
  }

  /// Returns the next entry; nil at the end.
  package mutating func next() throws(Failure) -> TreeEntry? {
    guard at < bytes.count else { return nil }
    if let last { lastName = try Tree.entry(bytes[last]).name }
    let end = bytes[at...].firstIndex(of: newline) ?? bytes.count
    let entry = try Tree.entry(bytes[at..<end])
    if let lastName, !lastName.lexicographicallyPrecedes(entry.name) {
      throw Tree.damaged("its names are not in order")
    }
    (last, lastName, at) = (nil, entry.name, end + 1)
    return entry
  }

  /// Passes over the lines that both have next, byte for byte.
  package static func skipCommon(_ a: inout TreeLines, _ b: inout TreeLines) {
    let common = a.bytes.withUnsafeBytes { left in
      b.bytes.withUnsafeBytes { right in
        let left = UnsafeRawBufferPointer(rebasing: left[a.at...])
        let equal = equalBytes(left, UnsafeRawBufferPointer(rebasing: right[b.at...]))
        return left[..<equal].lastIndex(of: newline).map { $0 + 1 } ?? 0
      }
    }
    if common == 0 { return }
    a.skip(common)
    b.skip(common)
  }

  private mutating func skip(_ count: Int) {
    let end = at + count
    let start = bytes[at..<end - 1].lastIndex(of: newline).map { $0 + 1 } ?? at
    (last, at) = (start..<end - 1, end)
  }

  /// How many bytes both start with.
  private static func equalBytes(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
    let count = min(a.count, b.count)
    var at = 0
    while at + 8 <= count,
      a.loadUnaligned(fromByteOffset: at, as: UInt64.self) == b.loadUnaligned(fromByteOffset: at, as: UInt64.self)
    {
      at += 8
    }
    while at < count, a[at] == b[at] { at += 1 }
    return at
  }
}

extension Tree {
  fileprivate static func entry(_ line: ArraySlice<UInt8>) throws(Failure) -> TreeEntry {
    guard line.count > 69, let kind = kind(of: line[line.startIndex]), line[line.startIndex + 1] == space,
      let id = ObjectID(hex: line[(line.startIndex + 2)..<(line.startIndex + 66)]),
      line[line.startIndex + 66] == space
    else { throw damaged("it has a line that is no entry") }
    var rest = line[(line.startIndex + 67)...]
    let size = try number(&rest)
    let files = kind == .folder ? try number(&rest) : 1
    let name = PathText.unescape(Array(rest))
    guard PathText.isPlain(rest) || PathText.escapedBytes(name).elementsEqual(rest) else {
      throw damaged("a name is not in its one form")
    }
    if name.contains(UInt8(ascii: "/")) { throw damaged("a name holds a slash") }
    if let broken = RepositoryPath.brokenRule(name[...]) {
      throw damaged("the name '\(PathText.escape(name))' cannot be used: \(broken)")
    }
    return TreeEntry(name: name, kind: kind, id: id, size: size, files: files)
  }

  private static func kind(of letter: UInt8) -> FileKind? {
    switch letter {
    case UInt8(ascii: "f"): .file
    case UInt8(ascii: "x"): .executable
    case UInt8(ascii: "l"): .symlink
    case UInt8(ascii: "d"): .folder
    default: nil
    }
  }

  /// Takes a number in its shortest decimal form and the space behind it.
  private static func number(_ rest: inout ArraySlice<UInt8>) throws(Failure) -> Int {
    guard let end = rest.firstIndex(of: space), rest.count > 1 else { throw damaged("a size is missing") }
    let digits = rest[rest.startIndex..<end]
    guard (1...18).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
      digits.count == 1 || digits.first != 0x30
    else { throw damaged("a size is not a number in its one form") }
    rest = rest[(end + 1)...]
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  fileprivate static func damaged(_ why: String) -> Failure {
    Failure("cannot read a folder's listing", why: why, hint: "check the store with 'mlrepo fsck'", category: .damaged)
  }
}

private let space = UInt8(ascii: " ")
private let newline = UInt8(ascii: "\n")
