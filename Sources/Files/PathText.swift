/// How a path's bytes are written in text: trees, pointers, locks, JSON and messages all use this one form.
///
/// A path is bytes, text is UTF-8. Bytes 00–1f, 7f, the backslash, and bytes that are no part of valid UTF-8 become
/// `\` and two lower-case hexadecimal digits; everything else stands for itself. One path has exactly one such text.
package enum PathText {
  /// Returns the text of `bytes`.
  package static func escape(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: isPlain(bytes) ? Array(bytes) : escapedBytes(bytes), as: UTF8.self)
  }

  /// Whether `bytes` are their own text for the simple reason that they are printable ASCII.
  package static func isPlain(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7f && $0 != backslash }
  }

  /// Returns the UTF-8 of `escape(bytes)`.
  package static func escapedBytes(_ bytes: some Collection<UInt8>) -> [UInt8] {
    let source = Array(bytes)
    var text: [UInt8] = []
    text.reserveCapacity(source.count + 8)
    var at = 0
    while at < source.count {
      let byte = source[at]
      let length = byte < 0x80 ? 1 : validSequenceLength(source, at)
      if length == 0 || byte < 0x20 || byte == 0x7f || byte == backslash {
        text += [backslash, hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
        at += 1
      } else {
        text += source[at..<at + length]
        at += length
      }
    }
    return text
  }

  /// Returns the bytes that `text` stands for. A backslash that starts no escape stands for itself, as people write it.
  package static func unescape(_ text: String) -> [UInt8] {
    unescape(Array(text.utf8))
  }

  package static func unescape(_ text: [UInt8]) -> [UInt8] {
    guard text.contains(backslash) else { return text }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var at = 0
    while at < text.count {
      if text[at] == backslash, at + 2 < text.count, let high = digit(text[at + 1]), let low = digit(text[at + 2]) {
        bytes.append(high << 4 | low)
        at += 3
      } else {
        bytes.append(text[at])
        at += 1
      }
    }
    return bytes
  }

  private static let backslash = UInt8(ascii: "\\")
  private static let hexDigits = Array("0123456789abcdef".utf8)

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  /// The length of the well-formed UTF-8 sequence at `at` (Unicode, table 3-7), or 0.
  private static func validSequenceLength(_ bytes: [UInt8], _ at: Int) -> Int {
    let lead = bytes[at]
    let second: ClosedRange<UInt8>
    let length: Int
    switch lead {
    case 0xc2...0xdf: (length, second) = (2, 0x80...0xbf)
    case 0xe0: (length, second) = (3, 0xa0...0xbf)
    case 0xe1...0xec, 0xee...0xef: (length, second) = (3, 0x80...0xbf)
    case 0xed: (length, second) = (3, 0x80...0x9f)
    case 0xf0: (length, second) = (4, 0x90...0xbf)
    case 0xf1...0xf3: (length, second) = (4, 0x80...0xbf)
    case 0xf4: (length, second) = (4, 0x80...0x8f)
    default: return 0
    }
    guard at + length <= bytes.count, second.contains(bytes[at + 1]) else { return 0 }
    for index in at + 2..<max(at + 2, at + length) where !(0x80...0xbf).contains(bytes[index]) { return 0 }
    return length
  }
}
