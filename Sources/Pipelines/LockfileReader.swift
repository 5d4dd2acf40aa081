package import Diagnostics
package import Files
import Formats
import Objects

extension Lockfile {
  /// Reads `bytes`, the content of `file`. Anything that this version did not write is refused as damaged, with its line;
  /// a later version is named as such. An empty file is a lock without stages.
  package static func parse(_ bytes: [UInt8], file: RepositoryPath) throws(Failure) -> Lockfile {
    let nodes = NodeReader(file: file.text, category: .damaged)
    if let line = conflictLine(bytes) {
      throw nodes.failure(
        at: SourcePosition(line: line, column: 1), "a merge left its conflict markers here",
        hint: "git checkout --ours -- '\(file)' && mlrepo repro")
    }
    return try LockfileReader(file: file, nodes: nodes).read(try YAML.parse(bytes, file: file.text, category: .damaged))
  }

  /// The first line that git wrote to mark a conflict.
  private static func conflictLine(_ bytes: [UInt8]) -> Int? {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return lines.firstIndex { $0.starts(with: "<<<<<<< ".utf8) || $0.starts(with: ">>>>>>> ".utf8) }.map { $0 + 1 }
  }
}

private struct LockfileReader {
  let file: RepositoryPath
  let nodes: NodeReader

  func read(_ root: Node) throws(Failure) -> Lockfile {
    let all = try nodes.map(root, "the lock")
    if all.isEmpty { return Lockfile() }
    guard let version = all.first(where: { $0.key == "version" })?.value else {
      throw nodes.failure(at: root.position, "'version' is missing")
    }
    let number = try nodes.count(version, "'version'")
    guard number == Lockfile.version else {
      let newer = number > Lockfile.version ? "; a newer mlrepo wrote it" : ""
      throw nodes.failure(
        at: version.position, "its version is \(number), and this mlrepo reads version \(Lockfile.version)\(newer)",
        hint: number > Lockfile.version ? "update mlrepo" : nil)
    }
    var lock = Lockfile()
    guard let stages = try nodes.map(root, "the lock", known: ["version", "stages"])["stages"] else { return lock }
    for member in try nodes.map(stages, "'stages'") {
      if let broken = StageName.brokenRule(member.key) { throw nodes.failure(at: member.keyPosition, broken) }
      lock.stages[try StageName(member.key)] = try stage(member)
    }
    return lock
  }

  private func stage(_ member: Node.Member) throws(Failure) -> LockedStage {
    let what = "stage '\(member.key)'"
    let fields = try nodes.map(member.value, what, known: ["cmd", "wdir", "deps", "params", "outs"])
    guard let command = fields["cmd"] else { throw nodes.failure(at: member.keyPosition, "\(what) has no 'cmd'") }
    var commands: [String] = []
    for item in try nodes.list(command, "'cmd'") { commands.append(try nodes.string(item, "a command")) }
    var stage = LockedStage(commands: commands)
    if let node = fields["wdir"] { stage.workingFolder = try path(node, try nodes.string(node, "'wdir'")) }
    if let node = fields["deps"] { stage.dependencies = try paths(node, "'deps'") }
    if let node = fields["params"] { stage.params = try params(node) }
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
    let fields = try nodes.map(
      node, "an entry of \(what)", known: ["path", "id", "size", "files", "executable", "cache"])
    func field(_ key: String) throws(Failure) -> Node {
      guard let value = fields[key] else {
        throw nodes.failure(at: node.position, "an entry of \(what) has no '\(key)'")
      }
      return value
    }
    let pathNode = try field("path")
    let path = try path(pathNode, try nodes.string(pathNode, "'path'"))
    let idNode = try field("id")
    let text = try nodes.string(idNode, "'id'")
    guard let id = try? ObjectID(text: text) else {
      throw nodes.failure(at: idNode.position, "'id' should be 'sha256:' and 64 hexadecimal digits in lower case")
    }
    var result = LockedPath(path: path, id: id, size: try nodes.count(try field("size"), "'size'"))
    if let node = fields["files"] { result.files = try nodes.count(node, "'files'") }
    if let node = fields["cache"] { result.isCached = try nodes.bool(node, "'cache'") }
    if let node = fields["executable"] { result.isExecutable = try nodes.bool(node, "'executable'") }
    return result
  }

  private func path(_ node: Node, _ text: String) throws(Failure) -> RepositoryPath {
    do {
      return try RepositoryPath(text: text)
    } catch {
      throw nodes.failure(at: node.position, "the path '\(text.prefix(200))' cannot be used: \(error.why)")
    }
  }
}
