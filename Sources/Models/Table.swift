/// What the cells of a column are.
package enum ColumnType: String, Sendable, CaseIterable {
  case numeric
  case categorical
}

/// One column of a table.
package struct Column: Equatable, Sendable {
  package enum Values: Equatable, Sendable {
    /// NaN where missing.
    case numeric([Double])
    /// One code per row, an index into `categories`, or -1 where missing. Categories are in the order of their bytes,
    /// and each occurs.
    case categorical(codes: [Int32], categories: [String])
  }

  package let name: String
  package let values: Values

  package var type: ColumnType {
    switch values {
    case .numeric: .numeric
    case .categorical: .categorical
    }
  }

  /// Whether the cell of row `row` (from 0) holds nothing.
  func isMissing(at row: Int) -> Bool {
    switch values {
    case .numeric(let numbers): numbers[row].isNaN
    case .categorical(let codes, _): codes[row] < 0
    }
  }
}

/// A table in memory: named columns of numbers or of texts.
package struct Table: Sendable {
  /// The file it came from, for messages.
  package let file: String
  /// The names of all columns in the file, read or not.
  package let header: [String]
  /// The columns that were read, in the order of the file.
  package let columns: [Column]
  /// The line in the file on which each row begins, from 1.
  package let lines: [Int]

  package var rowCount: Int { lines.count }

  package func column(named name: String) -> Column? {
    columns.first { $0.name == name }
  }
}

/// Orders texts by their bytes, which is the same everywhere.
func precedesBytewise(_ a: String, _ b: String) -> Bool {
  a.utf8.lexicographicallyPrecedes(b.utf8)
}
