import Diagnostics
import Files
import Objects

/// Writes single files and links of a checkout, each whole and verified or not at all.
struct EntryWriter: Sendable {
  let root: Folder
  let store: ObjectStore
  /// On the file system of the workspace.
  let scratch: Folder
  let links: LinkRule

  /// Writes `entry` to `path`, where `seen` stands. Returns the stat it has then.
  func write(
    _ entry: TreeEntry, to path: RepositoryPath, over seen: CheckoutPlan.Seen?
  ) throws(Failure) -> FileStat {
    let name = Array(uniqueName().utf8)
    let isLinked = try make(entry, name, in: scratch, for: path)
    do throws(Failure) {
      try Displacement(root: root, store: store, scratch: scratch)
        .place(name, holding: entry.id, at: path, over: seen).check(path)
    } catch {
      try? scratch.remove(name)
      throw error
    }
    if isLinked { try store.noteRename(of: entry.id) }
    // Renaming moves the change time, so the stat to remember is the one after it.
    guard let stat = try root.stat(path.bytes) else { throw .system("look at", path.bytes, errno: 2) }
    return stat
  }

  /// Makes `entry` under the name that ends `below`, in a folder nobody else sees yet, for the tracked folder `path`.
  func create(
    _ entry: TreeEntry, _ below: RepositoryPath, in folder: Folder, for path: RepositoryPath
  ) throws(Failure) -> FileStat {
    let name = Array(below.name)
    _ = try make(entry, name, in: folder, for: path.appending(below))
    guard let stat = try folder.stat(name) else { throw .system("look at", below.bytes, errno: 2) }
    return stat
  }

  /// Makes `entry` as `name` in `folder`. Returns whether it is a link to the store's file.
  private func make(
    _ entry: TreeEntry, _ name: [UInt8], in folder: Folder, for path: RepositoryPath
  ) throws(Failure) -> Bool {
    if entry.kind == .symlink {
      let target = try store.read(entry.id, limit: 4096)
      if let broken = try links.brokenRule(target, of: path) {
        throw Failure("cannot check out \(path)", why: broken, category: .damaged)
      }
      try folder.makeLink(name, to: target)
      return false
    }
    if entry.kind == .file, try store.link(entry.id, as: name, in: folder) { return true }
    let file = try folder.create(name, mode: entry.kind == .executable ? 0o777 : 0o666)
    do throws(Failure) {
      try store.copy(entry.id, to: file)
    } catch {
      try folder.remove(name)
      throw error
    }
    return false
  }
}
