import Diagnostics
import Files
import Objects

/// What is kept of a place elsewhere so that the next look at it is cheap: in the user's own cache folder, since commands
/// that copy from elsewhere need no repository.
struct SourceCache {
  let folder: Folder
  let scratch: Scratch

  /// The cache for `place`, below `$XDG_CACHE_HOME/mlrepo`, by default `~/.cache/mlrepo`.
  init(_ place: String, environment: [String: String]) throws(Failure) {
    let top: String
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
      top = cache
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      top = "\(home)/.cache"
    } else {
      throw Failure(
        "cannot find the cache folder", why: "neither XDG_CACHE_HOME nor HOME is set", category: .notARepository)
    }
    let name = String(try ContentHasher.id(of: Array(place.utf8)).hex.prefix(32))
    folder = try Folder.making(at: Array("\(top)/mlrepo/repos/\(name)".utf8))
    scratch = Scratch(in: try folder.folder(making: Array("tmp".utf8)))
  }

  var gitFolder: [UInt8] { folder.full(Array("git".utf8)) }

  /// Runs `body` while no other process changes the cache.
  func locked<Result>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    let lock = try FileLock("lock", in: folder, holder: "mlrepo", patience: 600)
    defer { withExtendedLifetime(lock) {} }
    return try body()
  }

  func indexes(of remote: String) throws(Failure) -> Folder {
    try folder.folder(making: Array("remotes/".utf8)).folder(making: Array(remote.utf8))
  }
}
