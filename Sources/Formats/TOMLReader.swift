import Diagnostics

/// Reads headers and `key = value` lines into tables; `TOMLReader+Values` reads what stands behind the `=`.
struct TOMLReader {
  var cursor: TextCursor
  private let root: TOMLTable
  private var current: TOMLTable

  init(_ source: SourceText) {
    cursor = TextCursor(source)
    root = TOMLTable(.header, at: SourcePosition(line: 1, column: 1), depth: 1)
    current = root
  }

  mutating func readDocument() throws(Failure) -> Node {
    while true {
      try skipSpaceAndLines()
      guard let next = cursor.byte else { return root.node }
      if next == UInt8(ascii: "[") {
        try readHeader()
      } else {
        try readPair(into: current)
      }
      try endLine()
    }
  }

  // MARK: Headers

  private mutating func readHeader() throws(Failure) {
    let position = cursor.position()
    let isList = cursor.take("[[")
    if !isList { cursor.at += 1 }
    let keys = try readKeys()
    guard cursor.take(isList ? "]]" : "]") else { throw cursor.failure("'\(isList ? "]]" : "]")' should stand here") }
    var table = root
    for key in keys.dropLast() { table = try step(table, key) }
    guard let last = keys.last else { return }
    guard table.depth < cursor.source.limits.depth else { throw cursor.source.tooDeep(last.position) }
    let added = TOMLTable(.header, at: position, depth: table.depth + 1)
    switch (table[last.text], isList) {
    case (nil, true): table.set(last, .tables([added]))
    case (nil, false): table.set(last, .table(added))
    case (.tables(let tables)?, true): table.set(last, .tables(tables + [added]))
    case (.table(let known)?, false) where known.origin == .implied:
      known.origin = .header
      current = known
      return
    default: throw defined(last)
    }
    current = added
  }

  /// The table `key` of `table` on the way to a header's last key; made if there is none.
  private func step(_ table: TOMLTable, _ key: TOMLKey) throws(Failure) -> TOMLTable {
    switch table[key.text] {
    case .table(let next)?: return next
    case .tables(let tables)?:
      guard let last = tables.last else { throw defined(key) }
      return last
    case .value?: throw cursor.source.failure(key.position, "'\(key.text)' is already defined, and not as a table")
    case nil: return try made(.implied, table, key)
    }
  }

  private func made(_ origin: TOMLTable.Origin, _ table: TOMLTable, _ key: TOMLKey) throws(Failure) -> TOMLTable {
    guard table.depth < cursor.source.limits.depth else { throw cursor.source.tooDeep(key.position) }
    let next = TOMLTable(origin, at: key.position, depth: table.depth + 1)
    table.set(key, .table(next))
    return next
  }

  private func defined(_ key: TOMLKey) -> Failure {
    cursor.source.failure(key.position, "'\(key.text)' is already defined")
  }

  // MARK: Pairs

  /// Reads `key = value` into `table`, which a header or an inline table opened.
  mutating func readPair(into table: TOMLTable) throws(Failure) {
    let keys = try readKeys()
    guard cursor.take("=") else { throw cursor.failure("a '=' should stand here") }
    skipSpace()
    var table = table
    for key in keys.dropLast() {
      switch table[key.text] {
      case .table(let next)? where next.origin == .dotted: table = next
      case nil: table = try made(.dotted, table, key)
      default: throw defined(key)
      }
    }
    guard let last = keys.last else { return }
    if table[last.text] != nil { throw defined(last) }
    table.set(last, .value(try readValue(depth: table.depth + 1)))
  }

  private mutating func readKeys() throws(Failure) -> [TOMLKey] {
    var keys: [TOMLKey] = []
    repeat {
      skipSpace()
      let position = cursor.position()
      keys.append(TOMLKey(text: try readKey(), position: position))
      skipSpace()
    } while cursor.take(".")
    return keys
  }

  private mutating func readKey() throws(Failure) -> String {
    if cursor.starts(with: "\"\"\"") || cursor.starts(with: "'''") {
      throw cursor.failure("a key cannot be a text of several lines")
    }
    if cursor.byte == UInt8(ascii: "\"") || cursor.byte == UInt8(ascii: "'") { return try readString() }
    let start = cursor.at
    guard cursor.skip(while: isBareKey) > 0 else { throw cursor.failure("a key should stand here") }
    return cursor.text(from: start)
  }

  private func isBareKey(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  // MARK: Space

  mutating func skipSpace() {
    cursor.skip { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
  }

  /// Moves over spaces, line breaks and comments.
  mutating func skipSpaceAndLines() throws(Failure) {
    repeat {
      skipSpace()
      try skipComment()
    } while cursor.take("\n") || cursor.take("\r\n")
  }

  private mutating func endLine() throws(Failure) {
    skipSpace()
    try skipComment()
    guard cursor.take("\n") || cursor.take("\r\n") || cursor.byte == nil else {
      throw cursor.failure("the line should end here")
    }
  }

  private mutating func skipComment() throws(Failure) {
    guard cursor.byte == UInt8(ascii: "#") else { return }
    cursor.skip { !isTOMLControl($0) }
    guard cursor.byte == nil || cursor.starts(with: "\n") || cursor.starts(with: "\r\n") else {
      throw cursor.failure("a control character cannot stand in a comment")
    }
  }
}

/// Whether `byte` may stand in no comment and in no text of one line.
func isTOMLControl(_ byte: UInt8) -> Bool { (byte < 0x20 && byte != UInt8(ascii: "\t")) || byte == 0x7f }
