import Diagnostics
import Files
import Formats
package import Objects

/// All that a stage's result depends on, as one id: what the run cache finds finished results by.
package struct RunKey: Hashable, Sendable {
  package let id: ObjectID

  package init(id: ObjectID) { self.id = id }

  /// nil where a result must not be used again: the stage runs always, keeps its outputs from run to run, makes nothing,
  /// or something it reads is not there or not known.
  package init?(_ stage: Stage, _ state: StageState) {
    guard !stage.alwaysChanged, !stage.outputs.isEmpty, !stage.outputs.contains(where: \.isKept),
      let inputs = RunInputs(stage, state), let id = try? ContentHasher.id(of: Array(YAML.emit(inputs.value).utf8))
    else { return nil }
    self.id = id
  }
}

/// The text that is hashed. Every kind of input has a member of its own, so that no two can be taken for each other.
private struct RunInputs {
  private(set) var value: Value

  init?(_ stage: Stage, _ state: StageState) {
    var dependencies: [ValueMember] = []
    for path in stage.dependencies.sorted() {
      guard case .present(let id) = state.dependencies[path] else { return nil }
      dependencies.append(ValueMember(path.text, .string(id.text)))
    }
    var sources: [Value] = []
    for source in stage.sources {
      guard let content = state.sources[source], content != .missing, content != .unknown else { return nil }
      sources.append(LockedSource(source, content).keyValue)
    }
    var params: [ValueMember] = []
    for (file, values) in state.params.sorted(by: { $0.key < $1.key }) {
      var members: [ValueMember] = []
      for (key, value) in values.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
        guard let value else { return nil }
        members.append(ValueMember(key, value))
      }
      params.append(ValueMember(file.text, .map(members)))
    }
    guard state.probes.count == Set(stage.probes).count, state.variables.count == Set(stage.variables).count else {
      return nil
    }
    value = .map([
      ValueMember("cmd", .list(stage.commands.map(Value.string))),
      ValueMember("wdir", .string(stage.workingFolder.text)), ValueMember("deps", .map(dependencies)),
      ValueMember("params", .map(params)), ValueMember("sources", .list(sources)),
      ValueMember("env", LockedStage.value(ofVariables: state.variables)),
      ValueMember(
        "environment",
        .list(stage.probes.map { LockedProbe($0, state.probes[$0] ?? nil).keyValue })),
      ValueMember("items", state.items.map(Self.items) ?? .null),
      ValueMember("outs", .list(stage.outputs.map(\.path).sorted().map { .string($0.text) })),
    ])
  }

  private static func items(_ items: [RepositoryPath: Content]) -> Value {
    .map(items.sorted { $0.key < $1.key }.map { ValueMember($0.key.text, .string($0.value.id.text)) })
  }
}
