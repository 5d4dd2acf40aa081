package import Diagnostics
package import Files
import Git
import Objects
import Pipelines
import Workspaces

/// Which content push, fetch and pull are about: of the workspace unless revisions are named.
package struct Selection: Sendable {
  /// Tracked paths, folders with tracked paths in them, or parts of tracked folders; all if empty.
  package var paths: [RepositoryPath] = []
  package var revisions: [String] = []
  package var allBranches = false
  package var allTags = false
  package var allCommits = false
  /// Also what the stages that made a path were made from.
  package var withDependencies = false
  /// Also the records of the run cache.
  package var runCache = false

  package init() {}

  var isOfWorkspace: Bool { revisions.isEmpty && !allBranches && !allTags && !allCommits }
}

/// Content that is to travel, and of a tracked folder perhaps only a part.
struct Wanted: Hashable {
  var path: RepositoryPath
  var content: Content
  /// From the tracked path; nil for all of it.
  var part: RepositoryPath?
  /// The remote that the pipeline sends it to.
  var remote: String?
  /// Whether push takes it along.
  var isPushed = true
}

extension Repository {
  /// The content that `selection` means, each once. A path that no revision knows is an error.
  func wanted(_ selection: Selection, for verb: String) throws(Failure) -> [Wanted] {
    var found: [Wanted] = []
    var seen: Set<Wanted> = []
    var unused = Set(selection.paths)
    func add(_ all: [Wanted]) {
      for item in all where seen.insert(item).inserted { found.append(item) }
    }
    if selection.allCommits {
      add(chosen(try allReferences(), selection.paths, &unused))
    } else if selection.isOfWorkspace {
      try add(wanted(in: project(), selection, &unused))
    } else {
      for commit in try commits(selection) { try add(wanted(in: project(at: commit), selection, &unused)) }
    }
    if let path = unused.sorted().first(where: { !$0.isRoot }) {
      throw selection.isOfWorkspace
        ? try notTracked(path, in: project(), verb: verb)
        : Failure("cannot \(verb) \(path)", why: "none of these revisions tracks it", hint: "mlrepo ls --rev REV")
    }
    return found
  }

  private func commits(_ selection: Selection) throws(Failure) -> [CommitID] {
    var commits: [CommitID] = []
    for revision in selection.revisions { commits.append(try git().resolveCommit(revision)) }
    if selection.allBranches { commits += try git().commits(ofReferences: ["refs/heads/*", "refs/remotes/*"]) }
    if selection.allTags { commits += try git().commits(ofReferences: ["refs/tags/*"]) }
    return commits
  }

  private func wanted(
    in project: Project, _ selection: Selection, _ unused: inout Set<RepositoryPath>
  ) throws(Failure) -> [Wanted] {
    let outputs = Dictionary(project.stages.flatMap(\.outputs).map { ($0.path, $0) }) { first, _ in first }
    let all = project.tracked.map { tracked in
      let output = outputs[tracked.path]
      return Wanted(
        path: tracked.path, content: tracked.content, remote: output?.remote, isPushed: output?.isPushed ?? true)
    }
    let named = selection.paths.map { Self.named($0, in: project) }
    for (path, name) in zip(selection.paths, named) where path != name {
      if unused.remove(path) != nil { unused.insert(name) }
    }
    let chosen = chosen(all, named, &unused)
    guard selection.withDependencies, !selection.paths.isEmpty else { return chosen }
    let graph = try project.graph()
    let needed = graph.withUpstream(Set(chosen.flatMap { graph.producers(of: $0.path) }))
    let stages = Set(needed)
    let paths = Set(
      project.stages.filter { stages.contains($0.id) }.flatMap { $0.dependencies + $0.outputs.map(\.path) })
    return chosen
      + all.filter { item in paths.contains { $0.isInside(item.path) || item.path.isInside($0) } }
  }

  /// What of `all` lies at or below one of `paths`, or holds one of them.
  private func chosen(_ all: [Wanted], _ paths: [RepositoryPath], _ unused: inout Set<RepositoryPath>) -> [Wanted] {
    if paths.isEmpty { return all }
    var found: [Wanted] = []
    for item in all {
      if let path = paths.first(where: { item.path.isInside($0) }) {
        unused.remove(path)
        found.append(item)
        continue
      }
      for path in paths where path.isInside(item.path) {
        unused.remove(path)
        var part = item
        part.part = path.relative(to: item.path)
        found.append(part)
      }
    }
    return found
  }

  /// The pointers and cached outputs of every commit that can be reached, and of the workspace.
  private func allReferences() throws(Failure) -> [Wanted] {
    let known = try ownReferences(operationsSince: .max, withHistory: true)
    if let first = known.unreadable.first { throw first }
    return known.found.filter { $0.isRequired && !$0.path.isRoot }.sorted { $0.path < $1.path }.map {
      Wanted(path: $0.path, content: $0.content)
    }
  }

  /// The outputs of the workspace's pipelines that push leaves here.
  package func unpushedPaths() throws(Failure) -> [RepositoryPath] {
    try project().stages.flatMap(\.outputs).filter { !$0.isPushed }.map(\.path)
  }

  /// The path and the content that `item` means.
  func chosenPart(
    of item: Wanted, for verb: String
  ) throws(Failure) -> (path: RepositoryPath, content: Content) {
    guard let part = item.part else { return (item.path, item.content) }
    let path = item.path.appending(part)
    if let content = try content(at: part, in: item.content) { return (path, content) }
    throw Failure(
      "cannot \(verb) \(path)",
      why: "\(item.path) as it is recorded has nothing there, or its listing is not in the store",
      hint: "mlrepo fetch \(shell: item.path)", category: .dataMissing)
  }

  /// What lies at `part` of a folder in the store; nil when there is nothing, or it is not in the store.
  func content(at part: RepositoryPath, in content: Content) throws(Failure) -> Content? {
    var at = content
    for name in part.components {
      guard at.isFolder, try store().contains(at.id), let entry = try store().tree(at.id).entry(named: name) else {
        return nil
      }
      at = Content(kind: entry.kind, id: entry.id, size: entry.size, files: entry.files)
    }
    return at
  }
}
