import CZlib
package import Diagnostics

/// A trained model, ready to predict.
package struct Model: ~Copyable {
  package let description: ModelDescription
  private let booster: Booster
  private let library: XGBoostLibrary

  /// Loads the model in the folder `path`, as `train` wrote it.
  ///
  /// Throws if the two files in it are damaged or do not belong together, or if a newer XGBoost than the one installed
  /// wrote the model.
  package init(at path: String) throws(Failure) {
    let file = "\(path)/\(ModelDescription.fileName)"
    let description = try ModelDescription.parse(try InputFile.contents(of: file, limit: 64 << 20), file: file)
    let library = try XGBoostLibrary.load()
    guard library.version.reads(modelsOf: description.library) else {
      throw Failure(
        "cannot use the model \(path)",
        why:
          "XGBoost \(description.library) wrote it, and XGBoost \(library.version) is installed, which would read it "
          + "wrongly without saying so",
        hint: "install XGBoost \(description.library) or newer, or train the model again")
    }
    let modelFile = "\(path)/\(ModelDescription.modelFileName)"
    let bytes = try InputFile.contents(of: modelFile)
    guard bytes.count == description.modelSize, Self.checksum(bytes) == description.modelChecksum else {
      throw Self.mismatch(path, "\(modelFile) is not the file that \(file) describes")
    }
    let booster = try Booster.load(library, model: bytes)
    guard try booster.featureCount() == description.columns.count, try booster.roundCount() == description.rounds else {
      throw Self.mismatch(path, "\(modelFile) has other columns or rounds than \(file) says")
    }
    self.description = description
    self.library = library
    self.booster = booster
  }

  /// Returns one value per row (the number, or the probability of the second class), or one probability per class and
  /// row, row after row.
  ///
  /// Columns are found by name, others are ignored; texts that training did not see count as missing. Throws if `table`
  /// lacks a column, or if a column is of another type than in training.
  package func predict(_ table: Table) throws(Failure) -> [Double] {
    let matrix = try TrainingMatrix.make(
      library, values: try table.features(description.columns), columns: description.columns)
    let values = try booster.predict(matrix)
    let perRow = description.task == .multiclass ? description.target.classes.count : 1
    guard values.count == table.rowCount * perRow else {
      throw Failure(
        "cannot predict the rows of \(table.file)",
        why: "the model gives \(values.count) values for \(table.rowCount) rows", category: .damaged)
    }
    return values.map(Double.init)
  }

  /// Reads the columns that the model needs, with the types it needs, and its target if `path` has it.
  package func readTable(_ path: String) throws(Failure) -> Table {
    var types = [description.target.name: description.target.type]
    for column in description.columns { types[column.name] = column.type }
    return try Table.read(path, types: types, only: Set(types.keys))
  }

  /// The checksum of a model file, as `model.json` shows it.
  static func checksum(_ bytes: [UInt8]) -> String {
    let sum = crc32_z(0, bytes, bytes.count)
    let digits = String(sum, radix: 16)
    return "crc32:" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }

  private static func mismatch(_ path: String, _ why: String) -> Failure {
    Failure(
      "cannot use the model \(path)", why: why,
      hint: "train the model again, or check out the version that was committed",
      category: .damaged)
  }
}
