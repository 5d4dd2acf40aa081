import CGit2
package import Diagnostics
import Files

/// A work tree of the same git repository.
package struct GitWorkTree: Equatable, Sendable {
  package var path: [UInt8]
  /// Whether its files are where git knows them to be.
  package var isThere: Bool
  /// Whether git was told to keep it although its files may be out of reach, on a disk that is not mounted for instance.
  package var isLocked: Bool

  package init(path: [UInt8], isThere: Bool, isLocked: Bool = false) {
    self.path = path
    self.isThere = isThere
    self.isLocked = isLocked
  }
}

extension GitRepository {
  /// Whether `git worktree add` made this work tree.
  package var isLinked: Bool { gitFolder != commonFolder }

  /// The work tree that linked ones were made from; nil where there is none, as in a bare repository.
  package func mainWorkTree() throws(Failure) -> [UInt8]? {
    if !isLinked { return workTree }
    guard let main = try Self.workTree(ofGitFolder: commonFolder) else { return nil }
    // A git folder that lies elsewhere does not say where its work tree is, and libgit2 guesses.
    let folder = try Self.opened(main) { Self.trimmed(git_repository_path($0)) }
    return folder == commonFolder ? main : nil
  }

  /// All other work trees of the repository, also those whose files are gone.
  package func otherWorkTrees() throws(Failure) -> [GitWorkTree] {
    var found: [GitWorkTree] = []
    if isLinked, let main = try mainWorkTree() { found.append(GitWorkTree(path: main, isThere: true)) }
    let linked = commonFolder + Array("/worktrees".utf8)
    for name in try FileSystem.names(in: linked) ?? [] {
      let folder = linked + [UInt8(ascii: "/")] + name
      if folder == gitFolder { continue }
      guard var path = try FileSystem.contents(of: folder + Array("/gitdir".utf8)) else { continue }
      while path.last == UInt8(ascii: "\n") || path.last == UInt8(ascii: "\r") { path.removeLast() }
      if path.first != UInt8(ascii: "/") { path = folder + [UInt8(ascii: "/")] + path }
      let isThere = FileSystem.kind(of: path) == .file
      let end = Array("/.git".utf8)
      if path.suffix(end.count).elementsEqual(end) { path.removeLast(end.count) }
      let isLocked = FileSystem.kind(of: folder + Array("/locked".utf8)) != nil
      found.append(GitWorkTree(path: path, isThere: isThere, isLocked: isLocked))
    }
    return found
  }

  private static func workTree(ofGitFolder folder: [UInt8]) throws(Failure) -> [UInt8]? {
    try opened(folder) { handle in git_repository_workdir(handle).map { trimmed($0) } } ?? nil
  }

  /// Opens the repository of exactly this folder; nil when there is none.
  private static func opened<Result>(
    _ path: [UInt8], _ body: (OpaquePointer) -> Result
  ) throws(Failure) -> Result? {
    var handle: OpaquePointer?
    let code = try LibGit2.openTrusted { () throws(Failure) in
      try LibGit2.withCString(path) { git_repository_open(&handle, $0) }
    }
    if LibGit2.isCode(code, GIT_ENOTFOUND) { return nil }
    try LibGit2.check(code, "cannot open the git repository at '\(PathText.escape(path))'")
    guard let handle else { return nil }
    defer { git_repository_free(handle) }
    return body(handle)
  }
}
