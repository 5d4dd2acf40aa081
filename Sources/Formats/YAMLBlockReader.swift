/// Reads the plain kind of YAML that this program and most people write: blocks of maps and lists, scalars on one line,
/// comments on lines of their own, ASCII. It is many times faster than the full reader.
///
/// It never fails. Whatever it is not sure of it leaves to the full reader, by returning nil; what it returns is what
/// that one would.
struct YAMLBlockReader {
  private let bytes: [UInt8]
  private let depthLimit: Int
  /// The lines with something on them.
  private var lines: [Line] = []
  private var next = 0

  private struct Line {
    /// Counted from 1.
    var number: Int
    /// Where the line starts in the file, and where its text starts and ends.
    var start: Int
    var text: Range<Int>
    var indent: Int { text.lowerBound - start }
  }

  static func parse(_ bytes: [UInt8], depthLimit: Int) -> Node? {
    guard var reader = YAMLBlockReader(bytes, depthLimit), let first = reader.lines.first else { return nil }
    guard let root = reader.block(at: first.indent, depth: 1), reader.next == reader.lines.count else { return nil }
    return root
  }

  /// nil if there is a byte in the file that may mean more than itself.
  private init?(_ bytes: [UInt8], _ depthLimit: Int) {
    self.bytes = bytes
    self.depthLimit = depthLimit
    var start = 0
    var number = 1
    var first = -1
    for (index, byte) in bytes.enumerated() {
      if byte == newline {
        guard add(number, start, first, index) else { return nil }
        (start, number, first) = (index + 1, number + 1, -1)
      } else if byte < 0x20 || byte > 0x7e {
        return nil
      } else if first < 0, byte != space {
        first = index
      }
    }
    guard add(number, start, first, bytes.count) else { return nil }
  }

  private mutating func add(_ number: Int, _ start: Int, _ first: Int, _ end: Int) -> Bool {
    if first < 0 || bytes[first] == hash { return true }
    if bytes[end - 1] == space { return false }
    lines.append(Line(number: number, start: start, text: first..<end))
    // A document's end, or a directive.
    return first > start || !(bytes[first] == dot && first + 1 < end && bytes[first + 1] == dot)
  }

  /// Reads the block whose lines start at column `indent`, the first of which is the next line.
  private mutating func block(at indent: Int, depth: Int) -> Node? {
    guard depth <= depthLimit, next < lines.count else { return nil }
    let line = lines[next]
    return isItem(line.text) ? list(at: indent, depth) : map(at: indent, depth, from: line.text)
  }

  private mutating func list(at indent: Int, _ depth: Int) -> Node? {
    let position = position(lines[next].text.lowerBound, lines[next])
    var items: [Node] = []
    while next < lines.count, lines[next].indent == indent, isItem(lines[next].text) {
      let line = lines[next]
      let text = line.text.dropFirst(2)
      guard let first = text.first, bytes[first] != space, !isItem(text), let item = item(text, line, depth) else {
        return nil
      }
      items.append(item)
    }
    return isEnd(indent) ? Node(.list(items), at: position) : nil
  }

  private mutating func item(_ text: Range<Int>, _ line: Line, _ depth: Int) -> Node? {
    if key(text) != nil {
      guard depth < depthLimit else { return nil }
      return map(at: text.lowerBound - line.start, depth + 1, from: text)
    }
    next += 1
    return scalar(text, line)
  }

  /// `first` is the text of the first member, which may stand behind a dash.
  private mutating func map(at indent: Int, _ depth: Int, from first: Range<Int>) -> Node? {
    let position = position(first.lowerBound, lines[next])
    var members: [Node.Member] = []
    var keys: Set<String> = []
    var text = first
    while true {
      let line = lines[next]
      guard let (key, value) = key(text), keys.insert(key).inserted else { return nil }
      next += 1
      let keyPosition = self.position(text.lowerBound, line)
      guard let node = value.isEmpty ? nested(in: indent, depth) : scalar(value, line) else { return nil }
      members.append(Node.Member(key: key, keyPosition: keyPosition, value: node))
      guard next < lines.count, lines[next].indent == indent, !isItem(lines[next].text) else { break }
      text = lines[next].text
    }
    return isEnd(indent) ? Node(.map(members), at: position) : nil
  }

  /// The block that is the value of a key at column `indent`.
  private mutating func nested(in indent: Int, _ depth: Int) -> Node? {
    guard next < lines.count else { return nil }
    let line = lines[next]
    if line.indent > indent || (line.indent == indent && isItem(line.text)) {
      return block(at: line.indent, depth: depth + 1)
    }
    return nil
  }

  /// Whether the block at `indent` ends before the next line. A line further in would go on with the scalar before it.
  private func isEnd(_ indent: Int) -> Bool { next == lines.count || lines[next].indent <= indent }

