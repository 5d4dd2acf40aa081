package import Diagnostics
package import Files
import Objects
package import Pipelines
import Workspaces

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What `repro` was asked to do.
package struct ReproOptions {
  /// Stage names or output paths; empty for all stages.
  package var targets: [String] = []
  /// Whether targets are patterns, `*` for any characters, that stage names have to match.
  package var areGlobs = false
  package var force = false
  /// Whatever follows a stage that runs, runs too.
  package var forcesDownstream = false
  /// The targets alone, without what they depend on.
  package var single = false
  /// The targets and what depends on them, without what they depend on.
  package var downstream = false
  /// What the targets depend on, without the targets.
  package var upstreamOnly = false
  /// Stages that do not follow a failed one still run.
  package var keepsGoing = false
  /// Whether results are stored and locked.
  package var isCommitted = true
  package var usesRunCache = true
  /// Whether the files that stages read and write are compared with what they say.
  package var isTraced = false
  /// How many stages, by their cpus, run at the same time; nil for what the settings say.
  package var jobs: Int?
  /// Where stages run that do not say it themselves; nil for what the settings say.
  package var executor: String?
  /// Asked before a stage runs.
  package var confirm: ((StageID, [RunReason]) -> Bool)?

  package init() {}
}

/// A plan together with what it was made from.
package struct PlannedRepro {
  package let plan: ReproPlan
  package let graph: StageGraph
  /// What there is for stages that run at the same time.
  package let capacity: StageSchedule.Capacity
  /// What the stages would read and have made.
  package let states: [StageID: StageState]
  package let options: ReproOptions
  /// Where stages run that do not say it themselves.
  package let executor: String
  let project: Project
  /// A stage among them that no pipeline file has yet.
  var addition: StageAddition?

  /// Whether a pipeline file gets a new stage.
  package var isAddition: Bool { addition != nil }

  /// Whether at some time more than one stage may run.
  package var isParallel: Bool {
    let moving = plan.steps.filter {
      switch $0.action {
      case .run, .runIfChanged: true
      case .upToDate, .frozen, .restore, .reuse: false
      }
    }.map(\.stage)
    let isElsewhere = moving.contains { (graph[$0]?.executor ?? executor) != Executors.local }
    guard capacity.cpus > 1 || isElsewhere && capacity.elsewhere > 1 else { return false }
    if moving.contains(where: { graph[$0]?.map != nil }) { return true }
    // Only in a chain, each following the one before it, can no two of them meet.
    return zip(moving, moving.dropFirst()).contains { first, next in
      !graph.withUpstream([next]).contains(first)
    }
  }
}

/// What happens while stages run, for whoever shows it.
package enum ReproEvent {
  case upToDate(StageID)
  case frozen(StageID)
  /// Its inputs turned out as they were although a stage before it ran.
  case unchanged(StageID)
  /// Another process runs it; this one waits.
  case waiting(StageID)
  /// Another process has brought it up to date.
  case madeElsewhere(StageID)
  case restored(StageID, [RepositoryPath])
  case started(StageID, [RunReason], commands: [String])
  case output(StageID, [UInt8])
  /// A try failed; there will be another.
  case retrying(StageID, String)
  case finished(StageID, seconds: Double)
  /// What it read and wrote without saying so.
  case traced(StageID, read: [RepositoryPath], written: [RepositoryPath])
  /// `isLast` says that nothing follows but the report of this failure.
  case failed(StageID, Failure, isLast: Bool)
  /// What became of a stage whose process had died.
  case recovered(String)
  /// Time has passed.
  case tick
}

