import CGit2

/// The 20-byte name of an object in git's database; `Kind` keeps a commit's name apart from a blob's.
package struct GitID<Kind>: Hashable, Sendable {
  private let words: (UInt64, UInt64, UInt32)

  /// Takes exactly 20 bytes; nil otherwise.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 20 else { return nil }
    var oid = git_oid()
    withUnsafeMutableBytes(of: &oid) { $0.copyBytes(from: bytes) }
    self.init(oid)
  }

  /// Takes exactly 40 hexadecimal digits; nil otherwise.
  package init?(hex: some Collection<UInt8>) {
    guard hex.count == 40 else { return nil }
    var bytes: [UInt8] = []
    var high: UInt8?
    for digit in hex {
      guard let value = hexValue(digit) else { return nil }
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    self.init(bytes: bytes)
  }

  init(_ oid: git_oid) {
    words = withUnsafeBytes(of: oid) {
      (
        $0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
        $0.loadUnaligned(fromByteOffset: 16, as: UInt32.self)
      )
    }
  }

  var oid: git_oid {
    var oid = git_oid()
    withUnsafeMutableBytes(of: &oid) {
      $0.storeBytes(of: words.0, as: UInt64.self)
      $0.storeBytes(of: words.1, toByteOffset: 8, as: UInt64.self)
      $0.storeBytes(of: words.2, toByteOffset: 16, as: UInt32.self)
    }
    return oid
  }

  /// The same name, taken as that of another kind of object.
  func retyped<Other>(as kind: GitID<Other>.Type) -> GitID<Other> { GitID<Other>(oid) }

  package var bytes: [UInt8] { withUnsafeBytes(of: oid) { Array($0) } }

  /// The name as 40 hexadecimal digits.
  package var hex: String {
    var text: [UInt8] = []
    text.reserveCapacity(40)
    for byte in bytes {
      text.append(hexDigit(byte >> 4))
      text.append(hexDigit(byte & 15))
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The first seven digits, for people. Not necessarily unique.
  package var short: String { String(hex.prefix(7)) }

  package static func == (a: Self, b: Self) -> Bool { a.words == b.words }

  package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

extension GitID: CustomStringConvertible {
  package var description: String { hex }
}

package enum CommitKind: Sendable {}
package enum TreeKind: Sendable {}
package enum BlobKind: Sendable {}
/// An object of any kind.
enum AnyKind: Sendable {}

package typealias CommitID = GitID<CommitKind>
package typealias TreeID = GitID<TreeKind>
package typealias BlobID = GitID<BlobKind>

private func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

private func hexValue(_ digit: UInt8) -> UInt8? {
  switch digit {
  case 0x30...0x39: digit - 0x30
  case 0x61...0x66: digit - 0x57
  case 0x41...0x46: digit - 0x37
  default: nil
  }
}
