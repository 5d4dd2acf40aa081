import Diagnostics
import Files
import Formats

/// Turns the nodes of a pipeline file into stages.
struct PipelineReader {
  let file: RepositoryPath
  let nodes: NodeReader

  init(file: RepositoryPath) {
    self.file = file
    nodes = NodeReader(file: file.text)
  }

  func read(_ root: Node) throws(Failure) -> PipelineFile {
    var result = PipelineFile(file: file)
    let members = try map(root, "the pipeline", fileKeys, later: laterFileKeys)
    if let node = members["stages"], !isEmpty(node) {
      let stages = try nodes.map(node, "'stages'")
      guard stages.count <= PipelineFile.stageLimit else {
        throw nodes.failure(at: node.position, "it holds more than \(PipelineFile.stageLimit) stages")
      }
      for member in stages { result.stages.append(try stage(member)) }
    }
    if let node = members["params"] { result.params = try paths(node, "'params'", in: file.parent) }
    if let node = members["metrics"] { result.metrics = try paths(node, "'metrics'", in: file.parent) }
    if let node = members["desc"] { result.summary = try nodes.string(node, "'desc'") }
    result.meta = members["meta"]?.value
    return result
  }

  private func stage(_ member: Node.Member) throws(Failure) -> Stage {
    if let broken = StageName.brokenRule(member.key) { throw nodes.failure(at: member.keyPosition, broken) }
    let what = "stage '\(member.key)'"
    let fields = try map(member.value, what, stageKeys, later: laterStageKeys)
    guard let command = fields["cmd"] else {
      throw nodes.failure(at: member.keyPosition, "\(what) has no 'cmd', the command it runs")
    }
    let id = StageID(file: file, name: try StageName(member.key))
    var stage = Stage(id: id, commands: try commands(command), workingFolder: file.parent)
    if let node = fields["wdir"] { stage.workingFolder = try path(node, "'wdir'", in: file.parent, orRoot: true) }
    if let node = fields["deps"] { stage.dependencies = try paths(node, "'deps'", in: stage.workingFolder) }
    if let node = fields["params"] { stage.params = try params(node, in: stage.workingFolder) }
    if let node = fields["outs"] { stage.outputs += try outputs(node, .output, in: stage.workingFolder) }
    if let node = fields["metrics"] { stage.outputs += try outputs(node, .metric, in: stage.workingFolder) }
    if let node = fields["frozen"] { stage.isFrozen = try nodes.bool(node, "'frozen'") }
    if let node = fields["always_changed"] { stage.alwaysChanged = try nodes.bool(node, "'always_changed'") }
    if let node = fields["desc"] { stage.summary = try nodes.string(node, "'desc'") }
    stage.meta = fields["meta"]?.value
    stage.position = member.keyPosition
    return stage
  }

  private func commands(_ node: Node) throws(Failure) -> [String] {
    var commands: [String] = []
    if case .list(let items) = node.content {
      for item in items { commands.append(try plain(item, "a command")) }
    } else {
      commands = [try plain(node, "'cmd'")]
    }
    let isBlank = commands.contains { $0.allSatisfy(\.isWhitespace) }
    guard !commands.isEmpty, !isBlank else { throw nodes.failure(at: node.position, "'cmd' holds an empty command") }
    return commands
  }

