import CGit2
package import Diagnostics
package import Files

/// An open git repository with a work tree.
///
/// libgit2's handles are not thread-safe, so this class is not `Sendable`: one owner, one thread. Paths are raw bytes
/// relative to the work tree, with `/` between components and none at either end.
package final class GitRepository {
  let handle: OpaquePointer
  /// The absolute path of the work tree, without a trailing slash (except for `/` itself).
  package let workTree: [UInt8]
  /// The absolute path of this work tree's own git folder, without a trailing slash.
  package let gitFolder: [UInt8]
  /// The absolute path of the git folder that all work trees share; `gitFolder` unless this is a linked work tree.
  package let commonFolder: [UInt8]
  let durability: Durability

  /// Opens the repository whose work tree contains `path`, looking upwards as git does.
  package init(containing path: [UInt8], _ durability: Durability = .batch) throws(Failure) {
    self.durability = durability
    try LibGit2.start(durability)
    var opened: OpaquePointer?
    let flags = GIT_REPOSITORY_OPEN_FROM_ENV.rawValue
    let code = try LibGit2.openTrusted { () throws(Failure) in
      try LibGit2.withCString(path) { git_repository_open_ext(&opened, $0, flags, nil) }
    }
    guard code == 0, let opened else { throw Self.cannotOpen(path, code) }
    guard let work = git_repository_workdir(opened) else {
      defer { git_repository_free(opened) }
      let folder = Self.trimmed(git_repository_path(opened))
      throw Failure(
        "cannot use the git repository '\(PathText.escape(folder))'", why: "it is bare: it has no work tree",
        hint: "git clone '\(PathText.escape(folder))'", category: .notARepository)
    }
    handle = opened
    workTree = Self.trimmed(work)
    gitFolder = Self.trimmed(git_repository_path(opened))
    commonFolder = Self.trimmed(git_repository_commondir(opened))
  }

  /// Opens the repository at or above `path`, or only at it, to read its commits. One without a work tree will do; then
  /// `workTree` is the git folder. Variables like GIT_DIR do not count.
  package init(reading path: [UInt8], searching: Bool) throws(Failure) {
    durability = .batch
    try LibGit2.start()
    var opened: OpaquePointer?
    let flags = searching ? 0 : GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue
    let code = try LibGit2.withCString(path) { git_repository_open_ext(&opened, $0, flags, nil) }
    guard code == 0, let opened else { throw Self.cannotOpen(path, code) }
    handle = opened
    gitFolder = Self.trimmed(git_repository_path(opened))
    commonFolder = Self.trimmed(git_repository_commondir(opened))
    workTree = git_repository_workdir(opened).map { Self.trimmed($0) } ?? gitFolder
  }

  deinit { git_repository_free(handle) }

  /// Whether `path` lies in a git repository, without opening it for use.
  package static func exists(at path: [UInt8]) throws(Failure) -> Bool {
    do {
      _ = try GitRepository(containing: path)
      return true
    } catch {
      if error.category == .notARepository, error.hint == Self.initHint { return false }
      throw error
    }
  }

  /// The branch that is checked out, which may have no commit yet; nil when HEAD is detached.
  package func branchName() throws(Failure) -> String? {
    var head: OpaquePointer?
    try LibGit2.check(git_reference_lookup(&head, handle, "HEAD"), "cannot read HEAD")
    defer { git_reference_free(head) }
    guard git_reference_type(head) == GIT_REFERENCE_SYMBOLIC else { return nil }
    let target = LibGit2.bytes(of: git_reference_symbolic_target(head))
    let prefix = Array("refs/heads/".utf8)
    return PathText.escape(target.starts(with: prefix) ? Array(target.dropFirst(prefix.count)) : target)
  }

  /// The hint of the failure that there is no repository at all.
  package static let initHint = "git init"

  private static func cannotOpen(_ path: [UInt8], _ code: Int32) -> Failure {
    let shown = path.isEmpty ? "." : PathText.escape(path)
    var failure = LibGit2.failure(code, "cannot open the git repository at '\(shown)'")
    failure.category = .notARepository
    if LibGit2.isCode(code, GIT_EOWNER) {
      failure.hint = "git config --global --add safe.directory '\(PathText.escape(discoveredFolder(path)))'"
      return failure
    }
    if LibGit2.isCode(code, GIT_ENOTFOUND) {
      return Failure(
        "'\(shown)' is not in a git repository", why: "neither it nor a folder above it holds a '.git'",
        hint: initHint, category: .notARepository)
    }
    return failure
  }

  /// The folder above `path` that holds the `.git`; `path` itself where it cannot be told.
  private static func discoveredFolder(_ path: [UInt8]) -> [UInt8] {
    var found = git_buf()
    defer { git_buf_dispose(&found) }
    let code = try? LibGit2.withCString(path) { git_repository_discover(&found, $0, 0, nil) }
    let folder = trimmed(found.ptr)
    let end = Array("/.git".utf8)
    return code == 0 && folder.suffix(end.count).elementsEqual(end) ? Array(folder.dropLast(end.count)) : path
  }

  static func trimmed(_ path: UnsafePointer<CChar>?) -> [UInt8] {
    var bytes = LibGit2.bytes(of: path)
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    return bytes
  }
}
