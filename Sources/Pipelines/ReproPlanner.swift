import Files
import Objects

/// Decides one stage after the other, each knowing what those before it will do.
struct ReproPlanner {
  let graph: StageGraph
  let force: ReproPlan.Force
  let drift: ReproPlan.Drift
  let results: ReproPlan.Results
  /// Stages that run or may run: nobody knows yet what they will make.
  private var moving: Set<StageID> = []
  /// Stages whose outputs come from the store.
  private var settled: Set<StageID> = []
  /// What those outputs will hold.
  private var restored: [RepositoryPath: ObjectID] = [:]

  init(
    graph: StageGraph, force: ReproPlan.Force, drift: ReproPlan.Drift, results: @escaping ReproPlan.Results
  ) {
    self.graph = graph
    self.force = force
    self.drift = drift
    self.results = results
  }

  mutating func step(_ stage: Stage, _ state: StageState?, _ lock: LockedStage?) -> ReproPlan.Step {
    let now = state?.after(restoring: restored)
    let inputs = graph.inputs(of: stage.id)
    // What lies in an output that comes from the store, or holds one, cannot be foretold either.
    let before = inputs.filter { moving.contains($0) || (settled.contains($0) && !isForetold(stage, $0, state)) }
    var drifted: [RunReason] = []
    if let now, let lock { drifted = RunReason.drift(now, lock) }
    let action = action(stage, now, lock, drifted, before)
    switch action {
    case .upToDate, .frozen: break
    case .restore(let paths): settle(stage, (lock?.outputs ?? []).filter { paths.contains($0.path) })
    case .reuse(let result, _):
      let held = state?.outputs ?? [:]
      settle(stage, result.outputs.filter { held[$0.path] != .present($0.id) })
    case .run, .runIfChanged: moving.insert(stage.id)
    }
    let isTold = drift == .report && !stage.isFrozen
    return ReproPlan.Step(stage: stage.id, action: action, drift: isTold ? drifted : [])
  }

  private mutating func settle(_ stage: Stage, _ outputs: [LockedPath]) {
    if outputs.isEmpty { return }
    settled.insert(stage.id)
    for output in outputs { restored[output.path] = output.id }
  }

  /// Whether all that `stage` reads of `producer`, whose outputs come from the store, is known by its id: outputs in whole.
  private func isForetold(_ stage: Stage, _ producer: StageID, _ state: StageState?) -> Bool {
    let moved = (graph[producer]?.outputs ?? []).map(\.path).filter { restored[$0] != nil }
    func touches(_ path: RepositoryPath) -> Bool { moved.contains { path.isInside($0) || $0.isInside(path) } }
    return stage.dependencies.allSatisfy { restored[$0] != nil || !touches($0) }
      && !stage.params.contains { touches($0.file) }
      && !stage.sources.contains { graph.producers(of: $0).contains(producer) }
      && !(stage.map.map { graph.producers(of: $0).contains(producer) } ?? false)
  }

  private func action(
    _ stage: Stage, _ now: StageState?, _ then: LockedStage?, _ drifted: [RunReason], _ before: [StageID]
  ) -> ReproPlan.Action {
    if stage.isFrozen { return .frozen }
    var reasons: [RunReason] = force == .all ? [.forced] : []
    if force == .downstream, !before.isEmpty { reasons.append(.upstreamRuns(before)) }
    if stage.alwaysChanged { reasons.append(.alwaysChanged) }
    let isForced = !reasons.isEmpty
    let unsettled = unsettled(stage, before)
    if let now, let then {
      reasons += RunReason.differences(now, then, unsettled: unsettled)
      if drift == .rerun { reasons += drifted }
    } else {
      reasons.append(.neverRun)
      if let now { reasons += RunReason.missing(now, unsettled: unsettled) }
    }
    if let now, let paths = restorable(reasons, now) {
      return before.isEmpty ? .restore(paths) : .runIfChanged(upstream: before)
    }
    if reasons.isEmpty { return before.isEmpty ? .upToDate : .runIfChanged(upstream: before) }
    if !isForced, before.isEmpty, let now, let result = results(stage, now) { return .reuse(result, reasons) }
    return .run(reasons)
  }

  private func unsettled(_ stage: Stage, _ before: [StageID]) -> Unsettled {
    if before.isEmpty { return Unsettled(path: { _ in false }, source: { _ in false }, items: false) }
    let graph = graph
    return Unsettled(
      path: { graph.producers(of: $0).contains(where: before.contains) },
      source: { graph.producers(of: $0).contains(where: before.contains) },
      items: stage.map.map { graph.producers(of: $0).contains(where: before.contains) } ?? false)
  }

  /// The outputs to check out, if that is all the stage needs.
  private func restorable(_ reasons: [RunReason], _ now: StageState) -> [RepositoryPath]? {
    var paths: [RepositoryPath] = []
    for reason in reasons {
      guard case .output(let path, .deleted) = reason, now.outputs[path] == .restorable else { return nil }
      paths.append(path)
    }
    return paths.isEmpty ? nil : paths
  }
}
