package import Diagnostics
package import Formats

/// Which model to evaluate on which data, and where to write what comes out.
package struct EvaluationRequest: Sendable {
  package var modelFolder: String
  package var dataPath: String
  /// Where the metrics go as JSON; nil writes none.
  package var metricsPath: String?
  /// Where the predictions go as CSV; nil writes none.
  package var predictionsPath: String?

  package init(modelFolder: String, dataPath: String, metricsPath: String? = nil, predictionsPath: String? = nil) {
    self.modelFolder = modelFolder
    self.dataPath = dataPath
    self.metricsPath = metricsPath
    self.predictionsPath = predictionsPath
  }
}

/// What an evaluation found.
package struct EvaluationReport: Equatable, Sendable {
  package let description: ModelDescription
  package let rows: Int
  /// The metrics in the order in which they are shown; nil if the data has no target to compare with.
  package let metrics: [ValueMember]?
}

extension EvaluationRequest {
  /// Predicts each row, measures the predictions if the data has the target, and writes what was asked for.
  ///
  /// The target may be absent only if predictions alone are asked for.
  package func evaluate() throws(Failure) -> EvaluationReport {
    let model = try Model(at: modelFolder)
    let table = try model.readTable(dataPath)
    let description = model.description
    let target = table.column(named: description.target.name)
    guard target != nil || (metricsPath == nil && predictionsPath != nil) else {
      throw table.missingColumn(description.target.name)
    }
    var truth: [Double]?
    if let target {
      try table.refuseMissing(in: target)
      truth = try table.labels(of: target, for: description.target, task: description.task)
    }
    let predictions = Predictions(values: try model.predict(table), description: description)
    let metrics = truth.map { predictions.metrics(truth: $0) }
    if let predictionsPath {
      let delimiter = CSVScanner.delimiter(forFile: predictionsPath)
      try Output.write(predictions.table(truth: truth, delimiter: delimiter), to: predictionsPath)
    }
    if let metricsPath, let metrics {
      try Output.write(Array(JSON.encode(.map(metrics), pretty: true).utf8), to: metricsPath)
    }
    return EvaluationReport(description: description, rows: table.rowCount, metrics: metrics)
  }
}

/// What a model said of each row.
struct Predictions {
  /// As `Model.predict` returns them.
  let values: [Double]
  let description: ModelDescription

  private var classes: [String] { description.target.classes }

  private var rowCount: Int { description.task == .multiclass ? values.count / classes.count : values.count }

  /// The place of the most probable class of row `row`; the first one where they are equal.
  private func predictedClass(_ row: Int) -> Int {
    if description.task == .binary { return values[row] > 0.5 ? 1 : 0 }
    let probabilities = values[row * classes.count..<(row + 1) * classes.count]
    var best = probabilities.startIndex
    for place in probabilities.indices where values[place] > values[best] { best = place }
    return best - probabilities.startIndex
  }

  func metrics(truth: [Double]) -> [ValueMember] {
    if description.task == .regression { return Metrics.regression(truth: truth, predicted: values) }
    let actual = truth.compactMap { Int(exactly: $0) }
    let predicted = (0..<rowCount).map(predictedClass)
    return description.task == .binary
      ? Metrics.binary(truth: actual, predicted: predicted, probabilities: values, classes: classes)
      : Metrics.multiclass(truth: actual, predicted: predicted, probabilities: values, classes: classes)
  }

  /// The predictions as CSV: number of the row from 1, the true value if there is one, the prediction, and the
  /// probability of each class.
  func table(truth: [Double]?, delimiter: UInt8) -> [UInt8] {
    var writer = CSVWriter(delimiter: delimiter)
    let header = ["row"] + (truth == nil ? [] : ["actual"]) + ["prediction"]
    writer.append(row: header + classes.map { "probability_\($0)" })
    for row in 0..<rowCount {
      let actual = truth.map { [text(of: $0[row])] } ?? []
      writer.append(row: ["\(row + 1)"] + actual + [prediction(row)] + probabilities(row))
    }
    return writer.bytes
  }

  private func prediction(_ row: Int) -> String {
    description.task == .regression ? NumberText.label(values[row]) : classes[predictedClass(row)]
  }

  private func text(of truth: Double) -> String {
    guard description.task != .regression, let place = Int(exactly: truth) else { return NumberText.label(truth) }
    return classes[place]
  }

  private func probabilities(_ row: Int) -> [String] {
    switch description.task {
    case .regression: []
    case .binary: ["\(1 - values[row])", "\(values[row])"]
    case .multiclass: values[row * classes.count..<(row + 1) * classes.count].map { "\($0)" }
    }
  }
}
