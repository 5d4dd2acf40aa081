package import Files
import Formats
import Objects

extension LockedStage {
  /// The entry for a run of `stage` on what `state` says, with what its dependencies and outputs hold.
  package init(_ stage: Stage, _ state: StageState, dependencies: [LockedPath], outputs: [LockedPath]) {
    self.init(
      commands: stage.commands, workingFolder: stage.workingFolder, dependencies: dependencies,
      params: state.params.mapValues { $0.compactMapValues { $0 } }, outputs: outputs)
    sources = stage.sources.map { LockedSource($0, state.sources[$0] ?? .unknown) }
    variables = state.variables
    probes = stage.probes.compactMap { probe in state.probes[probe].map { LockedProbe(probe, $0) } }
    items = state.items.map { found in
      found.sorted { $0.key < $1.key }.map { LockedPath(path: $0.key, content: $0.value) }
    }
  }

  /// The items in `state` that this run has not gone through, or not as they are now, in order.
  package static func newItems(_ state: StageState, since lock: LockedStage?) -> [RepositoryPath] {
    let old = Dictionary((lock?.items ?? []).map { ($0.path, $0.id) }) { first, _ in first }
    return (state.items ?? [:]).filter { old[$0.key] != $0.value.id }.keys.sorted()
  }
}
