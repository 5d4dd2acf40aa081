package import Diagnostics
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where a process keeps what is not finished: a folder of its own below `.mlrepo/tmp`, locked by the kernel for as long
/// as the process lives. Whoever starts one sweeps the folders whose processes are gone.
package final class Scratch: Sendable {
  private let home: Folder
  private let opened = Mutex<(name: [UInt8], folder: Folder)?>(nil)

  /// `home` is the folder that holds everybody's scratch folders.
  package init(in home: Folder) { self.home = home }

  /// The folder, made at the first call: commands that only read leave no trace.
  package func folder() throws(Failure) -> Folder {
    // Made while holding the lock: one thread's sweep must not meet another's folder before that is locked.
    let made: Result<Folder, Failure> = opened.withLock { current in
      if let current { return .success(current.folder) }
      sweep()
      do throws(Failure) {
        let (name, folder) = try makeFolder()
        current = (name, folder)
        return .success(folder)
      } catch {
        return .failure(error)
      }
    }
    return try made.get()
  }

  /// Whether this process may make its folder.
  package var isWritable: Bool { home.isWritable }

  private func makeFolder() throws(Failure) -> (name: [UInt8], folder: Folder) {
    while true {
      let name = Array("tmp-\(wallClock())-\(UInt32.random(in: .min ... .max))".utf8)
      // Another process's sweep may come between making and opening, or between opening and locking.
      guard let made = try home.folder(claiming: name) else { continue }
      if flock(made.descriptor, LOCK_EX | LOCK_NB) == 0 {
        if try home.stat(name) != nil { return (name, made) }
      } else if errno != EWOULDBLOCK {
        throw .system("lock the folder", made.path, errno: errno)
      }
    }
  }

  /// When the oldest of the other processes that have a folder here, and live, made it, in nanoseconds since 1970; nil when
  /// there is none.
  package func othersSince() throws(Failure) -> Int64? {
    let own = opened.withLock { $0?.name }
    var oldest: Int64?
    for (name, isFolder) in try home.names() where isFolder && name != own {
      let parts = String(decoding: name, as: UTF8.self).split(separator: "-")
      guard parts.count == 3, let since = Int64(parts[1]), let other = try home.folderIfPresent(name) else { continue }
      if flock(other.descriptor, LOCK_EX | LOCK_NB) == 0 { continue }
      guard errno == EWOULDBLOCK else { throw .system("look for the owner of", other.path, errno: errno) }
      oldest = min(oldest ?? since, since)
    }
    return oldest
  }

  /// Removes this process's folder with what is left in it.
  package func remove() {
    let open = opened.withLock { value in
      defer { value = nil }
      return value
    }
    if let open { try? home.removeTree(open.name) }
  }

  deinit { remove() }

  private func sweep() {
    for (name, isFolder) in (try? home.names()) ?? [] where isFolder && isUniqueName(name) {
      guard let other = try? home.folder(name), flock(other.descriptor, LOCK_EX | LOCK_NB) == 0 else { continue }
      try? home.removeTree(name)
    }
  }
}
