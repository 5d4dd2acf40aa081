package import Diagnostics
import Files
import Objects
package import Pipelines
import Workspaces

package struct CommitReport: Sendable {
  package var data = AddReport()
  package var stages: [StageID] = []
}

extension Repository {
  /// Records the workspace as it is, without running anything: changed data in pointers, and of stages what their
  /// dependencies, params and outputs are now. `targets` name tracked paths or stages; without any, all that changed.
  package func commit(_ targets: [String], current: [UInt8]) throws(Failure) -> CommitReport {
    let project = try project()
    let graph = try project.graph()
    var paths: [RepositoryPath] = []
    var stages: [StageID] = []
    for target in targets {
      if let path = try? path(Array(target.utf8), from: current), let tracked = Self.pointer(at: path, in: project) {
        paths.append(tracked)
      } else {
        stages += try self.stages(target, in: graph, current: current)
      }
    }
    if targets.isEmpty { (paths, stages) = try changed(in: project, graph) }
    var report = CommitReport()
    if !paths.isEmpty { report.data = try track(paths, in: project, command: "commit") }
    for id in stages {
      guard let stage = graph[id] else { continue }
      let state = try observer(runningCommands: true).state(of: stage, lock: nil)
      if let absent = state.dependencies.filter({ $0.value == .missing }).keys.min() {
        throw Failure(
          "cannot record the stage '\(id)'", why: "its dependency \(absent) does not exist",
          hint: "mlrepo repro \(word: id)")
      }
      let held = Dictionary(
        project.locked(id)?.outputs.map { ($0.path, $0.content) } ?? [], uniquingKeysWith: { first, _ in first })
      try StageRecorder(repository: self).record(stage, state, held: held, command: "commit")
      try StageFailures.forget(id, in: home)
      report.stages.append(id)
    }
    try reader().indexes.flush()
    return report
  }

  private static func pointer(at path: RepositoryPath, in project: Project) -> RepositoryPath? {
    let path = PointerFile.trackedPath(of: path) ?? path
    return project.pointers.keys.first { path.isInside($0) }
  }

  /// Tracked data that differs from its pointer, and stages that differ from the lock but have all their outputs.
  private func changed(
    in project: Project, _ graph: StageGraph
  ) throws(Failure) -> (paths: [RepositoryPath], stages: [StageID]) {
    let reader = try reader()
    var paths: [RepositoryPath] = []
    for (path, pointer) in project.pointers {
      let state = try reader.state(of: path)
      if state.exists, state.content != pointer.content { paths.append(path) }
    }
    var stages: [StageID] = []
    for stage in graph.stages where !stage.isFrozen {
      let state = try observer(runningCommands: false).state(of: stage, lock: project.locked(stage.id))
      let plan = ReproPlan(
        graph: graph, selection: [stage.id], states: [stage.id: state], lock: project.lockedStages)
      guard case .run? = plan.steps.first?.action else { continue }
      let isComplete = stage.outputs.allSatisfy {
        if case .present? = state.outputs[$0.path] { return true }
        return state.outputs[$0.path] == .notInStore
      }
      if isComplete, !stage.alwaysChanged || project.locked(stage.id) == nil { stages.append(stage.id) }
    }
    return (paths.sorted(), stages)
  }
}
