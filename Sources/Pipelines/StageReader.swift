import Diagnostics
import Files
import Formats

/// A stage, and what only its whole file can settle.
struct StageDraft {
  struct Name {
    var text: String
    var position: SourcePosition
  }

  /// A plain dependency with `*`, `?` or `[`: a pattern, unless something has exactly this name.
  struct Pattern {
    var path: RepositoryPath
    var bytes: [UInt8]
  }

  var stage: Stage
  var after: [Name] = []
  var patterns: [Pattern] = []
}

/// Turns the fields of one stage, in which no template is left, into a stage.
struct StageReader {
  let nodes: NodeReader

  func read(_ node: Node, id: StageID, at position: SourcePosition) throws(Failure) -> StageDraft {
    let what = "stage '\(id.name)'"
    let fields = try nodes.map(node, what, known: Self.keys)
    guard let command = fields["cmd"] else {
      throw nodes.failure(at: position, "\(what) has no 'cmd', the command it runs")
    }
    let base = id.file.parent
    var stage = Stage(id: id, commands: try commands(command), workingFolder: base)
    stage.position = position
    if let node = fields["wdir"] { stage.workingFolder = try path(node, "'wdir'", in: base, orRoot: true) }
    if let node = fields["frozen"] { stage.isFrozen = try nodes.bool(node, "'frozen'") }
    if let node = fields["always_changed"] { stage.alwaysChanged = try nodes.bool(node, "'always_changed'") }
    if let node = fields["desc"] { stage.summary = try nodes.string(node, "'desc'") }
    stage.meta = fields["meta"]?.value
    if let node = fields["params"] { stage.params = try params(node, in: stage.workingFolder) }
    for (key, role) in [("outs", Stage.Output.Role.output), ("metrics", .metric), ("plots", .plot)] {
      if let node = fields[key] { stage.outputs += try outputs(node, role, key, in: stage.workingFolder) }
    }
    if let node = fields["env"] { stage.variables = try variables(node) }
    if let node = fields["environment"] { stage.probes = try probes(node, in: stage.workingFolder) }
    if let node = fields["timeout"] { stage.timeout = try nodes.duration(node, "'timeout'") }
    if let node = fields["retries"] { stage.retries = try retries(node) }
    if let node = fields["resources"] { stage.resources = try resources(node) }
    if let node = fields["executor"] { stage.executor = try word(node, "'executor'") }
    if let node = fields["map"] { stage.map = try map(node, in: stage.workingFolder) }
    var draft = StageDraft(stage: stage)
    if let node = fields["deps"] { try readDependencies(node, into: &draft) }
    if let node = fields["after"], !node.isEmpty {
      for item in try nodes.list(node, "'after'") {
        draft.after.append(StageDraft.Name(text: try word(item, "a stage in 'after'"), position: item.position))
      }
    }
    return draft
  }

  static let keys = [
    "cmd", "wdir", "deps", "params", "outs", "metrics", "plots", "after", "env", "environment", "timeout", "retries",
    "resources", "executor", "map", "frozen", "always_changed", "desc", "meta", "vars", "foreach", "do", "matrix",
  ]

  private func commands(_ node: Node) throws(Failure) -> [String] {
    var commands: [String] = []
    if case .list(let items) = node.content {
      for item in items { commands.append(try nodes.string(item, "a command")) }
    } else {
      commands = [try nodes.string(node, "'cmd'")]
    }
    let isBlank = commands.contains { $0.allSatisfy(\.isWhitespace) }
    guard !commands.isEmpty, !isBlank else { throw nodes.failure(at: node.position, "'cmd' holds an empty command") }
    return commands
  }

  // MARK: Outputs

