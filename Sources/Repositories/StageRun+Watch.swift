import Diagnostics
import Files
import Pipelines
import Workspaces

/// Who wrote where others do.
extension StageRun {
  /// Outputs of stages at rest that changed and are not what their stages have made.
  func changedElsewhere() -> [RepositoryPath] {
    var changed = outputs.changes()
    if changed.isEmpty { return [] }
    observer.forgetWhatWasSeen()
    changed.removeAll(where: isAsMade)
    return changed
  }

  /// Whether the output is what its stage has made, or may make at this moment.
  private func isAsMade(_ path: RepositoryPath) -> Bool {
    guard let owner = graph.producers(of: path).first else { return true }
    // Another process may be at work on it, or have been.
    if StageClaim.isTaken(owner, beside: folder) { return true }
    let recorded = try? locks.lock(at: Project.lock(of: owner.file)).stages[owner.name]
    let content = try? repository.reader().state(of: path).content
    return [recorded, project.locked(owner)].contains { entry in
      content != nil && entry?.outputs.contains { $0.path == path && $0.content == content } == true
    }
  }

  /// What changed deep inside outputs of stages at rest while the stage that ended last ran. What changed before it is told
  /// of those that did it.
  @discardableResult
  func lookInDepth(isLast: Bool) -> [RepositoryPath] {
    guard let latest = ended.last, let changes = outputs.changesInDepth(isLast: isLast) else { return [] }
    defer { ended = [] }
    if changes.isEmpty { return [] }
    observer.forgetWhatWasSeen()
    var strangers: [RepositoryPath] = []
    for change in changes where !isAsMade(change.output) {
      // The clock of files is a little behind.
      let suspects = ended.filter { $0.start - Self.tick <= change.time && change.time <= $0.end }
      if !isLast, suspects.isEmpty || suspects.contains(where: { $0.stage == latest.stage }) {
        strangers.append(change.path)
      } else {
        blame((suspects.isEmpty ? ended : suspects).map(\.stage), for: change.path)
      }
    }
    return strangers
  }

  private static let tick: Int64 = 20_000_000

  /// Stages whose results are recorded already wrote where others do.
  private func blame(_ stages: [StageID], for path: RepositoryPath) {
    let names = stages.map { "'\($0)'" }.joined(separator: ", ")
    let failure = Failure(
      stages.count == 1
        ? "the stage \(names) wrote into an output of another"
        : "one of the stages \(names) wrote into an output of another",
      why: "\(told(path)) changed while it ran; its own result is recorded", hint: Self.ownOutputsOnly,
      category: .stageFailed)
    for stage in stages.prefix(1) {
      report.failed.append((stage, failure))
      event(.failed(stage, failure, isLast: false))
    }
    hasTold = true
    if !options.keepsGoing { isStopping = true }
  }

  static let ownOutputsOnly =
    "let the command write to its own outputs only; 'mlrepo repro --trace' lists what it writes"

  func told(_ path: RepositoryPath) -> String {
    let owner = graph.producers(of: path).first
    let isWhole = owner.flatMap { graph[$0] }?.outputs.contains { $0.path == path } ?? true
    return
      "\(path), \(isWhole ? "an output" : "in an output") of \(owner.map { "the stage '\($0)'" } ?? "another stage"),"
  }
}
