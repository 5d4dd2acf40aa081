package import Diagnostics
import Files
package import Git
import Objects
package import Pipelines
import Workspaces

/// Why a stage is to run, down to what changed in each input and when that was recorded.
package struct StageExplanation: Sendable {
  package struct Item: Sendable {
    package var reason: RunReason
    /// What changed in detail, a line each.
    package var details: [String] = []
    /// Since which commit the lock has held the value that is no longer so; nil while it is not committed.
    package var recordedSince: CommitInfo?
    /// The last commit whose lock held the value as it is now, if one ever did.
    package var lastLikeNow: CommitInfo?
  }

  package var step: ReproPlan.Step
  package var items: [Item]
  /// The commit that recorded the stage's entry as the lock has it.
  package var lockedSince: CommitInfo?
}

extension Repository {
  /// Explains what `repro` would do with each of the targets, and why.
  package func explain(_ options: ReproOptions, current: [UInt8]) throws(Failure) -> [StageExplanation] {
    let planned = try planRepro(options, current: current)
    var explained: [StageExplanation] = []
    for id in try targets(options, planned.graph, current: current) {
      guard let stage = planned.graph[id], let step = planned.plan.steps.first(where: { $0.stage == id }) else {
        continue
      }
      let lock = planned.project.locked(id)
      let state = try observer(runningCommands: true).state(of: stage, lock: lock)
      var history = LockHistory(repository: self, stage: id, lock: lock)
      var items: [StageExplanation.Item] = []
      for reason in step.action.reasons + step.drift {
        var item = StageExplanation.Item(reason: reason)
        if let lock {
          item.details = try details(of: reason, lock, state)
          item.recordedSince = try history.recordedSince(reason)
          item.lastLikeNow = try history.last(reason, like: state)
        }
        items.append(item)
      }
      explained.append(StageExplanation(step: step, items: items, lockedSince: try history.lockedSince()))
    }
    return explained
  }

  private func details(
    of reason: RunReason, _ lock: LockedStage, _ state: StageState
  ) throws(Failure) -> [String] {
    switch reason {
    case .dependency(let path, .modified):
      guard let old = lock.dependencies.first(where: { $0.path == path }) else { return [] }
      return try changes(at: path, from: old.content)
    case .output(let path, .modified):
      guard let old = lock.outputs.first(where: { $0.path == path }) else { return [] }
      return try changes(at: path, from: old.content)
    // On one line the reason itself shows all.
    case .commandChanged(let old, let new)
    where lines(old + new).count > 2 || lines(old + new).contains { $0.count > 80 }:
      return lines(old).map { "- \($0)" } + lines(new).map { "+ \($0)" }
    case .source(_, .files(let files)), .items(let files):
      return files.added.map { "added    \($0)" } + files.modified.map { "modified \($0)" }
        + files.removed.map { "removed  \($0)" }
    case .source(let source, .whole(.modified)):
      guard case .bytes(let was, let before, _)? = lock.sources.first(where: { $0.source == source })?.content,
        case .bytes(let now, let after, _)? = state.sources[source]
      else { return [] }
      return ["\(before) bytes, \(was.short) → \(after) bytes, \(now.short)"]
    case .environment(_, let old?, let new?) where old.line == new.line:
      return ["\(old.size) bytes, \(old.id.short) → \(new.size) bytes, \(new.id.short)"]
    default: return []
    }
  }

  private func lines(_ commands: [String]) -> [String] {
    commands.flatMap { $0.split(separator: "\n").map(String.init) }
  }

  /// What differs between what a path held and what it holds.
  private func changes(at path: RepositoryPath, from old: Content) throws(Failure) -> [String] {
    let state = try reader().state(of: path)
    guard let now = state.content else { return [] }
    func size(_ content: Content) -> String {
      "\(content.isFolder ? "\(content.files) files, " : "")\(content.size) bytes, \(content.id.short)"
    }
    var lines = ["\(size(old)) → \(size(now))"]
    guard let scan = state.scan, old.isFolder, try store().contains(old.id) else { return lines }
    let changes: [TreeChange]
    do throws(Failure) {
      changes = try TreeComparison.changes(
        from: StoredTrees(try store()), old.id, to: ScannedTrees(scan), 0, at: path)
    } catch  where error.category == .dataMissing {
      // The store has the folder but not one in it: it was never more than looked at.
      return lines
    }
    for change in changes where (change.old ?? change.new)?.kind != .folder || change.kind != .modified {
      let sizes = [change.old, change.new].compactMap { $0.map { "\($0.size) bytes" } }.joined(separator: " → ")
      let word = change.kind == .deleted ? "removed" : change.kind.rawValue
      lines.append("\(word)\(String(repeating: " ", count: 9 - word.count))\(change.path)  (\(sizes))")
    }
    return lines
  }
}

/// The entries that one stage had in the locks of git's history, from HEAD back, read as far as somebody asks.
private struct LockHistory {
  let repository: Repository
  let stage: StageID
  let lock: LockedStage?
  /// Each with the stage's entry there; commits whose lock is that of the commit before are there as well.
  private var entries: [(commit: CommitID, entry: LockedStage?)]?

  init(repository: Repository, stage: StageID, lock: LockedStage?) {
    self.repository = repository
    self.stage = stage
    self.lock = lock
  }

  mutating func lockedSince() throws(Failure) -> CommitInfo? {
    guard let lock else { return nil }
    return try oldest { $0 == lock }
  }

  mutating func recordedSince(_ reason: RunReason) throws(Failure) -> CommitInfo? {
    guard let value = lock.flatMap({ reason.recorded(in: $0) }) else { return nil }
    return try oldest { entry in entry.flatMap { reason.recorded(in: $0) } == value }
  }

  mutating func last(_ reason: RunReason, like state: StageState) throws(Failure) -> CommitInfo? {
    guard let value = reason.present(in: state) else { return nil }
    for (commit, entry) in try load() where entry.flatMap({ reason.recorded(in: $0) }) == value {
      return try repository.git().info(of: commit)
    }
    return nil
  }

  /// The oldest of the commits from HEAD back of which all are as `isSo` says.
  private mutating func oldest(_ isSo: (LockedStage?) -> Bool) throws(Failure) -> CommitInfo? {
    let same = try load().prefix { isSo($0.entry) }
    return try same.last.map { last throws(Failure) in try repository.git().info(of: last.commit) }
  }

  private mutating func load() throws(Failure) -> [(commit: CommitID, entry: LockedStage?)] {
    if let entries { return entries }
    var found: [(commit: CommitID, entry: LockedStage?)] = []
    var known: [BlobID: LockedStage?] = [:]
    let git = try repository.git()
    let file = try Project.lock(of: stage.file)
    let path = try repository.gitPath(file)
    if let head = try git.headCommit() {
      try git.walk(from: [head]) { (commit) throws(Failure) in
        var entry: LockedStage?
        if let blob = try git.blobID(at: path, in: commit) {
          if let read = known[blob] {
            entry = read
          } else {
            // A lock of the past that cannot be read tells nothing.
            entry = try? Lockfile.parse(git.blob(blob), file: file).stages[stage.name]
            known[blob] = .some(entry)
          }
        }
        found.append((commit, entry))
        return true
      }
    }
    entries = found
    return found
  }
}
