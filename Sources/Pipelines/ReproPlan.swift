package import Files
import Objects

/// What `repro` will do, decided before anything runs. Printing it is `--dry-run`.
package struct ReproPlan: Equatable, Sendable {
  package struct Step: Equatable, Sendable {
    package let stage: StageID
    package let action: Action

    package init(stage: StageID, action: Action) {
      self.stage = stage
      self.action = action
    }
  }

  package enum Action: Equatable, Sendable {
    case upToDate
    /// Only its outputs are gone, and the store has them: they are checked out, nothing runs.
    case restore([RepositoryPath])
    /// Never empty.
    case run([RunReason])
    /// Nothing of its own changed; it runs only if one of these really changes what it reads.
    case runIfChanged(upstream: [StageID])
    /// It is frozen, so it stays as it is.
    case frozen
  }

  /// In an order in which they can run.
  package let steps: [Step]

  package init(steps: [Step]) { self.steps = steps }

  /// Whether no stage runs, whatever happens.
  package var isUpToDate: Bool {
    steps.allSatisfy { $0.action == .upToDate || $0.action == .frozen }
  }
}

extension ReproPlan {
  /// Which stages run without a reason of their own.
  package enum Force: Equatable, Sendable {
    case none
    /// Every selected stage runs.
    case all
    /// Whatever follows a stage that runs, runs too.
    case downstream
  }

  /// Decides each stage of `selection`, by default all, in the graph's order. Pure: reads no file, no clock, no store.
  ///
  /// `states` and `lock` hold what is known of each stage. A stage that the lock lacks never ran. A dependency that a step
  /// before will write is not judged by what it holds now.
  package init(
    graph: StageGraph, selection: [StageID]? = nil, states: [StageID: StageState], lock: [StageID: LockedStage],
    force: Force = .none
  ) {
    let selected = selection.map(Set.init)
    var moving: Set<StageID> = []
    var restored: [RepositoryPath: ObjectID] = [:]
    steps = graph.stages.filter { selected?.contains($0.id) ?? true }.map { stage in
      let before = graph.upstream(of: stage.id).filter(moving.contains)
      let state = states[stage.id]?.after(restoring: restored)
      let action = Self.action(stage, state, lock[stage.id], force, before, graph)
      switch action {
      case .upToDate, .frozen: break
      case .restore(let paths):
        for output in lock[stage.id]?.outputs ?? [] where paths.contains(output.path) {
          restored[output.path] = output.id
        }
      case .run, .runIfChanged: moving.insert(stage.id)
      }
      return Step(stage: stage.id, action: action)
    }
  }

  private static func action(
    _ stage: Stage, _ now: StageState?, _ then: LockedStage?, _ force: Force, _ before: [StageID], _ graph: StageGraph
  ) -> Action {
    if stage.isFrozen { return .frozen }
    var reasons: [RunReason] = force == .all ? [.forced] : []
    if force == .downstream, !before.isEmpty { reasons.append(.upstreamRuns(before)) }
    if stage.alwaysChanged { reasons.append(.alwaysChanged) }
    func unsettled(_ path: RepositoryPath) -> Bool {
      !before.isEmpty && graph.producers(of: path).contains(where: before.contains)
    }
    if let now, let then {
      reasons += RunReason.differences(now, then, unsettled: unsettled)
    } else {
      reasons.append(.neverRun)
      if let now { reasons += RunReason.missing(now, unsettled: unsettled) }
    }
    if let now, let paths = restorable(reasons, now) {
      return before.isEmpty ? .restore(paths) : .runIfChanged(upstream: before)
    }
    if !reasons.isEmpty { return .run(reasons) }
    return before.isEmpty ? .upToDate : .runIfChanged(upstream: before)
  }

  /// The outputs to check out, if that is all the stage needs.
  private static func restorable(_ reasons: [RunReason], _ now: StageState) -> [RepositoryPath]? {
    var paths: [RepositoryPath] = []
    for reason in reasons {
      guard case .output(let path, .deleted) = reason, now.outputs[path] == .restorable else { return nil }
      paths.append(path)
    }
    return paths.isEmpty ? nil : paths
  }
}
