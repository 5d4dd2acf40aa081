package import Diagnostics
package import Files
import Git
package import Objects
import Pipelines
import Workspaces

/// What `add` or `commit` did with one path.
package struct AddedPath: Sendable {
  package enum Action: String, Sendable {
    case added, updated, unchanged
  }

  package var path: RepositoryPath
  package var action: Action
  package var content: Content
}

package struct AddReport: Sendable {
  package var paths: [AddedPath] = []
  /// Objects and bytes that the store did not have before.
  package var stored: (objects: Int, bytes: Int) = (0, 0)
}

extension Repository {
  /// Stores the content of `paths` and tracks them: writes pointers, keeps git from seeing the data, stages both.
  package func add(_ paths: [RepositoryPath]) throws(Failure) -> AddReport {
    let project = try project()
    let paths = Array(Set(paths)).sorted()
    let check = AddCheck(repository: self, project: project, verb: "add")
    for path in paths { try check.run(path, among: paths) }
    return try track(paths, in: project, command: "add")
  }

  /// The part that `add` and `commit` share: everything is durable in the store before a pointer is written.
  func track(_ paths: [RepositoryPath], in project: Project, command: String) throws(Failure) -> AddReport {
    let session = StoreSession(try store())
    try store().checkWritable()
    let reader = try reader()
    var found: [(path: RepositoryPath, state: PathState, content: Content)] = []
    for path in paths {
      let state = try reader.store(path, in: session)
      guard let content = state.content, state.problems.isEmpty else {
        throw Self.cannotStore(path, state.problems, command)
      }
      found.append((path, state, content))
    }
    let stored = session.stored
    try session.commit()
    return try locked(command) { () throws(Failure) in
      var report = AddReport(stored: stored)
      var edits = FileEdits(in: root)
      var toStage: [RepositoryPath] = []
      for (path, state, content) in found {
        let old = project.pointers[path]
        toStage += try edit(&edits, path, content, old: old)
        if let stat = state.stat { try reader.indexes.markPlaced(path, content, stat: stat) }
        let action: AddedPath.Action = old == nil ? .added : old?.content == content ? .unchanged : .updated
        report.paths.append(AddedPath(path: path, action: action, content: content))
      }
      let names = paths.map(\.text).joined(separator: " ")
      try publish("\(command) \(names)", edits, known: toStage)
      for (path, state, _) in found { try StoredLinks.place(at: path, state: state, reader: reader, scratch: scratch) }
      try reader.indexes.flush()
      return report
    }
  }

  /// Notes the edits that make `path` tracked with `content`. Returns files that are as they should be but that git does
  /// not know yet.
  private func edit(
    _ edits: inout FileEdits, _ path: RepositoryPath, _ content: Content, old: PointerFile?
  ) throws(Failure) -> [RepositoryPath] {
    try edits.ignore(path)
    let pointer = PointerFile(
      name: Array(path.name), content: content, description: old?.description, meta: old?.meta,
      // What was changed here is not what came from there.
      origin: old?.content == content ? old?.origin : nil)
    let pointerPath = try PointerFile.path(of: path)
    if pointer != old {
      edits.write(pointerPath, pointer.encoded())
    } else if try !git().isTracked(gitPath(pointerPath)) {
      return [pointerPath]
    }
    return []
  }

  /// Puts files that mlrepo wrote or removed into git's index, unless the user wants to do that.
  func stageInGit(_ paths: [RepositoryPath]) throws(Failure) {
    guard !paths.isEmpty, try settings.autostages() else { return }
    var known: [[UInt8]] = []
    for path in Set(paths).sorted() { known.append(try gitPath(path)) }
    try git().stage(known)
  }

  static func cannotStore(
    _ path: RepositoryPath, _ problems: [FolderScan.Problem], _ command: String
  ) -> Failure {
    guard let first = problems.first else {
      return Failure("cannot \(command) \(path)", why: "it changed while it was read", hint: "try again")
    }
    if problems.count == 1, first.path == path { return Failure("cannot \(command) \(path)", why: first.why) }
    let shown = problems.prefix(20).map { "\($0.path): \($0.why)" }.joined(separator: "\n     ")
    let more = problems.count > 20 ? "\n     and \(problems.count - 20) more" : ""
    return Failure(
      "cannot \(command) \(path)", why: "\(problems.count) of its files cannot be stored:\n     \(shown)\(more)",
      hint: "take them away, or list them in .mlrepoignore")
  }
}

