package import Diagnostics
package import Files
package import Git
package import Pipelines
package import Workspaces

/// What git holds of a repository, in the workspace or at a commit: pointers, pipeline files and locks.
package struct Project: Sendable {
  /// By the path they track.
  package internal(set) var pointers: [RepositoryPath: PointerFile] = [:]
  package internal(set) var pipelines: [PipelineFile] = []
  /// By the pipeline file each belongs to.
  package internal(set) var locks: [RepositoryPath: Lockfile] = [:]

  package init() {}

  package var stages: [Stage] { pipelines.flatMap(\.stages) }

  package func graph() throws(Failure) -> StageGraph {
    try StageGraph(stages, tracked: pointers.keys.sorted())
  }

  package func locked(_ id: StageID) -> LockedStage? { locks[id.file]?.stages[id.name] }

  /// The last good result of `id` is `entry` now.
  mutating func lock(_ id: StageID, _ entry: LockedStage?) {
    locks[id.file, default: Lockfile()].stages[id.name] = entry
  }

  package var lockedStages: [StageID: LockedStage] {
    Dictionary(
      stages.compactMap { stage in locked(stage.id).map { (stage.id, $0) } }, uniquingKeysWith: { first, _ in first })
  }

  /// All tracked paths with their content, in order: what pointers say, and what locks say of outputs the store keeps.
  package var tracked: [TrackedPath] {
    var found = pointers.map { TrackedPath(path: $0.key, content: $0.value.content, source: .pointer) }
    for stage in stages {
      guard let locked = locked(stage.id) else { continue }
      let cached = Set(stage.outputs.filter(\.isCached).map(\.path))
      for output in locked.outputs where cached.contains(output.path) {
        found.append(TrackedPath(path: output.path, content: output.content, source: .stage(stage.id.text)))
      }
    }
    return found.sorted { $0.path < $1.path }
  }

  /// The tracked path that is `path` or holds it.
  package func owner(of path: RepositoryPath) -> TrackedPath? { tracked.first { path.isInside($0.path) } }

  /// Adds a file of the workspace; `lookup` finds what a pipeline file speaks of.
  mutating func add(_ path: RepositoryPath, _ bytes: [UInt8], _ lookup: FileLookup) throws(Failure) {
    do throws(Failure) {
      try parse(path, bytes, lookup)
    } catch  where error.category == .damaged && error.hint == nil {
      throw Failure(error.what, why: error.why, hint: "git checkout -- \(shell: path)", category: .damaged)
    }
  }

  /// Adds a file of the commit `commit`, which a failure names.
  mutating func add(
    _ path: RepositoryPath, _ bytes: [UInt8], _ lookup: FileLookup, of commit: CommitID
  ) throws(Failure) {
    do throws(Failure) {
      try parse(path, bytes, lookup)
    } catch {
      throw Failure("\(error.what) of commit \(commit.short)", why: error.why, hint: nil, category: error.category)
    }
  }

  private mutating func parse(_ path: RepositoryPath, _ bytes: [UInt8], _ lookup: FileLookup) throws(Failure) {
    if let tracked = PointerFile.trackedPath(of: path) {
      pointers[tracked] = try PointerFile(decoding: bytes, at: path)
    } else if path.name.elementsEqual(PipelineFile.name.utf8) {
      pipelines.append(try PipelineFile.parse(bytes, file: path, lookup: lookup))
    } else if path.name.elementsEqual(Lockfile.name.utf8) {
      locks[try Self.pipeline(beside: path)] = try Lockfile.parse(bytes, file: path)
    }
  }

  static func isPart(_ name: some Collection<UInt8>) -> Bool {
    (name.count > PointerFile.suffix.count && name.suffix(PointerFile.suffix.count).elementsEqual(PointerFile.suffix))
      || name.elementsEqual(PipelineFile.name.utf8) || name.elementsEqual(Lockfile.name.utf8)
  }

  static func lock(of pipeline: RepositoryPath) throws(Failure) -> RepositoryPath {
    try pipeline.parent.appending(name: Lockfile.name.utf8)
  }

  private static func pipeline(beside lock: RepositoryPath) throws(Failure) -> RepositoryPath {
    try lock.parent.appending(name: PipelineFile.name.utf8)
  }
}

extension Project {
  /// Reads what `commit` says of the repository whose root is the folder `prefix` of its tree.
  init(at commit: CommitID, in git: GitRepository, prefix: RepositoryPath) throws(Failure) {
    let entries = try git.entries(in: commit) { path in
      Self.isPart(path[(path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...])
    }
    // The files of the commit, for the pipeline files in it.
    let lookup = FileLookup(
      contents: { path throws(Failure) in try git.blob(at: prefix.appending(path).bytes, in: commit) },
      exists: { path throws(Failure) in try git.blobID(at: prefix.appending(path).bytes, in: commit) != nil })
    for entry in entries {
      guard let path = try RepositoryPath(validating: entry.path).relative(to: prefix) else { continue }
      try add(path, try git.blob(entry.id), lookup, of: commit)
    }
    pipelines.sort { $0.file < $1.file }
  }
}

extension Repository {
  /// Reads pointers, pipelines and locks from the workspace.
  package func project() throws(Failure) -> Project {
    var project = Project()
    let lookup = FileLookup(root)
    for path in try projectFiles() {
      guard let bytes = try root.contents(path.bytes) else { continue }
      try project.add(path, bytes, lookup)
    }
    project.pipelines.sort { $0.file < $1.file }
    return project
  }

  /// Reads them as they are in a commit, without touching the workspace.
  package func project(at commit: CommitID) throws(Failure) -> Project {
    try Project(at: commit, in: try git(), prefix: try gitPrefix())
  }

  /// The files of the workspace, and those that it has lost as git's index has them.
  func lookupInIndexToo() -> FileLookup {
    let workspace = FileLookup(root)
    func contents(_ path: RepositoryPath) throws(Failure) -> [UInt8]? {
      if let bytes = try workspace.contents(path) { return bytes }
      let wanted = try gitPath(path)
      return try git().indexEntries { $0 == wanted }.first.map { entry throws(Failure) in
        try git().blob(entry.id)
      }
    }
    return FileLookup(contents: contents, exists: workspace.exists)
  }

  /// Finds pointers, pipeline files and locks. Does not look into tracked folders, folders that git ignores, or other
  /// repositories, so that it costs what the code costs and not what the data costs.
  func projectFiles() throws(Failure) -> [RepositoryPath] {
    var found: [RepositoryPath] = []
    var waiting: [RepositoryPath] = [.root]
    while let path = waiting.popLast() {
      let names = try root.folder(path).names()
      if !path.isRoot, names.contains(where: { $0.name.elementsEqual(".git".utf8) || $0.name == Self.homeName }) {
        continue
      }
      let tracked = Set(
        names.filter { !$0.isFolder && $0.name.suffix(4).elementsEqual(PointerFile.suffix) }.map { $0.name.dropLast(4) }
      )
      for (name, isFolder) in names {
        if !isFolder {
          if Project.isPart(name) { found.append(try path.appending(name: name)) }
        } else if RepositoryPath.brokenRule(name[...]) == nil, !tracked.contains(name[...]) {
          let folder = try path.appending(name: name)
          if try !git().isIgnored(gitPath(folder), isFolder: true) { waiting.append(folder) }
        }
      }
    }
    return found.sorted()
  }
}
