package import Diagnostics
package import Files
import Objects

/// What a plan takes away or replaces must be what was found to be in the store when the plan was made: other programs
/// write too.
extension CheckoutPlan {
  struct Seen: Sendable {
    var stat: FileStat
    var id: ObjectID?
  }

  /// Whether everything that the plan would take away or replace is still what it was when the plan was made.
  package func isCurrent(in root: Folder) throws(Failure) -> Bool {
    for path in removals { if try root.stat(path.bytes) != seen[path]?.stat { return false } }
    for step in writes {
      switch step {
      case .write(let path, _): if try root.stat(path.bytes) != seen[path]?.stat { return false }
      case .writeFolder(let path, _):
        if try root.stat(path.bytes) != nil, !removals.contains(path), !folderRemovals.contains(path) { return false }
      default: continue
      }
    }
    return true
  }

  /// What goes must be what was found to be in the store; somebody may have written it since. A new link to the same
  /// file, from the store for instance, changes the stat but not the content.
  static func checkStill(
    _ path: RepositoryPath, _ seen: CheckoutPlan.Seen?, in root: Folder, _ store: ObjectStore
  ) throws(Failure) {
    guard let now = try root.stat(path.bytes), now != seen?.stat else { return }
    if let seen, let id = seen.id, now.kind == seen.stat.kind, now.size == seen.stat.size,
      now.inode == seen.stat.inode, now.kind == .file || now.kind == .executable,
      try StoreWriter(StoreSession(store)).hash(root.open(path.bytes)).id == id
    {
      return
    }
    throw Failure(
      "cannot check out \(path)", why: "it changed just now", hint: "run the command again when nothing writes there")
  }
}
