import Diagnostics

/// What a model predicts: the column, and the classes if it predicts classes.
package struct ModelTarget: Equatable, Sendable {
  package let name: String
  /// How the column is read: classes may be texts or numbers.
  package let type: ColumnType
  /// The classes in order: numbers by value, texts by their bytes. Empty for a regression.
  package let classes: [String]

  package init(name: String, type: ColumnType, classes: [String]) {
    self.name = name
    self.type = type
    self.classes = classes
  }
}

/// The target of a training table, understood: the task, the classes, and each row's value.
struct TrainingTarget {
  let task: ModelTask
  let target: ModelTarget
  /// One value per row: the class's place, or the number.
  let labels: [Float]

  /// More classes than this are taken for a mistake: a model grows by one tree per class and round.
  static let classLimit = 1000

  /// - Parameter wanted: the task if the user set it; nil infers it from the values.
  init(_ column: Column, in table: Table, task wanted: ModelTask?) throws(Failure) {
    try table.refuseMissing(in: column)
    let distinct = Self.distinctLabels(column)
    let task = wanted ?? Self.inferredTask(column, distinctCount: distinct.count)
    try Self.check(task, column, distinctCount: distinct.count, table)
    self.task = task
    target = ModelTarget(name: column.name, type: column.type, classes: task == .regression ? [] : distinct)
    labels = try table.labels(of: column, for: target, task: task).map { Float($0) }
    if case .numeric(let numbers) = column.values, task == .regression {
      for row in numbers.indices { _ = try table.float(numbers[row], column: column.name, row: row) }
    }
  }

  private static func distinctLabels(_ column: Column) -> [String] {
    switch column.values {
    case .categorical(_, let categories): categories
    case .numeric(let numbers): Set(numbers.map { $0 == 0 ? 0 : $0 }).sorted().map(NumberText.label)
    }
  }

  private static func inferredTask(_ column: Column, distinctCount: Int) -> ModelTask {
    if distinctCount <= 2 { return .binary }
    guard case .numeric(let numbers) = column.values else { return .multiclass }
    return distinctCount <= 20 && numbers.allSatisfy { $0 == $0.rounded() } ? .multiclass : .regression
  }

  private static func check(
    _ task: ModelTask, _ column: Column, distinctCount: Int, _ table: Table
  ) throws(Failure) {
    let what = "cannot train on the target '\(column.name)' of \(table.file)"
    guard distinctCount > 1 else { throw Failure(what, why: "all rows have the same value: there is nothing to learn") }
    switch task {
    case .binary where distinctCount > 2:
      throw Failure(what, why: "it has \(distinctCount) values; a binary target has two", hint: "--task multiclass")
    case .multiclass where distinctCount > classLimit:
      throw Failure(
        what, why: "it has \(distinctCount) different values; at most \(classLimit) classes are possible",
        hint: column.type == .numeric ? "--task regression" : nil)
    case .regression where column.type == .categorical:
      throw Failure(what, why: "it holds texts; a regression needs numbers", hint: "--task multiclass")
    default: return
    }
  }
}

extension Table {
  /// Each row's target value: the class's place in `target.classes`, or the number itself for a regression.
  ///
  /// Throws where a row has a class that `target` does not list.
  func labels(of column: Column, for target: ModelTarget, task: ModelTask) throws(Failure) -> [Double] {
    let places = codeOfCategory(target.classes)
    switch column.values {
    case .numeric(let numbers) where task == .regression: return numbers
    case .numeric(let numbers):
      var placeOfNumber: [Double: Int] = [:]
      for number in Set(numbers) { placeOfNumber[number] = places[Array(NumberText.label(number).utf8)] }
      return try classPlaces(column, in: target) { row in placeOfNumber[numbers[row]] }
    case .categorical(let codes, let categories):
      let placeOfCode = categories.map { places[Array($0.utf8)] }
      return try classPlaces(column, in: target) { row in codes[row] < 0 ? nil : placeOfCode[Int(codes[row])] }
    }
  }

  private func classPlaces(
    _ column: Column, in target: ModelTarget, _ place: (Int) -> Int?
  ) throws(Failure) -> [Double] {
    var labels: [Double] = []
    labels.reserveCapacity(rowCount)
    for row in 0..<rowCount {
      guard let found = place(row) else {
        throw Failure(
          "cannot use the target '\(column.name)' of \(file)",
          why: "\(file):\(lines[row]): the model knows no such class; its classes are \(shortList(target.classes))")
      }
      labels.append(Double(found))
    }
    return labels
  }

  /// Throws with the first lines on which `column` holds nothing.
  func refuseMissing(in column: Column) throws(Failure) {
    let rows = (0..<rowCount).filter(column.isMissing)
    guard !rows.isEmpty else { return }
    let shown = rows.prefix(5).map { String(lines[$0]) }.joined(separator: ", ")
    throw Failure(
      "cannot use the target '\(column.name)' of \(file)",
      why: rows.count == 1
        ? "line \(shown) has no value for it"
        : "\(rows.count) rows have no value for it, on lines \(shown)\(rows.count > 5 ? ", …" : "")",
      hint: "remove the rows without a target first")
  }
}
