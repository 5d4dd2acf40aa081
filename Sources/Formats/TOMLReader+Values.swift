import Diagnostics

extension TOMLReader {
  mutating func readValue(depth: Int) throws(Failure) -> Node {
    let position = cursor.position()
    switch cursor.byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return Node(.scalar(.string(try readString())), at: position)
    case UInt8(ascii: "["): return try readList(position, depth)
    case UInt8(ascii: "{"): return try readInlineTable(position, depth)
    default: return Node(.scalar(try readWord()), at: position)
    }
  }

  private mutating func readList(_ position: SourcePosition, _ depth: Int) throws(Failure) -> Node {
    guard depth <= cursor.source.limits.depth else { throw cursor.source.tooDeep(position) }
    var items: [Node] = []
    cursor.at += 1
    repeat {
      try skipSpaceAndLines()
      if cursor.byte == UInt8(ascii: "]") { break }
      items.append(try readValue(depth: depth + 1))
      try skipSpaceAndLines()
    } while cursor.take(",")
    guard cursor.take("]") else { throw cursor.failure("a ',' or ']' should stand here") }
    return Node(.list(items), at: position)
  }

  private mutating func readInlineTable(_ position: SourcePosition, _ depth: Int) throws(Failure) -> Node {
    guard depth <= cursor.source.limits.depth else { throw cursor.source.tooDeep(position) }
    let table = TOMLTable(.header, at: position, depth: depth)
    cursor.at += 1
    skipSpace()
    if cursor.take("}") { return table.node }
    repeat {
      try readPair(into: table)
      skipSpace()
    } while cursor.take(",")
    guard cursor.take("}") else { throw cursor.failure("a ',' or '}' should stand here, on the same line") }
    return table.node
  }

  // MARK: Words

  /// Reads a boolean, number, date or time: what stands here up to a space or a mark.
  private mutating func readWord() throws(Failure) -> Value {
    let start = cursor.at
    cursor.skip(while: isWordByte)
    var word = cursor.text(from: start)
    if TOMLWord.isDate(word), cursor.byte == UInt8(ascii: " "), let digit = cursor.byte(after: 1), digit <= 0x39,
      digit >= 0x30
    {
      cursor.at += 1
      cursor.skip(while: isWordByte)
      word = cursor.text(from: start)
    }
    let why: String
    switch TOMLWord.value(word) {
    case .value(let value): return value
    case .tooLarge: why = "the number \(word.prefix(40)) does not fit in 64 bits"
    case .unknown:
      why = word.isEmpty ? "a value should stand here" : "'\(word.prefix(40))' is no value; quote it if it is text"
    }
    cursor.at = start
    throw cursor.failure(why)
  }

  private func isWordByte(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7f && !",]}#[{=\"'".utf8.contains(byte) }

  // MARK: Strings

  /// Reads a string of any of the four kinds.
  mutating func readString() throws(Failure) -> String {
    for (fence, isLiteral, isLong) in [
      ("\"\"\"", false, true), ("'''", true, true), ("\"", false, false), ("'", true, false),
    ]
    where cursor.take(fence) {
      return try readText(until: fence, isLiteral: isLiteral, isLong: isLong)
    }
    throw cursor.failure("a text should stand here")
  }

  private mutating func readText(until fence: String, isLiteral: Bool, isLong: Bool) throws(Failure) -> String {
    var bytes: [UInt8] = []
    if isLong, !cursor.take("\n") { _ = cursor.take("\r\n") }
    while let next = cursor.byte {
      if cursor.take(fence) {
        // One or two quotes may stand directly before the closing three.
        for _ in 0..<2 where isLong && cursor.byte == next {
          bytes.append(next)
          cursor.at += 1
        }
        return String(decoding: bytes, as: UTF8.self)
      }
      if next == UInt8(ascii: "\\"), !isLiteral {
        cursor.at += 1
        bytes += try readEscape(isLong: isLong)
      } else if isLong, cursor.take("\n") || cursor.take("\r\n") {
        // Whichever line ending a checkout gives the file, the value is the same.
        bytes.append(UInt8(ascii: "\n"))
      } else if !isTOMLControl(next) {
        bytes.append(next)
        cursor.at += 1
      } else {
        throw cursor.failure(
          next == 0x0a ? "the text should end on this line" : "a control character in a text must be escaped")
      }
    }
    throw cursor.failure("the file ends inside a text")
  }

  private mutating func readEscape(isLong: Bool) throws(Failure) -> [UInt8] {
    guard let letter = cursor.byte else { throw cursor.failure("the file ends inside a text") }
    if let byte = plainEscapes[letter] {
      cursor.at += 1
      return [byte]
    }
    if letter == UInt8(ascii: "u") || letter == UInt8(ascii: "U") {
      cursor.at += 1
      let number = try cursor.readHex(letter == UInt8(ascii: "u") ? 4 : 8)
      guard let scalar = Unicode.Scalar(number) else {
        throw cursor.failure("the escape before stands for no character")
      }
      return Array(String(Character(scalar)).utf8)
    }
    // A backslash at the end of a line joins it with the next text.
    let start = cursor.at
    skipSpace()
    guard isLong, cursor.starts(with: "\n") || cursor.starts(with: "\r\n") else {
      cursor.at = start
      throw cursor.failure("no such escape in a text")
    }
    cursor.skip { [0x20, 0x09, 0x0a, 0x0d].contains($0) }
    return []
  }
}

private let plainEscapes: [UInt8: UInt8] = [
  UInt8(ascii: "b"): 8, UInt8(ascii: "t"): 9, UInt8(ascii: "n"): 10, UInt8(ascii: "f"): 12, UInt8(ascii: "r"): 13,
  UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5c,
]
