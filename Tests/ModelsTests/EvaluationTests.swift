import Diagnostics
import Formats
import Foundation
import Testing

@testable import Models

@Suite struct EvaluationTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func failure(_ data: String, model: String = "model") -> Failure? {
    do {
      _ = try EvaluationRequest(modelFolder: scratch[model], dataPath: data).evaluate()
      return nil
    } catch {
      return error
    }
  }

  /// A model of `y` from a number `x` and a text `c`.
  private func train(_ rows: [String], _ extra: [ValueMember] = []) throws {
    let data = try scratch.file("train.csv", "x,c,y\n" + rows.joined(separator: "\n"))
    let parameters = [ValueMember("rounds", .int(4)), ValueMember("min_child_weight", .int(0))] + extra
    _ = try TrainingRequest(
      dataPath: data, target: "y", outputFolder: scratch["model"], parameters: parameters
    ).train()
  }

  private static let binaryRows = (0..<40).map { "\($0),\($0 % 2 == 0 ? "a" : "b"),\($0 < 20 ? "low" : "up")" }

  @Test("the breast cancer data: split, trained and evaluated, a model separates the classes")
  func breastCancer() throws {
    let (train, test) = (scratch["train.csv"], scratch["test.csv"])
    _ = try SplitRequest(
      dataPath: Scratch.breastCancer, trainPath: train, test: .init(path: test, fraction: 0.25), seed: 7,
      stratify: "diagnosis"
    ).split()
    _ = try TrainingRequest(
      dataPath: train, target: "diagnosis", outputFolder: scratch["model"],
      parameters: [
        ValueMember("max_depth", .int(3)), ValueMember("eta", .float(0.3)), ValueMember("rounds", .int(40)),
        ValueMember("seed", .int(7)),
      ]
    ).train()
    let report = try EvaluationRequest(
      modelFolder: scratch["model"], dataPath: test, metricsPath: scratch["out/metrics.json"],
      predictionsPath: scratch["out/predictions.csv"]
    ).evaluate()
    let metrics = Value.map(try #require(report.metrics))
    #expect(metrics[path: "rows"] == .int(142))
    #expect(metrics[path: "positive_class"] == .string("malignant"))
    let (area, accuracy) = (metrics[path: "roc_auc"]?.double ?? 0, metrics[path: "accuracy"]?.double ?? 0)
    #expect(area > 0.97 && accuracy > 0.92)
    #expect(try JSON.parse(scratch.bytes("out/metrics.json"), file: "metrics.json").value == metrics)
    try expectSameMetrics(metrics)
  }

  /// The predictions file alone gives the same metrics, to the last digit.
  private func expectSameMetrics(_ metrics: Value) throws {
    let table = try Table.read(scratch["out/predictions.csv"])
    #expect(table.header == ["row", "actual", "prediction", "probability_benign", "probability_malignant"])
    guard case .categorical(let actual, _) = table.columns[1].values,
      case .categorical(let predicted, _) = table.columns[2].values,
      case .numeric(let probabilities) = table.columns[4].values
    else { throw Failure("cannot read the predictions", why: "a column has another type") }
    let again = Metrics.binary(
      truth: actual.map { Int($0) }, predicted: predicted.map { Int($0) }, probabilities: probabilities,
      classes: ["benign", "malignant"])
    #expect(.map(again) == metrics)
  }

  @Test("columns are found by name, others are ignored, and a text that training never saw counts as missing")
  func matchesColumns() throws {
    try train(Self.binaryRows)
    let reference = try scratch.file("reference.csv", "x,c,y\n5,,low\n30,a,up\n")
    let shuffled = try scratch.file("shuffled.csv", "y,more,c,x\nlow,?,never seen,5\nup,?,a,30\n")
    for data in [reference, shuffled] {
      _ = try EvaluationRequest(
        modelFolder: scratch["model"], dataPath: data, predictionsPath: data + ".out"
      ).evaluate()
    }
    #expect(try scratch.bytes("reference.csv.out") == scratch.bytes("shuffled.csv.out"))
    #expect(
      try scratch.text("reference.csv.out").hasPrefix(
        "row,actual,prediction,probability_low,probability_up\n1,low,low,"))
  }

  @Test("data that the model cannot read is refused")
  func refusesData() throws {
    try train(Self.binaryRows)
    let missing = try scratch.file("missing.csv", "X1,c,y\n1,a,low\n")
    #expect(failure(missing)?.what == "cannot find column 'x' in \(missing)")
    #expect(failure(missing)?.hint == "did you mean 'X1'?")
    let text = try scratch.file("text.csv", "x,c,y\n1,a,low\nwide,a,low\n")
    #expect(failure(text)?.why == "\(text):3: column 'x' must hold numbers; this row holds 'wide'")
    let unseen = try scratch.file("unseen.csv", "x,c,y\n1,a,sideways\n")
    #expect(failure(unseen)?.why == "\(unseen):2: the model knows no such class; its classes are 'low', 'up'")
    let empty = try scratch.file("empty.csv", "x,c,y\n1,a,\n")
    #expect(failure(empty)?.why == "line 2 has no value for it")
    let targetless = try scratch.file("targetless.csv", "x,c\n1,a\n")
    #expect(failure(targetless)?.what == "cannot find column 'y' in \(targetless)")
  }

  @Test("data without the target gives predictions alone")
  func predictsOnly() throws {
    try train(Self.binaryRows)
    let data = try scratch.file("new.csv", "c,x\na,1\nb,39\n")
    let report = try EvaluationRequest(
      modelFolder: scratch["model"], dataPath: data, predictionsPath: scratch["p.csv"]
    ).evaluate()
    #expect(report.metrics == nil)
    let rows = try scratch.text("p.csv").split(separator: "\n").map {
      $0.split(separator: ",").prefix(2).joined(separator: ",")
    }
    #expect(rows == ["row,prediction", "1,low", "2,up"])
  }

  @Test("classes that are numbers are matched by value, and several classes give a probability each")
  func numericClasses() throws {
    try train((0..<60).map { "\($0),a,\($0 / 20 + 1)" }, [ValueMember("max_depth", .int(2))])
    let data = try scratch.file("test.csv", "x,c,y\n0,a,1.0\n59,a,3e0\n30,a,2\n")
    let report = try EvaluationRequest(
      modelFolder: scratch["model"], dataPath: data, predictionsPath: scratch["p.csv"]
    ).evaluate()
    #expect(Value.map(report.metrics ?? [])[path: "accuracy"] == .float(1))
    let lines = try scratch.text("p.csv").split(separator: "\n")
    #expect(lines[0] == "row,actual,prediction,probability_1,probability_2,probability_3")
    #expect(lines.dropFirst().map { $0.prefix(5) } == ["1,1,1", "2,3,3", "3,2,2"])
  }

  @Test("one class only in the data: what cannot be computed is null, the rest is there")
  func oneClassOnly() throws {
    try train(Self.binaryRows)
    let data = try scratch.file("one.csv", "x,c,y\n1,a,low\n2,a,low\n")
    let report = try EvaluationRequest(
      modelFolder: scratch["model"], dataPath: data, metricsPath: scratch["m.json"]
    ).evaluate()
    #expect(Value.map(report.metrics ?? [])[path: "roc_auc"] == .null)
    #expect(try scratch.text("m.json").contains("\"roc_auc\": null,\n"))
  }
}
