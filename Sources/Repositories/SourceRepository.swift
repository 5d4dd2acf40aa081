import Diagnostics
import Files
import Git
import Objects
import Workspaces

/// Another repository at one commit, read without cloning its data.
///
/// What it says of itself is not trusted: of its configuration only the remotes count, and what is private in them does
/// not; a remote in a folder is used only if the repository is on this machine itself.
final class SourceRepository {
  let address: SourceAddress
  let git: GitRepository
  let commit: CommitID
  /// The named folder in git's tree.
  private let base: RepositoryPath
  /// Where the repository's own store is, if it is on this machine.
  private let workTree: [UInt8]?
  let environment: [String: String]
  /// Remotes that the user has described, whose credentials count for the same place.
  let known: [RemoteConfig]

  init(
    _ address: SourceAddress, environment: [String: String], known: [RemoteConfig], locked: String? = nil
  ) throws(Failure) {
    self.address = address
    self.environment = environment
    self.known = known
    if let folder = address.folder {
      git = try GitRepository(reading: folder, searching: true)
      let isBare = git.workTree == git.gitFolder
      base = isBare ? .root : try Repository.prefix(of: Folder(at: realPath(folder)), in: git)
      workTree = isBare ? nil : try realPath(git.workTree)
    } else {
      (base, workTree) = (.root, nil)
      git = try Self.mirror(of: address, environment, locked)
    }
    commit = try Self.resolve(locked ?? address.revision, in: git, address)
  }

  /// The mirror, brought up to date unless it has the commit `locked`.
  private static func mirror(
    of address: SourceAddress, _ environment: [String: String], _ locked: String?
  ) throws(Failure) -> GitRepository {
    let cache = try SourceCache(address.place, environment: environment)
    return try cache.locked { () throws(Failure) in
      if let locked, let known = try GitMirror.open(cache.gitFolder), (try? known.resolveCommit(locked)) != nil {
        return known
      }
      return try GitMirror.refresh(
        cache.gitFolder, from: address.place, shown: address.place, GitCredentials(environment: environment))
    }
  }

  private static func resolve(
    _ revision: String?, in git: GitRepository, _ address: SourceAddress
  ) throws(Failure) -> CommitID {
    if revision == nil, try git.headCommit() == nil {
      throw Failure("cannot use the repository '\(address.place)'", why: "it has no commit yet")
    }
    do throws(Failure) {
      return try git.resolveCommit(revision ?? "HEAD")
    } catch {
      throw Failure("\(error.what) in '\(address.place)'", why: error.why, category: error.category)
    }
  }

  // MARK: - What git holds

  /// What the pointers and locks say around `path`, and where in git's tree the repository with them begins.
  func project(around path: RepositoryPath) throws(Failure) -> (project: Project, root: RepositoryPath) {
    let root = try root(around: base.appending(path)) ?? base
    return (try Project(at: commit, in: git, prefix: root), root)
  }

  /// The nearest folder at or above `path` that git knows to hold an mlrepo repository.
  func root(around path: RepositoryPath) throws(Failure) -> RepositoryPath? {
    var at = path
    while true {
      for name in [".mlrepo/config", ".mlrepo/.gitignore"] {
        if try git.blobID(at: Self.own(name, in: at), in: commit) != nil { return at }
      }
      if at.isRoot { return nil }
      at = at.parent
    }
  }

  /// The path in git's tree of a file of mlrepo's own.
  private static func own(_ name: String, in root: RepositoryPath) -> [UInt8] {
    root.bytes + (root.isRoot ? [] : [UInt8(ascii: "/")]) + Array(name.utf8)
  }

  /// `path`, which a user named, in git's tree.
  func full(_ path: RepositoryPath) -> RepositoryPath { base.appending(path) }

  /// A path of git's tree as the user would name it.
  func named(_ full: RepositoryPath) -> RepositoryPath { full.relative(to: base) ?? full }

  /// The shared configuration of the repository at `root`; nil when it has none.
  func configuration(of root: RepositoryPath, at commit: CommitID) throws(Failure) -> [UInt8]? {
    try git.blob(at: Self.own(".mlrepo/config", in: root), in: commit)
  }

  // MARK: - Where its data is

  /// The repository itself, if it is on this machine, with a store.
  func local(at root: RepositoryPath) throws(Failure) -> Repository? {
    guard let workTree else { return nil }
    let path = root.isRoot ? workTree : workTree + [UInt8(ascii: "/")] + root.bytes
    guard let folder = try Folder.ifPresent(at: path), try folder.stat(Repository.homeName)?.kind == .folder else {
      return nil
    }
    return try Repository(root: folder, environment: [:])
  }

  /// Where relative folders of its remotes begin; nil where folders do not count.
  func folderBase(at root: RepositoryPath) -> [UInt8]? {
    guard address.folder != nil else { return nil }
    guard let workTree else { return git.gitFolder }
    return root.isRoot ? workTree : workTree + [UInt8(ascii: "/")] + root.bytes
  }
}