  private func position(_ index: Int, _ line: Line) -> SourcePosition {
    SourcePosition(line: line.number, column: index - line.start + 1)
  }

  private func isItem(_ text: Range<Int>) -> Bool {
    bytes[text.lowerBound] == dash && (text.count == 1 || bytes[text.lowerBound + 1] == space)
  }

  // MARK: Words

  /// The key that `text` starts with, and the text of its value.
  private func key(_ text: Range<Int>) -> (String, Range<Int>)? {
    let start = text.lowerBound
    var end = start
    if bytes[start] == quote || bytes[start] == doubleQuote {
      guard let close = closing(text) else { return nil }
      end = close + 1
      guard end < text.upperBound, bytes[end] == colon else { return nil }
    } else {
      guard canStart(text) else { return nil }
      while end < text.upperBound, !(bytes[end] == colon && isBlank(end + 1, text)) {
        if bytes[end] == hash, end > start, bytes[end - 1] == space { return nil }
        end += 1
      }
      guard end < text.upperBound, bytes[end - 1] != space else { return nil }
    }
    guard end - start < 1000, isBlank(end + 1, text) else { return nil }
    var value = end + 1
    while value < text.upperBound, bytes[value] == space { value += 1 }
    return (unquoted(start..<end), value..<text.upperBound)
  }

  private func isBlank(_ index: Int, _ text: Range<Int>) -> Bool { index >= text.upperBound || bytes[index] == space }

  private func canStart(_ text: Range<Int>) -> Bool {
    let first = bytes[text.lowerBound]
    if isLetter(first) || isDigit(first) || first == UInt8(ascii: "_") || first == UInt8(ascii: "/")
      || first == UInt8(ascii: "$") || first == dot
    {
      return true
    }
    return first == dash && text.count > 1 && isDigit(bytes[text.lowerBound + 1])
  }

  private func scalar(_ text: Range<Int>, _ line: Line) -> Node? {
    let position = position(text.lowerBound, line)
    let first = bytes[text.lowerBound]
    if first == quote || first == doubleQuote {
      guard closing(text) == text.upperBound - 1 else { return nil }
      return Node(.scalar(.string(unquoted(text))), at: position)
    }
    if text.count == 2, first == UInt8(ascii: "["), bytes[text.lowerBound + 1] == UInt8(ascii: "]") {
      return Node(.list([]), at: position)
    }
    if text.count == 2, first == UInt8(ascii: "{"), bytes[text.lowerBound + 1] == UInt8(ascii: "}") {
      return Node(.map([]), at: position)
    }
    guard canStart(text), !hasBreak(text) else { return nil }
    let string = String(decoding: bytes[text], as: UTF8.self)
    let isWord = isLetter(first) && !"tTfFnN".utf8.contains(first) || first == UInt8(ascii: "_")
    guard !isWord else { return Node(.scalar(.string(string)), at: position) }
    return YAMLScalar.resolve(string).map { Node(.scalar($0), at: position) }
  }

  /// Whether a plain scalar ends before the end of `text`: at a colon or a comment.
  private func hasBreak(_ text: Range<Int>) -> Bool {
    for index in text {
      if bytes[index] == colon, isBlank(index + 1, text) { return true }
      if bytes[index] == hash, index > text.lowerBound, bytes[index - 1] == space { return true }
    }
    return false
  }

  /// Where the quote at the start of `text` is closed. nil if it is not, or if there are escapes in it.
  private func closing(_ text: Range<Int>) -> Int? {
    let mark = bytes[text.lowerBound]
    var index = text.lowerBound + 1
    while index < text.upperBound {
      if bytes[index] == UInt8(ascii: "\\"), mark == doubleQuote { return nil }
      if bytes[index] == mark {
        guard mark == quote, index + 1 < text.upperBound, bytes[index + 1] == quote else { return index }
        index += 1
      }
      index += 1
    }
    return nil
  }

  private func unquoted(_ text: Range<Int>) -> String {
    let first = bytes[text.lowerBound]
    guard first == quote || first == doubleQuote else { return String(decoding: bytes[text], as: UTF8.self) }
    var inner: [UInt8] = []
    var index = text.lowerBound + 1
    while index < text.upperBound - 1 {
      inner.append(bytes[index])
      index += bytes[index] == first ? 2 : 1
    }
    return String(decoding: inner, as: UTF8.self)
  }
}

private func isLetter(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

private let newline = UInt8(ascii: "\n")
private let space = UInt8(ascii: " ")
private let hash = UInt8(ascii: "#")
private let dash = UInt8(ascii: "-")
private let dot = UInt8(ascii: ".")
private let colon = UInt8(ascii: ":")
private let quote = UInt8(ascii: "'")
private let doubleQuote = UInt8(ascii: "\"")
