import Diagnostics
import Files
import Formats
import Git
import Objects
import Workspaces

extension SourceRepository {
  /// Brings what the repository has at `path` into `store`: a tracked path, a part of one, a file or folder that git keeps.
  func bring(_ path: RepositoryPath, into store: ObjectStore) throws(Failure) -> Content {
    let (project, root) = try project(around: path)
    let intake = try intake(into: store, at: root)
    let full = full(path)
    if let within = full.relative(to: root), let owner = project.owner(of: within),
      let part = within.relative(to: owner.path)
    {
      guard let entry = try intake.entry(at: part, in: owner.content) else { throw notFound(path, project) }
      guard entry.kind != .symlink else {
        throw Failure(
          "cannot get \(path) by itself", why: "it is a symbolic link", hint: "get the folder that holds it")
      }
      let content = Content(kind: entry.kind, id: entry.id, size: entry.size, files: entry.files)
      try intake.bring(content)
      return content
    }
    let session = StoreSession(store)
    var folder = TreeAssembly()
    for entry in try gitEntries(at: full) {
      let bytes = try git.blob(entry.id)
      let id = try session.store(bytes, kind: .blob)
      let kind: FileKind = entry.kind == .symlink ? .symlink : entry.kind == .executable ? .executable : .file
      guard let below = try RepositoryPath(validating: entry.path).relative(to: full) else { continue }
      if below.isRoot, kind != .symlink {
        try session.commit()
        return Content(kind: kind, id: id, size: bytes.count)
      }
      try folder.add(below, TreeEntry(name: [], kind: kind, id: id, size: bytes.count))
    }
    for tracked in project.tracked {
      guard let below = root.appending(tracked.path).relative(to: full) else { continue }
      try intake.bring(tracked.content)
      let content = tracked.content
      try folder.add(
        below, TreeEntry(name: [], kind: content.kind, id: content.id, size: content.size, files: content.files))
    }
    if folder.isEmpty { throw notFound(path, project) }
    let content = try folder.store(in: session)
    try session.commit()
    return content
  }

  /// The id of what the repository has at `path`. Of tracked paths only listings come.
  func identify(_ path: RepositoryPath, with store: ObjectStore) throws(Failure) -> ObjectID {
    let (project, root) = try project(around: path)
    if let within = full(path).relative(to: root), let owner = project.owner(of: within),
      let part = within.relative(to: owner.path)
    {
      guard let entry = try intake(into: store, at: root).entry(at: part, in: owner.content) else {
        throw notFound(path, project)
      }
      return entry.id
    }
    return try bring(path, into: store).id
  }

  /// The files that git itself has at or below `full`, without mlrepo's own and the ignore files that name data.
  private func gitEntries(at full: RepositoryPath) throws(Failure) -> [GitEntry] {
    let prefix = full.isRoot ? [] : full.bytes + [UInt8(ascii: "/")]
    return try git.entries(in: commit) { path in
      if path == full.bytes { return true }
      guard path.starts(with: prefix) else { return false }
      let parts = path.split(separator: UInt8(ascii: "/"))
      guard let name = parts.last else { return false }
      return !name.elementsEqual(".gitignore".utf8) && !name.suffix(4).elementsEqual(PointerFile.suffix)
        && !parts.contains { $0.elementsEqual(".mlrepo".utf8) }
    }
  }

  /// What is tracked at or below `path`. Listings come, files do not.
  func list(_ path: RepositoryPath, recursive: Bool, with store: ObjectStore) throws(Failure) -> [ListedPath] {
    let (project, root) = try project(around: path)
    let intake = try intake(into: store, at: root)
    let full = full(path)
    var found: [ListedPath] = []
    for tracked in project.tracked {
      let at = root.appending(tracked.path)
      if let part = full.relative(to: at) {
        guard let entry = try intake.entry(at: part, in: tracked.content) else { throw notFound(path, project) }
        return try list(entry, at: path, recursive ? .max : 1, intake)
      }
      guard at.isInside(full) else { continue }
      let content = tracked.content
      let entry = TreeEntry(
        name: [], kind: content.kind, id: content.id, size: content.size, files: content.files)
      found += try list(entry, at: named(at), recursive ? .max : 0, intake)
    }
    if found.isEmpty, !path.isRoot { throw notFound(path, project) }
    return found
  }

  /// `entry`, or if it is a folder what it holds, so many levels deep.
  private func list(
    _ entry: TreeEntry, at path: RepositoryPath, _ depth: Int, _ intake: ObjectIntake
  ) throws(Failure) -> [ListedPath] {
    guard depth > 0, entry.kind == .folder else {
      let kind = entry.kind == .symlink ? .file : entry.kind
      let content = Content(kind: kind, id: entry.id, size: entry.size, files: entry.files)
      return [ListedPath(path: path, content: content, isLink: entry.kind == .symlink)]
    }
    guard path.components.count <= 512 else {
      throw Failure("cannot list \(path)", why: "its folders are nested too deeply", category: .damaged)
    }
    try intake.bring([entry.id], .tree)
    var found: [ListedPath] = []
    let isEndless = depth == .max
    for below in try intake.store.tree(entry.id).entries {
      found += try list(below, at: path.appending(name: below.name), isEndless ? .max : depth - 1, intake)
    }
    if found.isEmpty, isEndless {
      let content = Content(kind: .folder, id: entry.id, size: 0, files: 0)
      return [ListedPath(path: path, content: content)]
    }
    return found
  }

  private func notFound(_ path: RepositoryPath, _ project: Project) -> Failure {
    let meant = nearest(path.text, among: project.tracked.map(\.path.text)).map { "; did you mean '\($0)'?" } ?? ""
    return Failure(
      "cannot find \(path) in \(address.place)", why: "nothing of this name is there at commit \(commit.short)\(meant)",
      hint: "mlrepo list \(shell: address.place + (address.revision.map { "@\($0)" } ?? ""))")
  }
}
