import Diagnostics

/// A recursive reader over checked UTF-8; its depth is bounded by the limits.
struct JSONReader {
  private let source: SourceText
  private var at = 0
  private var marked = 0
  private var line = 1
  private var column = 1

  init(_ source: SourceText) { self.source = source }

  mutating func readDocument() throws(Failure) -> Node {
    skipSpace()
    let node = try readValue(depth: 1)
    skipSpace()
    guard at == source.bytes.count else { throw failure("something follows the end of the value") }
    return node
  }

  private mutating func readValue(depth: Int) throws(Failure) -> Node {
    let position = position()
    switch byte {
    case UInt8(ascii: "{"): return try readMap(position, depth)
    case UInt8(ascii: "["): return try readList(position, depth)
    case UInt8(ascii: "\""): return Node(.scalar(.string(try readString())), at: position)
    case nil: throw failure("the file ends where a value should stand")
    default: break
    }
    for (word, value) in words where source.bytes[at...].starts(with: word.utf8) {
      at += word.utf8.count
      return Node(.scalar(value), at: position)
    }
    return Node(.scalar(try readNumber()), at: position)
  }

  private mutating func readMap(_ position: SourcePosition, _ depth: Int) throws(Failure) -> Node {
    guard depth <= source.limits.depth else { throw source.tooDeep(position) }
    var members: [Node.Member] = []
    var keys: Set<String> = []
    at += 1
    skipSpace()
    if take("}") { return Node(.map([]), at: position) }
    repeat {
      skipSpace()
      let keyPosition = self.position()
      guard byte == UInt8(ascii: "\"") else { throw failure("a key in double quotes should stand here") }
      let key = try readString()
      guard keys.insert(key).inserted else {
        throw source.failure(keyPosition, "the key '\(key)' is already in this object")
      }
      skipSpace()
      guard take(":") else { throw failure("a ':' should follow the key '\(key)'") }
      skipSpace()
      members.append(Node.Member(key: key, keyPosition: keyPosition, value: try readValue(depth: depth + 1)))
      skipSpace()
    } while take(",")
    guard take("}") else { throw failure("a ',' or '}' should stand here") }
    return Node(.map(members), at: position)
  }

  private mutating func readList(_ position: SourcePosition, _ depth: Int) throws(Failure) -> Node {
    guard depth <= source.limits.depth else { throw source.tooDeep(position) }
    var items: [Node] = []
    at += 1
    skipSpace()
    if take("]") { return Node(.list([]), at: position) }
    repeat {
      skipSpace()
      items.append(try readValue(depth: depth + 1))
      skipSpace()
    } while take(",")
    guard take("]") else { throw failure("a ',' or ']' should stand here") }
    return Node(.list(items), at: position)
  }

  private mutating func readNumber() throws(Failure) -> Value {
    let start = at
    _ = take("-")
    let zero = byte == UInt8(ascii: "0")
    let whole = skipDigits()
    guard whole > 0 else {
      at = start
      throw failure("a value should stand here")
    }
    guard !(zero && whole > 1) else { throw failure("a number has no leading zeros") }
    var isFloat = false
    if take(".") {
      isFloat = true
      guard skipDigits() > 0 else { throw failure("a digit should follow the '.'") }
    }
    if take("e") || take("E") {
      isFloat = true
      if !take("+") { _ = take("-") }
      guard skipDigits() > 0 else { throw failure("a digit should follow the exponent's mark") }
    }
    let text = String(decoding: source.bytes[start..<at], as: UTF8.self)
    if !isFloat, let int = Int(text) { return .int(int) }
    if isFloat, let double = Double(text), double.isFinite { return .float(double) }
    at = start
    throw failure("the number \(text.prefix(40)) does not fit in 64 bits")
  }

  private mutating func readString() throws(Failure) -> String {
    at += 1
    var bytes: [UInt8] = []
    while let next = byte {
      switch next {
      case UInt8(ascii: "\""):
        at += 1
        return String(decoding: bytes, as: UTF8.self)
      case UInt8(ascii: "\\"):
        at += 1
        bytes += try readEscape()
      case ..<0x20: throw failure("a control character in a string must be escaped")
      default:
        bytes.append(next)
        at += 1
      }
    }
    throw failure("the file ends inside a string")
  }

  private mutating func readEscape() throws(Failure) -> [UInt8] {
    let letter = byte
    at += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter ?? 0]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"):
      var unit = try readUnit()
      if (0xd800..<0xdc00).contains(unit), take("\\"), take("u") {
        let low = try readUnit()
        guard (0xdc00..<0xe000).contains(low) else { throw failure("half of a surrogate pair is missing") }
        unit = 0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00)
      }
      guard let scalar = Unicode.Scalar(unit) else { throw failure("half of a surrogate pair is missing") }
      return Array(String(Character(scalar)).utf8)
    default:
      at -= 1
      throw failure("no such escape in a string")
    }
  }

  private mutating func readUnit() throws(Failure) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let next = byte, let digit = Character(Unicode.Scalar(next)).hexDigitValue else {
        throw failure("four hexadecimal digits should follow \\u")
      }
      unit = unit << 4 | UInt32(digit)
      at += 1
    }
    return unit
  }

  private var byte: UInt8? { at < source.bytes.count ? source.bytes[at] : nil }

  private mutating func take(_ letter: Unicode.Scalar) -> Bool {
    guard byte == UInt8(ascii: letter) else { return false }
    at += 1
    return true
  }

  private mutating func skipDigits() -> Int {
    let start = at
    while let next = byte, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) { at += 1 }
    return at - start
  }

  private mutating func skipSpace() {
    while let next = byte, next == 0x20 || next == 0x0a || next == 0x0d || next == 0x09 { at += 1 }
  }

  /// The position of the next byte; counts on from where it was last asked for.
  private mutating func position() -> SourcePosition {
    while marked < at {
      let byte = source.bytes[marked]
      if byte == 0x0a {
        (line, column) = (line + 1, 1)
      } else if byte & 0xc0 != 0x80 {
        column += 1
      }
      marked += 1
    }
    return SourcePosition(line: line, column: column)
  }

  private mutating func failure(_ why: String) -> Failure {
    if marked > at { (marked, line, column) = (0, 1, 1) }
    return source.failure(position(), why)
  }
}

private let words: [(String, Value)] = [
  ("true", .bool(true)), ("false", .bool(false)), ("null", .null), ("NaN", .float(.nan)),
  ("Infinity", .float(.infinity)), ("-Infinity", .float(-.infinity)),
]
