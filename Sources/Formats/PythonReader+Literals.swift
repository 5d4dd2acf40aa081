import Diagnostics

extension PythonReader {
  /// Reads a literal; nil, with what was read of it passed over, if something else stands here.
  mutating func readValue(depth: Int) throws(Failure) -> Node? {
    let position = cursor.position()
    guard depth <= cursor.source.limits.depth else { throw cursor.source.tooDeep(position) }
    switch cursor.byte {
    case UInt8(ascii: "["): return try readList(closing: "]", depth)
    case UInt8(ascii: "("): return try readList(closing: ")", depth)
    case UInt8(ascii: "{"): return try readBraces(depth)
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return try readText(position)
    case UInt8(ascii: "+"), UInt8(ascii: "-"): return try readSigned(position)
    case UInt8(ascii: ".")?, (UInt8(ascii: "0")...UInt8(ascii: "9"))?:
      return try readNumber(isNegative: false).map { Node(.scalar($0), at: position) }
    default: break
    }
    switch readName() {
    case "True": return Node(.scalar(.bool(true)), at: position)
    case "False": return Node(.scalar(.bool(false)), at: position)
    case "None": return Node(.scalar(.null), at: position)
    case "r", "R", "u", "U":
      cursor.at -= 1
      return isAtText ? try readText(position) : nil
    default: return nil
    }
  }

  // MARK: Lists and maps

  /// A list or tuple; what stands alone between parentheses is that itself.
  private mutating func readList(closing: Unicode.Scalar, _ depth: Int) throws(Failure) -> Node? {
    let position = cursor.position()
    open()
    var items: [Node] = []
    var hasComma = closing == "]"
    while true {
      skipSpace()
      if close(closing) { break }
      guard let item = try readValue(depth: depth + 1) else { return nil }
      items.append(item)
      skipSpace()
      if cursor.take(",") {
        hasComma = true
      } else if close(closing) {
        break
      } else {
        return nil
      }
    }
    return !hasComma && items.count == 1 ? items[0] : Node(.list(items), at: position)
  }

  /// A dictionary, or a set, which is a list in the order of the file.
  private mutating func readBraces(_ depth: Int) throws(Failure) -> Node? {
    let position = cursor.position()
    open()
    var names = Names()
    var items: [Node] = []
    while true {
      skipSpace()
      if close("}") { break }
      let keyPosition = cursor.position()
      guard let item = try readValue(depth: depth + 1) else { return nil }
      skipSpace()
      if items.isEmpty, cursor.take(":") {
        skipSpace()
        guard case .scalar(let key) = item.content, let value = try readValue(depth: depth + 1) else { return nil }
        names.set(Node.Member(key: key.asKey, keyPosition: keyPosition, value: value))
      } else {
        guard names.members.isEmpty else { return nil }
        items.append(item)
      }
      skipSpace()
      if cursor.take(",") { continue }
      guard close("}") else { return nil }
      break
    }
    return Node(items.isEmpty ? .map(names.members) : .list(items), at: position)
  }

  private mutating func close(_ bracket: Unicode.Scalar) -> Bool {
    guard cursor.take(bracket) else { return false }
    close()
    return true
  }

  // MARK: Numbers

  private mutating func readSigned(_ position: SourcePosition) throws(Failure) -> Node? {
    let isNegative = cursor.byte == UInt8(ascii: "-")
    cursor.at += 1
    skipSpace()
    return try readNumber(isNegative: isNegative).map { Node(.scalar($0), at: position) }
  }

  private mutating func readNumber(isNegative: Bool) throws(Failure) -> Value? {
    let start = cursor.at
    guard let first = cursor.byte, first == UInt8(ascii: ".") || (0x30...0x39).contains(first) else { return nil }
    while let byte = cursor.byte {
      let last = cursor.at > start ? cursor.source.bytes[cursor.at - 1] | 0x20 : 0
      let isSign = (byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")) && last == UInt8(ascii: "e")
      let isHex = cursor.at > start + 1 && cursor.source.bytes[start + 1] | 0x20 == UInt8(ascii: "x")
      guard isPythonWord(byte) || byte == UInt8(ascii: ".") || (isSign && !isHex) else { break }
      cursor.at += 1
    }
    let word = cursor.text(from: start)
    let digits = word.replacing("_", with: "").lowercased()
    guard !word.hasPrefix("_"), !word.hasSuffix("_"), digits.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    let sign = isNegative ? "-" : ""
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
      let number = digits.dropFirst(2)
      guard !number.isEmpty, number.allSatisfy({ ($0.hexDigitValue ?? 16) < radix }) else { return nil }
      return try integer(Int(sign + number, radix: radix), word)
    }
    if digits.allSatisfy(\.isNumber) {
      if digits.hasPrefix("0"), digits.contains(where: { $0 != "0" }) { return nil }
      return try integer(Int(sign + digits), word)
    }
    guard digits.allSatisfy({ $0.isNumber || ".e+-".contains($0) }), let double = Double(sign + digits) else {
      return nil
    }
    return .float(double)
  }

