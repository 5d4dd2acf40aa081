/// The bytes that a bracket expression such as `[a-z_]`, `[!0-9]` or `[[:space:]]` stands for.
struct ByteSet: Sendable {
  private var bits: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  /// Reads the expression whose `[` stands at `at`, and leaves `at` behind its `]`. Nil if it has no end or names an
  /// unknown class; such a pattern matches nothing.
  init?(bracket text: [UInt8], at: inout Int) {
    at += 1
    let isNegated = at < text.count && (text[at] == UInt8(ascii: "!") || text[at] == UInt8(ascii: "^"))
    if isNegated { at += 1 }
    var previous: UInt8?
    var isFirst = true
    while true {
      guard at < text.count else { return nil }
      if text[at] == UInt8(ascii: "]"), !isFirst { break }
      isFirst = false
      guard readMember(text, &at, &previous) else { return nil }
    }
    at += 1
    if isNegated { bits = (~bits.0, ~bits.1, ~bits.2, ~bits.3) }
  }

  func contains(_ byte: UInt8) -> Bool {
    let mask: UInt64 = 1 << UInt64(byte & 63)
    switch byte >> 6 {
    case 0: return bits.0 & mask != 0
    case 1: return bits.1 & mask != 0
    case 2: return bits.2 & mask != 0
    default: return bits.3 & mask != 0
    }
  }

  private mutating func insert(_ byte: UInt8) {
    let mask: UInt64 = 1 << UInt64(byte & 63)
    switch byte >> 6 {
    case 0: bits.0 |= mask
    case 1: bits.1 |= mask
    case 2: bits.2 |= mask
    default: bits.3 |= mask
    }
  }

  /// Reads one byte, range or class. `previous` is the byte that a following `-` would start a range from.
  private mutating func readMember(_ text: [UInt8], _ at: inout Int, _ previous: inout UInt8?) -> Bool {
    let isRange = text[at] == UInt8(ascii: "-") && at + 1 < text.count && text[at + 1] != UInt8(ascii: "]")
    if isRange, let low = previous {
      at += 1
      guard let high = Self.readByte(text, &at) else { return false }
      if low <= high { for byte in low...high { insert(byte) } }
      previous = nil
      return true
    }
    if text[at...].starts(with: "[:".utf8), let close = text[(at + 2)...].firstIndex(of: UInt8(ascii: "]")),
      close > at + 2, text[close - 1] == UInt8(ascii: ":")
    {
      let name = String(decoding: text[(at + 2)..<(close - 1)], as: UTF8.self)
      guard let members = Self.members(ofClass: name) else { return false }
      for byte in members { insert(byte) }
      at = close + 1
      previous = nil
      return true
    }
    guard let byte = Self.readByte(text, &at) else { return false }
    insert(byte)
    previous = byte
    return true
  }

  private static func readByte(_ text: [UInt8], _ at: inout Int) -> UInt8? {
    if text[at] == UInt8(ascii: "\\") { at += 1 }
    guard at < text.count else { return nil }
    at += 1
    return text[at - 1]
  }

  private static func members(ofClass name: String) -> [UInt8]? {
    let upper = Array(UInt8(ascii: "A")...UInt8(ascii: "Z"))
    let lower = Array(UInt8(ascii: "a")...UInt8(ascii: "z"))
    let digits = Array(UInt8(ascii: "0")...UInt8(ascii: "9"))
    switch name {
    case "alpha": return upper + lower
    case "alnum": return upper + lower + digits
    case "upper": return upper
    case "lower": return lower
    case "digit": return digits
    case "xdigit": return digits + Array("abcdefABCDEF".utf8)
    case "blank": return [0x20, 0x09]
    case "space": return [0x20] + Array(0x09...0x0d)
    case "cntrl": return Array(0x00...0x1f) + [0x7f]
    case "graph": return Array(0x21...0x7e)
    case "print": return Array(0x20...0x7e)
    case "punct": return (0x21...0x7e).filter { !(upper + lower + digits).contains($0) }
    default: return nil
    }
  }
}
