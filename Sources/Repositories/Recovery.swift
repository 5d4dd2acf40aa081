import Diagnostics
import Files
import Objects
import Workspaces

extension Repository {
  /// Settles operations whose process died in the middle of them, if any. An operation whose process lives holds the lock
  /// and is left alone. What cannot be settled, in a repository that only can be read for instance, stays for later.
  func recover() {
    recoverOperations()
    // After them: whether a stage's result was recorded is known only when the lock is.
    do throws(Failure) {
      recovered += try settleAbandonedRuns()
    } catch {
      recovered.append("outputs of an interrupted stage could not be put back: \(error.what): \(error.why)")
    }
    openReader?.forgetWhatWasSeen()
  }

  private func recoverOperations() {
    guard let log = try? openOperations(), let unfinished = try? log.unfinished(), !unfinished.isEmpty,
      let lock = try? FileLock("lock", in: storeTop(), holder: "mlrepo, recovering", patience: 0)
    else { return }
    defer { withExtendedLifetime(lock) {} }
    do throws(Failure) {
      recovered = try settleUnfinished()
    } catch {
      recovered = ["an interrupted command could not be taken back: \(error.what): \(error.why)"]
    }
  }

  /// The log, if there is one.
  func openOperations() throws(Failure) -> OperationLog? {
    guard let folder = try home.folderIfPresent(Array("ops".utf8)) else { return nil }
    return OperationLog(in: folder, scratch: scratch, try settings.durability())
  }

  /// Settles all that is unfinished, and says so. Call it while holding the lock.
  func settleUnfinished() throws(Failure) -> [String] {
    guard let log = try openOperations() else { return [] }
    var told: [String] = []
    // The youngest was begun on top of the others.
    for operation in try log.unfinished().reversed() {
      let isFinished = try settle(operation)
      told.append("'\(operation.command)' was interrupted; it is \(isFinished ? "finished" : "taken back") now")
    }
    return told
  }

  /// Leads an operation that was cut short to its end, if the data is where it belongs then, or else to its beginning.
  /// Returns whether to its end. Files that somebody has changed since stay as they are.
  ///
  /// An undo always goes back to its beginning: whoever runs it again means the same operation, not the one before.
  func settle(_ operation: Operation) throws(Failure) -> Bool {
    let log = try operations()
    // Finished, but for the certainty that this survives a loss of power.
    guard try log.isUnfinished(operation) else { return true }
    let reader = try reader()
    reader.forgetWhatWasSeen()
    var isMoved = true
    for move in operation.data where try reader.state(of: move.path).held != move.after { isMoved = false }
    let finishes = isMoved && operation.undoes.isEmpty
    if !finishes { try putDataBack(operation) }
    var paths: [RepositoryPath] = []
    for change in operation.files {
      let now = try root.contents(change.path.bytes).map { bytes throws(Failure) in try ContentHasher.id(of: bytes) }
      let wanted = finishes ? change.after : change.before
      guard now == change.before || now == change.after else { continue }
      paths.append(change.path)
      if now == wanted { continue }
      try put(try wanted.map { id throws(Failure) in try store().read(id, limit: 64 << 20) }, at: change.path)
    }
    // Git's index comes last in every operation, so it changed only if the operation was nearly done.
    if isMoved { try stageInGit(paths) }
    try notePlaced(operation, isFinished: finishes)
    finishes ? try log.finish(operation) : try log.drop(operation)
    return finishes
  }

  private func putDataBack(_ operation: Operation) throws(Failure) {
    let reader = try reader()
    // A rename is taken back by a rename, which needs no space.
    for to in operation.data where to.before == nil && to.after != nil {
      guard let from = operation.data.first(where: { $0.before == to.after && $0.after == nil }),
        try root.stat(from.path.bytes) == nil, try reader.state(of: to.path).held == to.after
      else { continue }
      try root.rename(to.path.bytes, to: from.path.bytes)
      reader.forgetWhatWasSeen()
    }
    var wanted: [TrackedPath] = []
    var unwanted: [RepositoryPath] = []
    for move in operation.data {
      if let before = move.before {
        wanted.append(TrackedPath(path: move.path, content: before, source: .pointer))
      } else {
        unwanted.append(move.path)
      }
    }
    let plan = try CheckoutPlanner.plan(wanted: wanted, unwanted: unwanted, reader: reader, force: true)
    if let missing = plan.missing.first { throw ObjectStore.missing(missing.id) }
    let done = try CheckoutExecution.run(plan, reader: reader, scratch: scratch)
    if let failure = done.failures.first { throw failure }
  }

  /// Notes which tracked paths stand in the workspace now.
  private func notePlaced(_ operation: Operation, isFinished: Bool) throws(Failure) {
    let reader = try reader()
    reader.forgetWhatWasSeen()
    for move in operation.data {
      try notePlaced(move.path, isFinished ? move.after : move.before)
    }
    for change in operation.files {
      guard let tracked = PointerFile.trackedPath(of: change.path) else { continue }
      let bytes = try root.contents(change.path.bytes)
      let pointer = try bytes.map { bytes throws(Failure) in try PointerFile(decoding: bytes, at: change.path) }
      try notePlaced(tracked, pointer?.content)
    }
    try reader.indexes.flush()
  }

  private func notePlaced(_ path: RepositoryPath, _ content: Content?) throws(Failure) {
    let reader = try reader()
    let state = try reader.state(of: path)
    if let content, let stat = state.stat, state.held == content {
      try reader.indexes.markPlaced(path, content, stat: stat)
    } else if content == nil {
      try reader.indexes.forget(path)
    }
  }
}
