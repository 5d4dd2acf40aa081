import Files
import Formats
import Objects

extension RunReason {
  /// The value that this reason is about, as `lock` records it, such that equal values have equal texts; nil if it has none.
  package func recorded(in lock: LockedStage) -> String? {
    switch self {
    case .commandChanged: Value.list(lock.commands.map(Value.string)).text
    case .folderChanged: lock.workingFolder.text
    case .dependency(let path, _): lock.dependencies.first { $0.path == path }?.id.text
    case .param(let file, let key, _, _):
      lock.params[file].flatMap { values in
        values[key] ?? Value.map(values.map { ValueMember($0.key, $0.value) })[path: key]
      }?.text
    case .output(let path, _): lock.outputs.first { $0.path == path }?.id.text
    case .source(let source, _): lock.sources.first { $0.source == source }?.content.fingerprint
    case .variable(let name, _): lock.variables[name].map { $0?.text ?? "unset" }
    case .environment(let probe, _, _): lock.probes.first { $0.probe == probe }.map { $0.result?.id.text ?? "absent" }
    case .items:
      lock.items.map { Self.fingerprint(Dictionary($0.map { ($0.path, $0.id) }) { first, _ in first }) }
    case .neverRun, .forced, .upstreamRuns, .alwaysChanged: nil
    }
  }

  /// The same as it is in `state` now.
  package func present(in state: StageState) -> String? {
    switch self {
    case .commandChanged: return Value.list(state.commands.map(Value.string)).text
    case .folderChanged: return state.workingFolder.text
    case .dependency(let path, _):
      guard case .present(let id) = state.dependencies[path] else { return nil }
      return id.text
    case .param(_, _, _, let new): return new?.text
    case .output(let path, _):
      guard case .present(let id) = state.outputs[path] else { return nil }
      return id.text
    case .source(let source, _): return state.sources[source]?.fingerprint
    case .variable(let name, _): return state.variables[name].map { $0?.text ?? "unset" }
    case .environment(let probe, _, _): return state.probes[probe].map { $0?.id.text ?? "absent" }
    case .items: return state.items.map { Self.fingerprint($0.mapValues(\.id)) }
    case .neverRun, .forced, .upstreamRuns, .alwaysChanged: return nil
    }
  }

  fileprivate static func fingerprint(_ files: [RepositoryPath: ObjectID]) -> String {
    files.sorted { $0.key < $1.key }.map { "\($0.key.text)\n\($0.value.text)\n" }.joined()
  }
}

extension SourceContent {
  fileprivate var fingerprint: String? {
    switch self {
    case .files(let files): RunReason.fingerprint(files.mapValues(\.id))
    case .bytes(let id, _, _): id.text
    case .missing, .unknown: nil
    }
  }
}
