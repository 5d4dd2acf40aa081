/// What is sent to an SFTP server: version 3 of the protocol, as OpenSSH has it. Numbers are big-endian.
struct SFTPPacket {
  /// The kinds of packets.
  enum Kind: UInt8 {
    case hello = 1
    case version = 2
    case open = 3
    case close = 4
    case read = 5
    case write = 6
    case fileAttributes = 8
    case setFileAttributes = 10
    case openFolder = 11
    case readFolder = 12
    case remove = 13
    case makeFolder = 14
    case attributes = 17
    case rename = 18
    case status = 101
    case handle = 102
    case data = 103
    case names = 104
    case attributesAnswer = 105
    case extended = 200
  }

  /// With room for the length before it.
  private(set) var bytes: [UInt8]

  init(_ kind: Kind, capacity: Int = 64) {
    bytes = []
    bytes.reserveCapacity(capacity)
    bytes += [0, 0, 0, 0, kind.rawValue]
  }

  mutating func append(_ number: UInt32) { withUnsafeBytes(of: number.bigEndian) { bytes += $0 } }
  mutating func append(_ number: UInt64) { withUnsafeBytes(of: number.bigEndian) { bytes += $0 } }

  mutating func append(_ text: some Collection<UInt8>) {
    append(UInt32(truncatingIfNeeded: text.count))
    bytes += text
  }

  mutating func append(_ text: String) { append(Array(text.utf8)) }

  /// The packet as it is sent, with its length.
  var finished: [UInt8] {
    var result = bytes
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: bytes.count - 4).bigEndian) { length in
      for place in 0..<4 { result[place] = length[place] }
    }
    return result
  }
}

/// Reads a packet that a server sent. What is not there reads as nothing, and `isWhole` tells.
struct SFTPReader {
  private let bytes: [UInt8]
  private var at = 0
  private(set) var isWhole = true

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: number(1)) }
  mutating func int32() -> UInt32 { UInt32(truncatingIfNeeded: number(4)) }
  mutating func int64() -> UInt64 { number(8) }

  private mutating func number(_ count: Int) -> UInt64 {
    guard bytes.count - at >= count else {
      isWhole = false
      return 0
    }
    defer { at += count }
    return bytes[at..<(at + count)].reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func string() -> ArraySlice<UInt8> {
    let count = Int(int32())
    guard isWhole, bytes.count - at >= count else {
      isWhole = false
      return []
    }
    defer { at += count }
    return bytes[at..<(at + count)]
  }

  mutating func text() -> String { String(decoding: string(), as: UTF8.self) }

  var isAtEnd: Bool { at == bytes.count }

  /// What is known of a file.
  struct Attributes: Equatable {
    var size: Int?
    var isFile = true
    var isFolder = false
    var isExecutable = false
    /// In seconds since 1970.
    var modified: Int?
  }

  mutating func attributes() -> Attributes {
    var result = Attributes()
    let flags = int32()
    if flags & 1 != 0 { result.size = Int(exactly: int64()) }
    if flags & 2 != 0 { _ = (int32(), int32()) }
    if flags & 4 != 0 {
      let mode = int32()
      result.isFile = mode & 0o170000 == 0o100000
      result.isFolder = mode & 0o170000 == 0o040000
      result.isExecutable = mode & 0o100 != 0
    }
    if flags & 8 != 0 {
      _ = int32()
      result.modified = Int(int32())
    }
    if flags & 0x8000_0000 != 0 {
      for _ in 0..<min(int32(), 64) { _ = (string(), string()) }
    }
    return result
  }
}
