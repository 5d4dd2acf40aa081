import Diagnostics

/// Reads the assignments of a Python file whose values are literals; nothing runs, and everything else is passed over.
/// A class is a map of what its body and its `__init__` (`self.name = …`) assign.
struct PythonReader {
  var cursor: TextCursor
  /// How many brackets are open, and where the first of them stands.
  private var openBrackets = 0
  private var firstBracket: SourcePosition?

  init(_ source: SourceText) { cursor = TextCursor(source) }

  /// Names in order of their first assignment, with the value of the last.
  struct Names {
    private(set) var members: [Node.Member] = []
    private var places: [String: Int] = [:]

    mutating func set(_ member: Node.Member) {
      if let place = places[member.key] {
        members[place] = member
      } else {
        places[member.key] = members.count
        members.append(member)
      }
    }
  }

  private enum Body { case module, type, initializer }

  mutating func readDocument() throws(Failure) -> Node {
    var names = Names()
    while cursor.byte != nil { try readBlock(above: -1, .module, into: &names, depth: 1) }
    return Node(.map(names.members), at: SourcePosition(line: 1, column: 1))
  }

  /// Reads the statements of a block, which are further in than `outer`, up to the first that is not.
  private mutating func readBlock(
    above outer: Int, _ body: Body, into names: inout Names, depth: Int
  ) throws(Failure) {
    guard depth <= cursor.source.limits.depth else { throw cursor.source.tooDeep(cursor.position()) }
    var indent: Int?
    while let found = indentation() {
      if found <= outer { return }
      let own = indent ?? found
      indent = own
      skipIndentation()
      if found == own {
        try readLine(own, body, into: &names, depth: depth)
      } else {
        try skipStatement(wholeLine: true)
      }
    }
  }

  /// Reads the statements of a line, and the block below it if it opens one that counts.
  private mutating func readLine(
    _ indent: Int, _ body: Body, into names: inout Names, depth: Int
  ) throws(Failure) {
    var isAtEnd = false
    while !isAtEnd {
      skipSpace()
      if cursor.byte == nil { return }
      let position = cursor.position()
      let word = readName()
      switch word {
      case "class" where body != .initializer:
        let name = Node.Member(key: readName(), keyPosition: position, value: Node(.map([]), at: position))
        guard try skipHeader() else { break }
        var inner = Names()
        try readBody(indent, .type, into: &inner, depth: depth)
        names.set(Node.Member(key: name.key, keyPosition: position, value: Node(.map(inner.members), at: position)))
        return
      case "def" where body == .type && cursor.byte != nil:
        guard readName() == "__init__", try skipHeader() else {
          try skipStatement(wholeLine: true)
          return
        }
        return try readBody(indent, .initializer, into: &names, depth: depth)
      case _ where compound.contains(word):
        try skipStatement(wholeLine: true)
        return
      case "": break
      default:
        if let member = try readAssignment(word, position, body, depth: depth) { names.set(member) }
      }
      isAtEnd = try skipStatement(wholeLine: false)
    }
  }

  /// Reads what stands behind the colon of a header: a block, or statements on the same line.
  private mutating func readBody(
    _ indent: Int, _ body: Body, into names: inout Names, depth: Int
  ) throws(Failure) {
    skipSpace()
    if isAtLineEnd {
      try skipStatement(wholeLine: true)
      try readBlock(above: indent, body, into: &names, depth: depth + 1)
    } else {
      try readLine(indent, body, into: &names, depth: depth)
    }
  }

  /// The name and value that a statement assigns; nil, somewhere in the statement, if it is none that counts.
  private mutating func readAssignment(
    _ word: String, _ position: SourcePosition, _ body: Body, depth: Int
  ) throws(Failure) -> Node.Member? {
    var name = word
    skipSpace()
    if body == .initializer {
      guard word == "self", cursor.take(".") else { return nil }
      name = readName()
      skipSpace()
    }
    if cursor.byte == UInt8(ascii: ":") {
      cursor.at += 1
      guard try skipAnnotation() else { return nil }
    }
    guard !name.isEmpty, cursor.byte == UInt8(ascii: "="), cursor.byte(after: 1) != UInt8(ascii: "=") else {
      return nil
    }
    cursor.at += 1
    skipSpace()
    guard let value = try readItems(depth: depth + 1) else { return nil }
    skipSpace()
    guard isAtLineEnd || cursor.byte == UInt8(ascii: ";") else { return nil }
    return Node.Member(key: name, keyPosition: position, value: value)
  }

  /// A value, or several with commas between them, which are a list.
  private mutating func readItems(depth: Int) throws(Failure) -> Node? {
    guard let first = try readValue(depth: depth) else { return nil }
    skipSpace()
    guard cursor.byte == UInt8(ascii: ",") else { return first }
    var items = [first]
    while cursor.take(",") {
      skipSpace()
      if isAtLineEnd { break }
      guard let next = try readValue(depth: depth + 1) else { return nil }
      items.append(next)
      skipSpace()
    }
    return Node(.list(items), at: first.position)
  }

