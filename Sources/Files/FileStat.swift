import CSystem

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a path is.
package enum FileKind: UInt8, Sendable {
  case file, executable, symlink, folder
  /// A fifo, socket or device: never data.
  case special
}

/// What stat() says of a file, as far as mlrepo looks at it. Times are nanoseconds since 1970.
package struct FileStat: Equatable, Sendable {
  package var kind: FileKind
  package var size: Int
  package var modified: Int64
  package var changed: Int64
  package var inode: UInt64

  package init(kind: FileKind, size: Int, modified: Int64, changed: Int64, inode: UInt64) {
    self.kind = kind
    self.size = size
    self.modified = modified
    self.changed = changed
    self.inode = inode
  }

  init(_ raw: mlrepo_stat) {
    kind =
      switch raw.mode & UInt32(S_IFMT) {
      case UInt32(S_IFREG): raw.mode & 0o100 != 0 ? .executable : .file
      case UInt32(S_IFLNK): .symlink
      case UInt32(S_IFDIR): .folder
      default: .special
      }
    size = Int(raw.size)
    modified = raw.mtime_ns
    changed = raw.ctime_ns
    inode = raw.inode
  }

  /// Whether a hash can be trusted later whose reading began at `time`, by somebody who saw this stat before and after: a
  /// write in the same tick of the file system's clock would leave the stat as it is (git's "racy" rule).
  package func isSettled(at time: Int64) -> Bool { max(modified, changed) < time - tick }

  /// Whether every write since `time` would have left another modification time, for who knows that renames alone have
  /// moved the change time.
  package func showsWrites(since time: Int64) -> Bool { modified < time - tick }

  /// How long two writes may leave the same times.
  private var tick: Int64 {
    let isCoarse = modified % 1_000_000_000 == 0 && changed % 1_000_000_000 == 0
    return isCoarse ? 2_000_000_000 : Self.fineTick
  }

  private static let fineTick: Int64 = 20_000_000

  /// Waits so long that a write from now on shows in the times of what was written before; where times are fine.
  package static func waitOutTick() { usleep(UInt32(fineTick / 1000 + 1000)) }
}

/// The wall clock, nanoseconds since 1970.
package func wallClock() -> Int64 { mlrepo_now_ns() }

/// Seconds on a clock that nobody sets; for how long something took.
package func monotonicSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
