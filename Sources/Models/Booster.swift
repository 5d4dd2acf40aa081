import CXGBoost
import Diagnostics

/// Rows as XGBoost reads them. Freed with the value.
struct TrainingMatrix: ~Copyable {
  let handle: DMatrixHandle
  let library: XGBoostLibrary

  private init(owning handle: DMatrixHandle, _ library: XGBoostLibrary) {
    self.handle = handle
    self.library = library
  }

  /// - Parameters:
  ///   - values: row after row, NaN where missing; `columns.count` values per row.
  ///   - columns: name and type of each column.
  static func make(
    _ library: XGBoostLibrary, values: [Float], columns: [ModelColumn]
  ) throws(Failure) -> TrainingMatrix {
    let rows = columns.isEmpty ? 0 : values.count / columns.count
    var created: DMatrixHandle?
    try library.check(
      library.functions.matrix_create?(values, bst_ulong(rows), bst_ulong(columns.count), .nan, &created),
      "cannot hand the data to XGBoost")
    guard let created else { throw Failure("cannot hand the data to XGBoost", why: "XGBoost returned no matrix") }
    let matrix = TrainingMatrix(owning: created, library)
    let types = columns.map { $0.type == .categorical ? "c" : "q" }
    try withCStrings(types) { (list) throws(Failure) in
      try library.check(
        library.functions.matrix_set_strings?(created, "feature_type", list, bst_ulong(columns.count)),
        "cannot tell XGBoost the types of the columns")
    }
    return matrix
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

  private init(_ library: XGBoostLibrary, matrices: [DMatrixHandle?]) throws(Failure) {
    handle = try Self.create(library, matrices: matrices)
    self.library = library
  }

  /// An empty model with `parameters` set; XGBoost checks their values when training begins.
  static func make(
    _ library: XGBoostLibrary, training matrix: borrowing TrainingMatrix, parameters: [(String, String)]
  ) throws(Failure) -> Booster {
    let booster = try Booster(library, matrices: [matrix.handle])
    for (name, value) in parameters { try booster.set(name, value) }
    return booster
  }

  /// The model that `bytes` hold, in XGBoost's UBJSON.
  static func load(_ library: XGBoostLibrary, model bytes: [UInt8]) throws(Failure) -> Booster {
    let booster = try Booster(library, matrices: [])
    try library.check(
      library.functions.booster_load?(booster.handle, bytes, bst_ulong(bytes.count)), "cannot load the XGBoost model")
    try booster.set("nthread", "1")
    return booster
  }

  private func set(_ name: String, _ value: String) throws(Failure) {
    try library.check(library.functions.booster_set_param?(handle, name, value), "cannot set the parameter \(name)")
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
          library.functions.booster_set_strings?(handle, field, list, bst_ulong(columns.count)),
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
  _ texts: [String], _ body: (UnsafeMutablePointer<UnsafePointer<CChar>?>?) throws(Failure) -> Void
) throws(Failure) {
  var bytes: [CChar] = []
  let starts = texts.map { text in
    defer { bytes += text.utf8CString }
    return bytes.count
  }
  let result: Result<Void, Failure> = bytes.withUnsafeBufferPointer { buffer in
    var pointers = starts.map { start in buffer.baseAddress.map { $0 + start } }
    return pointers.withUnsafeMutableBufferPointer { list in
      do throws(Failure) { return .success(try body(list.baseAddress)) } catch { return .failure(error) }
    }
  }
  try result.get()
}
