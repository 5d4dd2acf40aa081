import Formats
import Foundation
import Testing

@testable import Models

/// The metrics against scikit-learn's. `Fixtures/metrics/make_reference.py` tells how the values were made.
@Suite struct MetricsTests {
  private static let reference: Value = {
    let path = Scratch.package + "/Fixtures/metrics/reference.json"
    let bytes = FileManager.default.contents(atPath: path).map { Array($0) } ?? []
    return (try? JSON.parse(bytes, file: path).value) ?? .null
  }()

  private static func cases(_ task: String) -> [Value] { reference[path: task]?.items ?? [] }

  @Test("binary metrics are scikit-learn's", arguments: cases("binary"))
  func binary(example: Value) throws {
    let scores = example[path: "scores"]?.doubles ?? []
    let truth = example[path: "truth"]?.ints ?? []
    let got = Metrics.binary(
      truth: truth, predicted: scores.map { $0 > 0.5 ? 1 : 0 }, probabilities: scores, classes: ["no", "yes"])
    try expectEqual(.map(got), try #require(example[path: "expected"]))
  }

  @Test("multi-class metrics are scikit-learn's", arguments: cases("multiclass"))
  func multiclass(example: Value) throws {
    let rows = (example[path: "probabilities"]?.items ?? []).map(\.doubles)
    let predicted = rows.map { row in row.firstIndex(of: row.max() ?? 0) ?? 0 }
    let got = Metrics.multiclass(
      truth: example[path: "truth"]?.ints ?? [], predicted: predicted, probabilities: rows.flatMap { $0 },
      classes: ["a", "b", "c", "d"])
    try expectEqual(.map(got), try #require(example[path: "expected"]))
  }

  @Test("regression metrics are scikit-learn's", arguments: cases("regression"))
  func regression(example: Value) throws {
    let got = Metrics.regression(
      truth: example[path: "truth"]?.doubles ?? [], predicted: example[path: "predicted"]?.doubles ?? [])
    try expectEqual(.map(got), try #require(example[path: "expected"]))
  }

  @Test("the reference values are there")
  func referenceIsThere() {
    #expect(["binary", "multiclass", "regression"].map { Self.cases($0).count } == [8, 4, 6])
  }

  /// Fails unless both have the same keys in the same order, and values that differ by less than 1e-9.
  private func expectEqual(_ got: Value, _ expected: Value) throws {
    let (mine, theirs) = (got.flattened(), expected.flattened())
    #expect(mine.map(\.key) == theirs.map(\.key))
    for (one, other) in zip(mine, theirs) {
      if let a = one.value.double, let b = other.value.double {
        #expect(abs(a - b) <= 1e-9 * max(1, abs(b)), "\(one.key)")
      } else {
        #expect(one.value == other.value, "\(one.key)")
      }
    }
  }
}

/// The same against a larger set of reference values, where it is at hand.
@Suite struct SharedMetricsTests {
  static let folder = Scratch.package + "/../shared/fixtures/metrics"
  static let isAbsent = !FileManager.default.fileExists(atPath: folder + "/expected_metrics.json")

  private func expected(_ key: String) throws -> Double {
    let path = Self.folder + "/expected_metrics.json"
    let root = try JSON.parse(Array(try #require(FileManager.default.contents(atPath: path))), file: path).value
    return try #require(root[path: key]?.double, "\(key)")
  }

  private func numbers(_ table: Table, _ name: String) throws -> [Double] {
    guard case .numeric(let numbers) = try #require(table.column(named: name)).values else { return [] }
    return numbers
  }

  private func check(_ metrics: [ValueMember], _ pairs: [String: String]) throws {
    for (mine, theirs) in pairs {
      let got = try #require(Value.map(metrics)[path: mine]?.double, "\(mine)")
      #expect(abs(got - (try expected(theirs))) <= 1e-9, "\(mine)")
    }
  }

  @Test("binary metrics of 500 rows", .disabled(if: isAbsent, "the shared fixtures are not beside this package"))
  func binary() throws {
    let table = try Table.read(Self.folder + "/binary.csv")
    let metrics = Metrics.binary(
      truth: try numbers(table, "y").map { Int($0) }, predicted: try numbers(table, "pred").map { Int($0) },
      probabilities: try numbers(table, "score"), classes: ["0", "1"])
    try check(
      metrics,
      [
        "accuracy": "binary.accuracy_score", "precision": "binary.precision_score", "recall": "binary.recall_score",
        "f1": "binary.f1_score", "roc_auc": "binary.roc_auc", "log_loss": "binary.log_loss",
        "confusion_matrix.tn": "binary.confusion_matrix.0.0", "confusion_matrix.fp": "binary.confusion_matrix.0.1",
        "confusion_matrix.fn": "binary.confusion_matrix.1.0", "confusion_matrix.tp": "binary.confusion_matrix.1.1",
      ])
  }

  @Test("multi-class metrics of 300 rows", .disabled(if: isAbsent, "the shared fixtures are not beside this package"))
  func multiclass() throws {
    let table = try Table.read(Self.folder + "/multiclass.csv")
    let classes = ["a", "b", "c", "d"]
    let columns = try classes.map { try numbers(table, "p_\($0)") }
    let metrics = Metrics.multiclass(
      truth: try places(table, "y", classes), predicted: try places(table, "pred", classes),
      probabilities: (0..<table.rowCount).flatMap { row in columns.map { $0[row] } }, classes: classes)
    var pairs = [
      "accuracy": "multiclass.accuracy", "log_loss": "multiclass.log_loss",
      "roc_auc_ovr_macro": "multiclass.roc_auc_ovr_macro",
    ]
    for score in ["precision", "recall", "f1"] {
      pairs["macro.\(score)"] = "multiclass.macro.\(score)"
      pairs["weighted.\(score)"] = "multiclass.weighted.\(score)"
      let theirs = score == "f1" ? "f1-score" : score
      for name in classes {
        pairs["per_class.\(name).\(score)"] = "multiclass.classification_report.\(name).\(theirs)"
      }
    }
    try check(metrics, pairs)
  }

  @Test("regression metrics of 200 rows", .disabled(if: isAbsent, "the shared fixtures are not beside this package"))
  func regression() throws {
    let table = try Table.read(Self.folder + "/regression.csv")
    let metrics = Metrics.regression(truth: try numbers(table, "y"), predicted: try numbers(table, "pred"))
    try check(
      metrics,
      [
        "rmse": "regression.root_mean_squared_error", "mae": "regression.mean_absolute_error",
        "r2": "regression.r2_score",
      ])
  }

  private func places(_ table: Table, _ name: String, _ classes: [String]) throws -> [Int] {
    guard case .categorical(let codes, let categories) = try #require(table.column(named: name)).values else {
      return []
    }
    return try codes.map { try #require(classes.firstIndex(of: categories[Int($0)])) }
  }
}

extension Value {
  var items: [Value] {
    if case .list(let items) = self { items } else { [] }
  }

  var double: Double? {
    switch self {
    case .int(let int): Double(int)
    case .float(let double): double
    default: nil
    }
  }

  var doubles: [Double] { items.compactMap(\.double) }

  var ints: [Int] { items.compactMap { if case .int(let int) = $0 { int } else { nil } } }
}