  private func outputs(
    _ node: Node, _ role: Stage.Output.Role, in folder: RepositoryPath
  ) throws(Failure) -> [Stage.Output] {
    var outputs: [Stage.Output] = []
    if isEmpty(node) { return outputs }
    for item in try nodes.list(node, role == .metric ? "'metrics'" : "'outs'") {
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
    if isEmpty(member.value) { return output }
    let fields = try map(member.value, "the output '\(member.key)'", outputKeys, later: laterOutputKeys)
    if let node = fields["cache"] { output.isCached = try nodes.bool(node, "'cache'") }
    if let node = fields["persist"] { output.isKept = try nodes.bool(node, "'persist'") }
    if let node = fields["desc"] { output.summary = try nodes.string(node, "'desc'") }
    output.meta = fields["meta"]?.value
    return output
  }

  /// Values of one file that are listed apart come together; the whole file covers each of its values.
  private func params(_ node: Node, in folder: RepositoryPath) throws(Failure) -> [Stage.ParamSource] {
    var sources: [Stage.ParamSource] = []
    if isEmpty(node) { return sources }
    for item in try nodes.list(node, "'params'") {
      guard case .map(let members) = item.content else {
        let standard = Node(.scalar(.string("params.yaml")), at: item.position)
        merge([try plain(item, "a parameter")], of: try path(standard, "a parameter file", in: folder), into: &sources)
        continue
      }
      for member in members {
        let name = Node(.scalar(.string(member.key)), at: member.keyPosition)
        let file = try path(name, "a parameter file", in: folder)
        merge(isEmpty(member.value) ? nil : try keys(member.value, of: member.key), of: file, into: &sources)
      }
    }
    return sources
  }

  private func keys(_ node: Node, of file: String) throws(Failure) -> [String] {
    var keys: [String] = []
    for item in try nodes.list(node, "the keys of '\(file)'") { keys.append(try plain(item, "a parameter")) }
    return keys
  }

  private func merge(_ keys: [String]?, of file: RepositoryPath, into sources: inout [Stage.ParamSource]) {
    guard let index = sources.firstIndex(where: { $0.file == file }) else {
      sources.append(Stage.ParamSource(file: file, keys: keys.map { unique($0) }))
      return
    }
    guard let keys, let known = sources[index].keys else {
      sources[index].keys = nil
      return
    }
    sources[index].keys = unique(known + keys)
  }

  private func unique(_ keys: [String]) -> [String] {
    var seen: Set<String> = []
    return keys.filter { seen.insert($0).inserted }
  }

  // MARK: Parts

  private func paths(_ node: Node, _ what: String, in folder: RepositoryPath) throws(Failure) -> [RepositoryPath] {
    var paths: [RepositoryPath] = []
    var seen: Set<RepositoryPath> = []
    if isEmpty(node) { return paths }
    for item in try nodes.list(node, what) {
      let path = try path(item, "a path in \(what)", in: folder)
      guard seen.insert(path).inserted else {
        throw nodes.failure(at: item.position, "'\(path.text)' is already listed in \(what)")
      }
      paths.append(path)
    }
    return paths
  }

  private func path(
    _ node: Node, _ what: String, in folder: RepositoryPath, orRoot: Bool = false
  ) throws(Failure) -> RepositoryPath {
    let text = try plain(node, what)
    do {
      let path = try StagePath.resolve(text, in: folder)
      if orRoot || !path.isRoot { return path }
    } catch {
      throw nodes.failure(at: node.position, "'\(text.prefix(200))' cannot be \(what): \(error.why)", hint: error.hint)
    }
    throw nodes.failure(at: node.position, "\(what) cannot be the whole repository")
  }

  /// Text in which nothing waits to be filled in.
  private func plain(_ node: Node, _ what: String) throws(Failure) -> String {
    let text = try nodes.string(node, what)
    guard text.contains("${") else { return text }
    throw nodes.failure(
      at: node.position, "\(what) holds '${', and templates are not read by this version",
      hint: "write $NAME for a variable of the shell")
  }

  private func isEmpty(_ node: Node) -> Bool { node.content == .scalar(.null) }

  /// The members of a map. Words that the field knows and this version does not read are told apart from mistakes.
  private func map(
    _ node: Node, _ what: String, _ known: [String], later: [String]
  ) throws(Failure) -> [String: Node] {
    for member in try nodes.map(node, what) where later.contains(member.key) {
      throw nodes.failure(at: member.keyPosition, "'\(member.key)' in \(what) is not read by this version")
    }
    return try nodes.map(node, what, known: known)
  }
}

private let fileKeys = ["stages", "params", "metrics", "desc", "meta"]
private let laterFileKeys = ["vars", "plots", "artifacts", "datasets"]
private let stageKeys = [
  "cmd", "wdir", "deps", "params", "outs", "metrics", "frozen", "always_changed", "desc", "meta",
]
private let laterStageKeys = [
  "foreach", "do", "matrix", "vars", "plots", "env", "timeout", "retries", "resources", "executor",
]
private let outputKeys = ["cache", "persist", "desc", "meta"]
private let laterOutputKeys = ["push", "remote", "type", "labels"]