package struct ReproReport: Sendable {
  package var ran: [StageID] = []
  package var restored: [StageID] = []
  package var skipped: [StageID] = []
  /// Stages that the user did not want to run, and those that follow them.
  package var declined: [StageID] = []
  package var failed: [(stage: StageID, failure: Failure)] = []
  /// What traced stages read and wrote without saying so.
  package var undeclared: [(stage: StageID, read: [RepositoryPath], written: [RepositoryPath])] = []
  /// The stage that its pipeline file has got, as it was run.
  package var added: Stage?
  /// Stages that follow a failed one.
  package var blocked: [StageID] = []

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
    let selection = try selection(options, graph, current: current)
    let chosen = Set(selection ?? graph.stages.map(\.id))
    let observer = try observer(runningCommands: true)
    var states: [StageID: StageState] = [:]
    for stage in graph.stages where chosen.contains(stage.id) {
      states[stage.id] = try observer.state(of: stage, lock: project.locked(stage.id))
    }
    let plan = ReproPlan(
      graph: graph, selection: selection, states: states, lock: project.lockedStages,
      force: options.force ? .all : options.forcesDownstream ? .downstream : .none,
      drift: try settings.environmentDrift(),
      results: options.usesRunCache ? try earlierResults() : { _, _ in nil })
    return PlannedRepro(
      plan: plan, graph: graph, capacity: try capacity(options), states: states, options: options,
      executor: try executor(options), project: project)
  }

  /// The stages that the options speak of; nil for all.
  func selection(
    _ options: ReproOptions, _ graph: StageGraph, current: [UInt8]
  ) throws(Failure) -> [StageID]? {
    if options.targets.isEmpty { return nil }
    let targets = try targets(options, graph, current: current)
    if options.single { return targets }
    if options.downstream { return graph.withDownstream(targets) }
    let all = graph.withUpstream(targets)
    return options.upstreamOnly ? all.filter { !targets.contains($0) } : all
  }

  /// The stages that are named.
  func targets(_ options: ReproOptions, _ graph: StageGraph, current: [UInt8]) throws(Failure) -> [StageID] {
    var targets: [StageID] = []
    for target in options.targets {
      targets += options.areGlobs ? try matches(target, in: graph) : try stages(target, in: graph, current: current)
    }
    return targets
  }

  private func matches(_ pattern: String, in graph: StageGraph) throws(Failure) -> [StageID] {
    let found = graph.stages.map(\.id).filter { id in
      fnmatch(pattern, id.text, 0) == 0 || fnmatch(pattern, id.name.text, 0) == 0
    }
    guard !found.isEmpty else {
      throw Failure("cannot find a stage", why: "no name matches '\(pattern)'", hint: "mlrepo stage list")
    }
    return found
  }

  func executor(_ options: ReproOptions) throws(Failure) -> String {
    if let name = options.executor { return name }
    return try settings.value(.executor).value
  }

  func capacity(_ options: ReproOptions) throws(Failure) -> StageSchedule.Capacity {
    var capacity = Machine.capacity(environment)
    let configured = try settings.jobs()
    if let jobs = options.jobs ?? configured { capacity.cpus = jobs }
    if let jobs = options.jobs { capacity.elsewhere = jobs }
    return capacity
  }

  /// Runs what the plan says and records the results. A failure stops it, or with `keepsGoing` what follows; what was done
  /// stays recorded. When it returns, everything is durable.
  package func execute(
    _ planned: PlannedRepro, with executors: Executors, environment: [String: String],
    on event: @escaping (ReproEvent) -> Void
  ) throws(Failure) -> ReproReport {
    if planned.plan.isUpToDate {
      var report = ReproReport()
      for step in planned.plan.steps {
        report.skipped.append(step.stage)
        event(step.action == .frozen ? .frozen(step.stage) : .upToDate(step.stage))
      }
      try openReader?.indexes.flush()
      return report
    }
    let run = try StageRun(
      repository: self, planned: planned, executors: executors, environment: environment, event: event)
    try run.run()
    if planned.options.isCommitted { try linkOutputs(of: run.report.ran.compactMap { planned.graph[$0] }) }
    return run.report
  }

  /// Where links are preferred, what stages have made is held once: in the store.
  func linkOutputs(of stages: [Stage]) throws(Failure) {
    let reader = try reader()
    guard reader.context.store.prefersLinks else { return }
    reader.forgetWhatWasSeen()
    // The command of a stage writes into what it keeps.
    let outputs = stages.flatMap(\.outputs).filter { $0.isCached && !$0.isKept }
    let states = try outputs.map { output throws(Failure) in try reader.state(of: output.path) }
    try locked("repro") { () throws(Failure) in
      for (output, state) in zip(outputs, states) {
        try StoredLinks.place(at: output.path, state: state, reader: reader, scratch: scratch)
      }
    }
    try reader.indexes.flush()
  }

  /// The stages a user in the folder `current` means: by name, group, pipeline file or output.
  package func stages(_ target: String, in graph: StageGraph, current: [UInt8]) throws(Failure) -> [StageID] {
    try graph.findAll(target, in: (try? path([UInt8(ascii: ".")], from: current)) ?? .root)
  }
}
