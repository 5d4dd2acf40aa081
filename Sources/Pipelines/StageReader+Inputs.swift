import Diagnostics
import Files
import Formats

extension StageReader {
  // MARK: Dependencies

  func readDependencies(_ node: Node, into draft: inout StageDraft) throws(Failure) {
    if node.isEmpty { return }
    let folder = draft.stage.workingFolder
    var seen: Set<RepositoryPath> = []
    for item in try nodes.list(node, "'deps'") {
      if case .map = item.content {
        let source = try source(item, in: folder)
        if !draft.stage.sources.contains(source) { draft.stage.sources.append(source) }
        continue
      }
      let path = try path(item, "a path in 'deps'", in: folder)
      guard seen.insert(path).inserted else { throw listed(path, item, "'deps'") }
      draft.stage.dependencies.append(path)
      if StagePath.isPattern(try nodes.string(item, "a path in 'deps'")) {
        let bytes = try pattern(item, "a path in 'deps'", in: folder)
        draft.patterns.append(StageDraft.Pattern(path: path, bytes: bytes))
      }
    }
  }

  /// A dependency that is a map: what kind it is, its first key says.
  private func source(_ node: Node, in folder: RepositoryPath) throws(Failure) -> Stage.Source {
    let what = "a dependency"
    let members = try nodes.map(node, what)
    guard let kind = members.first(where: { Self.sourceKeys[$0.key] != nil }) else {
      let known = Self.sourceKeys.keys.sorted()
      if let first = members.first { throw nodes.unknown(first, what, known) }
      throw nodes.failure(at: node.position, "\(what) is empty; it should have one of \(known.joined(separator: ", "))")
    }
    let fields = try nodes.map(node, "a '\(kind.key)' dependency", known: Self.sourceKeys[kind.key] ?? [])
    func file() throws(Failure) -> RepositoryPath {
      guard let file = fields["file"] else {
        throw nodes.failure(at: node.position, "a '\(kind.key)' dependency has no 'file'")
      }
      return try path(file, "'file'", in: folder)
    }
    switch kind.key {
    case "glob": return .glob(pattern: try pattern(kind.value, "'glob'", in: folder))
    case "lines":
      let first = try fields["first"].map { node throws(Failure) in try lineNumber(node, "'first'") } ?? 1
      let last = try fields["last"].map { node throws(Failure) in try lineNumber(node, "'last'") } ?? Int.max
      guard first <= last else {
        throw nodes.failure(at: node.position, "'first' is \(first), behind 'last', which is \(last)")
      }
      return .lines(try path(kind.value, "'lines'", in: folder), first: first, last: last)
    case "regex": return .matches(try file(), expression: try word(kind.value, "'regex'"))
    case "command": return .command(try word(kind.value, "'command'"))
    default: return .query(try file(), sql: try word(kind.value, "'query'"))
    }
  }

  static let sourceKeys = [
    "glob": ["glob"], "lines": ["lines", "first", "last"], "regex": ["regex", "file"], "command": ["command"],
    "query": ["query", "file"],
  ]

  private func lineNumber(_ node: Node, _ what: String) throws(Failure) -> Int {
    let number = try nodes.count(node, what)
    guard number > 0 else { throw nodes.failure(at: node.position, "\(what) should be 1 or more; lines count from 1") }
    return number
  }

  // MARK: Params

