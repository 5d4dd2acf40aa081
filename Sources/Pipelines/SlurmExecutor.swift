package import Diagnostics
package import Files
import Synchronization

/// Runs jobs on a Slurm cluster whose machines see this one's files under the same paths.
///
/// Everything a job has to say comes through files, so that the controller of the cluster is asked seldom: a folder for
/// each job, in one that is this process's own for as long as it holds the lock in it. What a process that died has left
/// there is cancelled by the next.
package final class SlurmExecutor: Executor {
  private let parent: Folder
  private let environment: [String: String]
  /// Seconds between asking a job to end and ending it.
  private let grace: Double
  private let cluster: SlurmCluster
  private let own = Mutex<OwnFolder?>(nil)
  private let count = Atomic<Int>(0)
  private static let homeName = Array("slurm".utf8)
  private static let lockName = "lock"

  package var usesThisMachine: Bool { false }

  /// In `slurm` in the folder `parent` jobs get their folders; `options` are what `sbatch` is told besides what a stage needs, and `environment`
  /// that of this process.
  package init(
    parent: Folder, options: [String] = [], environment: [String: String], grace: Double = 5
  ) throws(Failure) {
    self.parent = parent
    self.environment = environment
    self.grace = grace
    cluster = SlurmCluster(options: options)
    try cancelLeftovers()
  }

  deinit {
    own.withLock { own in
      if let own { try? parent.removeTree(Self.homeName + [UInt8(ascii: "/")] + own.name) }
    }
  }

  package func start(_ job: Job) throws(Failure) -> any RunningJob {
    let name = Array("\(count.add(1, ordering: .relaxed).newValue)".utf8)
    let folder = try ownFolder().folder(making: name)
    try folder.create(SlurmScript.name).write(SlurmScript.text(for: job, in: folder.path, grace: grace))
    let number = try cluster.submit(job, in: folder.path, grace: grace)
    return SlurmJob(job, number: number, folder: folder, cluster: cluster, grace: grace, of: self)
  }

  private func ownFolder() throws(Failure) -> Folder {
    let made: Result<Folder, Failure> = own.withLock { own in
      do throws(Failure) {
        while own == nil { own = try claimFolder() }
        if let own { return .success(own.folder) }
      } catch {
        return .failure(error)
      }
      return .failure(Failure("cannot use a folder for Slurm jobs", why: "none was made", category: .bug))
    }
    return try made.get()
  }

  /// nil when another process has taken the folder for one that was left, before it was locked.
  private func claimFolder() throws(Failure) -> OwnFolder? {
    let name = Array(uniqueName().utf8)
    let path = Self.homeName + [UInt8(ascii: "/")] + name
    do throws(Failure) {
      let folder = try parent.folder(making: path)
      let lock = try FileLock(Self.lockName, in: folder, holder: "mlrepo repro", patience: 0)
      return try parent.stat(path) == nil ? nil : OwnFolder(folder, name, lock)
    } catch {
      if error.category == .locked { return nil }
      guard try parent.stat(path) == nil, try parent.stat([]) != nil else { throw error }
      return nil
    }
  }

  /// Ends the jobs of processes that died before they could. A job that still waits in the queue and cannot be reached finds
  /// that its folder is gone, and does nothing.
  private func cancelLeftovers() throws(Failure) {
    guard let home = try parent.folderIfPresent(Self.homeName) else { return }
    for (name, isFolder) in try home.names() where isFolder {
      guard let left = try home.folderIfPresent(name) else { continue }
      do throws(Failure) {
        let lock = try FileLock(Self.lockName, in: left, holder: "mlrepo repro", patience: 0)
        for (name, isFolder) in try left.names() where isFolder {
          guard let folder = try left.folderIfPresent(name) else { continue }
          try SlurmJob.cancelLeftover(in: folder, cluster: cluster, environment)
        }
        _ = consume lock
      } catch  where error.category == .locked {
        continue
      }
      try home.removeTree(name)
    }
  }
}

/// The folder of a process's jobs, locked for as long as it lives.
private final class OwnFolder: Sendable {
  let folder: Folder
  let name: [UInt8]
  private let lock: FileLock

  init(_ folder: Folder, _ name: [UInt8], _ lock: consuming FileLock) {
    self.folder = folder
    self.name = name
    self.lock = lock
  }
}
