package import Diagnostics
package import Files
import Formats

extension StageGraph {
  /// The stages that a user means by `target`, in order. It is read in `folder`, the one where the user is, then from the
  /// root: a stage or a group; `:name` or `path/mlrepo.yaml:name` for one of a certain file; `path/mlrepo.yaml` for all of
  /// its stages; an output, for the stage that makes it; or a pattern with `*`, `?` or `[` over the names of stages.
  package func findAll(_ target: String, in folder: RepositoryPath = .root) throws(Failure) -> [StageID] {
    if let found = stages(of: target, in: folder) { return found }
    let found = try named(target)
    if !found.isEmpty { return found }
    for base in folder.isRoot ? [.root] : [folder, .root] {
      guard let path = try? StagePath.resolve(target, in: base), !path.isRoot else { continue }
      let ofFile = stages.filter { $0.id.file == path }
      if !ofFile.isEmpty { return ofFile.map(\.id) }
      let producers = producers(of: path)
      if !producers.isEmpty { return producers }
    }
    if StagePath.isPattern(target) {
      let pattern = Array(target.utf8)[...]
      let found = stages.filter { PathGlob.name(pattern, matches: Array($0.id.text.utf8)[...]) }
      if !found.isEmpty { return found.map(\.id) }
    }
    throw unknown(target)
  }

  /// What `path/mlrepo.yaml:name` and `:name` mean; nil if `target` has neither form or means nothing.
  private func stages(of target: String, in folder: RepositoryPath) -> [StageID]? {
    let marker = "\(PipelineFile.name):"
    let name: Substring
    var files: [RepositoryPath] = []
    if target.hasPrefix(":") {
      name = target.dropFirst()
      files = [folder]
    } else if let range = target.firstRange(of: marker),
      range.lowerBound == target.startIndex
        || target[target.index(before: range.lowerBound)] == "/"
    {
      name = target[range.upperBound...]
      let parent = String(target[..<range.lowerBound])
      files = [folder, .root].compactMap { base in
        parent.isEmpty ? base : try? StagePath.resolve(parent, in: base)
      }
    } else {
      return nil
    }
    for parent in files {
      let inFile = stages.filter { $0.id.file.parent == parent }
      if let stage = inFile.first(where: { $0.id.name.text == name }) { return [stage.id] }
      let members = inFile.filter { $0.group.map { $0 == name } ?? false }
      if !members.isEmpty { return members.map(\.id) }
    }
    return nil
  }

  /// The stage or group `target`: of the root's file if that has it, else of the only file that does.
  private func named(_ target: String) throws(Failure) -> [StageID] {
    let found = stages.filter { $0.id.name.text == target || $0.group == target }
    let ofRoot = found.filter { $0.id.file.parent.isRoot }
    if !ofRoot.isEmpty { return ofRoot.map(\.id) }
    let files = Set(found.map(\.id.file)).sorted()
    guard files.count > 1 else { return found.map(\.id) }
    throw Failure(
      "cannot find the stage '\(target)'",
      why: "several pipeline files have one: \(files.map { "\($0.text):\(target)" }.joined(separator: ", "))",
      hint: "name one of them in full")
  }

  private func unknown(_ target: String) -> Failure {
    var names = stages.map(\.id.text)
    var groups: Set<String> = []
    for stage in stages {
      guard let group = stage.group, groups.insert("\(stage.id.file.text):\(group)").inserted else { continue }
      names.append(stage.id.file.parent.isRoot ? group : "\(stage.id.file.text):\(group)")
    }
    let meant = nearest(target, among: names).map { "did you mean '\($0)'?" }
    let why =
      StagePath.isPattern(target) ? "no stage's name matches it" : "no pipeline file has it"
    return Failure("cannot find the stage '\(target)'", why: why, hint: meant ?? "mlrepo stage list")
  }
}
