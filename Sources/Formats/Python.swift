package import Diagnostics

/// Parameters in a Python file: `depth = 3`, `lr: float = 0.1`, `class Train: epochs = 5` (as `Train.epochs`).
///
/// Numbers, texts, `True`, `False`, `None`, lists, tuples, sets and dictionaries of these count; every other statement is
/// passed over. Nothing is run.
package enum Python {
  /// Reads the assignments of a file. Brackets and texts that nothing closes, and numbers beyond 64 bits, are refused.
  package static func parse(
    _ bytes: [UInt8], file: String, limits: ParseLimits = ParseLimits(), category: FailureCategory = .failed
  ) throws(Failure) -> Node {
    var reader = PythonReader(try SourceText(bytes, file: file, limits: limits, category: category))
    return try reader.readDocument()
  }
}
