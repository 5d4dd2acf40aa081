package import Diagnostics
package import Files
package import Git
package import Objects
import Pipelines
import Workspaces

/// A commit at which the content of a path changed.
package struct LogEntry: Sendable {
  package var commit: CommitInfo
  package var held: HistoricContent
}

/// What a path held at a commit.
package enum HistoricContent: Equatable, Sendable {
  case content(Content)
  /// It was not tracked.
  case nothing
  /// Its pointer or lock cannot be read.
  case unreadable
}

/// One line of a listing.
package struct ListedPath: Equatable, Sendable {
  package var path: RepositoryPath
  package var content: Content
  package var isLink = false
}

extension Repository {
  /// The commits, youngest first, at which the content of `path` changed: a tracked path or something in one.
  package func log(_ path: RepositoryPath?) throws(Failure) -> [LogEntry] {
    guard let head = try git().headCommit() else {
      throw Failure("cannot show the log", why: "there is no commit yet", hint: "git commit")
    }
    let history = PathHistory(repository: self, path: path)
    var entries: [LogEntry] = []
    var wasTracked = false
    try git().walk(from: [head]) { (id) throws(Failure) in
      let info = try git().info(of: id)
      let now = try history.content(at: id)
      wasTracked = wasTracked || now != .nothing
      var differs = true
      for parent in info.parents where try history.content(at: parent) == now { differs = false }
      if info.parents.isEmpty ? now != .nothing : differs { entries.append(LogEntry(commit: info, held: now)) }
      return true
    }
    guard wasTracked else {
      guard let path else {
        throw Failure("cannot show the log", why: "no commit tracks any data", hint: "mlrepo add DATA && git commit")
      }
      throw Failure("cannot show the log of \(path)", why: "no commit tracks it", hint: "mlrepo ls")
    }
    return entries
  }

  /// What is tracked at or below `path`, in the workspace's pointers or at a revision. Folders are one line each, or with
  /// `recursive` every file in them.
  package func list(
    _ path: RepositoryPath, revision: String?, recursive: Bool
  ) throws(Failure) -> [ListedPath] {
    let project = try project(atRevision: revision)
    if let owner = project.owner(of: path), owner.path != path || owner.content.isFolder {
      guard let below = path.relative(to: owner.path) else { return [] }
      return try list(owner, below: below, recursive: recursive)
    }
    var found: [ListedPath] = []
    for tracked in project.tracked where tracked.path.isInside(path) {
      if recursive, tracked.content.isFolder {
        found += try list(tracked, below: .root, recursive: true)
      } else {
        found.append(ListedPath(path: tracked.path, content: tracked.content))
      }
    }
    if found.isEmpty, !path.isRoot { throw try notTracked(path, in: project, verb: "list") }
    return found
  }

  private func list(
    _ owner: TrackedPath, below: RepositoryPath, recursive: Bool
  ) throws(Failure) -> [ListedPath] {
    let path = owner.path.appending(below)
    guard let entry = try entry(in: owner, at: below) else { throw Self.notInFolder(path, of: owner) }
    guard entry.kind == .folder else { return [ListedPath(path: path, entry)] }
    if recursive {
      let nothing: ObjectID? = nil
      let stored = StoredTrees(try store())
      return try TreeComparison.changes(from: stored, nothing, to: stored, entry.id, at: path).compactMap { change in
        change.new.flatMap { $0.kind == .folder && $0.files > 0 ? nil : ListedPath(path: change.path, $0) }
      }
    }
    var found: [ListedPath] = []
    for entry in try store().tree(entry.id).entries {
      found.append(ListedPath(path: try path.appending(name: entry.name), entry))
    }
    return found
  }

  /// Gives the content of a file to `body`, piece by piece: a tracked one from the store, any other from git.
  package func cat(
    _ path: RepositoryPath, revision: String?, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    try healFromRemote()
    let project = try project(atRevision: revision)
    if let owner = project.owner(of: path) {
      guard let below = path.relative(to: owner.path), let entry = try entry(in: owner, at: below) else {
        throw Self.notInFolder(path, of: owner)
      }
      guard entry.kind != .folder else {
        throw Failure("cannot print \(path)", why: "it is a folder", hint: "mlrepo ls \(shell: path)")
      }
      return try store().stream(entry.id, body)
    }
    if let revision, let bytes = try git().blob(at: gitPath(path), in: try git().resolveCommit(revision)) {
      return try bytes.withRaw(body)
    }
    throw try notTracked(path, in: project, verb: "print")
  }

