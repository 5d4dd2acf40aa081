import CSystem
package import Diagnostics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Any number of locks in one file, each held by the kernel for this process: they go when the process does, however it
/// ends. A lock is a byte of the file that need not exist, so taking one leaves no trace on the disk.
package final class NameLocks: Sendable {
  private let handle: FileHandle

  /// Uses the file `name` in `folder`.
  package init(_ name: String, in folder: Folder) throws(Failure) {
    handle = try folder.openOrCreate(Array(name.utf8))
    if folder.sharedMode != nil { try? handle.setMode(0o664) }
  }

  /// Takes the lock `number`; false while somebody else has it.
  package func take(_ number: UInt64) throws(Failure) -> Bool {
    if mlrepo_lock_byte(handle.descriptor, Self.offset(number)) == 0 { return true }
    if errno == EAGAIN || errno == EACCES { return false }
    throw .system("lock", handle.path, errno: errno)
  }

  package func release(_ number: UInt64) { mlrepo_unlock_byte(handle.descriptor, Self.offset(number)) }

  /// Whether somebody else has the lock `number`.
  package func isTaken(_ number: UInt64) -> Bool {
    mlrepo_byte_is_locked(handle.descriptor, Self.offset(number)) != 0
  }

  private static func offset(_ number: UInt64) -> Int64 { Int64(number >> 2) }
}
