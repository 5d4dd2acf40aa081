package import Diagnostics

/// One cell of a row: where its text stands in the file.
package struct CSVField: Equatable, Sendable {
  /// The bytes between the delimiters, without the quotes around them.
  package let range: Range<Int>
  /// Whether the text holds doubled quotes, each of which stands for one.
  package let hasDoubledQuotes: Bool
}

/// Reads CSV (RFC 4180) row by row from bytes in memory.
///
/// Cells may be quoted, rows may end in LF or CRLF, a byte order mark is skipped, and the last row needs no line ending.
/// Empty lines are no rows. Looser than the RFC in one point: a quote inside an unquoted cell stands for itself.
/// Cells are ranges of `bytes`, so that a caller converts only what it needs.
package struct CSVScanner: Sendable {
  package let bytes: [UInt8]
  package let delimiter: UInt8
  /// The cells of the current row.
  package private(set) var fields: [CSVField] = []
  /// The line on which the current row begins, from 1.
  package private(set) var line = 0
  /// The current row with its line ending, as it stands in the file.
  package private(set) var rowRange = 0..<0

  private let file: String
  private var at: Int
  private var nextLine = 1
  private var lineStart: Int

  /// - Parameter file: the name that errors show.
  package init(_ bytes: [UInt8], delimiter: UInt8 = UInt8(ascii: ","), file: String) {
    self.bytes = bytes
    self.delimiter = delimiter
    self.file = file
    at = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    lineStart = at
  }

  /// Returns the delimiter that goes with the name of a file: a tab for `.tsv` and `.tsv.gz`, else a comma.
  package static func delimiter(forFile name: String) -> UInt8 {
    let lower = name.lowercased()
    return lower.hasSuffix(".tsv") || lower.hasSuffix(".tsv.gz") ? UInt8(ascii: "\t") : UInt8(ascii: ",")
  }

  /// Moves to the next row. Returns false at the end of the file. Throws with line and column where the text is no CSV.
  package mutating func next() throws(Failure) -> Bool {
    skipEmptyLines()
    guard at < bytes.count else { return false }
    fields.removeAll(keepingCapacity: true)
    line = nextLine
    let start = at
    while true {
      if at < bytes.count, bytes[at] == quote { try scanQuotedField() } else { try scanField() }
      guard at < bytes.count, bytes[at] == delimiter else { break }
      at += 1
    }
    if at < bytes.count {
      at += bytes[at] == carriageReturn ? 2 : 1
      startLine()
    }
    rowRange = start..<at
    return true
  }

  /// Returns the bytes of a cell of the current row, doubled quotes undone.
  package func content(of field: CSVField) -> ArraySlice<UInt8> {
    let raw = bytes[field.range]
    guard field.hasDoubledQuotes else { return raw }
    var content: [UInt8] = []
    content.reserveCapacity(raw.count)
    var skipNext = false
    for byte in raw {
      if byte == quote, skipNext {
        skipNext = false
        continue
      }
      skipNext = byte == quote
      content.append(byte)
    }
    return content[...]
  }

  /// Returns the text of the cell at `column` of the current row. Throws if it is no UTF-8.
  package func text(ofColumn column: Int) throws(Failure) -> String {
    let field = fields[column]
    guard let text = String(validating: content(of: field), as: UTF8.self) else {
      throw failure(at: field.range.lowerBound, "the text of column \(column + 1) is not valid UTF-8")
    }
    return text
  }

  /// A failure that names the line of the current row.
  package func rowFailure(_ why: String, hint: String? = nil) -> Failure {
    Failure("cannot read \(file)", why: "\(file):\(line): \(why)", hint: hint)
  }

  private mutating func scanField() throws(Failure) {
    let start = at
    scanning: while at < bytes.count {
      switch bytes[at] {
      case delimiter, lineFeed: break scanning
      case carriageReturn:
        if at + 1 < bytes.count, bytes[at + 1] == lineFeed { break scanning }
        throw failure(at: at, "a carriage return stands without a line feed")
      case 0: throw failure(at: at, "a NUL byte; this is no text file")
      default: at += 1
      }
    }
    fields.append(CSVField(range: start..<at, hasDoubledQuotes: false))
  }

  private mutating func scanQuotedField() throws(Failure) {
    let opening = at
    let openingPosition = position(of: at)
    var hasDoubledQuotes = false
    at += 1
    while at < bytes.count {
      let byte = bytes[at]
      if byte == quote {
        guard at + 1 < bytes.count, bytes[at + 1] == quote else { break }
        hasDoubledQuotes = true
        at += 1
      }
      at += 1
      if byte == lineFeed { startLine() }
      if byte == 0 { throw failure(at: at - 1, "a NUL byte; this is no text file") }
    }
    guard at < bytes.count else {
      throw Failure("cannot read \(file)", why: "\(file):\(openingPosition): the quote that opens here is never closed")
    }
    fields.append(CSVField(range: opening + 1..<at, hasDoubledQuotes: hasDoubledQuotes))
    at += 1
    if at < bytes.count, bytes[at] != delimiter, lineEndLength(at) == 0 {
      throw failure(at: at, "text follows a closing quote; write a quote inside a quoted cell as \"\"")
    }
  }

  private mutating func skipEmptyLines() {
    while at < bytes.count {
      let length = lineEndLength(at)
      guard length > 0 else { return }
      at += length
      startLine()
    }
  }

  private mutating func startLine() {
    nextLine += 1
    lineStart = at
  }

  private func lineEndLength(_ index: Int) -> Int {
    if bytes[index] == lineFeed { return 1 }
    return bytes[index] == carriageReturn && index + 1 < bytes.count && bytes[index + 1] == lineFeed ? 2 : 0
  }

  private func position(of index: Int) -> SourcePosition {
    let scalars = bytes[lineStart..<max(lineStart, index)].count { $0 & 0xc0 != 0x80 }
    return SourcePosition(line: nextLine, column: scalars + 1)
  }

  private func failure(at index: Int, _ why: String) -> Failure {
    // A cell of an earlier line than the current one has no column to tell any more.
    guard index >= lineStart else { return rowFailure(why) }
    return Failure("cannot read \(file)", why: "\(file):\(position(of: index)): \(why)")
  }
}

private let quote = UInt8(ascii: "\"")
private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
