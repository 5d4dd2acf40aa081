import CXGBoost
import Diagnostics

/// Rows as XGBoost reads them. Freed with the value.
struct TrainingMatrix: ~Copyable {
  let handle: DMatrixHandle
  let library: XGBoostLibrary
  let rows: Int

  /// - Parameters:
  ///   - values: row after row, NaN where missing; `columns.count` values per row.
  ///   - columns: name and type of each column.
  init(_ library: XGBoostLibrary, values: [Float], columns: [ModelColumn]) throws(Failure) {
    let rows = columns.isEmpty ? 0 : values.count / columns.count
    var created: DMatrixHandle?
    try library.check(
      library.functions.matrix_create?(values, bst_ulong(rows), bst_ulong(columns.count), .nan, &created),
      "cannot hand the data to XGBoost")
    guard let created else { throw Failure("cannot hand the data to XGBoost", why: "XGBoost returned no matrix") }
    self.handle = created
    self.library = library
    self.rows = rows
    let types = columns.map { $0.type == .categorical ? "c" : "q" }
    try withCStrings(types) { (list) throws(Failure) in
      try library.check(
        library.functions.matrix_set_strings?(created, "feature_type", list, bst_ulong(list.count)),
        "cannot tell XGBoost the types of the columns")
    }
  }

  func setLabels(_ labels: [Float]) throws(Failure) {
    try library.check(
      library.functions.matrix_set_floats?(handle, "label", labels, bst_ulong(labels.count)),
      "cannot hand the target to XGBoost")
  }

  deinit { _ = library.functions.matrix_free?(handle) }
}

/// One XGBoost model. Freed with the value.
struct Booster: ~Copyable {
  let handle: BoosterHandle
  let library: XGBoostLibrary

  /// An empty model with `parameters` set; XGBoost checks their values when training begins.
  init(_ library: XGBoostLibrary, training matrix: borrowing TrainingMatrix, parameters: [(String, String)])
    throws(Failure)
  {
    let handle = try Self.create(library, matrices: [matrix.handle])
    self.handle = handle
    self.library = library
    for (name, value) in parameters {
      try library.check(library.functions.booster_set_param?(handle, name, value), "cannot set the parameter \(name)")
    }
  }

  /// The model that `bytes` hold, in XGBoost's UBJSON.
  init(_ library: XGBoostLibrary, model bytes: [UInt8]) throws(Failure) {
    let handle = try Self.create(library, matrices: [])
    self.handle = handle
    self.library = library
    try library.check(
      library.functions.booster_load?(handle, bytes, bst_ulong(bytes.count)), "cannot load the XGBoost model")
    try library.check(
      library.functions.booster_set_param?(handle, "nthread", "1"), "cannot set the parameter nthread")
  }

  private static func create(_ library: XGBoostLibrary, matrices: [DMatrixHandle?]) throws(Failure) -> BoosterHandle {
    var created: BoosterHandle?
    try library.check(
      library.functions.booster_create?(matrices, bst_ulong(matrices.count), &created), "cannot create a model")
    guard let created else { throw Failure("cannot create a model", why: "XGBoost returned none") }
    return created
  }

  /// Adds one round of trees.
  func update(round: Int32, with matrix: borrowing TrainingMatrix) throws(Failure) {
    try library.check(library.functions.booster_update?(handle, round, matrix.handle), "cannot train the model")
  }

  /// Writes the names of the columns into the model, for other programs that read it.
  func setColumns(_ columns: [ModelColumn]) throws(Failure) {
    let types = columns.map { $0.type == .categorical ? "c" : "float" }
    for (field, texts) in [("feature_name", columns.map(\.name)), ("feature_type", types)] {
      try withCStrings(texts) { (list) throws(Failure) in
        try library.check(
          library.functions.booster_set_strings?(handle, field, list, bst_ulong(list.count)),
          "cannot name the model's columns")
      }
    }
  }

  func featureCount() throws(Failure) -> Int {
    var count: bst_ulong = 0
    try library.check(library.functions.booster_features?(handle, &count), "cannot read the model")
    return Int(count)
  }

  func roundCount() throws(Failure) -> Int {
    var count: Int32 = 0
    try library.check(library.functions.booster_rounds?(handle, &count), "cannot read the model")
    return Int(count)
  }

  /// The model as UBJSON; the same model always gives the same bytes.
  func serialized() throws(Failure) -> [UInt8] {
    var length: bst_ulong = 0
    var start: UnsafePointer<CChar>?
    try library.check(
      library.functions.booster_save?(handle, "{\"format\":\"ubj\"}", &length, &start), "cannot save the model")
    return UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(length)).map { $0 }
  }

  /// Predicts each row: one value, or one probability per class.
  func predict(_ matrix: borrowing TrainingMatrix) throws(Failure) -> [Float] {
    let config = #"{"type":0,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":true}"#
    var shape: UnsafePointer<bst_ulong>?
    var dimensions: bst_ulong = 0
    var values: UnsafePointer<Float>?
    try library.check(
      library.functions.booster_predict?(handle, matrix.handle, config, &shape, &dimensions, &values),
      "cannot predict with the model")
    let count = UnsafeBufferPointer(start: shape, count: Int(dimensions)).reduce(1) { $0 * Int($1) }
    return Array(UnsafeBufferPointer(start: values, count: values == nil ? 0 : count))
  }

  deinit { _ = library.functions.booster_free?(handle) }
}

/// Calls `body` with `texts` as the array of C strings that XGBoost takes.
private func withCStrings(
  _ texts: [String], _ body: (UnsafeMutableBufferPointer<UnsafePointer<CChar>?>) throws(Failure) -> Void
) throws(Failure) {
  var bytes: [CChar] = []
  let starts = texts.map { text in
    defer { bytes += text.utf8CString }
    return bytes.count
  }
  let result: Result<Void, Failure> = bytes.withUnsafeBufferPointer { buffer in
    var pointers = starts.map { start in buffer.baseAddress.map { $0 + start } }
    return pointers.withUnsafeMutableBufferPointer { list in
      do throws(Failure) { return .success(try body(list)) } catch { return .failure(error) }
    }
  }
  try result.get()
}
