import CSystem
package import Diagnostics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Folder {
  /// Makes the names in this folder durable.
  package func sync(_ durability: Durability = .batch) throws(Failure) {
    if durability == .off { return }
    guard mlrepo_sync_file(descriptor) == 0 else { throw .system("make durable", path, errno: errno) }
  }

  /// Makes everything below this folder durable, with the names in it.
  package func syncTree() throws(Failure) {
    let listing = try list()
    for (index, entry) in listing.entries.enumerated() {
      switch entry.stat.kind {
      case .folder: try folder(listing.name(index)).syncTree()
      case .file, .executable: try open(listing.name(index)).sync()
      default: break
      }
    }
    try sync()
  }

  /// Makes everything durable that was written to this folder's file system: one barrier for any number of files.
  package func syncFileSystem(_ durability: Durability) throws(Failure) {
    if durability == .off { return }
    guard mlrepo_sync_file_system(descriptor) == 0 else { throw .system("make durable", path, errno: errno) }
  }
}