  /// Values of one file that are listed apart come together; the whole file covers each of its values.
  func params(_ node: Node, in folder: RepositoryPath) throws(Failure) -> [Stage.ParamSource] {
    var sources: [Stage.ParamSource] = []
    if node.isEmpty { return sources }
    for item in try nodes.list(node, "'params'") {
      guard case .map(let members) = item.content else {
        let standard = Node(.scalar(.string(PipelineFile.standardParams)), at: item.position)
        let key = try nodes.string(item, "a parameter")
        merge([key], of: try path(standard, "a parameter file", in: folder), into: &sources)
        continue
      }
      for member in members {
        let name = Node(.scalar(.string(member.key)), at: member.keyPosition)
        let file = try path(name, "a parameter file", in: folder)
        let keys = member.value.isEmpty ? nil : try nodes.strings(member.value, "the keys of '\(member.key)'")
        merge(keys, of: file, into: &sources)
      }
    }
    return sources
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

  // MARK: Environment

  func variables(_ node: Node) throws(Failure) -> [String] {
    if node.isEmpty { return [] }
    var names: [String] = []
    for item in try nodes.list(node, "'env'") {
      let name = try nodes.string(item, "a variable in 'env'")
      let isName = name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
      guard isName, let first = name.first, !first.isNumber else {
        throw nodes.failure(
          at: item.position, "'\(name.prefix(100))' in 'env' is no name of an environment variable",
          hint: "list names only; the values are taken from the environment that mlrepo runs in")
      }
      if !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// Files, and commands as `{command: …}`.
  func probes(_ node: Node, in folder: RepositoryPath) throws(Failure) -> [Stage.Probe] {
    if node.isEmpty { return [] }
    var probes: [Stage.Probe] = []
    for item in try nodes.list(node, "'environment'") {
      let probe: Stage.Probe
      if case .map = item.content {
        let fields = try nodes.map(item, "an item of 'environment'", known: ["command", "file"])
        switch (fields["command"], fields["file"]) {
        case (let command?, nil): probe = .command(try word(command, "'command'"))
        case (nil, let file?): probe = .file(try path(file, "'file'", in: folder))
        default:
          throw nodes.failure(at: item.position, "an item of 'environment' should have either 'command' or 'file'")
        }
      } else {
        probe = .file(try path(item, "a file in 'environment'", in: folder))
      }
      if !probes.contains(probe) { probes.append(probe) }
    }
    return probes
  }

  // MARK: Parts

  func paths(_ node: Node, _ what: String, in folder: RepositoryPath) throws(Failure) -> [RepositoryPath] {
    var paths: [RepositoryPath] = []
    var seen: Set<RepositoryPath> = []
    if node.isEmpty { return paths }
    for item in try nodes.list(node, what) {
      let path = try path(item, "a path in \(what)", in: folder)
      guard seen.insert(path).inserted else { throw listed(path, item, what) }
      paths.append(path)
    }
    return paths
  }

  private func listed(_ path: RepositoryPath, _ item: Node, _ what: String) -> Failure {
    nodes.failure(at: item.position, "'\(path.text)' is already listed in \(what)")
  }

  func path(
    _ node: Node, _ what: String, in folder: RepositoryPath, orRoot: Bool = false
  ) throws(Failure) -> RepositoryPath {
    try Self.path(node, what, in: folder, nodes, orRoot: orRoot)
  }

  static func path(
    _ node: Node, _ what: String, in folder: RepositoryPath, _ nodes: NodeReader, orRoot: Bool
  ) throws(Failure) -> RepositoryPath {
    let text = try nodes.string(node, what)
    do {
      let path = try StagePath.resolve(text, in: folder)
      if orRoot || !path.isRoot { return path }
    } catch {
      throw nodes.failure(at: node.position, "'\(text.prefix(200))' cannot be \(what): \(error.why)", hint: error.hint)
    }
    throw nodes.failure(at: node.position, "\(what) cannot be the whole repository")
  }

  /// A pattern from the root of the repository.
  func pattern(_ node: Node, _ what: String, in folder: RepositoryPath) throws(Failure) -> [UInt8] {
    let text = try nodes.string(node, what)
    do {
      return try StagePath.pattern(text, in: folder)
    } catch {
      throw nodes.failure(at: node.position, "'\(text.prefix(200))' cannot be \(what): \(error.why)", hint: error.hint)
    }
  }

  /// Text that says something.
  func word(_ node: Node, _ what: String) throws(Failure) -> String {
    let text = try nodes.string(node, what)
    guard !text.allSatisfy(\.isWhitespace) else { throw nodes.failure(at: node.position, "\(what) is empty") }
    return text
  }
}
