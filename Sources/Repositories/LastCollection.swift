import Diagnostics
import Files

/// Which gc was the last to take anything out of the store. What a command has planned before, trusting that the store has
/// this or that, is void after: it plans anew, or says so.
struct LastCollection: Equatable {
  /// nil while a gc takes objects, or after one that died in the middle.
  fileprivate let mark: [UInt8]?

  fileprivate static let name = Array("trash/last".utf8)
  fileprivate static let unfinished = Array("taking\n".utf8)

  /// Whether nothing was taken between two looks.
  static func == (one: LastCollection, other: LastCollection) -> Bool {
    guard let mark = one.mark else { return false }
    return mark == other.mark
  }
}

extension Repository {
  func lastCollection() throws(Failure) -> LastCollection {
    let found = try storeTop().contents(LastCollection.name, limit: 4096) ?? []
    return LastCollection(mark: found == LastCollection.unfinished ? nil : found)
  }

  /// Runs `body`, which takes objects away, while holding the lock.
  func takingAway(_ body: () throws(Failure) -> Void) throws(Failure) {
    try note(LastCollection.unfinished)
    try body()
    try noteCollection()
  }

  /// Whether a gc has taken anything since `earlier`. Call it while holding the lock.
  func hasCollected(since earlier: LastCollection) throws(Failure) -> Bool {
    let last = try lastCollection()
    // One that was killed: what is planned from now on knows what it took.
    if last.mark == nil { try noteCollection() }
    return last != earlier
  }

  func hasCollectedSincePlanning() throws(Failure) -> Bool {
    guard let plannedAfter else { return false }
    return try hasCollected(since: plannedAfter)
  }

  /// The failure of a command that counted on what a gc has taken since.
  func collectedMeanwhile(_ command: String) -> Failure {
    Failure(
      "cannot \(command)", why: "a gc took objects away meanwhile", hint: "run the command again", category: .locked)
  }

  /// Runs `body`, which plans before it takes the lock. What it does not find because a gc has just taken it is no loss.
  func planning<Result>(
    _ command: String, _ body: (LastCollection) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let before = try lastCollection()
    do throws(Failure) {
      return try body(before)
    } catch  where error.category == .dataMissing {
      if try lastCollection() == before { throw error }
      throw collectedMeanwhile(command)
    }
  }

  private func noteCollection() throws(Failure) {
    try note(Array("\(wallClock()) \(UInt64.random(in: .min ... .max))\n".utf8))
  }

  private func note(_ mark: [UInt8]) throws(Failure) {
    let scratch = try storeFolder().scratch
    // It takes its folder along when it goes.
    defer { withExtendedLifetime(scratch) {} }
    try storeTop().replace(LastCollection.name, with: mark, scratch: scratch.folder(), .off)
  }
}
