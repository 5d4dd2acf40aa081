package import Diagnostics
package import Files
import Formats
import Objects

extension Lockfile {
  /// Reads `bytes`, the content of `file`. Anything that this version did not write is refused as damaged, with its line;
  /// a later version is named as such. An empty file is a lock without stages.
  package static func parse(_ bytes: [UInt8], file: RepositoryPath) throws(Failure) -> Lockfile {
    let nodes = NodeReader(file: file.text, category: .damaged)
    if let line = bytes.conflictLine {
      throw nodes.failure(
        at: SourcePosition(line: line, column: 1), "a merge left its conflict markers here",
        hint: "git checkout --ours -- \(shell: file) && mlrepo repro")
    }
    return try LockfileReader(file: file, nodes: nodes).read(try YAML.parse(bytes, file: file.text, category: .damaged))
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
      lock.stages[try StageName(member.key)] = try LockedStageReader(nodes: nodes).read(
        member.value, "stage '\(member.key)'", at: member.keyPosition)
    }
    return lock
  }
}