/// Decides whether a path may be tracked.
struct AddCheck {
  let repository: Repository
  let project: Project
  let verb: String

  func run(_ path: RepositoryPath, among all: [RepositoryPath] = []) throws(Failure) {
    let what = "cannot \(verb) \(path)"
    guard !path.isRoot else {
      throw Failure(what, why: "it is the repository itself", hint: "name the files and folders that hold data")
    }
    guard let stat = try repository.root.stat(path.bytes) else {
      throw Failure(what, why: "there is no such file or folder")
    }
    if stat.kind == .symlink, try repository.store().linkedObject(repository.root.linkTarget(path.bytes)) == nil {
      throw Failure(what, why: "it is a symbolic link", hint: "add what it points to, or let git track the link")
    }
    if stat.kind == .special { throw Failure(what, why: "it is a fifo, socket or device, not a file") }
    if stat.kind != .folder {
      let isPointer = PointerFile.trackedPath(of: path) != nil
      let isOurs = [".gitignore", ".mlrepoignore"].contains { path.name.elementsEqual($0.utf8) }
      if isPointer || isOurs || Project.isPart(path.name) {
        let why = isPointer ? "it is a pointer, which belongs in git" : "it is one of the files that belong in git"
        throw Failure(what, why: why, hint: "git add \(shell: path)")
      }
    }
    try checkOverlap(path, all, what)
    try checkGit(path, isFolder: stat.kind == .folder, what)
  }

  /// The same for a path that is to be made.
  func runAbsent(_ path: RepositoryPath, isFolder: Bool) throws(Failure) {
    let what = "cannot \(verb) \(path)"
    if Project.isPart(path.name)
      || [".gitignore", ".mlrepoignore"].contains(where: { path.name.elementsEqual($0.utf8) })
    {
      throw Failure(what, why: "files of this name belong in git", hint: "choose another name", category: .usage)
    }
    try checkOverlap(path, [], what)
    try checkGit(path, isFolder: isFolder, what)
  }

  private func checkOverlap(_ path: RepositoryPath, _ all: [RepositoryPath], _ what: String) throws(Failure) {
    if let other = all.first(where: { $0 != path && path.isInside($0) }) {
      throw Failure(what, why: "\(other), which holds it, is to be added too", hint: "name only one of them")
    }
    for tracked in project.pointers.keys where tracked != path {
      if path.isInside(tracked) {
        throw Failure(
          what, why: "it lies in \(tracked), which is tracked already", hint: "mlrepo add \(shell: tracked)")
      }
      if tracked.isInside(path) {
        throw Failure(
          what, why: "\(tracked) in it is tracked by itself",
          hint: "mlrepo remove \(shell: tracked) && mlrepo add \(shell: path)")
      }
    }
    for stage in project.stages {
      for output in stage.outputs where output.path.isInside(path) || path.isInside(output.path) {
        throw Failure(
          what, why: "the stage '\(stage.id)' has the output \(output.path)",
          hint: "record it with: mlrepo repro \(word: stage.id), or: mlrepo commit \(word: output.path)")
      }
    }
  }

  private func checkGit(_ path: RepositoryPath, isFolder: Bool, _ what: String) throws(Failure) {
    let git = try repository.git()
    let known = try git.trackedPaths(under: repository.gitPath(path), limit: 1)
    if !known.isEmpty {
      let recursive = isFolder ? "-r " : ""
      throw Failure(
        what, why: isFolder ? "git tracks files in it" : "git tracks it",
        hint: "git rm \(recursive)--cached \(shell: path) && mlrepo add \(shell: path)")
    }
    let pointer = try PointerFile.path(of: path)
    if try git.isIgnored(repository.gitPath(pointer), isFolder: false), try !git.isTracked(repository.gitPath(pointer))
    {
      throw Failure(
        what, why: "git ignores its pointer \(pointer)",
        hint: "git check-ignore -v \(shell: pointer)")
    }
    let rules = try repository.reader().context.rules(in: path.parent)
    if rules.isIgnored(path.bytes, isFolder: isFolder) {
      throw Failure(
        what, why: "a .mlrepoignore excludes it", hint: "take the rule out of the .mlrepoignore beside or above it")
    }
  }
}
