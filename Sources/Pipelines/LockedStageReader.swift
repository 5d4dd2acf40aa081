import Diagnostics
import Files
import Formats
import Objects

/// Reads one entry of a lock, or of the run cache, and refuses what `LockedStage.members` does not write.
struct LockedStageReader {
  let nodes: NodeReader

  static let keys = ["cmd", "wdir", "deps", "sources", "params", "env", "environment", "items", "outs"]

  /// `what` names the entry in failures, and `position` is where it starts.
  func read(_ node: Node, _ what: String, at position: SourcePosition) throws(Failure) -> LockedStage {
    try read(try nodes.map(node, what, known: Self.keys), what, at: position)
  }

  func read(_ fields: [String: Node], _ what: String, at position: SourcePosition) throws(Failure) -> LockedStage {
    guard let command = fields["cmd"] else { throw nodes.failure(at: position, "\(what) has no 'cmd'") }
    var commands: [String] = []
    for item in try nodes.list(command, "'cmd'") { commands.append(try nodes.string(item, "a command")) }
    var stage = LockedStage(commands: commands)
    if let node = fields["wdir"] { stage.workingFolder = try path(node, try nodes.string(node, "'wdir'")) }
    if let node = fields["deps"] { stage.dependencies = try paths(node, "'deps'") }
    if let node = fields["sources"] { stage.sources = try sources(node) }
    if let node = fields["params"] { stage.params = try params(node) }
    if let node = fields["env"] { stage.variables = try variables(node) }
    if let node = fields["environment"] { stage.probes = try probes(node) }
    if let node = fields["items"] { stage.items = try paths(node, "'items'") }
    if let node = fields["outs"] { stage.outputs = try paths(node, "'outs'") }
    return stage
  }

  private func params(_ node: Node) throws(Failure) -> [RepositoryPath: [String: Value]] {
    var params: [RepositoryPath: [String: Value]] = [:]
    for member in try nodes.map(node, "'params'") {
      let file = try path(Node(.scalar(.null), at: member.keyPosition), member.key)
      var values: [String: Value] = [:]
      for value in try nodes.map(member.value, "the values of '\(member.key)'") {
        values[value.key] = value.value.value
      }
      params[file] = values
    }
    return params
  }

  private func variables(_ node: Node) throws(Failure) -> [String: ObjectID?] {
    var variables: [String: ObjectID?] = [:]
    for member in try nodes.map(node, "'env'") {
      let isUnset = member.value.content == .scalar(.null)
      variables[member.key] = .some(isUnset ? nil : try id(member.value, "'\(member.key)'"))
    }
    return variables
  }

  private func sources(_ node: Node) throws(Failure) -> [LockedSource] {
    var found: [LockedSource] = []
    var seen: Set<Stage.Source> = []
    for item in try nodes.list(node, "'sources'") {
      let source = try source(item)
      guard seen.insert(source.source).inserted else {
        throw nodes.failure(at: item.position, "an entry of 'sources' stands there twice")
      }
      found.append(source)
    }
    return found
  }

  private func source(_ node: Node) throws(Failure) -> LockedSource {
    let what = "an entry of 'sources'"
    guard let kind = try nodes.map(node, what).first?.key else {
      throw nodes.failure(at: node.position, "\(what) is empty")
    }
    let result = ["id", "size", "file"]
    func fields(_ own: String...) throws(Failure) -> Fields { try self.fields(node, what, own + result) }
    switch kind {
    case "glob":
      let fields = try self.fields(node, what, ["glob", "files"])
      let files = try paths(try fields["files"], "'files'")
      let matched = Dictionary(files.map { ($0.path, $0.content) }) { first, _ in first }
      return LockedSource(.glob(pattern: PathText.unescape(try fields.string("glob"))), .files(matched))
    case "lines":
      let fields = try fields("lines", "first", "last")
      return LockedSource(
        .lines(try fields.path("lines"), first: try fields.count("first"), last: try fields.count("last")),
        try content(fields))
    case "matches":
      let fields = try fields("matches", "expression")
      return LockedSource(
        .matches(try fields.path("matches"), expression: try fields.string("expression")), try content(fields))
    case "command":
      let fields = try fields("command")
      return LockedSource(.command(try fields.string("command")), try content(fields))
    default:
      let fields = try fields("query", "sql")
      return LockedSource(.query(try fields.path("query"), sql: try fields.string("sql")), try content(fields))
    }
  }

