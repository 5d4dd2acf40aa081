package import Diagnostics
import Files
import Objects
package import Pipelines

/// A finished run that the run cache keeps.
package struct KnownRun: Sendable {
  package let record: RunCache.Record
  /// Whether the store has all that it made, so that it can be used again.
  package let isComplete: Bool
}

extension Repository {
  /// The runs that the run cache keeps, the newest first; of the stages in `stages` if any are given.
  package func knownRuns(of stages: [String] = []) throws(Failure) -> [KnownRun] {
    var known: [KnownRun] = []
    for record in try runCache().list() where stages.isEmpty || stages.contains(record.stage) {
      known.append(KnownRun(record: record, isComplete: try isComplete(record)))
    }
    return known
  }

  /// The run whose id starts with the digits `prefix`.
  package func knownRun(_ prefix: String) throws(Failure) -> KnownRun {
    let digits = prefix.hasPrefix("sha256:") ? String(prefix.dropFirst(7)) : prefix
    let found = try knownRuns().filter { $0.record.id.hex.hasPrefix(digits) }
    let what = "cannot find the run '\(prefix.prefix(100))'"
    if found.count > 1 { throw Failure(what, why: "\(found.count) runs start with it", hint: "give more digits") }
    guard let run = found.first, !digits.isEmpty else {
      throw Failure(what, why: "the run cache has none that starts with it", hint: "mlrepo run-cache list")
    }
    return run
  }

  /// Takes runs out of the run cache: those not made or used in the last `days` days, and those that
  /// have lost an output. Returns how many went.
  package func pruneRunCache(olderThan days: Int) throws(Failure) -> Int {
    let deadline = wallClock() - Int64(days) * 24 * 3600 * 1_000_000_000
    return try locked("run-cache prune") { () throws(Failure) in
      try runCache().prune { (record) throws(Failure) in
        if record.lastUsed < deadline { return false }
        return try isComplete(record)
      }
    }
  }

  /// A run that was not of use since `deadline` stays as long as all it made happens to be in the store.
  func forgetUselessRuns(before deadline: Int64) throws(Failure) {
    _ = try runCache().prune { (record) throws(Failure) in
      if record.lastUsed >= deadline { return true }
      return try isComplete(record)
    }
  }

  private func isComplete(_ record: RunCache.Record) throws(Failure) -> Bool {
    for output in record.result.outputs where try !store().contains(output.id) { return false }
    return true
  }
}