  private mutating func integer(_ int: Int?, _ word: String) throws(Failure) -> Value {
    if let int { return .int(int) }
    throw cursor.failure("the number \(word.prefix(40)) does not fit in 64 bits")
  }

  // MARK: Texts

  /// Whether a text starts here, with or without the prefix that keeps its backslashes or does nothing.
  private var isAtText: Bool {
    let next = cursor.byte(after: 1)
    return next == UInt8(ascii: "'") || next == UInt8(ascii: "\"")
  }

  /// Reads texts that stand one behind the other, which are one.
  private mutating func readText(_ position: SourcePosition) throws(Failure) -> Node? {
    var text = ""
    var isText = false
    while let byte = cursor.byte {
      var isRaw = false
      if byte != UInt8(ascii: "'"), byte != UInt8(ascii: "\"") {
        guard "rRuU".utf8.contains(byte), isAtText else { break }
        isRaw = byte | 0x20 == UInt8(ascii: "r")
        cursor.at += 1
      }
      guard let part = try readQuoted(isRaw: isRaw) else { return nil }
      text += part
      isText = true
      skipSpace()
    }
    return isText ? Node(.scalar(.string(text)), at: position) : nil
  }

  /// Reads the text that starts here; nil, behind it, if it names a character that is none.
  mutating func readQuoted(isRaw: Bool) throws(Failure) -> String? {
    let start = cursor.position()
    let quote: Unicode.Scalar = cursor.byte == UInt8(ascii: "'") ? "'" : "\""
    let long = String(repeating: Character(quote), count: 3)
    let isLong = cursor.take(long)
    if !isLong { cursor.at += 1 }
    var bytes: [UInt8] = []
    var isWhole = true
    while let byte = cursor.byte {
      if isLong ? cursor.take(long) : cursor.take(quote) {
        return isWhole ? String(decoding: bytes, as: UTF8.self) : nil
      }
      if byte == UInt8(ascii: "\n"), !isLong { break }
      cursor.at += 1
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      if isRaw {
        bytes.append(byte)
        if let next = cursor.byte {
          bytes.append(next)
          cursor.at += 1
        }
      } else if !readEscape(into: &bytes) {
        isWhole = false
      }
    }
    throw cursor.source.failure(start, "this text is not closed")
  }

  /// Reads what stands behind a backslash; false if it is a character by name, or none.
  private mutating func readEscape(into bytes: inout [UInt8]) -> Bool {
    guard let byte = cursor.byte else { return true }
    cursor.at += 1
    if let known = escapes[byte] {
      bytes.append(known)
      return true
    }
    let scalar: UInt32?
    switch byte {
    case UInt8(ascii: "\n"): return true
    case UInt8(ascii: "\r"):
      _ = cursor.take("\n")
      return true
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      let start = cursor.at - 1
      while cursor.at < start + 3, let next = cursor.byte, (0x30...0x37).contains(next) { cursor.at += 1 }
      scalar = UInt32(cursor.text(from: start), radix: 8)
    case UInt8(ascii: "x"): scalar = try? cursor.readHex(2)
    case UInt8(ascii: "u"): scalar = try? cursor.readHex(4)
    case UInt8(ascii: "U"): scalar = try? cursor.readHex(8)
    case UInt8(ascii: "N"): return false
    default:
      bytes += [UInt8(ascii: "\\"), byte]
      return true
    }
    guard let scalar, let character = Unicode.Scalar(scalar) else { return false }
    bytes += Array(String(character).utf8)
    return true
  }
}

private let escapes: [UInt8: UInt8] = [
  UInt8(ascii: "\\"): 0x5c, UInt8(ascii: "'"): 0x27, UInt8(ascii: "\""): 0x22, UInt8(ascii: "a"): 7,
  UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9,
  UInt8(ascii: "v"): 11,
]

extension Value {
  /// The text that stands for it as a key of a map.
  fileprivate var asKey: String {
    if case .string(let string) = self { return string }
    return text
  }
}
