package import Diagnostics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Repositories that somebody may read but not write: what mlrepo would make there first counts as empty.
extension Folder {
  /// Opens the folder `relative`, making it where it is missing. Where this process may not make it, there is an empty one
  /// in its place; writing into that fails with the reason.
  package func folder(makingIfAllowed relative: [UInt8], _ durability: Durability = .off) throws(Failure) -> Folder {
    do throws(Failure) {
      return try folder(making: relative, durability)
    } catch {
      if isWritable { throw error }
      return try Self.empty(insteadOf: full(relative), because: error)
    }
  }

  /// Whether this process may make and remove names here.
  package var isWritable: Bool { absence == nil && faccessat(descriptor, ".", W_OK, AT_EACCESS) == 0 }

  /// A folder that has no name: nobody can put anything into it.
  private static func empty(insteadOf path: [UInt8], because failure: Failure) throws(Failure) -> Folder {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/mlrepo-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw failure }
    let descriptor = openat(AT_FDCWD, template, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    rmdir(template)
    guard descriptor >= 0 else { throw failure }
    return Folder(owning: descriptor, path: path, absence: failure)
  }
}
