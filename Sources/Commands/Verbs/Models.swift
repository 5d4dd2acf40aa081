import ArgumentParser
import Diagnostics
import Files
import Formats
import Models
import Objects
import Repositories

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a gradient-boosted model on a CSV table.",
    discussion: """
      An ordinary command, made to be the command of a stage; it needs no repository. XGBoost trains on a CSV with a \
      header (.csv.gz too); text columns are categories, empty cells are missing values. The folder gets model.ubj, in \
      XGBoost's own format, and model.json, which says what went in. The same inputs give the same bytes.

      Example: mlrepo train --data train.csv --target price --params params.yaml:train --out models/price
      """)

  @OptionGroup var global: GlobalOptions

  @Option(help: "The table to learn from.", completion: .file())
  var data: String

  @Option(help: "The column to predict.")
  var target: String

  @Option(help: "Parameters: FILE, or FILE:KEY for a part of it.", completion: .file())
  var params: String?

  @Option(help: "The folder for the model.", completion: .directory)
  var out: String

  @Option(help: "binary, multiclass or regression; by default what the target looks like.")
  var task: ModelTask?

  @Option(help: "A column that the model is not to see.")
  var ignore: [String] = []

  @OptionGroup var report: ReportOptions

  func run() throws {
    let console = try Console(global)
    let params = try ParamsArgument(params, in: console.currentFolder)
    let dataPath = console.file(data)
    let request = TrainingRequest(
      dataPath: dataPath, target: target, outputFolder: console.file(out), task: task, parameters: params.members,
      ignoredColumns: ignore, trainingDataID: try contentID(ofFile: Array(dataPath.utf8)).text)
    let done = try request.train().description
    if report.json { return console.answer(json: try JSON.parse(Array(done.text.utf8), file: "model.json").value) }
    console.tell(
      "trained \(out): \(done.task.rawValue) on \(Shown.count(done.trainingRows, "row")), "
        + "\(Shown.count(done.columns.count, "column")), \(Shown.count(done.rounds, "round"))")
  }
}

extension ModelTask: ExpressibleByArgument {}

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure a model on a table.",
    discussion: """
      Writes accuracy, precision, recall, F1, ROC AUC, log loss and the confusion matrix for a classifier, RMSE, MAE and \
      R² for a regression; the values are those of scikit-learn. Predictions go into a CSV, a row for each row of the data.

      Example: mlrepo evaluate --model models/price --data test.csv --metrics metrics.json --predictions preds.csv
      """)

  @OptionGroup var global: GlobalOptions

  @Option(help: "The model's folder.", completion: .directory)
  var model: String

  @Option(help: "The table to predict.", completion: .file())
  var data: String

  @Option(help: "Where the metrics go, as JSON.", completion: .file())
  var metrics: String?

  @Option(help: "Where the predictions go, as CSV.", completion: .file())
  var predictions: String?

  @OptionGroup var report: ReportOptions

  func run() throws {
    let console = try Console(global)
    let request = EvaluationRequest(
      modelFolder: console.file(model), dataPath: console.file(data), metricsPath: metrics.map(console.file),
      predictionsPath: predictions.map(console.file))
    let done = try request.evaluate()
    let values = Value.map(done.metrics ?? [])
    if report.json { return console.answer(json: values) }
    console.tell("evaluated \(model) on \(Shown.count(done.rows, "row"))")
    for (key, value) in values.flattened() {
      if case .list = value { continue }
      console.tell("  \(Shown.column(key, 24)) \(value.text)")
    }
  }
}

struct Split: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "split",
    abstract: "Cut a table into training and test rows, reproducibly.",
    discussion: """
      Rows keep their bytes and their order. The same data, fractions and seed give the same parts on every machine. \
      Params are test (a fraction), validation (a fraction), seed and stratify (a column); options come before them.

      Example: mlrepo split --data all.csv --train train.csv --test test.csv --test-fraction 0.2 --seed 7
      """)

  @OptionGroup var global: GlobalOptions

  @Option(help: "The table.", completion: .file())
  var data: String

  @Option(help: "Where the training rows go.", completion: .file())
  var train: String

  @Option(help: "Where the test rows go.", completion: .file())
  var test: String

  @Option(help: "Where the validation rows go, if there are to be any.", completion: .file())
  var validation: String?

  @Option(help: "The share of the test rows, between 0 and 1.")
  var testFraction: Double?

  @Option(help: "The share of the validation rows.")
  var validationFraction: Double?

  @Option(help: "Which of the many ways to cut it.")
  var seed: Int?

  @Option(help: "A column whose values are to be equally frequent in each part.")
  var stratify: String?

  @Option(help: "Parameters: FILE, or FILE:KEY for a part of it.", completion: .file())
  var params: String?

  @OptionGroup var report: ReportOptions

  func run() throws {
    let console = try Console(global)
    let params = try ParamsArgument(params, in: console.currentFolder)
    try params.check(known: ["test", "validation", "seed", "stratify"])
    let validationPart = try validation.map { path in
      SplitRequest.HeldOut(
        path: console.file(path),
        fraction: try fraction(validationFraction, try params.number("validation"), "--validation-fraction"))
    }
    let request = SplitRequest(
      dataPath: console.file(data), trainPath: console.file(train),
      test: .init(
        path: console.file(test), fraction: try fraction(testFraction, try params.number("test"), "--test-fraction")),
      validation: validationPart, seed: try seed ?? params.integer("seed") ?? 0,
      stratify: try stratify ?? params.text("stratify"))
    let done = try request.split()
    if report.json {
      return console.answer(
        json: .list(
          done.parts.map { .map([ValueMember("path", .string($0.path)), ValueMember("rows", .int($0.rows))]) }))
    }
    for part in done.parts { console.tell("\(part.path): \(Shown.count(part.rows, "row"))") }
  }

  private func fraction(_ option: Double?, _ param: Double?, _ name: String) throws -> Double {
    guard let fraction = option ?? param else {
      throw Failure(
        "cannot split \(data)", why: "nothing says how many rows to hold out", hint: "give \(name), 0.2 for instance",
        category: .usage)
    }
    return fraction
  }
}
