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

  /// Pointers and locks, of any commit, that can't be read.
  package var unreadable: [Failure] = []

  /// Leftovers are no harm.
  package var isClean: Bool {
    missing.isEmpty && unreadable.isEmpty && !store.findings.contains { $0.kind == .damaged }
  }
}

extension Repository {
  /// Reads all that is stored, compares it with its ids, and finds out what is needed and not there. What is damaged is
  /// put aside, so that the same content can be stored again.
  package func fsck() throws(Failure) -> FsckReport {
    var report = FsckReport(store: try store().check())
    try store().setAside(report.store.findings)
    let damaged = Set(report.store.findings.filter { $0.kind == .damaged }.compactMap(\.id))
    var visited: Set<ObjectID> = []
    let (references, unreadable) = try readableReferences()
    report.unreadable = unreadable
    // Always the same path for the same object; the workspace and the index come before commits.
    let required = references.filter(\.isRequired).sorted {
      ($0.path, $0.commit?.hex ?? "") < ($1.path, $1.commit?.hex ?? "")
    }
    for reference in required {
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
