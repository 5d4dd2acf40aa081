import Diagnostics
import Files
import Formats

/// Turns the nodes of a pipeline file into stages.
struct PipelineReader {
  let file: RepositoryPath
  let nodes: NodeReader
  let lookup: FileLookup
  private var result: PipelineFile
  private var problems: [Failure] = []
  private var drafts: [StageDraft] = []

  init(file: RepositoryPath, lookup: FileLookup) {
    self.file = file
    self.lookup = lookup
    nodes = NodeReader(file: file.text)
    result = PipelineFile(file: file)
  }

  /// Reads what it can and tells all that is wrong at once. `usesTemplates`: whether there may be a `${` in it.
  mutating func read(_ root: Node, usesTemplates: Bool) throws(Failure) -> PipelineFile {
    try nodes.refuse(["datasets"], in: root, "the pipeline")
    let members = try nodes.map(root, "the pipeline", known: Self.fileKeys)
    var variables = TemplateVariables(nodes: nodes, lookup: lookup)
    if usesTemplates || members["vars"] != nil { try variables.loadStandardFile(of: file.parent) }
    if let node = members["vars"], !node.isEmpty { try variables.load(node, in: file.parent) }
    let probes = try members["environment"].map { node throws(Failure) in
      try StageReader(nodes: nodes).probes(node, in: file.parent)
    }
    var expansion = StageExpansion(file: file, nodes: nodes, variables: variables)
    if let node = members["stages"], !node.isEmpty {
      try readStages(try nodes.map(node, "'stages'"), &expansion, probes: probes ?? [])
    }
    for key in ["params", "metrics", "plots", "artifacts"] {
      guard let node = members[key], !node.isEmpty else { continue }
      attempt { reader throws(Failure) in
        let filled = try expansion.filled(node, "'\(key)'")
        try reader.readTop(key, filled)
      }
    }
    if let node = members["desc"] { result.summary = try nodes.string(node, "'desc'") }
    result.meta = members["meta"]?.value
    try finishStages()
    result.templateFiles = expansion.files
    if let failure = Failure.joined(problems) { throw failure }
    return result
  }

  static let fileKeys = [
    "stages", "vars", "params", "metrics", "plots", "artifacts", "environment", "desc", "meta",
  ]

  static let artifactKeys = ["path", "type", "desc", "labels", "meta"]

  private mutating func attempt(_ work: (inout PipelineReader) throws(Failure) -> Void) {
    do throws(Failure) { try work(&self) } catch { problems.append(error) }
  }

  // MARK: Stages

  private mutating func readStages(
    _ members: [Node.Member], _ expansion: inout StageExpansion, probes: [Stage.Probe]
  ) throws(Failure) {
    let stageReader = StageReader(nodes: nodes)
    for member in members {
      do throws(Failure) {
        try expansion.expand(member, room: PipelineFile.stageLimit - drafts.count) { made throws(Failure) in
          var draft = try stageReader.read(
            made.fields, id: StageID(file: file, name: made.name), at: member.keyPosition)
          draft.stage.group = made.group
          draft.stage.probes = probes + draft.stage.probes
          drafts.append(draft)
        }
      } catch {
        problems.append(error)
      }
    }
  }

  /// Settles what a stage alone cannot: which stages `after` names, and which dependencies are patterns.
  private mutating func finishStages() throws(Failure) {
    let needsOutputs = drafts.contains { !$0.patterns.isEmpty }
    let outputs = needsOutputs ? Set(drafts.flatMap { $0.stage.outputs.map(\.path) }) : []
    let names = StageNames(drafts.contains { !$0.after.isEmpty } ? drafts.map(\.stage) : [], file: file)
    // A stage that could not be read is missed by those that come after it; that is no mistake of theirs.
    let isWhole = problems.isEmpty
    for var draft in drafts {
      for pattern in draft.patterns where !outputs.contains(pattern.path) {
        if try lookup.exists(pattern.path) { continue }
        draft.stage.dependencies.removeAll { $0 == pattern.path }
        draft.stage.sources.append(.glob(pattern: pattern.bytes))
      }
      for name in draft.after where isWhole {
        attempt { reader throws(Failure) in
          for id in try names.ids(name, reader.nodes)
          where id != draft.stage.id && !draft.stage.predecessors.contains(id) {
            draft.stage.predecessors.append(id)
          }
        }
      }
      result.stages.append(draft.stage)
    }
  }

