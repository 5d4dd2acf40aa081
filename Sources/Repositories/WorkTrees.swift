import Diagnostics
import Files
import Git

/// Work trees that `git worktree add` makes: each has its files, its index and its operations, and all have one store, one
/// lock and the settings of one clone, which lie in the main work tree's `.mlrepo`.
extension Repository {
  /// The folder that holds what all work trees have in common: `home`, unless `root` lies in a linked work tree. Where
  /// there is no main one, because git's folder is bare, it is `mlrepo` in that.
  static func commonHome(of root: Folder, home: Folder) throws(Failure) -> Folder {
    guard try gitLink(above: root) else { return home }
    let git = try GitRepository(containing: root.path)
    // A submodule has such a file as well.
    guard git.isLinked else { return home }
    let prefix = try Self.prefix(of: root, in: git)
    let name = prefix.isRoot ? homeName : prefix.bytes + [UInt8(ascii: "/")] + homeName
    if let main = try git.mainWorkTree() { return try Folder(at: realPath(main)).folder(makingIfAllowed: name) }
    return try Folder(at: git.commonFolder).folder(makingIfAllowed: Array("mlrepo/".utf8) + prefix.bytes)
  }

  /// Whether the `.git` at or above `root` is a file, which says where git's folder is. Asked for each command, so without
  /// the help of libgit2.
  private static func gitLink(above root: Folder) throws(Failure) -> Bool {
    let name = Array(".git".utf8)
    if let found = try root.stat(name) { return found.kind != .folder }
    var path = root.path
    while path.count > 1, let slash = path.lastIndex(of: UInt8(ascii: "/")) {
      path = slash == 0 ? [UInt8(ascii: "/")] : Array(path[..<slash])
      if let found = try? Folder(at: path).stat(name) { return found.kind != .folder }
    }
    return false
  }

  /// The other work trees of the same clone in which there is a repository at the same place, and those of which that
  /// cannot be told. One that is gone needs no more than git keeps of it, its HEAD and its index, unless it is locked.
  func otherWorkTrees() throws(Failure) -> (found: [Repository], unseen: [Failure]) {
    var found: [Repository] = []
    var unseen: [Failure] = []
    let prefix = try gitPrefix()
    for tree in try git().otherWorkTrees() {
      let what = "cannot tell what the work tree \(PathText.escape(tree.path)) needs"
      guard tree.isThere else {
        if tree.isLocked {
          let unlock = "git worktree unlock '\(PathText.escape(tree.path))'"
          unseen.append(Failure(what, why: "it is locked and not there", hint: "mount it; if it is gone: \(unlock)"))
        }
        continue
      }
      do throws(Failure) {
        let top = try Folder(at: realPath(tree.path))
        guard let root = prefix.isRoot ? top : try top.folderIfPresent(prefix.bytes),
          try root.stat(Self.homeName)?.kind == .folder
        else { continue }
        found.append(try Repository(root: root, environment: [:]))
      } catch {
        unseen.append(Failure(what, why: error.why, hint: error.hint, category: error.category))
      }
    }
    return (found, unseen)
  }

  /// Where the root of a repository lies in git's work tree: usually it is the same folder.
  static func prefix(of root: Folder, in git: GitRepository) throws(Failure) -> RepositoryPath {
    let slash = UInt8(ascii: "/")
    let work = try realPath(git.workTree)
    if work == root.path { return .root }
    guard root.path.starts(with: work), root.path.count > work.count + 1 else {
      throw Failure(
        "cannot use the repository at \(PathText.escape(root.path))",
        why: "it does not lie in git's work tree \(PathText.escape(work))", category: .notARepository)
    }
    return try RepositoryPath(validating: root.path[(work == [slash] ? 1 : work.count + 1)...])
  }
}
