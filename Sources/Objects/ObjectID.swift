package import Diagnostics

/// The name of an object: the SHA-256 of its bytes. For a file's content it is what `sha256sum` prints.
///
/// It can hold 32 bytes and nothing else, so no text from a repository or a remote becomes a path through it.
package struct ObjectID: Hashable, Sendable {
  // Big-endian words, so that comparing words compares bytes.
  private let words: (UInt64, UInt64, UInt64, UInt64)

  /// From 32 bytes at `bytes`.
  package init(loading bytes: UnsafeRawPointer) {
    words = (
      UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    )
  }

  /// From `sha256:` and 64 lower-case hexadecimal digits.
  package init(text: String) throws(Failure) {
    guard text.hasPrefix("sha256:"), let id = ObjectID(hex: text.utf8.dropFirst(7)) else {
      throw Failure(
        "cannot read the object id '\(text.prefix(100))'",
        why: "an id is 'sha256:' and 64 hexadecimal digits in lower case", category: .damaged)
    }
    self = id
  }

  /// From 64 lower-case hexadecimal digits.
  package init?(hex: some Collection<UInt8>) {
    guard hex.count == 64 else { return nil }
    let found =
      hex.withContiguousStorageIfAvailable { Self.words(hex: $0) } ?? Array(hex).withUnsafeBufferPointer(Self.words)
    guard let found else { return nil }
    words = found
  }

  private static func words(hex: UnsafeBufferPointer<UInt8>) -> (UInt64, UInt64, UInt64, UInt64)? {
    var isHex = true
    func word(_ start: Int) -> UInt64 {
      var word: UInt64 = 0
      for digit in hex[start..<start + 16] {
        let (decimal, letter) = (digit &- UInt8(ascii: "0"), digit &- UInt8(ascii: "a"))
        if decimal >= 10, letter >= 6 { isHex = false }
        word = word << 4 | UInt64(decimal < 10 ? decimal : letter &+ 10)
      }
      return word
    }
    let words = (word(0), word(16), word(32), word(48))
    return isHex ? words : nil
  }

  /// The first bytes, as evenly spread as a hash can be.
  var prefix: UInt64 { words.0 }

  /// Writes the 32 bytes to `target`.
  package func store(to target: UnsafeMutableRawPointer) {
    target.storeBytes(of: words.0.bigEndian, as: UInt64.self)
    target.storeBytes(of: words.1.bigEndian, toByteOffset: 8, as: UInt64.self)
    target.storeBytes(of: words.2.bigEndian, toByteOffset: 16, as: UInt64.self)
    target.storeBytes(of: words.3.bigEndian, toByteOffset: 24, as: UInt64.self)
  }

  /// The 64 hexadecimal digits as ASCII.
  package var hexBytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
      storeHex(to: buffer)
      count = 64
    }
  }

  /// Writes the 64 digits to the start of `buffer`.
  func storeHex(to buffer: UnsafeMutableBufferPointer<UInt8>) {
    func store(_ word: UInt64, at start: Int) {
      for nibble in 0..<16 {
        let value = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * nibble)) & 15
        buffer[start + nibble] = value < 10 ? 0x30 + value : 0x57 + value
      }
    }
    store(words.0, at: 0)
    store(words.1, at: 16)
    store(words.2, at: 32)
    store(words.3, at: 48)
  }

  package var hex: String { String(decoding: hexBytes, as: UTF8.self) }

  /// `sha256:` and 64 digits, as written in pointers and locks.
  package var text: String { "sha256:" + hex }

  /// Enough digits for people to tell objects apart.
  package var short: String { String(hex.prefix(10)) }

  /// The first byte, by which indexes fan out.
  package var firstByte: UInt8 { UInt8(truncatingIfNeeded: words.0 >> 56) }

  package static func == (a: ObjectID, b: ObjectID) -> Bool { a.words == b.words }

  package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

extension ObjectID: Comparable {
  package static func < (a: ObjectID, b: ObjectID) -> Bool { a.words < b.words }
}

extension ObjectID: CustomStringConvertible {
  package var description: String { text }
}
