package import Diagnostics
package import Files
package import Git
package import Objects

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
    for reference in try references() where reference.isRequired {
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
