/// Builds a CSV file: rows end in LF, and a cell is quoted only where it has to be.
package struct CSVWriter: Sendable {
  /// What has been written so far.
  package private(set) var bytes: [UInt8] = []
  private let delimiter: UInt8

  package init(delimiter: UInt8 = UInt8(ascii: ",")) {
    self.delimiter = delimiter
  }

  package mutating func append(row cells: [String]) {
    for (index, cell) in cells.enumerated() {
      if index > 0 { bytes.append(delimiter) }
      append(cell, isAlone: cells.count == 1)
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  private mutating func append(_ cell: String, isAlone: Bool) {
    let quote = UInt8(ascii: "\"")
    // An empty cell alone in its row would read back as an empty line, which is no row, and a byte order mark at the
    // start as that of the file.
    let needsQuotes =
      cell.utf8.isEmpty
      ? isAlone
      : cell.utf8.contains { [quote, delimiter, 0x0a, 0x0d].contains($0) }
        || bytes.isEmpty && cell.utf8.starts(with: [0xef, 0xbb, 0xbf])
    guard needsQuotes else {
      bytes += cell.utf8
      return
    }
    bytes.append(quote)
    for byte in cell.utf8 {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    bytes.append(quote)
  }
}