  // MARK: Passing over

  /// Moves behind the end of the statement, or of the line. Returns whether the line has ended.
  @discardableResult
  mutating func skipStatement(wholeLine: Bool) throws(Failure) -> Bool {
    while let byte = cursor.byte {
      if try skipToken() { continue }
      cursor.at += 1
      if byte == UInt8(ascii: "\n"), openBrackets == 0 { return true }
      if byte == UInt8(ascii: ";"), openBrackets == 0, !wholeLine { return false }
    }
    if openBrackets > 0, let open = firstBracket { throw cursor.source.failure(open, "this bracket is not closed") }
    return true
  }

  /// Moves behind the colon that ends the header of a class or function; false if the line ends before.
  private mutating func skipHeader() throws(Failure) -> Bool {
    while let byte = cursor.byte {
      if try skipToken() { continue }
      if openBrackets == 0, byte == UInt8(ascii: "\n") { return false }
      cursor.at += 1
      if openBrackets == 0, byte == UInt8(ascii: ":") { return true }
    }
    return false
  }

  /// Moves to the `=` behind an annotation; false if there is none.
  private mutating func skipAnnotation() throws(Failure) -> Bool {
    while let byte = cursor.byte {
      if try skipToken() { continue }
      if openBrackets == 0, byte == UInt8(ascii: "\n") || byte == UInt8(ascii: ";") { return false }
      if openBrackets == 0, byte == UInt8(ascii: "=") { return true }
      cursor.at += 1
    }
    return false
  }

  /// Moves over a text, a bracket, a comment or a line break that does not count; false if none stands here.
  private mutating func skipToken() throws(Failure) -> Bool {
    switch cursor.byte {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): _ = try readQuoted(isRaw: true)
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): open()
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      cursor.at += 1
      close()
    case UInt8(ascii: "#"): skipComment()
    case UInt8(ascii: "\\"):
      cursor.at += 1
      if !cursor.take("\r\n") { _ = cursor.take("\n") }
    default: return false
    }
    return true
  }

  mutating func open() {
    if openBrackets == 0 { firstBracket = cursor.position() }
    openBrackets += 1
    cursor.at += 1
  }

  mutating func close() { openBrackets = max(0, openBrackets - 1) }

  mutating func skipComment() { cursor.skip { $0 != UInt8(ascii: "\n") } }

  /// Moves over what may stand between two words of a statement; inside brackets that is also a line break.
  mutating func skipSpace() {
    while true {
      cursor.skip { $0 == 0x20 || $0 == 0x09 || $0 == 0x0c || $0 == 0x0d }
      if cursor.take("\\\n") || cursor.take("\\\r\n") { continue }
      if openBrackets == 0 { return }
      if cursor.byte == UInt8(ascii: "#") { skipComment() }
      guard cursor.take("\n") else { return }
    }
  }

  private var isAtLineEnd: Bool {
    cursor.byte == nil || cursor.byte == UInt8(ascii: "\n") || cursor.byte == UInt8(ascii: "#")
  }

  // MARK: Lines

  /// How far in the next line with a statement starts, moving over those without; nil at the end.
  private mutating func indentation() -> Int? {
    while true {
      var column = 0
      var distance = 0
      while let byte = cursor.byte(after: distance), byte == 0x20 || byte == 0x09 || byte == 0x0c || byte == 0x0d {
        column = byte == 0x20 ? column + 1 : byte == 0x09 ? (column / 8 + 1) * 8 : column
        distance += 1
      }
      switch cursor.byte(after: distance) {
      case nil:
        cursor.at += distance
        return nil
      case UInt8(ascii: "\n"): cursor.at += distance + 1
      case UInt8(ascii: "#"):
        cursor.at += distance
        skipComment()
        _ = cursor.take("\n")
      default: return column
      }
    }
  }

  private mutating func skipIndentation() { cursor.skip { $0 == 0x20 || $0 == 0x09 || $0 == 0x0c || $0 == 0x0d } }

  /// The name that stands here, behind spaces; empty if there is none.
  mutating func readName() -> String {
    cursor.skip { $0 == 0x20 || $0 == 0x09 }
    let start = cursor.at
    guard let first = cursor.byte, !(0x30...0x39).contains(first) else { return "" }
    cursor.skip(while: isPythonWord)
    return cursor.text(from: start)
  }
}

func isPythonWord(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...0xff:
    true
  default: false
  }
}

/// Words that start a statement with a block of its own.
private let compound: Set<String> = [
  "if", "elif", "else", "for", "while", "with", "try", "except", "finally", "def", "async",
]
