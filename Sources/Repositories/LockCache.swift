import Diagnostics
import Files
import Pipelines
import Synchronization

/// The lock files as they are on the disk, read again only when somebody has replaced them. Shared by the threads of one
/// repro.
final class LockCache: Sendable {
  private let root: Folder
  private let known = Mutex<[RepositoryPath: (stat: FileStat?, lock: Lockfile)]>([:])

  init(in root: Folder) { self.root = root }

  /// The lock at `path`; empty when there is none.
  func lock(at path: RepositoryPath) throws(Failure) -> Lockfile {
    let stat = try root.stat(path.bytes)
    if let (then, lock) = known.withLock({ $0[path] }), then == stat { return lock }
    var lock = Lockfile()
    if let bytes = try root.contents(path.bytes) { lock = try Lockfile.parse(bytes, file: path) }
    known.withLock { $0[path] = (stat, lock) }
    return lock
  }

  /// The lock at `path` is `lock` now, as this process has just written it, while holding the repository's lock.
  func note(_ lock: Lockfile, at path: RepositoryPath) throws(Failure) {
    let stat = try root.stat(path.bytes)
    known.withLock { $0[path] = (stat, lock) }
  }
}
