package import Diagnostics
package import Files
package import Git
package import Objects
package import Workspaces

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An opened repository: the one door through which commands reach everything below.
///
/// One file beside this one holds each verb. What a verb needs is opened when it first asks: a command that reads no
/// git history does not start libgit2, one that reads no object does not open the store.
package final class Repository {
  /// The folder that holds `.mlrepo`; every `RepositoryPath` is relative to it.
  package let root: Folder
  /// `.mlrepo` itself.
  package let home: Folder
  /// Where the store, the lock and the local settings are: `home`, but in a linked work tree that of the main one.
  let base: Folder
  package let settings: Settings
  let scratch: Scratch
  /// The variables this process was started with.
  let environment: [String: String]
  /// How far the present command has come, for whoever shows it.
  package let progress = ProgressMeter()
  /// Told to the user when a command has to wait for another.
  package var waiting: (String) -> Void = { _ in }
  /// Told to the user, with the name of the remote, when a damaged or lost object was had again from there.
  package var healing: @Sendable (String) -> Void = { _ in }
  /// What became of commands that were cut short earlier, for the user.
  package var recovered: [String] = []

  /// Remotes that a gc could not ask for copies.
  package var absentRemotes: [Failure] = []

  /// Whether damaged objects are asked for in a remote.
  var healsFromRemote = false

  /// The last gc before the present checkout was planned.
  var plannedAfter: LastCollection?

  /// Where what earlier runs made is had from when the store lacks it; only `repro --pull` has one.
  var resultSource: RemoteSource?

  private var openedGit: GitRepository?
  private var openedStore: ObjectStore?
  /// The store, if anything has asked for it.
  var openStore: ObjectStore? { openedStore }
  private var openedReader: WorkspaceReader?
  /// The reader, if anything has asked for it.
  var openReader: WorkspaceReader? { openedReader }

  package static let homeName = Array(".mlrepo".utf8)

  /// Opens the repository that holds the folder `start`, an absolute path, looking upwards.
  package static func open(from start: [UInt8], environment: [String: String]) throws(Failure) -> Repository {
    guard let root = try findRoot(from: start) else { throw try notFound(at: start) }
    let repository = try Repository(root: root, environment: environment)
    repository.recover()
    return repository
  }

  init(root: Folder, environment: [String: String]) throws(Failure) {
    self.root = root
    home = try root.folder(Self.homeName)
    base = try Self.commonHome(of: root, home: home)
    settings = Settings(home: home, base: base, environment: environment)
    self.environment = environment
    scratch = Scratch(in: try home.folder(makingIfAllowed: Array("tmp".utf8)))
  }

  /// A second door to the repository of `other`, for another thread. It shares what threads may share.
  init(beside other: Repository) throws(Failure) {
    root = other.root
    home = other.home
    base = other.base
    environment = other.environment
    settings = Settings(home: home, base: base, environment: environment)
    scratch = other.scratch
    openedStore = try other.store()
  }

  /// The folder that holds `.mlrepo`, looked for upwards from `start`; nil when there is none.
  package static func findRoot(from start: [UInt8]) throws(Failure) -> Folder? {
    var path = try realPath(start)
    while true {
      let folder = try Folder(at: path)
      if try folder.stat(homeName)?.kind == .folder { return folder }
      guard path.count > 1, let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return nil }
      path = slash == 0 ? [UInt8(ascii: "/")] : Array(path[..<slash])
    }
  }

  private static func notFound(at start: [UInt8]) throws(Failure) -> Failure {
    let inGit = try GitRepository.exists(at: start)
    return Failure(
      "cannot find a repository at \(PathText.escape(start))",
      why: "neither it nor any folder above it holds a .mlrepo folder",
      hint: inGit ? "mlrepo init" : "git init && mlrepo init", category: .notARepository)
  }

  // MARK: - What verbs work with

  package func git() throws(Failure) -> GitRepository {
    if let openedGit { return openedGit }
    let opened = try GitRepository(containing: root.path, try settings.durability())
    openedGit = opened
    return opened
  }

  package func store() throws(Failure) -> ObjectStore {
    if let openedStore { return openedStore }
    let (folder, scratch) = try storeFolder()
    let opened = try ObjectStore(
      in: folder, scratch: scratch, progress: progress, options: try settings.storeOptions())
    openedStore = opened
    return opened
  }

  package func reader() throws(Failure) -> WorkspaceReader {
    if let openedReader { return openedReader }
    let indexes = IndexStore(in: try home.folder(makingIfAllowed: Array("index".utf8)), scratch: scratch)
    let opened = WorkspaceReader(
      ScanContext(root: root, store: try store(), ignore: try ignoreRules()), indexes: indexes)
    openedReader = opened
    return opened
  }

  /// The rules of `.mlrepoignore` at the root.
  func ignoreRules() throws(Failure) -> IgnoreRules {
    guard let bytes = try root.contents(ScanContext.ignoreFileName, limit: 1 << 20) else { return IgnoreRules() }
    return IgnoreRules(parsing: bytes)
  }

  /// Runs `body` while holding the repository's writer lock. For short work: never while a stage runs.
  ///
  /// What was planned after `collection` is refused if a gc has taken anything since.
  func locked<Result>(
    _ command: String, since collection: LastCollection? = nil, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let lock = try FileLock(
      "lock", in: try storeTop(), holder: "mlrepo \(command)", patience: try settings.lockTimeout()
    ) { [waiting] holder in
      // Another thread of this process is nobody to tell of.
      if !holder.hasSuffix("(pid \(getpid()))") { waiting(holder) }
    }
    defer { withExtendedLifetime(lock) {} }
    // The process that held the lock before may have died, after this one has looked at the workspace.
    if let told = try settleUnfinished().first {
      throw Failure("cannot \(command)", why: told, hint: "run the command again", category: .locked)
    }
    if let collection, try hasCollected(since: collection) { throw collectedMeanwhile(command) }
    return try body()
  }

  // MARK: - Paths

  /// The path that a user means by `argument`, given in the folder `current`.
  package func path(_ argument: [UInt8], from current: [UInt8]) throws(Failure) -> RepositoryPath {
    let absolute = argument.first == slash ? argument : try realPath(current) + [slash] + argument
    var parts: [ArraySlice<UInt8>] = []
    for part in absolute.split(separator: slash) where !part.elementsEqual(".".utf8) {
      if part.elementsEqual("..".utf8) { _ = parts.popLast() } else { parts.append(part) }
    }
    let normal = [slash] + parts.joined(separator: [slash])
    let base = root.path == [slash] ? [] : root.path
    if normal == root.path { return .root }
    guard normal.starts(with: base), normal.count > base.count + 1, normal[base.count] == slash else {
      throw Failure(
        "cannot use the path '\(PathText.escape(argument))'", why: "it lies outside the repository",
        hint: "the repository's root is \(PathText.escape(root.path))")
    }
    return try RepositoryPath(validating: normal[(base.count + 1)...])
  }

  /// Where the repository's root lies in git's work tree: usually the same folder.
  func gitPrefix() throws(Failure) -> RepositoryPath { try Self.prefix(of: root, in: git()) }

  func gitPath(_ path: RepositoryPath) throws(Failure) -> [UInt8] { try gitPrefix().appending(path).bytes }
}

private let slash = UInt8(ascii: "/")

/// The path of an existing folder without links, `.` and `..`.
func realPath(_ path: [UInt8]) throws(Failure) -> [UInt8] {
  guard let resolved = withCPath(path, { realpath($0, nil) }) else {
    throw .system("find the folder", path, errno: errno)
  }
  defer { free(resolved) }
  return Array(UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)))
}
