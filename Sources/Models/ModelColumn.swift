import Diagnostics
import Formats

/// A column that a model reads.
package struct ModelColumn: Equatable, Sendable {
  package let name: String
  package let type: ColumnType
  /// The texts that training saw, in the order of their bytes. Empty for a numeric column.
  package let categories: [String]

  package init(name: String, type: ColumnType, categories: [String] = []) {
    self.name = name
    self.type = type
    self.categories = categories
  }

  init(_ column: Column) {
    if case .categorical(_, let categories) = column.values {
      self.init(name: column.name, type: .categorical, categories: categories)
    } else {
      self.init(name: column.name, type: .numeric)
    }
  }
}

extension Table {
  /// The rows as XGBoost takes them: `columns` side by side, NaN where missing, categories as their codes.
  ///
  /// A text that `columns` does not list is taken for missing. Throws where a number is too large for 32 bits.
  func features(_ columns: [ModelColumn]) throws(Failure) -> [Float] {
    let width = columns.count
    var values = [Float](repeating: .nan, count: rowCount * width)
    for (place, wanted) in columns.enumerated() {
      guard let column = column(named: wanted.name) else { throw missingColumn(wanted.name) }
      switch column.values {
      case .numeric(let numbers):
        for row in numbers.indices {
          values[row * width + place] = try float(numbers[row], column: wanted.name, row: row)
        }
      case .categorical(let codes, let categories):
        let known = codeOfCategory(wanted.categories)
        let codeInModel = categories.map { known[Array($0.utf8)].map { Float($0) } ?? .nan }
        for row in codes.indices where codes[row] >= 0 {
          values[row * width + place] = codeInModel[Int(codes[row])]
        }
      }
    }
    return values
  }

  /// `number` in 32 bits. Throws if it is infinite there, which XGBoost cannot take.
  func float(_ number: Double, column: String, row: Int) throws(Failure) -> Float {
    let float = Float(number)
    guard !float.isInfinite else {
      throw Failure(
        "cannot use column '\(column)' of \(file)",
        why: "\(file):\(lines[row]): \(number) is \(number.isInfinite ? "not finite" : "too large for 32 bits")",
        hint: "leave the cell empty if the value is not known")
    }
    return float
  }

  func missingColumn(_ name: String) -> Failure {
    Models.missingColumn(name, in: file, header: header)
  }
}

func missingColumn(_ name: String, in file: String, header: [String]) -> Failure {
  let near = nearest(name, among: header)
  return Failure(
    "cannot find column '\(name)' in \(file)",
    why: "its columns are " + shortList(header), hint: near.map { "did you mean '\($0)'?" })
}

/// The place of each category, by its bytes: Swift's own comparison takes different bytes for equal texts.
func codeOfCategory(_ categories: [String]) -> [[UInt8]: Int] {
  Dictionary(categories.enumerated().map { (Array($0.element.utf8), $0.offset) }) { first, _ in first }
}

/// The first few of `names`, in quotes.
func shortList(_ names: [String], limit: Int = 8) -> String {
  let shown = names.prefix(limit).map { "'\($0)'" }.joined(separator: ", ")
  return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
}
