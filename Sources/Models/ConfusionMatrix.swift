/// How often each class was predicted for each class. Ratios with nothing to divide by are 0.
struct ConfusionMatrix: Equatable {
  /// `counts[truth][predicted]`, both places of classes.
  private(set) var counts: [[Int]]
  /// The rows of each class.
  private(set) var support: [Int]
  /// The rows predicted to be of each class.
  private(set) var predictions: [Int]
  private(set) var rows = 0

  init(truth: [Int], predicted: [Int], classCount: Int) {
    counts = Array(repeating: Array(repeating: 0, count: classCount), count: classCount)
    support = Array(repeating: 0, count: classCount)
    predictions = support
    for (actual, guess) in zip(truth, predicted) {
      counts[actual][guess] += 1
      support[actual] += 1
      predictions[guess] += 1
      rows += 1
    }
  }

  var accuracy: Double { ratio(counts.indices.reduce(0) { $0 + counts[$1][$1] }, rows) }

  func precision(of place: Int) -> Double { ratio(counts[place][place], predictions[place]) }

  func recall(of place: Int) -> Double { ratio(counts[place][place], support[place]) }

  func f1(of place: Int) -> Double { ratio(2 * counts[place][place], predictions[place] + support[place]) }

  /// The mean of `score` over the classes that occur among the true or the predicted ones.
  func macroAverage(_ score: (Int) -> Double) -> Double {
    let present = support.indices.filter { support[$0] + predictions[$0] > 0 }
    return present.isEmpty ? 0 : present.reduce(0) { $0 + score($1) } / Double(present.count)
  }

  /// The mean of `score` over the classes, each counted as often as it is true.
  func weightedAverage(_ score: (Int) -> Double) -> Double {
    rows == 0 ? 0 : support.indices.reduce(0) { $0 + score($1) * Double(support[$1]) } / Double(rows)
  }

  private func ratio(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }
}
