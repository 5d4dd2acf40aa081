package import Diagnostics
import Files
import Git

/// What `init` did.
package struct InitReport: Sendable {
  package var root: [UInt8]
  /// False when the repository was there already.
  package var isNew: Bool
}

extension Repository {
  private static let ownIgnore = Array(
    """
    /config.local
    /index/
    /lock
    /logs/
    /objects/
    /ops/
    /tmp/
    /trash/

    """.utf8)

  /// Makes a repository in the folder `folder`, an absolute path, which must be git's work tree or, with `subfolder`, any
  /// folder in it. Stages its files in git. Doing it again changes nothing. `store` is the absolute path of a store to share.
  package static func create(
    at folder: [UInt8], subfolder: Bool, store: [UInt8]? = nil, environment: [String: String]
  ) throws(Failure) -> InitReport {
    let path = try realPath(folder)
    let git: GitRepository
    do throws(Failure) {
      git = try GitRepository(containing: path)
    } catch  where error.category == .notARepository {
      let hint = error.hint == GitRepository.initHint ? "git init && mlrepo init" : error.hint
      throw Failure(
        "cannot make a repository in \(PathText.escape(path))", why: error.why, hint: hint, category: .notARepository)
    }
    let work = try realPath(git.workTree)
    if let owner = [".git", ".mlrepo"].first(where: { path.split(separator: 0x2f).contains(Array($0.utf8)[...]) }) {
      throw Failure(
        "cannot make a repository in \(PathText.escape(path))", why: "it lies inside a '\(owner)' folder",
        hint: "mlrepo -C \(shell: PathText.escape(work)) init", category: .usage)
    }
    guard path == work || subfolder else {
      throw Failure(
        "cannot make a repository in \(PathText.escape(path))",
        why: "it is a sub-folder of the git repository \(PathText.escape(work))",
        hint: "run 'mlrepo init' there, or 'mlrepo init --subdir' to make one for this folder only", category: .usage)
    }
    let root = try Folder(at: path)
    let kind = try root.stat(homeName)?.kind
    guard kind == nil || kind == .folder else {
      throw Failure(
        "cannot make a repository in \(PathText.escape(path))", why: "its '.mlrepo' is not a folder",
        hint: "mv .mlrepo mlrepo.old && mlrepo init")
    }
    let isNew = kind == nil
    try makeFiles(in: root)
    let repository = try Repository(root: root, environment: environment)
    if let store { try repository.share(store) }
    let files = [".mlrepo/.gitignore", ".mlrepo/config"].map { Array($0.utf8) }
    let prefix = try repository.gitPrefix()
    try git.stage(files.map { prefix.isRoot ? $0 : prefix.bytes + [UInt8(ascii: "/")] + $0 })
    return InitReport(root: path, isNew: isNew)
  }

  private static func makeFiles(in root: Folder) throws(Failure) {
    let home = try root.folder(making: homeName)
    for name in ["tmp", "objects", "index"] { _ = try home.folder(making: Array(name.utf8)) }
    let unfinished = Scratch(in: try home.folder(Array("tmp".utf8)))
    defer { unfinished.remove() }
    let scratch = try unfinished.folder()
    let ignore = Array(".gitignore".utf8)
    if try home.stat(ignore) == nil { try home.replace(ignore, with: ownIgnore, scratch: scratch) }
    let config = Array("config".utf8)
    if try home.stat(config) == nil {
      let header = "# Settings shared by everybody who clones this repository; see 'mlrepo help config'.\n"
      try home.replace(config, with: Array(header.utf8), scratch: scratch)
    }
    try root.sync()
  }
}