  private func content(_ fields: Fields) throws(Failure) -> SourceContent {
    guard let node = fields.found["id"] else { return .missing }
    let file: ObjectID? = if let node = fields.found["file"] { try id(node, "'file'") } else { nil }
    return .bytes(try id(node, "'id'"), size: try fields.count("size"), file: file)
  }

  private func probes(_ node: Node) throws(Failure) -> [LockedProbe] {
    var probes: [LockedProbe] = []
    for item in try nodes.list(node, "'environment'") {
      let fields = try fields(item, "an entry of 'environment'", ["file", "command", "id", "size", "line"])
      let probe: Stage.Probe =
        fields.found["file"] == nil ? .command(try fields.string("command")) : .file(try fields.path("file"))
      var result: ProbeResult?
      if let node = fields.found["id"] {
        result = ProbeResult(id: try id(node, "'id'"), size: try fields.count("size"))
        if fields.found["line"] != nil { result?.line = try fields.string("line") }
      }
      probes.append(LockedProbe(probe, result))
    }
    return probes
  }

  private func paths(_ node: Node, _ what: String) throws(Failure) -> [LockedPath] {
    var paths: [LockedPath] = []
    var seen: Set<RepositoryPath> = []
    for item in try nodes.list(node, what) {
      let path = try lockedPath(item, what)
      guard seen.insert(path.path).inserted else {
        throw nodes.failure(at: item.position, "'\(path.path)' stands twice in \(what)")
      }
      paths.append(path)
    }
    return paths
  }

  private func lockedPath(_ node: Node, _ what: String) throws(Failure) -> LockedPath {
    let fields = try fields(
      node, "an entry of \(what)", ["path", "id", "size", "files", "executable", "cache"])
    var result = LockedPath(
      path: try fields.path("path"), id: try id(try fields["id"], "'id'"), size: try fields.count("size"))
    if fields.found["files"] != nil { result.files = try fields.count("files") }
    if let node = fields.found["cache"] { result.isCached = try nodes.bool(node, "'cache'") }
    if let node = fields.found["executable"] { result.isExecutable = try nodes.bool(node, "'executable'") }
    return result
  }

  private func id(_ node: Node, _ what: String) throws(Failure) -> ObjectID {
    let text = try nodes.string(node, what)
    guard let id = try? ObjectID(text: text) else {
      throw nodes.failure(at: node.position, "\(what) should be 'sha256:' and 64 hexadecimal digits in lower case")
    }
    return id
  }

  fileprivate func path(_ node: Node, _ text: String) throws(Failure) -> RepositoryPath {
    do {
      return try RepositoryPath(text: text)
    } catch {
      throw nodes.failure(at: node.position, "the path '\(text.prefix(200))' cannot be used: \(error.why)")
    }
  }

  private func fields(_ node: Node, _ what: String, _ known: [String]) throws(Failure) -> Fields {
    Fields(found: try nodes.map(node, what, known: known), what: what, position: node.position, reader: self)
  }
}

/// The members of one map of a lock, by name.
private struct Fields {
  let found: [String: Node]
  let what: String
  let position: SourcePosition
  let reader: LockedStageReader

  subscript(key: String) -> Node {
    get throws(Failure) {
      guard let node = found[key] else { throw reader.nodes.failure(at: position, "\(what) has no '\(key)'") }
      return node
    }
  }

  func string(_ key: String) throws(Failure) -> String { try reader.nodes.string(try self[key], "'\(key)'") }
  func count(_ key: String) throws(Failure) -> Int { try reader.nodes.count(try self[key], "'\(key)'") }
  func path(_ key: String) throws(Failure) -> RepositoryPath { try reader.path(try self[key], try string(key)) }
}
