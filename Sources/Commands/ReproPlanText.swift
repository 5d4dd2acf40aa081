import Files
import Pipelines

extension ReproPlan.Action {
  /// What happens to the stage, in a few words.
  var word: String {
    switch self {
    case .upToDate: "up to date"
    case .frozen: "frozen"
    case .restore: "restores outputs from the store"
    case .reuse: "reuses an earlier result"
    case .run: "runs"
    case .runIfChanged: "may run"
    }
  }

  /// Why, a line each.
  var lines: [String] {
    switch self {
    case .upToDate, .frozen: []
    case .restore, .run: reasons.map(\.text)
    // It ran somewhere else: in another branch or clone, or before its entry was lost.
    case .reuse: reasons.filter { $0 != .neverRun }.map(\.text)
    case .runIfChanged(let upstream):
      ["if \(upstream.map { "'\($0)'" }.joined(separator: " or ")) makes something new"]
    }
  }
}

extension ReproPlan.Step {
  /// Why, and what else is to be told.
  var lines: [String] { action.lines + drift.map { "\($0.text) (only reported)" } }
}