  /// Gives the content of the object `id` to `body`.
  package func cat(
    object id: ObjectID, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    try healFromRemote()
    try store().stream(id, body)
  }

  package func project(atRevision revision: String?) throws(Failure) -> Project {
    guard let revision else { return try project() }
    return try project(at: try git().resolveCommit(revision))
  }

  /// What stands at `below` in a tracked path, by its stored trees.
  func entry(in owner: TrackedPath, at below: RepositoryPath) throws(Failure) -> TreeEntry? {
    let content = owner.content
    var entry = TreeEntry(
      name: Array(owner.path.name), kind: content.kind, id: content.id, size: content.size, files: content.files)
    for name in below.components {
      guard entry.kind == .folder, let next = try store().tree(entry.id).entry(named: name) else { return nil }
      entry = next
    }
    return entry
  }

  static func notInFolder(_ path: RepositoryPath, of owner: TrackedPath) -> Failure {
    Failure(
      "cannot find \(path)", why: "the tracked path \(owner.path) holds nothing of this name",
      hint: "mlrepo ls \(shell: owner.path)")
  }
}

extension ListedPath {
  fileprivate init(path: RepositoryPath, _ entry: TreeEntry) {
    let kind = entry.kind == .symlink ? .file : entry.kind
    self.init(
      path: path, content: Content(kind: kind, id: entry.id, size: entry.size, files: entry.files),
      isLink: entry.kind == .symlink)
  }
}

/// What one path held at each commit, looked up without reading a commit's other files.
private final class PathHistory {
  private let repository: Repository
  private let path: RepositoryPath?
  private var byCommit: [CommitID: HistoricContent] = [:]
  private var byBlobs: [[BlobID?]: HistoricContent] = [:]

  init(repository: Repository, path: RepositoryPath?) {
    self.repository = repository
    self.path = path
  }

  /// What the path held; for no path, something that differs whenever anything tracked does.
  func content(at commit: CommitID) throws(Failure) -> HistoricContent {
    if let known = byCommit[commit] { return known }
    var found = HistoricContent.unreadable
    do throws(Failure) { found = try look(commit) } catch  where error.category == .damaged {}
    byCommit[commit] = found
    return found
  }

  private func look(_ commit: CommitID) throws(Failure) -> HistoricContent {
    guard let path else { return Self.held(try everything(commit)) }
    let git = try repository.git()
    var key: [BlobID?] = []
    // The pointers and locks that can speak of the path: beside it, or beside a folder that holds it. Templates of a
    // pipeline take values from the params beside it.
    var at = path
    while !at.isRoot {
      key.append(try git.blobID(at: repository.gitPath(at) + PointerFile.suffix, in: commit))
      at = at.parent
      let folder = try repository.gitPath(at)
      let slash: [UInt8] = folder.isEmpty ? [] : [UInt8(ascii: "/")]
      for name in [PipelineFile.name, Lockfile.name, PipelineFile.standardParams] {
        key.append(try git.blobID(at: folder + slash + Array(name.utf8), in: commit))
      }
    }
    if key.allSatisfy({ $0 == nil }) { return .nothing }
    if let known = byBlobs[key] { return known }
    let project = try repository.project(at: commit)
    let found = Self.held(try resolve(path, project))
    if !project.pipelines.contains(where: \.takesValuesFromAfar) { byBlobs[key] = found }
    return found
  }

  private static func held(_ content: Content?) -> HistoricContent { content.map { .content($0) } ?? .nothing }

  private func resolve(_ path: RepositoryPath, _ project: Project) throws(Failure) -> Content? {
    guard let owner = project.owner(of: path), let below = path.relative(to: owner.path)
    else { return nil }
    if below.isRoot { return owner.content }
    guard let entry = try repository.entry(in: owner, at: below) else { return nil }
    return Content(kind: entry.kind, id: entry.id, size: entry.size, files: entry.files)
  }

  /// A summary of all that is tracked: the sum of sizes and files, named by the hash of all ids.
  private func everything(_ commit: CommitID) throws(Failure) -> Content? {
    let tracked = try repository.project(at: commit).tracked
    guard !tracked.isEmpty else { return nil }
    let names = tracked.map { "\($0.content.id.hex) \($0.path.text)\n" }.joined()
    return Content(
      kind: .folder, id: try ContentHasher.id(of: Array(names.utf8)),
      size: tracked.reduce(0) { $0 + $1.content.size }, files: tracked.reduce(0) { $0 + $1.content.files })
  }
}
