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
}
