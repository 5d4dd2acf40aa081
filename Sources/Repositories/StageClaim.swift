import Diagnostics
import Files
import Objects
import Pipelines
import Workspaces

/// A stage that this process runs, and nobody else meanwhile. What the stage's outputs held is kept until the result is
/// recorded.
struct StageClaim: Sendable {
  let stage: StageID
  let run: RunFolder

  /// Notes that `path` holds `content`. Unless it is kept in place it is moved away, which costs a rename.
  func setAside(_ path: RepositoryPath, _ content: Content, isKept: Bool, root: Folder) throws(Failure) {
    try run.setAside(path, content, of: stage.text, isKept: isKept, root: root)
  }

  /// Lets the stage go, with all that is still set aside for it.
  func drop() throws(Failure) {
    for item in try run.items() where item.stage == stage.text { try run.remove(item) }
    try run.note(stage.text, isAtWork: false)
    run.locks.release(try Self.number(stage))
  }

  /// Claims `stage`; nil while another process runs it.
  static func take(_ stage: StageID, for run: RunFolder) throws(Failure) -> StageClaim? {
    guard try run.locks.take(number(stage)) else { return nil }
    try run.note(stage.text, isAtWork: true)
    return StageClaim(stage: stage, run: run)
  }

  /// Whether another process is at work on the stage.
  static func isTaken(_ stage: StageID, beside run: RunFolder) -> Bool {
    (try? number(stage)).map(run.locks.isTaken) ?? false
  }

  /// The lock that stands for the stage. Should two ever share one, they wait for each other.
  private static func number(_ stage: StageID) throws(Failure) -> UInt64 {
    let hex = try ContentHasher.id(of: Array(stage.text.utf8)).hexBytes.prefix(16)
    return UInt64(String(decoding: hex, as: UTF8.self), radix: 16) ?? 0
  }
}

extension Repository {
  /// Puts back what was set aside for a stage that did not come to its end.
  func putBack(_ claim: StageClaim) throws(Failure) {
    try putBack(try claim.run.items().filter { $0.stage == claim.stage.text }, from: claim.run)
  }

  func putBack(_ items: [RunFolder.Item], from run: RunFolder) throws(Failure) {
    var wanted: [TrackedPath] = []
    for item in items {
      if item.isMoved {
        try run.putBack(item, root: root)
      } else if try store().contains(item.content.id) {
        wanted.append(TrackedPath(path: item.path, content: item.content, source: .stage(item.stage)))
      }
    }
    openReader?.forgetWhatWasSeen()
    try checkOut(wanted)
    for item in items { try run.remove(item) }
  }

  /// Brings outputs of a claimed stage into the workspace, whatever they hold there. Takes no lock: the claim is one.
  func checkOut(_ wanted: [TrackedPath]) throws(Failure) {
    if wanted.isEmpty { return }
    let reader = try reader()
    let plan = try CheckoutPlanner.plan(wanted: wanted, unwanted: [], reader: reader, force: true)
    if let failure = plan.failures.first { throw failure }
    if let missing = plan.missing.first { throw ObjectStore.missing(missing.id) }
    if plan.isEmpty { return }
    let done = try CheckoutExecution.run(plan, reader: reader, scratch: scratch)
    if let failure = done.failures.first { throw failure }
    if let missing = done.missing.first { throw ObjectStore.missing(missing.id) }
  }

  /// Settles the runs whose processes died: outputs of stages are as they were, unless the result was recorded already.
  /// Returns what became of them, for the user.
  func settleAbandonedRuns() throws(Failure) -> [String] {
    var told: [String] = []
    for run in try RunFolder.abandoned(in: home) {
      let items = try run.items()
      var stages = try run.stagesAtWork()
      // A loss of power may take what was written into the journal, and leave what was set aside.
      for item in items where !stages.contains(item.stage) { stages.append(item.stage) }
      for stage in stages {
        let own = items.filter { $0.stage == stage }
        if try isRecorded(stage) { continue }
        try Interruption.shielded { () throws(Failure) in try putBack(own, from: run) }
        told.append(
          "the stage '\(stage)' was interrupted"
            + (own.isEmpty ? "; 'mlrepo repro' runs it again" : "; its earlier outputs are back"))
      }
      try run.drop()
    }
    return told
  }

  /// Whether the outputs of the stage are what the lock says.
  private func isRecorded(_ stage: String) throws(Failure) -> Bool {
    let project = try project()
    guard let stage = project.stages.first(where: { $0.id.text == stage }), let entry = project.locked(stage.id) else {
      return false
    }
    let reader = try reader()
    reader.forgetWhatWasSeen()
    for output in entry.outputs where try reader.state(of: output.path).content != output.content { return false }
    return true
  }
}
