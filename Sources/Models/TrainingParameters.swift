import Diagnostics
import Formats

/// The parameters of a training run, checked and complete.
struct TrainingParameters: Equatable {
  /// Trees per class.
  let rounds: Int
  /// What is set in XGBoost, in the order of its names, as `model.json` shows it; without the number of rounds.
  let settings: [ValueMember]

  static let defaultRounds = 100
  static let roundLimit = 100_000

  /// - Parameters:
  ///   - given: what the user set, by XGBoost's names or their aliases.
  ///   - columns: what the model will read; constraints name them.
  init(_ given: [ValueMember], task: ModelTask, classCount: Int, columns: [ModelColumn]) throws(Failure) {
    var values = try Self.canonical(given)
    rounds =
      try Self.wholeNumber(values.removeValue(forKey: "rounds"), "rounds", 1...Self.roundLimit) ?? Self.defaultRounds
    let defaults: [String: Value] = [
      "objective": .string(task.objectives[0]), "seed": .int(0), "tree_method": .string("hist"),
      // One thread adds up in one order, so that the same inputs give the same model on every machine.
      "nthread": .int(1),
    ]
    values.merge(defaults) { given, _ in given }
    _ = try Self.wholeNumber(values["nthread"], "nthread", 1...1024)
    _ = try Self.wholeNumber(values["seed"], "seed", 0...Int(Int32.max))
    if task == .multiclass { values["num_class"] = .int(classCount) }
    try Self.checkObjective(values["objective"], task)
    try Self.checkTreeMethod(values, columns)
    settings = values.sorted { precedesBytewise($0.key, $1.key) }.map { ValueMember($0.key, $0.value) }
  }

  /// The settings as the texts that XGBoost takes.
  func texts(columns: [ModelColumn]) throws(Failure) -> [(String, String)] {
    var texts: [(String, String)] = []
    for setting in settings {
      texts.append((setting.key, try Self.text(of: setting, columns: columns)))
    }
    return texts
  }

  /// `given` under the names of XGBoost itself. Throws on a name that is not known, given twice, or refused.
  private static func canonical(_ given: [ValueMember]) throws(Failure) -> [String: Value] {
    var values: [String: Value] = [:]
    var names: [String: String] = [:]
    for member in given {
      let name = KnownParameters.aliases[member.key] ?? member.key
      if let reason = KnownParameters.refused[name] { throw failure(member.key, "it cannot be set: \(reason)") }
      guard KnownParameters.names.contains(name) else {
        let known = KnownParameters.names.union(KnownParameters.aliases.keys).sorted(by: precedesBytewise)
        throw failure(
          member.key, "XGBoost has no such parameter",
          hint: nearest(member.key, among: known).map { "did you mean '\($0)'?" })
      }
      if let other = names.updateValue(member.key, forKey: name) {
        throw failure(member.key, "'\(other)' sets the same; give one of them")
      }
      values[name] = member.value
    }
    return values
  }

  private static func wholeNumber(_ value: Value?, _ name: String, _ range: ClosedRange<Int>) throws(Failure) -> Int? {
    guard let value else { return nil }
    guard case .int(let number) = value, range.contains(number) else {
      throw failure(name, "it must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  private static func checkObjective(_ value: Value?, _ task: ModelTask) throws(Failure) {
    guard case .string(let objective) = value, task.objectives.contains(objective) else {
      throw failure("objective", "for the task \(task.rawValue) it can be \(task.objectives.joined(separator: ", "))")
    }
  }

  private static func checkTreeMethod(_ values: [String: Value], _ columns: [ModelColumn]) throws(Failure) {
    guard let text = columns.first(where: { $0.type == .categorical })?.name else { return }
    let why = "column '\(text)' holds texts, which only tree_method hist or approx can learn from"
    if values["booster"] == .string("gblinear") { throw failure("booster", why) }
    guard values["tree_method"] == .string("hist") || values["tree_method"] == .string("approx") else {
      throw failure("tree_method", why)
    }
  }

  private static func text(of setting: ValueMember, columns: [ModelColumn]) throws(Failure) -> String {
    switch (setting.key, setting.value) {
    case ("monotone_constraints", let value): return try Constraints.monotone(value, columns: columns)
    case ("interaction_constraints", let value): return try Constraints.interaction(value, columns: columns)
    case (_, .bool(let bool)): return bool ? "1" : "0"
    case (_, .int(let number)): return String(number)
    case (_, .float(let number)) where number.isFinite: return "\(number)"
    case (_, .string(let text)) where !text.utf8.contains(0): return text
    default: throw failure(setting.key, "it must be a number, a text, true or false")
    }
  }

  static func failure(_ name: String, _ why: String, hint: String? = nil) -> Failure {
    Failure("cannot train with the parameter '\(name)'", why: why, hint: hint)
  }
}

/// Constraints on a model, given by the names of columns and handed to XGBoost by their places.
private enum Constraints {
  /// A map from column to 1 (more gives more), -1 (more gives less) or 0.
  static func monotone(_ value: Value, columns: [ModelColumn]) throws(Failure) -> String {
    let name = "monotone_constraints"
    guard case .map(let members) = value else {
      throw TrainingParameters.failure(name, "it must be a map from column names to 1, -1 or 0")
    }
    var signs = [Int](repeating: 0, count: columns.count)
    for member in members {
      guard case .int(let sign) = member.value, (-1...1).contains(sign) else {
        throw TrainingParameters.failure(name, "'\(member.key)' must be 1, -1 or 0")
      }
      signs[try place(of: member.key, name, columns)] = sign
    }
    return "(\(signs.map { String($0) }.joined(separator: ",")))"
  }

  /// A list of lists of columns that may meet on one path of a tree.
  static func interaction(_ value: Value, columns: [ModelColumn]) throws(Failure) -> String {
    let name = "interaction_constraints"
    let wrong = TrainingParameters.failure(name, "it must be a list of lists of column names")
    guard case .list(let groups) = value else { throw wrong }
    var texts: [String] = []
    for group in groups {
      guard case .list(let members) = group else { throw wrong }
      var places: [String] = []
      for member in members {
        guard case .string(let column) = member else { throw wrong }
        places.append(String(try place(of: column, name, columns)))
      }
      texts.append("[\(places.joined(separator: ","))]")
    }
    return "[\(texts.joined(separator: ","))]"
  }

  private static func place(of column: String, _ parameter: String, _ columns: [ModelColumn]) throws(Failure) -> Int {
    if let place = columns.firstIndex(where: { $0.name == column }) { return place }
    throw TrainingParameters.failure(
      parameter, "the model has no column '\(column)'",
      hint: nearest(column, among: columns.map(\.name)).map { "did you mean '\($0)'?" })
  }
}
