package import Diagnostics
package import Formats

/// What to train, on what, and where to put it.
package struct TrainingRequest: Sendable {
  package var dataPath: String
  package var target: String
  /// Nil infers it from the target's values.
  package var task: ModelTask?
  /// XGBoost's parameters by name, with `rounds` and `seed`.
  package var parameters: [ValueMember]
  /// Columns that the model is not to see.
  package var ignoredColumns: [String]
  /// The folder that will hold the model; made if it is missing.
  package var outputFolder: String
  /// The id of the data file, `sha256:` and 64 digits, recorded in `model.json`.
  package var trainingDataID: String?

  package init(
    dataPath: String, target: String, outputFolder: String, task: ModelTask? = nil, parameters: [ValueMember] = [],
    ignoredColumns: [String] = [], trainingDataID: String? = nil
  ) {
    self.dataPath = dataPath
    self.target = target
    self.outputFolder = outputFolder
    self.task = task
    self.parameters = parameters
    self.ignoredColumns = ignoredColumns
    self.trainingDataID = trainingDataID
  }
}

/// What a training run made.
package struct TrainingReport: Equatable, Sendable {
  package let folder: String
  package let description: ModelDescription
}

extension TrainingRequest {
  /// Texts in one column beyond this number name the rows rather than describe them.
  static let categoryLimit = 10_000

  /// Trains the model and writes its folder: `model.ubj` in XGBoost's own format, and `model.json`.
  ///
  /// The same data and parameters give the same bytes. Nothing is written unless all went well.
  package func train() throws(Failure) -> TrainingReport {
    let table = try readTable()
    let columns = try modelColumns(of: table)
    guard let targetColumn = table.column(named: target) else { throw table.missingColumn(target) }
    let target = try TrainingTarget(targetColumn, in: table, task: task)
    let parameters = try TrainingParameters(
      self.parameters, task: target.task, classCount: target.target.classes.count, columns: columns)
    let texts = try parameters.texts(columns: columns)
    let library = try XGBoostLibrary.load()
    let matrix = try TrainingMatrix.make(library, values: try table.features(columns), columns: columns)
    try matrix.setLabels(target.labels)
    let booster = try Booster.make(library, training: matrix, parameters: texts)
    for round in 0..<Int32(parameters.rounds) { try booster.update(round: round, with: matrix) }
    try booster.setColumns(columns)
    let bytes = try booster.serialized()
    let description = ModelDescription(
      task: target.task, target: target.target, columns: columns, parameters: parameters.settings,
      rounds: parameters.rounds, library: library.version, trainingDataID: trainingDataID, trainingRows: table.rowCount,
      modelSize: bytes.count, modelChecksum: Model.checksum(bytes))
    try Output.write(
      [
        (ModelDescription.modelFileName, bytes), (ModelDescription.fileName, Array(description.text.utf8)),
      ], intoFolder: outputFolder)
    return TrainingReport(folder: outputFolder, description: description)
  }

  private func readTable() throws(Failure) -> Table {
    let table = try Table.read(dataPath)
    for name in ignoredColumns where !table.header.contains(name) { throw table.missingColumn(name) }
    return table
  }

  private func modelColumns(of table: Table) throws(Failure) -> [ModelColumn] {
    let columns = table.columns.filter { $0.name != target && !ignoredColumns.contains($0.name) }.map(ModelColumn.init)
    guard !columns.isEmpty else {
      throw Failure("cannot train on \(dataPath)", why: "it has no column besides the target '\(target)'")
    }
    for column in columns where column.categories.count > Self.categoryLimit {
      throw Failure(
        "cannot train on column '\(column.name)' of \(dataPath)",
        why:
          "it holds \(column.categories.count) different texts, more than the \(Self.categoryLimit) that are possible",
        hint: "--ignore '\(column.name)'")
    }
    return columns
  }
}
