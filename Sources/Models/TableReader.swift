package import Diagnostics
import Formats

extension Table {
  /// Reads a CSV file with a header (tab-separated if it is called `.tsv`), packed with gzip or not.
  ///
  /// A column is numeric if each of its cells that is not missing holds a number, else categorical. Missing cells are
  /// empty or blank, `NA`, `NaN`, `nan` or `null`.
  ///
  /// - Parameters:
  ///   - types: columns whose type is known. A text in a column that must be numeric is an error.
  ///   - only: reads these columns and ignores all others; nil reads all.
  ///   - limit: the largest size in bytes, after unpacking, that is read.
  package static func read(
    _ path: String, types: [String: ColumnType] = [:], only: Set<String>? = nil, limit: Int? = nil
  ) throws(Failure) -> Table {
    let bytes = try InputFile.contents(of: path, limit: limit ?? InputFile.defaultLimit)
    var scanner = CSVScanner(bytes, delimiter: CSVScanner.delimiter(forFile: path), file: path)
    let header = try readHeader(&scanner, file: path)
    let firstRow = scanner
    var builders = header.enumerated().filter { only?.contains($0.element) ?? true }.map {
      ColumnBuilder(name: $0.element, index: $0.offset, type: types[$0.element])
    }
    let lines = try readNumbers(&scanner, width: header.count, into: &builders)
    guard !lines.isEmpty else {
      throw Failure("cannot read \(path)", why: "it has a header but no rows")
    }
    guard lines.count < Int32.max else { throw Failure("cannot read \(path)", why: "it has too many rows") }
    // Only now is it known which columns hold texts; going through the file again costs little.
    if builders.contains(where: { $0.type == .categorical }) {
      var texts = firstRow
      try readTexts(&texts, rows: lines.count, into: &builders)
    }
    return Table(file: path, header: header, columns: builders.map { $0.finished() }, lines: lines)
  }

  /// Reads the names of the columns and checks that each is there and differs from the others.
  static func readHeader(_ scanner: inout CSVScanner, file: String) throws(Failure) -> [String] {
    guard try scanner.next() else { throw Failure("cannot read \(file)", why: "it is empty; it needs a header") }
    var names: [String] = []
    var places: [String: Int] = [:]
    for index in scanner.fields.indices {
      let name = try scanner.text(ofColumn: index)
      guard !name.isEmpty else {
        throw scanner.rowFailure("column \(index + 1) has no name", hint: "name each column in the first line")
      }
      if let other = places.updateValue(index, forKey: name) {
        throw scanner.rowFailure("columns \(other + 1) and \(index + 1) are both called '\(name)'")
      }
      names.append(name)
    }
    return names
  }

  /// Moves to the next row and checks that it is as wide as the header. Returns false at the end of the file.
  static func nextRow(_ scanner: inout CSVScanner, width: Int) throws(Failure) -> Bool {
    guard try scanner.next() else { return false }
    guard scanner.fields.count == width else {
      let (cells, columns) = (scanner.fields.count, width)
      throw scanner.rowFailure(
        "the row has \(cells) \(cells == 1 ? "cell" : "cells"), the header \(columns)"
          + (cells > columns ? "; quote cells that hold the delimiter" : ""))
    }
    return true
  }

  private static func readNumbers(
    _ scanner: inout CSVScanner, width: Int, into builders: inout [ColumnBuilder]
  ) throws(Failure) -> [Int] {
    var lines: [Int] = []
    while try nextRow(&scanner, width: width) {
      lines.append(scanner.line)
      for index in builders.indices where builders[index].type == .numeric {
        try builders[index].appendNumber(scanner)
      }
    }
    return lines
  }

  private static func readTexts(
    _ scanner: inout CSVScanner, rows: Int, into builders: inout [ColumnBuilder]
  ) throws(Failure) {
    for index in builders.indices where builders[index].type == .categorical {
      builders[index].codes.reserveCapacity(rows)
    }
    while try scanner.next() {
      for index in builders.indices where builders[index].type == .categorical {
        try builders[index].appendText(scanner)
      }
    }
  }
}

/// A column while its table is read. It counts as numeric until a cell shows otherwise.
private struct ColumnBuilder {
  let name: String
  let index: Int
  /// Whether the caller said the type, so that it cannot change.
  let isTypeFixed: Bool
  var type: ColumnType
  var numbers: [Double] = []
  var codes: [Int32] = []
  /// Categories in the order of their first row.
  private var categories: [String] = []
  private var codeOfText: [ArraySlice<UInt8>: Int32] = [:]

  init(name: String, index: Int, type: ColumnType?) {
    self.name = name
    self.index = index
    self.type = type ?? .numeric
    isTypeFixed = type != nil
  }

  mutating func appendNumber(_ scanner: CSVScanner) throws(Failure) {
    let cell = scanner.content(of: scanner.fields[index])
    if let number = NumberText.parse(cell) {
      numbers.append(number)
    } else if NumberText.isMissing(cell) {
      numbers.append(.nan)
    } else if isTypeFixed {
      let shown = String(decoding: cell.prefix(40), as: UTF8.self)
      throw scanner.rowFailure("column '\(name)' must hold numbers; this row holds '\(shown)'")
    } else {
      type = .categorical
      numbers = []
    }
  }

  mutating func appendText(_ scanner: CSVScanner) throws(Failure) {
    let cell = scanner.content(of: scanner.fields[index])
    guard !NumberText.isMissing(cell) else { return codes.append(-1) }
    if let code = codeOfText[cell] { return codes.append(code) }
    let code = Int32(categories.count)
    categories.append(try scanner.text(ofColumn: index))
    codeOfText[cell] = code
    codes.append(code)
  }

  func finished() -> Column {
    guard type == .categorical else { return Column(name: name, values: .numeric(numbers)) }
    let order = categories.indices.sorted { precedesBytewise(categories[$0], categories[$1]) }
    var rank = [Int32](repeating: 0, count: order.count)
    for (position, code) in order.enumerated() { rank[code] = Int32(position) }
    return Column(
      name: name,
      values: .categorical(codes: codes.map { $0 < 0 ? -1 : rank[Int($0)] }, categories: order.map { categories[$0] }))
  }
}
