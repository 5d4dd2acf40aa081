import Diagnostics
import Files
import Formats

/// Loads what templates can name: `params.yaml` beside the pipeline file, then what `vars` lists.
struct TemplateVariables {
  private enum Loaded { case whole, keys(Set<String>) }

  let nodes: NodeReader
  let lookup: FileLookup
  private(set) var scope = TemplateScope()
  /// The files that were read, in order.
  private(set) var files: [RepositoryPath] = []
  private var loaded: [RepositoryPath: Loaded] = [:]
  /// Names that no `vars` may define.
  var reserved: Set<String> = []

  init(nodes: NodeReader, lookup: FileLookup) {
    self.nodes = nodes
    self.lookup = lookup
  }

  /// Adds `params.yaml` of `folder` if it is there.
  mutating func loadStandardFile(of folder: RepositoryPath) throws(Failure) {
    let path = try folder.appending(name: PipelineFile.standardParams.utf8)
    guard let members = try contents(of: path) else { return }
    _ = scope.merge(members, from: path.text)
    (loaded[path], files) = (.whole, [path])
  }

  /// Adds what `node`, a list of files and maps, names; files are taken from `folder`.
  mutating func load(_ node: Node, in folder: RepositoryPath) throws(Failure) {
    for item in try nodes.list(node, "'vars'") {
      if case .map = item.content {
        guard case .map(let members) = item.value else { continue }
        try refuseTemplates(item)
        try merge(members, from: "the vars at line \(item.position.line)", at: item.position)
      } else {
        try load(file: try nodes.string(item, "an item of 'vars'"), at: item.position, in: folder)
      }
    }
  }

  private mutating func load(
    file text: String, at position: SourcePosition, in folder: RepositoryPath
  ) throws(Failure) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let wanted = parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : []
    if text.contains("${") { throw templateRefused(position) }
    let path: RepositoryPath
    do {
      path = try StagePath.resolve(String(parts[0]), in: folder)
    } catch {
      throw nodes.failure(
        at: position, "'\(text.prefix(200))' cannot be a file of 'vars': \(error.why)", hint: error.hint)
    }
    guard try isNew(wanted, of: path, at: position) else { return }
    guard var members = try contents(of: path) else {
      throw nodes.failure(at: position, "the file '\(path.text)' of 'vars' does not exist")
    }
    if !wanted.isEmpty { members = try wanted.map { key throws(Failure) in try member(key, members, path, position) } }
    try merge(members, from: path.text, at: position)
    if !files.contains(path) { files.append(path) }
    switch loaded[path] {
    case .keys(let keys)?: loaded[path] = .keys(keys.union(wanted))
    default: loaded[path] = wanted.isEmpty ? .whole : .keys(Set(wanted))
    }
  }

  /// Whether something of the file is still to be added. All of a file may be named again; anything else is a mistake.
  private func isNew(_ wanted: [String], of path: RepositoryPath, at position: SourcePosition) throws(Failure) -> Bool {
    switch loaded[path] {
    case nil: return true
    case .whole? where wanted.isEmpty: return false
    case .keys(let keys)? where !wanted.isEmpty && keys.isDisjoint(with: wanted): return true
    default: throw nodes.failure(at: position, "values of '\(path.text)' are taken already")
    }
  }

  private func member(
    _ key: String, _ members: [ValueMember], _ path: RepositoryPath, _ position: SourcePosition
  ) throws(Failure) -> ValueMember {
    if let member = members.first(where: { $0.key == key }) { return member }
    let meant = nearest(key, among: members.map(\.key)).map { "; did you mean '\($0)'?" } ?? ""
    throw nodes.failure(at: position, "'\(path.text)' has no '\(key)'\(meant)")
  }

  private mutating func merge(
    _ members: [ValueMember], from origin: String, at position: SourcePosition
  ) throws(Failure) {
    if let taken = members.first(where: { reserved.contains($0.key) }) {
      throw nodes.failure(at: position, "'\(taken.key)' stands for the item of the group and cannot be defined")
    }
    if let known = scope.merge(members, from: origin) {
      throw nodes.failure(at: position, "'\(known.name)' is already defined in \(known.origin)")
    }
  }

  private func contents(of path: RepositoryPath) throws(Failure) -> [ValueMember]? {
    guard let bytes = try lookup.contents(path) else { return nil }
    let root = try DataFile.parse(bytes, file: path.text)
    guard case .map(let members) = root.value else {
      throw NodeReader(file: path.text).failure(
        at: root.position, "it holds \(root.value.kind), not a map of values that templates can name")
    }
    return members
  }

  private func refuseTemplates(_ node: Node) throws(Failure) {
    switch node.content {
    case .scalar(.string(let text)):
      if try Template.parts(of: text, at: node.position, nodes)?.contains(where: \.isReference) == true {
        throw templateRefused(node.position)
      }
    case .scalar: break
    case .list(let items): for item in items { try refuseTemplates(item) }
    case .map(let members): for member in members { try refuseTemplates(member.value) }
    }
  }

  private func templateRefused(_ position: SourcePosition) -> Failure {
    nodes.failure(at: position, "'vars' are what templates name, and cannot hold '${' themselves")
  }
}

extension Template.Part {
  fileprivate var isReference: Bool { if case .reference = self { true } else { false } }
}
