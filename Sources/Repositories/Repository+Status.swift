package import Diagnostics
package import Files
import Git
import Objects
package import Pipelines
import Workspaces

/// How a tracked path, or a file in one, stands.
package struct DataChange: Equatable, Sendable {
  package enum Kind: String, Sendable {
    case added, deleted, modified
    /// In a tracked folder, but not recorded as a part of it.
    case new
    case notInStore = "not in store"
    /// Neither can be versioned nor be left out in silence.
    case unreadable
  }

  package var kind: Kind
  package var path: RepositoryPath
  /// More than the kind says: what exactly differs, in a few words.
  package var detail: String?
}

package struct StageChange: Equatable, Sendable {
  package var stage: StageID
  package var action: ReproPlan.Action
  /// Where the environment is not the one of the last run, if that is no reason to run.
  package var drift: [RunReason] = []
  /// Why its last run failed, if it did.
  package var failure: String?

  /// Whether a repro would do something.
  package var isOutOfDate: Bool { action != .upToDate && action != .frozen }
}

/// What differs, in the three places where it can: git's last commit and what is recorded, what is recorded and the
/// workspace, and what stages were last run on and what they would run on now.
package struct StatusReport: Sendable {
  package var recorded: [DataChange] = []
  package var workspace: [DataChange] = []
  package var stages: [StageChange] = []

  /// Whether workspace, pointers and locks agree. What is merely not committed in git yet does not count.
  package var isClean: Bool { workspace.isEmpty && !stages.contains(where: \.isOutOfDate) }
}

/// The paths that a user named; none stand for all.
private struct NamedPaths {
  let paths: [RepositoryPath]

  /// Whether `path` lies at, below or above one of them.
  func concern(_ path: RepositoryPath) -> Bool {
    paths.isEmpty || paths.contains { path.isInside($0) || $0.isInside(path) }
  }

  /// One that none of `known` has to do with.
  func stranger(to known: [RepositoryPath]) -> RepositoryPath? {
    paths.first { path in !path.isRoot && !known.contains { $0.isInside(path) || path.isInside($0) } }
  }
}

extension Repository {
  /// What differs; of all, or of what lies at, below or above one of `paths`, and of the stages that make it.
  package func status(of paths: [RepositoryPath] = []) throws(Failure) -> StatusReport {
    let project = try project()
    let named = NamedPaths(paths: paths.map { Self.named($0, in: project) })
    var report = StatusReport()
    report.recorded = try recordedChanges(project).filter { named.concern($0.path) }
    let tracked = project.tracked.filter { named.concern($0.path) }
    let stages = project.stages.filter { stage in
      named.paths.isEmpty || stage.outputs.contains { named.concern($0.path) }
    }
    let known = report.recorded.map(\.path) + tracked.map(\.path) + stages.flatMap(\.outputs).map(\.path)
    if let stranger = named.stranger(to: known) { throw try notTracked(stranger, in: project, verb: "compare") }
    for item in tracked {
      // What is told of the whole of a folder concerns each of its parts.
      report.workspace += try workspaceChanges(item).filter { $0.path == item.path || named.concern($0.path) }
    }
    let chosen = Set(stages.map(\.id))
    report.stages = try stageChanges(project).filter { chosen.contains($0.stage) }
    try reader().indexes.flush()
    return report
  }

  private func recordedChanges(_ project: Project) throws(Failure) -> [DataChange] {
    var before: [TrackedPath] = []
    if let head = try git().headCommit() { before = try self.project(at: head).tracked }
    let old = Dictionary(before.map { ($0.path, $0.content) }, uniquingKeysWith: { first, _ in first })
    let new = Dictionary(project.tracked.map { ($0.path, $0.content) }, uniquingKeysWith: { first, _ in first })
    return Set(old.keys).union(new.keys).sorted().compactMap { path in
      switch (old[path], new[path]) {
      case (nil, _?): DataChange(kind: .added, path: path)
      case (_?, nil): DataChange(kind: .deleted, path: path)
      case (let was?, let now?): was == now ? nil : DataChange(kind: .modified, path: path)
      case (nil, nil): nil
      }
    }
  }

