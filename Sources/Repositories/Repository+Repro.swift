package import Diagnostics
package import Files
package import Pipelines
import Workspaces

/// What `repro` was asked to do.
package struct ReproOptions: Sendable {
  /// Stage names or output paths; empty for all stages.
  package var targets: [String] = []
  package var force = false
  /// The targets alone, without what they depend on.
  package var single = false
  /// The targets and what depends on them, without what they depend on.
  package var downstream = false

  package init() {}
}

/// A plan together with what it was made from.
package struct PlannedRepro {
  package let plan: ReproPlan
  package let graph: StageGraph
  let project: Project
}

/// What happens while stages run, for whoever shows it.
package enum ReproEvent: Sendable {
  case upToDate(StageID)
  case frozen(StageID)
  /// Its inputs turned out as they were although a stage before it ran.
  case unchanged(StageID)
  case restored(StageID, [RepositoryPath])
  case started(StageID, [RunReason], commands: [String])
  case output([UInt8])
  case finished(StageID, seconds: Double)
}

package struct ReproReport: Sendable {
  package var ran: [StageID] = []
  package var restored: [StageID] = []
  package var skipped: [StageID] = []

  package init() {}
}

extension Repository {
  /// Decides what `repro` would do. Changes nothing.
  package func planRepro(_ options: ReproOptions, current: [UInt8]) throws(Failure) -> PlannedRepro {
    let project = try project()
    let graph = try project.graph()
    guard !graph.stages.isEmpty else {
      throw Failure(
        "cannot find a pipeline", why: "no mlrepo.yaml has a stage",
        hint: "mlrepo stage add -n NAME -d DEPENDENCY -o OUTPUT -- COMMAND")
    }
    let targets = try options.targets.map { target throws(Failure) in
      try stage(target, in: graph, current: current)
    }
    let selection: [StageID]?
    if options.single {
      selection = targets.isEmpty ? nil : targets
    } else if options.downstream {
      selection = targets.isEmpty ? nil : graph.withDownstream(targets)
    } else {
      selection = targets.isEmpty ? nil : graph.withUpstream(targets)
    }
    let chosen = Set(selection ?? graph.stages.map(\.id))
    let observer = try observer(runningCommands: true)
    var states: [StageID: StageState] = [:]
    for stage in graph.stages where chosen.contains(stage.id) {
      states[stage.id] = try observer.state(of: stage, lock: project.locked(stage.id))
    }
    let plan = ReproPlan(
      graph: graph, selection: selection, states: states, lock: project.lockedStages,
      force: options.force ? .all : .none, drift: try settings.environmentDrift(), results: try earlierResults())
    return PlannedRepro(plan: plan, graph: graph, project: project)
  }

  /// Runs what the plan says, in order, and records each stage's result when it is done. The first failure stops it;
  /// what was done before it stays recorded.
  package func execute(
    _ planned: PlannedRepro, with executor: any Executor, environment: [String: String],
    on event: @escaping (ReproEvent) -> Void
  ) throws(Failure) -> ReproReport {
    let run = StageRun(
      repository: self, planned: planned, executor: executor, environment: environment, event: event)
    var failure: Failure?
    do throws(Failure) {
      for step in planned.plan.steps { try run.perform(step) }
    } catch {
      failure = error
    }
    // Also after a failure: the stages before it are done and recorded.
    try Interruption.shielded { () throws(Failure) in try run.finish() }
    if let failure { throw failure }
    return run.report
  }

  /// The stage a user means: by its name, or by the path of one of its outputs.
  package func stage(_ target: String, in graph: StageGraph, current: [UInt8]) throws(Failure) -> StageID {
    do throws(Failure) {
      return try graph.find(target)
    } catch {
      if let path = try? path(Array(target.utf8), from: current), let id = graph.producers(of: path).first { return id }
      throw error
    }
  }
}