  private func outputs(
    _ node: Node, _ role: Stage.Output.Role, _ key: String, in folder: RepositoryPath
  ) throws(Failure) -> [Stage.Output] {
    var outputs: [Stage.Output] = []
    if node.isEmpty { return outputs }
    for item in try nodes.list(node, "'\(key)'") {
      guard case .map(let members) = item.content else {
        outputs.append(Stage.Output(path: try path(item, "an output", in: folder), role: role))
        continue
      }
      for member in members { outputs.append(try output(member, role, in: folder)) }
    }
    return outputs
  }

  private func output(
    _ member: Node.Member, _ role: Stage.Output.Role, in folder: RepositoryPath
  ) throws(Failure) -> Stage.Output {
    let name = Node(.scalar(.string(member.key)), at: member.keyPosition)
    var output = Stage.Output(path: try path(name, "an output", in: folder), role: role)
    if member.value.isEmpty { return output }
    let what = "the output '\(member.key)'"
    var maps = [member.value]
    if role == .plot, case .list(let items) = member.value.content { maps = items }
    for map in maps {
      let known = Self.outputKeys + (role == .plot ? NodeReader.plotKeys : [])
      try options(try nodes.map(map, what, known: known), of: &output)
      if role == .plot {
        let settings = try nodes.plotSettings(map, what, besides: Self.outputKeys)
        if !settings.isEmpty { output.plots.append(settings) }
      }
    }
    return output
  }

  private func options(_ fields: [String: Node], of output: inout Stage.Output) throws(Failure) {
    if let node = fields["cache"] { output.isCached = try nodes.bool(node, "'cache'") }
    if let node = fields["persist"] { output.isKept = try nodes.bool(node, "'persist'") }
    if let node = fields["push"] { output.isPushed = try nodes.bool(node, "'push'") }
    if let node = fields["remote"] { output.remote = try word(node, "'remote'") }
    if let node = fields["desc"] { output.summary = try nodes.string(node, "'desc'") }
    if let node = fields["type"] { output.type = try nodes.string(node, "'type'") }
    if let node = fields["labels"] { output.labels = try nodes.strings(node, "'labels'") }
    if let node = fields["meta"] { output.meta = node.value }
  }

  static let outputKeys = ["cache", "persist", "push", "remote", "desc", "type", "labels", "meta"]

  // MARK: How it runs

  private func retries(_ node: Node) throws(Failure) -> Stage.Retries {
    guard case .map = node.content else { return Stage.Retries(count: try nodes.count(node, "'retries'")) }
    let fields = try nodes.map(node, "'retries'", known: ["count", "delay"])
    guard let count = fields["count"] else { throw nodes.failure(at: node.position, "'retries' has no 'count'") }
    var retries = Stage.Retries(count: try nodes.count(count, "'count'"))
    if let node = fields["delay"] { retries.delay = try nodes.duration(node, "'delay'", orZero: true) }
    return retries
  }

  private func resources(_ node: Node) throws(Failure) -> Stage.Resources {
    let fields = try nodes.map(node, "'resources'", known: ["cpus", "memory", "gpus"])
    var resources = Stage.Resources()
    if let node = fields["cpus"] {
      resources.cpus = try nodes.count(node, "'cpus'")
      guard resources.cpus > 0 else { throw nodes.failure(at: node.position, "'cpus' should be 1 or more") }
    }
    if let node = fields["gpus"] { resources.gpus = try nodes.count(node, "'gpus'") }
    if let node = fields["memory"] { resources.memory = try nodes.size(node, "'memory'") }
    return resources
  }

  private func map(_ node: Node, in folder: RepositoryPath) throws(Failure) -> Stage.Map {
    let fields = try nodes.map(node, "'map'", known: ["over"])
    guard let over = fields["over"] else {
      throw nodes.failure(at: node.position, "'map' has no 'over', the folder or pattern of its items")
    }
    let text = try nodes.string(over, "'over'")
    if !StagePath.isPattern(text) { return .folder(try path(over, "'over'", in: folder)) }
    return .glob(pattern: try pattern(over, "'over'", in: folder))
  }
}