  private func workspaceChanges(_ tracked: TrackedPath) throws(Failure) -> [DataChange] {
    let (path, wanted) = (tracked.path, tracked.content)
    var changes: [DataChange] = []
    let isStored = try reader().isStored(wanted.id)
    let state = try reader().state(of: path)
    if !state.exists {
      changes.append(DataChange(kind: .deleted, path: path))
    } else if let scan = state.scan, wanted.isFolder {
      if state.content?.id != wanted.id {
        let unreadable = scan.problems.map(\.path)
        changes +=
          isStored
          ? try folderChanges(path, scan, wanted).filter { change in
            !unreadable.contains { change.path.isInside($0) }
          } : [DataChange(kind: .modified, path: path)]
      }
      changes += scan.problems.map { DataChange(kind: .unreadable, path: $0.path, detail: $0.why) }
    } else if let content = state.content, content != wanted {
      changes.append(DataChange(kind: .modified, path: path, detail: Self.difference(wanted, content)))
    } else if let problem = state.problems.first {
      changes.append(DataChange(kind: .modified, path: path, detail: problem.why))
    }
    if !isStored {
      changes.append(DataChange(kind: .notInStore, path: path, detail: wanted.id.text))
    }
    return changes
  }

  private func folderChanges(
    _ path: RepositoryPath, _ scan: FolderScan, _ wanted: Content
  ) throws(Failure) -> [DataChange] {
    try TreeComparison.changes(
      from: StoredTrees(store()), wanted.id, to: ScannedTrees(scan), 0, at: path
    ).filter { change in
      // A folder is told by what is in it.
      guard change.kind != .modified, let entry = change.old ?? change.new else { return true }
      return entry.kind != .folder || entry.files == 0
    }.map { change in
      switch change.kind {
      case .added: DataChange(kind: .new, path: change.path)
      case .deleted: DataChange(kind: .deleted, path: change.path)
      case .modified:
        DataChange(
          kind: .modified, path: change.path, detail: change.old?.id == change.new?.id ? "executable bit" : nil)
      }
    }
  }

  private static func difference(_ wanted: Content, _ now: Content) -> String? {
    if wanted.isFolder != now.isFolder { return wanted.isFolder ? "a file, was a folder" : "a folder, was a file" }
    return wanted.id == now.id ? "executable bit" : nil
  }

  private func stageChanges(_ project: Project) throws(Failure) -> [StageChange] {
    let overview = try stageOverview(project)
    return overview.plan.steps.map {
      StageChange(stage: $0.stage, action: $0.action, drift: $0.drift, failure: overview.failures[$0.stage])
    }.filter { $0.isOutOfDate || !$0.drift.isEmpty }
  }
}

/// All stages, and how each stands.
package struct StageOverview {
  package let project: Project
  package let graph: StageGraph
  /// What `repro` would do as far as it can be told without running a command.
  package let plan: ReproPlan
  /// What each stage would read and has made.
  package let states: [StageID: StageState]
  /// Why the last run failed, of stages that are out of date since.
  package let failures: [StageID: String]
}

extension Repository {
  package func stageOverview() throws(Failure) -> StageOverview { try stageOverview(try project()) }

  fileprivate func stageOverview(_ project: Project) throws(Failure) -> StageOverview {
    let graph = try project.graph()
    let observer = try observer(runningCommands: false)
    var states: [StageID: StageState] = [:]
    for stage in graph.stages { states[stage.id] = try observer.state(of: stage, lock: project.locked(stage.id)) }
    let plan = ReproPlan(
      graph: graph, states: states, lock: project.lockedStages, drift: try settings.environmentDrift(),
      results: try earlierResults())
    let open = plan.steps.filter { $0.action != .upToDate && $0.action != .frozen }.map(\.stage)
    let failures = open.isEmpty ? [:] : try StageFailures.all(of: open, in: home)
    return StageOverview(project: project, graph: graph, plan: plan, states: states, failures: failures)
  }
}
