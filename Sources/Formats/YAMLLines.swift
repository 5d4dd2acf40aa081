/// The bytes of a YAML text with the places of its lines, and where a token that starts somewhere ends.
struct YAMLLines {
  private let bytes: [UInt8]
  private var starts: [Int]
  private let ending: String

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    starts = [bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0]
    var at = 0
    while at < bytes.count {
      let length = Self.breakLength(bytes, at)
      at += max(length, 1)
      if length > 0 { starts.append(at) }
    }
    let firstBreak = bytes.firstIndex(of: newline)
    ending = firstBreak.map { $0 > 0 && bytes[$0 - 1] == carriageReturn } == true ? "\r\n" : "\n"
  }

  /// The number of lines; text after the last line break counts as one.
  var lineCount: Int { starts.last == bytes.count ? starts.count - 1 : starts.count }

  func byte(_ offset: Int) -> UInt8? { bytes.indices.contains(offset) ? bytes[offset] : nil }

  /// The offset at which `line`, counted from 1, starts; the end of the text for lines behind it.
  func start(ofLine line: Int) -> Int { line <= starts.count ? starts[line - 1] : bytes.count }

  /// The bytes of `line` without its line break and trailing spaces.
  func line(_ line: Int) -> ArraySlice<UInt8> {
    var slice = bytes[start(ofLine: line)..<start(ofLine: line + 1)]
    while let last = slice.last, last == newline || last == carriageReturn || isSpace(last) { slice.removeLast() }
    return slice
  }

  func offset(of position: SourcePosition) -> Int {
    var at = start(ofLine: position.line)
    for _ in 1..<max(position.column, 1) {
      at += 1
      while at < bytes.count, bytes[at] & 0xc0 == 0x80 { at += 1 }
    }
    return min(at, bytes.count)
  }

  /// `offset` moved back over the spaces before it.
  func trimmed(_ offset: Int) -> Int {
    var at = offset
    while at > 0, isSpace(bytes[at - 1]) { at -= 1 }
    return at
  }

  /// The text with `text` in the place of the bytes from `start` to `end`; before those from `start` where `end` is in
  /// front of it, as it may be in a text that is laid out in an unusual way.
  func replacing(_ start: Int, to end: Int, with text: String) -> [UInt8] {
    Array(bytes[..<start]) + lineEnded(text) + bytes[max(start, end)...]
  }

  /// Inserts whole lines before `line`, ending the line before it if the text does not.
  func inserting(_ lines: String, beforeLine line: Int) -> [UInt8] {
    let offset = start(ofLine: line)
    let isOpen = offset > 0 && bytes[offset - 1] != newline && bytes[offset - 1] != carriageReturn
    return Array(bytes[..<offset]) + (isOpen ? Array(ending.utf8) : []) + lineEnded(lines) + bytes[offset...]
  }

  /// The offset behind the token that starts at `start`: a quoted or plain scalar's line, or a whole flow collection.
  /// `start` itself if nothing stands there; nil for what spans lines by indentation.
  func tokenEnd(from start: Int, inFlow: Bool) -> Int? {
    switch byte(start) {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return quotedEnd(from: start)
    case UInt8(ascii: "["), UInt8(ascii: "{"): return flowEnd(from: start)
    case UInt8(ascii: "|"), UInt8(ascii: ">"): return nil
    default: return plainEnd(from: start, inFlow: inFlow)
    }
  }

  private func quotedEnd(from start: Int) -> Int? {
    let quote = bytes[start]
    var at = start + 1
    while let next = byte(at) {
      if next == quote {
        guard quote == UInt8(ascii: "'"), byte(at + 1) == quote else { return at + 1 }
        at += 1
      } else if next == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        at += 1
      }
      at += 1
    }
    return nil
  }

  private func flowEnd(from start: Int) -> Int? {
    var depth = 0
    var at = start
    while let next = byte(at) {
      switch next {
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth -= 1
        if depth == 0 { return at + 1 }
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        if let before = byte(at - 1), isSpace(before) || before == newline || ",[{:".utf8.contains(before) {
          guard let end = quotedEnd(from: at) else { return nil }
          at = end - 1
        }
      case UInt8(ascii: "#"):
        if let before = byte(at - 1), isSpace(before) || before == newline {
          while let skipped = byte(at + 1), skipped != newline { _ = skipped; at += 1 }
        }
      default: break
      }
      at += 1
    }
    return nil
  }

  private func plainEnd(from start: Int, inFlow: Bool) -> Int {
    var at = start
    while let next = byte(at), next != newline, next != carriageReturn {
      if inFlow, ",[]{}".utf8.contains(next) { break }
      if next == UInt8(ascii: "#"), at == start || isSpace(bytes[at - 1]) { break }
      at += 1
    }
    while at > start, isSpace(bytes[at - 1]) { at -= 1 }
    return at
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

  private func lineEnded(_ text: String) -> [UInt8] {
    guard ending == "\r\n" else { return Array(text.utf8) }
    return text.utf8.flatMap { $0 == newline ? [carriageReturn, newline] : [$0] }
  }

  /// The length of the line break at `at` as YAML's reader counts lines, or 0.
  private static func breakLength(_ bytes: [UInt8], _ at: Int) -> Int {
    let rest = bytes[at...]
    switch bytes[at] {
    case newline: return 1
    case carriageReturn: return rest.starts(with: [carriageReturn, newline]) ? 2 : 1
    case 0xc2: return rest.starts(with: [0xc2, 0x85]) ? 2 : 0
    case 0xe2: return rest.starts(with: [0xe2, 0x80, 0xa8]) || rest.starts(with: [0xe2, 0x80, 0xa9]) ? 3 : 0
    default: return 0
    }
  }
}

private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
