import Diagnostics
import Files
import Objects

/// One file or link out of the store.
enum StoredFile {
  /// Writes it as `name`, which is not there yet; `path` is where it will be. A damaged one leaves nothing.
  static func create(
    _ entry: TreeEntry, _ name: [UInt8], in folder: Folder, from store: ObjectStore, _ links: LinkRule,
    for path: RepositoryPath
  ) throws(Failure) -> FileStat {
    if entry.kind == .symlink {
      let target = try store.read(entry.id, limit: 4096)
      if let broken = try links.brokenRule(target, of: path) {
        throw Failure("cannot check out \(path)", why: broken, category: .damaged)
      }
      try folder.makeLink(name, to: target)
      guard let stat = try folder.stat(name) else { throw .system("look at", path.bytes, errno: 2) }
      return stat
    }
    if entry.kind == .file, try store.link(entry.id, as: name, in: folder), let stat = try folder.stat(name) {
      return stat
    }
    let file = try folder.create(name, mode: entry.kind == .executable ? 0o777 : 0o666)
    do throws(Failure) {
      try store.copy(entry.id, to: file)
    } catch {
      try folder.remove(name)
      throw error
    }
    return try file.stat()
  }
}
