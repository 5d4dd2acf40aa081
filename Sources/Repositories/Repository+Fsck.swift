package import Diagnostics
package import Files
package import Git
package import Objects
import Pipelines
import Workspaces

/// An object that something needs and that the store does not have.
package struct MissingObject: Sendable {
  package var id: ObjectID
  package var path: RepositoryPath
  package var commit: CommitID?
}

package struct FsckReport: Sendable {
  package var store: StoreCheck
  package var missing: [MissingObject] = []
  /// For each damaged object, the first path that needs it.
  package var needed: [ObjectID: Reference] = [:]

  /// Leftovers are no harm.
  package var isClean: Bool { missing.isEmpty && !store.findings.contains { $0.kind == .damaged } }
}

extension Repository {
  /// Reads all that is stored, compares it with its ids, and finds out what is needed and not there.
  package func fsck() throws(Failure) -> FsckReport {
    var report = FsckReport(store: try store().check())
    let damaged = Set(report.store.findings.filter { $0.kind == .damaged }.compactMap(\.id))
    var visited: Set<ObjectID> = []
    for reference in try trackedReferences() {
      try visit(reference, &visited) { id, path, isFolder throws(Failure) in
        if damaged.contains(id) {
          if report.needed[id] == nil { report.needed[id] = reference }
          return nil
        }
        guard try store().contains(id) else {
          report.missing.append(MissingObject(id: id, path: path, commit: reference.commit))
          return nil
        }
        return isFolder ? try store().tree(id) : nil
      }
    }
    return report
  }

  /// References to content that the store should have. Dependencies and outputs that git keeps are not among them: what
  /// the store never held cannot be missing.
  private func trackedReferences() throws(Failure) -> [Reference] {
    var pointers: [Reference] = []
    for tracked in try project().tracked {
      pointers.append(Reference(path: tracked.path, content: tracked.content, commit: nil))
    }
    let git = try git()
    var seen: Set<[BlobID]> = []
    try git.walk(from: Array(git.reachableRoots().commits)) { (commit) throws(Failure) in
      let parts = try git.entries(in: commit) { Project.isPart($0[($0.lastIndex(of: 0x2f).map { $0 + 1 } ?? 0)...]) }
      guard seen.insert(parts.map(\.id)).inserted else { return true }
      for tracked in try project(at: commit).tracked {
        pointers.append(Reference(path: tracked.path, content: tracked.content, commit: commit))
      }
      return true
    }
    return pointers
  }

  /// Calls `look` once for each object that `reference` needs. It returns the tree to go on into, if there is one.
  func visit(
    _ reference: Reference, _ visited: inout Set<ObjectID>,
    _ look: (ObjectID, RepositoryPath, _ isFolder: Bool) throws(Failure) -> Tree?
  ) throws(Failure) {
    var waiting = [(reference.path, reference.content.id, reference.content.isFolder)]
    while let (path, id, isFolder) = waiting.popLast() {
      guard visited.insert(id).inserted, let tree = try look(id, path, isFolder) else { continue }
      for entry in tree.entries {
        if entry.kind != .folder, visited.contains(entry.id) { continue }
        waiting.append((try path.appending(name: entry.name), entry.id, entry.kind == .folder))
      }
    }
  }
}
