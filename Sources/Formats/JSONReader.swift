import Diagnostics

/// A recursive reader over checked UTF-8; its depth is bounded by the limits.
struct JSONReader {
  private var cursor: TextCursor

  init(_ source: SourceText) { cursor = TextCursor(source) }

  mutating func readDocument() throws(Failure) -> Node {
    skipSpace()
    let node = try readValue(depth: 1)
    skipSpace()
    guard cursor.byte == nil else { throw cursor.failure("something follows the end of the value") }
    return node
  }

  private mutating func readValue(depth: Int) throws(Failure) -> Node {
    let position = cursor.position()
    switch cursor.byte {
    case UInt8(ascii: "{"): return try readMap(position, depth)
    case UInt8(ascii: "["): return try readList(position, depth)
    case UInt8(ascii: "\""): return Node(.scalar(.string(try readString())), at: position)
    case nil: throw cursor.failure("the file ends where a value should stand")
    default: break
    }
    for (word, value) in words where cursor.take(word) {
      return Node(.scalar(value), at: position)
    }
    return Node(.scalar(try readNumber()), at: position)
  }

  private mutating func readMap(_ position: SourcePosition, _ depth: Int) throws(Failure) -> Node {
    guard depth <= cursor.source.limits.depth else { throw cursor.source.tooDeep(position) }
    var members: [Node.Member] = []
    var keys: Set<String> = []
    cursor.at += 1
    skipSpace()
    if cursor.take("}") { return Node(.map([]), at: position) }
    repeat {
      skipSpace()
      let keyPosition = cursor.position()
      guard cursor.byte == UInt8(ascii: "\"") else { throw cursor.failure("a key in double quotes should stand here") }
      let key = try readString()
      guard keys.insert(key).inserted else {
        throw cursor.source.failure(keyPosition, "the key '\(key)' is already in this object")
      }
      skipSpace()
      guard cursor.take(":") else { throw cursor.failure("a ':' should follow the key '\(key)'") }
      skipSpace()
      members.append(Node.Member(key: key, keyPosition: keyPosition, value: try readValue(depth: depth + 1)))
      skipSpace()
    } while cursor.take(",")
    guard cursor.take("}") else { throw cursor.failure("a ',' or '}' should stand here") }
    return Node(.map(members), at: position)
  }

  private mutating func readList(_ position: SourcePosition, _ depth: Int) throws(Failure) -> Node {
    guard depth <= cursor.source.limits.depth else { throw cursor.source.tooDeep(position) }
    var items: [Node] = []
    cursor.at += 1
    skipSpace()
    if cursor.take("]") { return Node(.list([]), at: position) }
    repeat {
      skipSpace()
      items.append(try readValue(depth: depth + 1))
      skipSpace()
    } while cursor.take(",")
    guard cursor.take("]") else { throw cursor.failure("a ',' or ']' should stand here") }
    return Node(.list(items), at: position)
  }

  private mutating func readNumber() throws(Failure) -> Value {
    let start = cursor.at
    _ = cursor.take("-")
    let zero = cursor.byte == UInt8(ascii: "0")
    let whole = cursor.skipDigits()
    guard whole > 0 else {
      cursor.at = start
      throw cursor.failure("a value should stand here")
    }
    guard !(zero && whole > 1) else { throw cursor.failure("a number has no leading zeros") }
    var isFloat = false
    if cursor.take(".") {
      isFloat = true
      guard cursor.skipDigits() > 0 else { throw cursor.failure("a digit should follow the '.'") }
    }
    if cursor.take("e") || cursor.take("E") {
      isFloat = true
      if !cursor.take("+") { _ = cursor.take("-") }
      guard cursor.skipDigits() > 0 else { throw cursor.failure("a digit should follow the exponent's mark") }
    }
    let text = cursor.text(from: start)
    if !isFloat, let int = Int(text) { return .int(int) }
    if isFloat, let double = Double(text), double.isFinite { return .float(double) }
    cursor.at = start
    throw cursor.failure("the number \(text.prefix(40)) does not fit in 64 bits")
  }

  private mutating func readString() throws(Failure) -> String {
    cursor.at += 1
    var bytes: [UInt8] = []
    while let next = cursor.byte {
      switch next {
      case UInt8(ascii: "\""):
        cursor.at += 1
        return String(decoding: bytes, as: UTF8.self)
      case UInt8(ascii: "\\"):
        cursor.at += 1
        bytes += try readEscape()
      case ..<0x20: throw cursor.failure("a control character in a string must be escaped")
      default:
        bytes.append(next)
        cursor.at += 1
      }
    }
    throw cursor.failure("the file ends inside a string")
  }

  private mutating func readEscape() throws(Failure) -> [UInt8] {
    let letter = cursor.byte
    cursor.at += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter ?? 0]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"):
      var unit = try cursor.readHex(4)
      if (0xd800..<0xdc00).contains(unit), cursor.take("\\"), cursor.take("u") {
        let low = try cursor.readHex(4)
        guard (0xdc00..<0xe000).contains(low) else { throw cursor.failure("half of a surrogate pair is missing") }
        unit = 0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00)
      }
      guard let scalar = Unicode.Scalar(unit) else { throw cursor.failure("half of a surrogate pair is missing") }
      return Array(String(Character(scalar)).utf8)
    default:
      cursor.at -= 1
      throw cursor.failure("no such escape in a string")
    }
  }

  private mutating func skipSpace() {
    cursor.skip { $0 == 0x20 || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }
  }
}

private let words: [(String, Value)] = [
  ("true", .bool(true)), ("false", .bool(false)), ("null", .null), ("NaN", .float(.nan)),
  ("Infinity", .float(.infinity)), ("-Infinity", .float(-.infinity)),
]
