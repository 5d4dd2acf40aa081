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

  /// Pointers and locks, of any commit, that can't be read.
  package var unreadable: [Failure] = []
  /// What a repair did; nil when none was asked for.
  package var repair: StoreRepair?
  /// Objects that a repair got back from the workspace.
  package var healed = 0

  /// Leftovers are no harm.
  package var isClean: Bool {
    missing.isEmpty && unreadable.isEmpty && !store.findings.contains { $0.kind == .damaged }
  }
}

extension Repository {
  /// Puts damage out of use, saves what is intact beside it, and stores again what the workspace still holds. Returns what
  /// is left to tell after that. Never removes a last copy.
  package func fsckAndRepair() throws(Failure) -> FsckReport {
    let first = try fsck()
    if first.isClean, !first.store.findings.contains(where: { $0.kind == .leftOver }) { return first }
    let (repair, healed) = try locked("fsck --repair") { () throws(Failure) in
      let repair = try store().repair(first.store)
      return (repair, try healFromWorkspace(first))
    }
    var report = try fsck()
    report.repair = repair
    report.healed = healed
    return report
  }

  /// Stores again, from the workspace, what was damaged or missing. Tracked paths are read whole: the content that is gone
  /// from the store may be in any of them.
  private func healFromWorkspace(_ report: FsckReport) throws(Failure) -> Int {
    let wanted = Set(report.missing.map(\.id) + report.needed.keys)
    guard !wanted.isEmpty else { return 0 }
    let session = StoreSession(try store())
    for tracked in try project().tracked where try root.stat(tracked.path.bytes) != nil {
      _ = try reader().store(tracked.path, in: session)
    }
    try session.commit()
    var healed = 0
    for id in wanted where try store().contains(id) { healed += 1 }
    return healed
  }

  /// Reads all that is stored, compares it with its ids, and finds out what is needed and not there.
  package func fsck() throws(Failure) -> FsckReport {
    var report = FsckReport(store: try store().check())
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
    report.unreadable += try mismatches(among: required, damaged: damaged)
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
