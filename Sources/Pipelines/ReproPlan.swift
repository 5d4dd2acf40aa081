package import Files
import Objects

/// What `repro` will do, decided before anything runs. Printing it is `--dry-run`.
package struct ReproPlan: Equatable, Sendable {
  package struct Step: Equatable, Sendable {
    package let stage: StageID
    package let action: Action
    /// Where the environment is not the one of the last run, if that is no reason to run.
    package let drift: [RunReason]

    package init(stage: StageID, action: Action, drift: [RunReason] = []) {
      self.stage = stage
      self.action = action
      self.drift = drift
    }
  }

  package enum Action: Equatable, Sendable {
    case upToDate
    /// Only its outputs are gone, and the store has them: they are checked out, nothing runs.
    case restore([RepositoryPath])
    /// It is out of date, but ran before on just what it would run on now, and the store has all that came of it: that
    /// is checked out and locked, nothing runs.
    case reuse(LockedStage, [RunReason])
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

  /// Whether a changed environment is a reason to run or is only told.
  package enum Drift: String, Sendable { case report, rerun }

  /// A finished result of a stage on what a state says, all of whose outputs can be had; nil if there is none.
  package typealias Results = (Stage, StageState) -> LockedStage?

  /// Decides each stage of `selection`, by default all, in the graph's order. Pure: reads no file, no clock, no store.
  ///
  /// `states` and `lock` hold what is known of each stage. A stage that the lock lacks never ran. A dependency that a step
  /// before will write is not judged by what it holds now; if that step takes a known result from the store, it is judged
  /// by that. `results` is the run cache.
  package init(
    graph: StageGraph, selection: [StageID]? = nil, states: [StageID: StageState], lock: [StageID: LockedStage],
    force: Force = .none, drift: Drift = .rerun, results: @escaping Results = { _, _ in nil }
  ) {
    let selected = selection.map(Set.init)
    var planner = ReproPlanner(graph: graph, force: force, drift: drift, results: results)
    var steps: [Step] = []
    for stage in graph.stages where selected?.contains(stage.id) ?? true {
      steps.append(planner.step(stage, states[stage.id], lock[stage.id]))
    }
    self.steps = steps
  }
}

extension ReproPlan.Action {
  /// Why the stage is out of date; empty where it is not, or where that is not known yet.
  package var reasons: [RunReason] {
    switch self {
    case .run(let reasons), .reuse(_, let reasons): reasons
    case .restore(let paths): paths.map { .output($0, .deleted) }
    case .upToDate, .runIfChanged, .frozen: []
    }
  }
}
