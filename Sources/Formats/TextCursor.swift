import Diagnostics

/// A place in a checked text that moves on and knows its line and column.
struct TextCursor {
  let source: SourceText
  /// The offset of the next byte.
  var at = 0
  private var marked = 0
  private var line = 1
  private var column = 1

  init(_ source: SourceText) { self.source = source }

  /// The next byte; nil at the end.
  var byte: UInt8? { at < source.bytes.count ? source.bytes[at] : nil }

  /// The byte `distance` behind the next one.
  func byte(after distance: Int) -> UInt8? {
    at + distance < source.bytes.count ? source.bytes[at + distance] : nil
  }

  func starts(with text: String) -> Bool { source.bytes[min(at, source.bytes.count)...].starts(with: text.utf8) }

  /// Moves behind `letter` if it is next.
  mutating func take(_ letter: Unicode.Scalar) -> Bool {
    guard byte == UInt8(ascii: letter) else { return false }
    at += 1
    return true
  }

  /// Moves behind `text` if it is next.
  mutating func take(_ text: String) -> Bool {
    guard starts(with: text) else { return false }
    at += text.utf8.count
    return true
  }

  /// Moves over the bytes that `isWanted` and returns how many they are.
  @discardableResult
  mutating func skip(while isWanted: (UInt8) -> Bool) -> Int {
    let start = at
    while let next = byte, isWanted(next) { at += 1 }
    return at - start
  }

  mutating func skipDigits() -> Int { skip { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }

  /// The text from `start` to the next byte.
  func text(from start: Int) -> String { String(decoding: source.bytes[start..<at], as: UTF8.self) }

  /// Reads `count` hexadecimal digits as a number.
  mutating func readHex(_ count: Int) throws(Failure) -> UInt32 {
    var number: UInt32 = 0
    for _ in 0..<count {
      guard let next = byte, let digit = Character(Unicode.Scalar(next)).hexDigitValue else {
        throw failure("\(count) hexadecimal digits should stand here")
      }
      number = number << 4 | UInt32(digit)
      at += 1
    }
    return number
  }

  /// The position of the next byte; counts on from where it was last asked for.
  mutating func position() -> SourcePosition {
    if marked > at { (marked, line, column) = (0, 1, 1) }
    while marked < at {
      let byte = source.bytes[marked]
      if byte == UInt8(ascii: "\n") {
        (line, column) = (line + 1, 1)
      } else if byte & 0xc0 != 0x80 {
        column += 1
      }
      marked += 1
    }
    return SourcePosition(line: line, column: column)
  }

  /// A failure at the next byte.
  mutating func failure(_ why: String) -> Failure { source.failure(position(), why) }
}
