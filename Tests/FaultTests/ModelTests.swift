import Diagnostics
import TestSupport
import Testing

@Suite("Random histories")
struct ModelTests {
  /// Why the steps go wrong; nil if they do not.
  private func failure(of steps: [ModelStep]) -> String? {
    do {
      try ModelRun().run(steps)
      return nil
    } catch {
      return "\(error)"
    }
  }

  /// Drops steps as long as what is left still goes wrong: halves first, single ones at the end.
  private func shrunk(_ steps: [ModelStep]) -> [ModelStep] {
    var steps = steps
    var size = steps.count / 2
    while size > 0 {
      var start = 0
      while start < steps.count {
        var fewer = steps
        fewer.removeSubrange(start..<min(start + size, steps.count))
        if failure(of: fewer) != nil { steps = fewer } else { start += size }
      }
      size /= 2
    }
    return steps
  }

  @Test(
    "after any steps the workspace is what a plain model says, and every commit's content is still there",
    arguments: isFull ? 1...40 : 1...2)
  func history(number: UInt64) throws {
    let seed = number &+ seedOffset
    var random = SeededRandom(seed: seed)
    let steps = (0..<(isFull ? 60 : 30)).map { _ in ModelStep.random(&random) }
    guard failure(of: steps) != nil else { return }
    let few = shrunk(steps)
    Issue.record("seed \(seed): \(few)\n\(failure(of: few) ?? "it went well the last time")")
  }
}
