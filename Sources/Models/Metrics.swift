package import Formats

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The quality of predictions, measured as scikit-learn does and in the order in which it is shown.
package enum Metrics {
  /// Of a binary model, whose positive class is the second one.
  ///
  /// - Parameters:
  ///   - truth: each row's class, 0 or 1.
  ///   - predicted: each row's predicted class, 0 or 1.
  ///   - probabilities: each row's probability of class 1.
  ///   - classes: the names of the two classes.
  package static func binary(
    truth: [Int], predicted: [Int], probabilities: [Double], classes: [String]
  ) -> [ValueMember] {
    let matrix = ConfusionMatrix(truth: truth, predicted: predicted, classCount: 2)
    let counts = matrix.counts
    return [
      ValueMember("rows", .int(truth.count)),
      ValueMember("positive_class", classes.count == 2 ? .string(classes[1]) : .null),
      ValueMember("accuracy", .float(matrix.accuracy)),
      ValueMember("precision", .float(matrix.precision(of: 1))),
      ValueMember("recall", .float(matrix.recall(of: 1))),
      ValueMember("f1", .float(matrix.f1(of: 1))),
      ValueMember("roc_auc", number(rocAUC(isPositive: truth.map { $0 == 1 }, scores: probabilities))),
      ValueMember("log_loss", number(logLoss(truth, probabilities.flatMap { [1 - $0, $0] }, classCount: 2))),
      ValueMember(
        "confusion_matrix",
        .map([
          ValueMember("tn", .int(counts[0][0])), ValueMember("fp", .int(counts[0][1])),
          ValueMember("fn", .int(counts[1][0])), ValueMember("tp", .int(counts[1][1])),
        ])),
    ]
  }

  /// Of a model of several classes.
  ///
  /// - Parameters:
  ///   - truth: the place of each row's class in `classes`.
  ///   - predicted: the place of each row's predicted class.
  ///   - probabilities: one per class and row, row after row.
  package static func multiclass(
    truth: [Int], predicted: [Int], probabilities: [Double], classes: [String]
  ) -> [ValueMember] {
    let matrix = ConfusionMatrix(truth: truth, predicted: predicted, classCount: classes.count)
    return [
      ValueMember("rows", .int(truth.count)),
      ValueMember("accuracy", .float(matrix.accuracy)),
      ValueMember("macro", averages(matrix, matrix.macroAverage)),
      ValueMember("weighted", averages(matrix, matrix.weightedAverage)),
      ValueMember("roc_auc_ovr_macro", number(rocAUCOneVersusRest(truth, probabilities, classes.count))),
      ValueMember("log_loss", number(logLoss(truth, probabilities, classCount: classes.count))),
      ValueMember(
        "per_class",
        .map(
          classes.enumerated().map { place, name in
            let scores = averages(matrix) { $0(place) }
            guard case .map(let members) = scores else { return ValueMember(name, scores) }
            return ValueMember(name, .map(members + [ValueMember("support", .int(matrix.support[place]))]))
          })),
      ValueMember(
        "confusion_matrix",
        .map([
          ValueMember("labels", .list(classes.map(Value.string))),
          ValueMember("counts", .list(matrix.counts.map { .list($0.map(Value.int)) })),
        ])),
    ]
  }

  /// Of a model that predicts numbers.
  package static func regression(truth: [Double], predicted: [Double]) -> [ValueMember] {
    let rows = Double(truth.count)
    let errors = zip(truth, predicted).map { $0 - $1 }
    let squares = errors.reduce(0) { $0 + $1 * $1 }
    return [
      ValueMember("rows", .int(truth.count)),
      ValueMember("rmse", number(truth.isEmpty ? nil : (squares / rows).squareRoot())),
      ValueMember("mae", number(truth.isEmpty ? nil : errors.reduce(0) { $0 + abs($1) } / rows)),
      ValueMember("r2", number(rSquared(truth, squaredErrors: squares))),
    ]
  }

  /// The area under the ROC curve: how often a positive row scores above a negative one, a tie counting half. Nil if the
  /// rows are all of one class.
  static func rocAUC(isPositive: [Bool], scores: [Double]) -> Double? {
    let positives = isPositive.count { $0 }
    let negatives = isPositive.count - positives
    guard positives > 0, negatives > 0 else { return nil }
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    var negativesBelow = 0
    // Twice the number of pairs in the right order, so that ties stay whole.
    var pairs = 0
    var start = 0
    while start < order.count {
      var end = start
      var positivesHere = 0
      while end < order.count, scores[order[end]] == scores[order[start]] || end == start {
        positivesHere += isPositive[order[end]] ? 1 : 0
        end += 1
      }
      let negativesHere = end - start - positivesHere
      pairs += positivesHere * (2 * negativesBelow + negativesHere)
      negativesBelow += negativesHere
      start = end
    }
    return Double(pairs) / (2 * Double(positives) * Double(negatives))
  }

  /// The mean over the classes of the area under the curve of that class against all others; nil where one of them has
  /// no rows, or all.
  private static func rocAUCOneVersusRest(_ truth: [Int], _ probabilities: [Double], _ classCount: Int) -> Double? {
    var sum = 0.0
    for place in 0..<classCount {
      let scores = truth.indices.map { probabilities[$0 * classCount + place] }
      guard let area = rocAUC(isPositive: truth.map { $0 == place }, scores: scores) else { return nil }
      sum += area
    }
    return sum / Double(classCount)
  }

  /// The mean of the negated logarithm of the probability of each row's class, kept one rounding error away from 0 and 1.
  private static func logLoss(_ truth: [Int], _ probabilities: [Double], classCount: Int) -> Double? {
    guard !truth.isEmpty else { return nil }
    let margin = Double.ulpOfOne
    let sum = truth.indices.reduce(0.0) { sum, row in
      sum - log(min(max(probabilities[row * classCount + truth[row]], margin), 1 - margin))
    }
    return sum / Double(truth.count)
  }

  /// The share of the variance that the predictions explain; 1 or 0 where there is no variance; nil for a single row.
  private static func rSquared(_ truth: [Double], squaredErrors: Double) -> Double? {
    guard truth.count > 1 else { return nil }
    let mean = truth.reduce(0, +) / Double(truth.count)
    let variance = truth.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    if variance == 0 { return squaredErrors == 0 ? 1 : 0 }
    return 1 - squaredErrors / variance
  }

  private static func averages(_ matrix: ConfusionMatrix, _ average: ((Int) -> Double) -> Double) -> Value {
    .map([
      ValueMember("precision", .float(average(matrix.precision))),
      ValueMember("recall", .float(average(matrix.recall))),
      ValueMember("f1", .float(average(matrix.f1))),
    ])
  }

  private static func number(_ number: Double?) -> Value { number.map(Value.float) ?? .null }
}
