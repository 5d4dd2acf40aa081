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
    if let open = opened.withLock({ $0 }) { return open.folder }
    sweep()
    let (name, made) = try makeFolder()
    let (kept, isOurs) = opened.withLock { current in
      if let current { return (current.folder, false) }
      current = (name, made)
      return (made, true)
    }
    // Another thread was first.
    if !isOurs { try home.remove(name, folder: true) }
    return kept
  }

  private func makeFolder() throws(Failure) -> (name: [UInt8], folder: Folder) {
    var attempts = 0
    while true {
      let name = Array(uniqueName().utf8)
      let made: Folder
      do throws(Failure) {
        made = try home.folder(making: name)
      } catch {
        // Somebody's sweep may have come between making and opening; then the name is gone, and another will do.
        attempts += 1
        guard attempts < 100, try home.stat(name) == nil else { throw error }
        continue
      }
      if flock(made.descriptor, LOCK_EX | LOCK_NB) == 0 {
        // Another process's sweep may have come between making and locking; then the name is gone.
        if try home.stat(name) != nil { return (name, made) }
      } else if errno != EWOULDBLOCK {
        throw .system("lock the folder", made.path, errno: errno)
      }
    }
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
    for (name, isFolder) in (try? home.names()) ?? [] where isFolder {
      guard let other = try? home.folder(name), flock(other.descriptor, LOCK_EX | LOCK_NB) == 0 else { continue }
      try? home.removeTree(name)
    }
  }
}