  // MARK: The rest of the file

  private mutating func readTop(_ key: String, _ node: Node) throws(Failure) {
    let reader = StageReader(nodes: nodes)
    switch key {
    case "params": result.params = try reader.paths(node, "'params'", in: file.parent)
    case "metrics": result.metrics = try reader.paths(node, "'metrics'", in: file.parent)
    case "plots": result.plots = try plots(node)
    default: for member in try nodes.map(node, "'artifacts'") { result.artifacts.append(try artifact(member, reader)) }
    }
  }

  private func plots(_ node: Node) throws(Failure) -> [PipelineFile.Plot] {
    var plots: [PipelineFile.Plot] = []
    for item in try nodes.list(node, "'plots'") {
      guard case .map(let members) = item.content else {
        plots.append(PipelineFile.Plot(name: try nodes.string(item, "a plot")))
        continue
      }
      for member in members {
        let settings = member.value.isEmpty ? [] : try nodes.plotSettings(member.value, "the plot '\(member.key)'")
        plots.append(PipelineFile.Plot(name: member.key, settings: settings))
      }
    }
    return plots
  }

  private func artifact(_ member: Node.Member, _ reader: StageReader) throws(Failure) -> PipelineFile.Artifact {
    let what = "the artifact '\(member.key)'"
    let fields = try nodes.map(member.value, what, known: Self.artifactKeys)
    guard let path = fields["path"] else { throw nodes.failure(at: member.keyPosition, "\(what) has no 'path'") }
    var artifact = PipelineFile.Artifact(
      name: member.key, path: try reader.path(path, "the path of \(what)", in: file.parent))
    artifact.type = try fields["type"].map { node throws(Failure) in try nodes.string(node, "'type'") }
    artifact.summary = try fields["desc"].map { node throws(Failure) in try nodes.string(node, "'desc'") }
    artifact.labels = try fields["labels"].map { node throws(Failure) in try nodes.strings(node, "'labels'") } ?? []
    artifact.meta = fields["meta"]?.value
    return artifact
  }
}

/// The stages of a file by the names that `after` uses.
private struct StageNames {
  private let file: RepositoryPath
  private var ids: [String: [StageID]] = [:]

  init(_ stages: [Stage], file: RepositoryPath) {
    self.file = file
    for stage in stages {
      ids[stage.id.name.text] = [stage.id]
      if let group = stage.group { ids[group, default: []].append(stage.id) }
    }
  }

  /// What `name` means: a stage or group of this file, or `path/mlrepo.yaml:stage`, whose file is not looked into.
  func ids(_ name: StageDraft.Name, _ nodes: NodeReader) throws(Failure) -> [StageID] {
    if let found = ids[name.text] { return found }
    let marker = "\(PipelineFile.name):"
    if let range = name.text.firstRange(of: marker) {
      do throws(Failure) {
        let path = try StagePath.resolve(String(name.text[..<range.upperBound].dropLast()), in: file.parent)
        let stage = String(name.text[range.upperBound...])
        if path == file, let found = ids[stage] { return found }
        if path != file { return [StageID(file: path, name: try StageName(stage))] }
      } catch {
        throw nodes.failure(at: name.position, "'\(name.text.prefix(200))' cannot be in 'after': \(error.why)")
      }
    }
    let meant = nearest(name.text, among: ids.keys.sorted()).map { "; did you mean '\($0)'?" } ?? ""
    throw nodes.failure(at: name.position, "'after' names '\(name.text.prefix(200))', which is no stage\(meant)")
  }
}

extension Failure {
  private static let shown = 10

  /// One failure for all of `problems`; nil if there are none.
  fileprivate static func joined(_ problems: [Failure]) -> Failure? {
    guard var first = problems.first, problems.count > 1 else { return problems.first }
    var lines = problems.prefix(shown).map(\.why)
    if problems.count > shown { lines.append("… and \(problems.count - shown) more") }
    first.why = lines.joined(separator: "\n     ")
    first.hint = problems.compactMap(\.hint).first
    return first
  }
}
