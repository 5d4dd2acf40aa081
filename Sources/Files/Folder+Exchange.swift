import CSystem
package import Diagnostics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Renames that take nothing away that the caller has not looked at.
extension Folder {
  package enum Exchange: Sendable {
    case done
    /// One of the names stands for nothing.
    case absent
    /// The file system has no such operation.
    case impossible
  }

  /// Swaps, in one step, what `name` here and `other` in the folder `target` stand for.
  package func exchange(_ name: [UInt8], with other: [UInt8], in target: Folder) throws(Failure) -> Exchange {
    let code = withCPath(name) { name in
      withCPath(other) { mlrepo_exchange(descriptor, name, target.descriptor, $0) }
    }
    if code == 0 { return .done }
    switch errno {
    case ENOENT: return .absent
    case EINVAL, ENOSYS, ENOTSUP: return .impossible
    default: throw .system("replace", target.full(other), errno: errno)
    }
  }

  /// Renames `name` to `other` in the folder `target`. Returns false, and leaves all as it is, where that name is taken.
  package func renameUnlessPresent(_ name: [UInt8], to other: [UInt8], in target: Folder) throws(Failure) -> Bool {
    let code = withCPath(name) { name in
      withCPath(other) { mlrepo_rename_new(descriptor, name, target.descriptor, $0) }
    }
    if code == 0 { return true }
    if errno == EEXIST || errno == ENOTEMPTY { return false }
    throw .system("rename \(PathText.escape(name)) to", target.full(other), errno: errno)
  }

  /// Renames `name` to `other` in the folder `target`, replacing what has that name. Returns false where `name` is gone.
  package func moveIfPresent(_ name: [UInt8], to other: [UInt8], in target: Folder) throws(Failure) -> Bool {
    let code = withCPath(name) { name in
      withCPath(other) { renameat(descriptor, name, target.descriptor, $0) }
    }
    if code == 0 { return true }
    if errno == ENOENT { return false }
    throw .system("move away", full(name), errno: errno)
  }
}
