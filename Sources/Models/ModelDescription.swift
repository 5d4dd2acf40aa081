import Diagnostics
package import Formats

/// What `model.json` says of a model: all that is needed to use it, and where it came from.
package struct ModelDescription: Equatable, Sendable {
  package let task: ModelTask
  package let target: ModelTarget
  package let columns: [ModelColumn]
  /// XGBoost's parameters in force at training, by name.
  package let parameters: [ValueMember]
  package let rounds: Int
  /// The version of the library that trained the model.
  package let library: XGBoostVersion
  /// `sha256:` and 64 digits; nil if the caller of the training gave none.
  package let trainingDataID: String?
  package let trainingRows: Int
  /// The file beside `model.json` that holds the trees. Its checksum ties the two together, and keeps damaged bytes away
  /// from XGBoost, which does not survive them.
  package let modelSize: Int
  package let modelChecksum: String

  /// Raised when a reader of the older format would misunderstand a newer file.
  static let format = 1
  static let fileName = "model.json"
  static let modelFileName = "model.ubj"

  /// The text of `model.json`.
  package var text: String { JSON.encode(value, pretty: true) }

  private var value: Value {
    .map([
      ValueMember("format", .int(Self.format)),
      ValueMember("task", .string(task.rawValue)),
      ValueMember("target", targetValue),
      ValueMember("columns", .list(columns.map(Self.value(of:)))),
      ValueMember("rounds", .int(rounds)),
      ValueMember("parameters", .map(parameters)),
      ValueMember(
        "library", .map([ValueMember("name", .string("xgboost")), ValueMember("version", .string("\(library)"))])),
      ValueMember(
        "training_data",
        .map([ValueMember("id", trainingDataID.map(Value.string) ?? .null), ValueMember("rows", .int(trainingRows))])),
      ValueMember(
        "model",
        .map([
          ValueMember("file", .string(Self.modelFileName)), ValueMember("size", .int(modelSize)),
          ValueMember("checksum", .string(modelChecksum)),
        ])),
    ])
  }

  private var targetValue: Value {
    let members = [ValueMember("name", .string(target.name)), ValueMember("type", .string(target.type.rawValue))]
    let classes = [ValueMember("classes", .list(target.classes.map(Value.string)))]
    return .map(members + (task == .regression ? [] : classes))
  }

  private static func value(of column: ModelColumn) -> Value {
    let members = [ValueMember("name", .string(column.name)), ValueMember("type", .string(column.type.rawValue))]
    let categories = [ValueMember("categories", .list(column.categories.map(Value.string)))]
    return .map(members + (column.type == .categorical ? categories : []))
  }
}
