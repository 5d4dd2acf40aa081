package import Diagnostics
package import Files
import Formats
package import Pipelines

/// What `stage remove` took away.
package struct StageRemoval: Sendable {
  package var stages: [StageID] = []
  /// What they had made and the store keeps; it stays in the workspace.
  package var outputs: [RepositoryPath] = []
}

extension Repository {
  /// Adds a stage to the pipeline file at the root, or to that of the folder `folder`. Comments and order of what is there
  /// stay. The result must make a graph that can run. Returns the pipeline file.
  package func addStage(
    _ definition: StageDefinition, in folder: RepositoryPath, replacing: Bool
  ) throws(Failure) -> RepositoryPath {
    let file = try folder.appending(name: PipelineFile.name.utf8)
    return try locked("stage add") { () throws(Failure) in
      let bytes = try PipelineFile.adding(
        definition, to: try root.contents(file.bytes), file: file, lookup: FileLookup(root), replacing: replacing)
      let edits = try edits([file: bytes], of: try project(), "cannot add the stage '\(definition.name)'")
      try publish("stage add \(definition.name)", edits)
      return file
    }
  }

  /// Changes the stage, or the `foreach` or `matrix`, that `target` names. A new name takes the recorded results along.
  /// Returns the pipeline file, and whether anything changed.
  package func editStage(
    _ target: String, _ changes: StageChanges, in folder: RepositoryPath
  ) throws(Failure) -> (file: RepositoryPath, isChanged: Bool) {
    try locked("stage edit") { () throws(Failure) in
      let project = try project()
      let (file, name) = try project.entry(target, in: folder)
      let present = try root.contents(file.bytes) ?? []
      let bytes = try PipelineFile.editing(name, changes, in: present, file: file, lookup: FileLookup(root))
      var edits = try edits([file: bytes], of: project, "cannot edit the stage '\(target)'")
      if let new = changes.name, new != name, var lock = project.locks[file] {
        for stage in project.stages where stage.id.file == file && (stage.group ?? stage.id.name.text) == name {
          guard let entry = lock.stages.removeValue(forKey: stage.id.name) else { continue }
          lock.stages[try StageName(new + stage.id.name.text.dropFirst(name.count))] = entry
        }
        edits.write(try Project.lock(of: file), lock.encoded())
      }
      try publish("stage edit \(target)", edits)
      return (file, bytes != present)
    }
  }

  /// Takes stages away: their entries in pipeline files and locks, and the ignore lines of their outputs. Refuses if other
  /// stages follow them, unless `force`.
  package func removeStages(
    _ targets: [String], in folder: RepositoryPath, force: Bool
  ) throws(Failure) -> StageRemoval {
    try locked("stage remove") { () throws(Failure) in
      let project = try project()
      var names: [RepositoryPath: [String]] = [:]
      for target in targets {
        let (file, name) = try project.entry(target, in: folder)
        if !(names[file]?.contains(name) ?? false) { names[file, default: []].append(name) }
      }
      let stages = project.stages.filter {
        names[$0.id.file]?.contains($0.group ?? $0.id.name.text) ?? false
      }
      var removal = StageRemoval(stages: stages.map(\.id))
      if !force { try checkNothingFollows(removal.stages, in: project) }
      var contents: [RepositoryPath: [UInt8]] = [:]
      for (file, names) in names {
        contents[file] = try PipelineFile.removing(
          names, from: try root.contents(file.bytes) ?? [], file: file, lookup: FileLookup(root))
      }
      let what = "cannot remove the stage '\(targets.joined(separator: "', '"))'"
      var edits = try edits(contents, of: project, what)
      for file in names.keys.sorted() {
        guard var lock = project.locks[file] else { continue }
        for stage in stages where stage.id.file == file {
          guard let entry = lock.stages.removeValue(forKey: stage.id.name) else { continue }
          removal.outputs += entry.outputs.filter(\.isCached).map(\.path)
        }
        let path = try Project.lock(of: file)
        if lock.stages.isEmpty { edits.remove(path) } else { edits.write(path, lock.encoded()) }
      }
      for path in removal.outputs { try edits.unignore(path) }
      try publish("stage remove \(targets.joined(separator: " "))", edits)
      return removal
    }
  }

  private func checkNothingFollows(_ removed: [StageID], in project: Project) throws(Failure) {
    let graph = try project.graph()
    for id in removed {
      guard let follower = graph.downstream(of: id).first(where: { !removed.contains($0) }) else { continue }
      throw Failure(
        "cannot remove the stage '\(id)'", why: "the stage '\(follower)' needs what it makes",
        hint: "remove that one too, or keep what is made and remove with --force")
    }
  }

  /// The edits that give pipeline files new contents, once the whole makes a graph.
  private func edits(
    _ contents: [RepositoryPath: [UInt8]], of project: Project, _ what: String
  ) throws(Failure) -> FileEdits {
    var project = project
    var edits = FileEdits(in: root)
    for (file, bytes) in contents {
      project.pipelines.removeAll { $0.file == file }
      project.pipelines.append(try PipelineFile.parse(bytes, file: file, lookup: FileLookup(root)))
      edits.write(file, bytes)
    }
    do throws(Failure) {
      _ = try project.graph()
    } catch {
      throw Failure(what, why: error.why, hint: nil, category: error.category)
    }
    return edits
  }
}

extension Project {
  /// The entry of `stages` that a user in `folder` means by `target`: a stage, or the `foreach` or `matrix` of several.
  func entry(_ target: String, in folder: RepositoryPath) throws(Failure) -> (file: RepositoryPath, name: String) {
    let what = "cannot find the stage '\(target)'"
    func text(_ file: RepositoryPath, _ name: String) -> String {
      file.parent.isRoot ? name : "\(file.text):\(name)"
    }
    var entries: [(file: RepositoryPath, name: String)] = []
    for stage in stages {
      let name = stage.group ?? stage.id.name.text
      if entries.last?.name != name || entries.last?.file != stage.id.file { entries.append((stage.id.file, name)) }
      if stage.group != nil, stage.id.text == target || stage.id.name.text == target {
        throw Failure(
          "cannot change the stage '\(target)' alone",
          why: "it is one of those that '\(name)' in \(stage.id.file) makes",
          hint: "name '\(name)' to change all of them")
      }
    }
    if let exact = entries.first(where: { text($0.file, $0.name) == target && $0.file.parent.isRoot == false }) {
      return exact
    }
    let named = entries.filter { $0.name == target }
    for place in [folder, .root] {
      if let found = named.first(where: { $0.file.parent == place }) { return found }
    }
    if named.count == 1 { return named[0] }
    let all = entries.map { text($0.file, $0.name) }
    if named.isEmpty {
      let meant = nearest(target, among: all).map { "did you mean '\($0)'?" }
      throw Failure(what, why: "no pipeline file has it", hint: meant ?? "mlrepo stage list")
    }
    let choices = named.map { text($0.file, $0.name) }.joined(separator: ", ")
    throw Failure(what, why: "several pipeline files have one: \(choices)", hint: "name one of them in full")
  }
}
