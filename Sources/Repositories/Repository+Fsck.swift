package import Diagnostics
import Files
import Git
package import Objects
import Pipelines
import Workspaces

package struct FsckReport: Sendable {
  package var store: StoreCheck
  /// Where damaged files are put: from the root of the repository if it lies there, else absolute.
  package var aside: String
  /// Objects that something needs and that the store does not have, in the order of the paths that need them.
  package var missing: [ObjectID] = []
  /// Who needs what is damaged or missing.
  package var needs: [ObjectID: [Need]] = [:]

  /// Pointers and locks, of any commit, that can't be read.
  package var unreadable: [Failure] = []
  /// Clones and work trees with the same store that can't be looked into. What they need may be missing.
  package var unseen: [Failure] = []
  /// What a repair did; nil when none was asked for.
  package var repair: StoreRepair?
  /// Objects that a repair got back from the workspace.
  package var healed = 0

  /// Leftovers are no harm.
  package var isClean: Bool {
    missing.isEmpty && unreadable.isEmpty && !store.findings.contains { $0.kind == .damaged }
  }

  fileprivate func objects(_ kind: StoreFinding.Kind) -> Set<ObjectID> {
    Set(store.findings.filter { $0.kind == kind }.compactMap(\.id))
  }
}

extension Repository {
  /// Puts damage out of use, saves what is intact beside it, and stores again what the workspace still holds. Returns what
  /// is left to tell after that. Never removes a last copy.
  package func fsckAndRepair(resuming: Bool) throws(Failure) -> FsckReport {
    let first = try fsck(resuming: resuming)
    if first.isClean, !first.store.findings.contains(where: { $0.kind == .leftOver }) { return first }
    let (repair, healed) = try locked("fsck --repair") { () throws(Failure) in
      let repair = try store().repair(first.store)
      return (repair, try healFromWorkspace(first))
    }
    var report = try fsck(resuming: false)
    report.repair = repair
    report.healed = healed
    return report
  }

  /// Stores again, from the workspace, what was damaged or missing. Tracked paths are read whole: the content that is gone
  /// from the store may be in any of them.
  private func healFromWorkspace(_ report: FsckReport) throws(Failure) -> Int {
    // The repair before may have found some of them.
    let store = try store()
    var wanted: Set<ObjectID> = []
    for id in report.missing + report.needs.keys where try !store.contains(id) { wanted.insert(id) }
    guard !wanted.isEmpty else { return 0 }
    let session = StoreSession(store)
    for tracked in try project().tracked where try root.stat(tracked.path.bytes) != nil {
      _ = try reader().store(tracked.path, in: session)
    }
    try session.commit()
    var healed = 0
    for id in wanted where try store.contains(id) { healed += 1 }
    return healed
  }

  /// Reads all that is stored, compares it with its ids, and finds out what is needed and not there. With `resuming`, what
  /// an earlier one found intact before it was cut short is not read again.
  package func fsck(resuming: Bool) throws(Failure) -> FsckReport {
    let progress = try store().checkProgress(resuming: resuming)
    var report = FsckReport(store: try store().check(progress), aside: try asideFolder())
    let damaged = report.objects(.damaged)
    let known = try readableReferences(damaged: damaged)
    (report.unreadable, report.unseen) = (known.unreadable, known.unseen)
    var missing = try missing(known.found, damaged)
    let absent = damaged.union(missing.keys)
    for reference in known.found where reference.isRequired && !absent.contains(reference.content.id) {
      if let failure = try contradiction(reference) { report.unreadable.append(failure) }
    }
    var aside: Set<ObjectID> = []
    for id in report.objects(.setAside).subtracting(damaged) where try !store().contains(id) { aside.insert(id) }
    let lost = known.lost.filter { !absent.contains($0.id) }
    report.needs = try needs(of: absent.union(aside).union(lost.map(\.id)), others: known.users)
    // What only operations need is damaged still, not missing, when the damage is what took it away.
    for at in report.store.findings.indices where report.store.findings[at].kind == .setAside {
      guard let id = report.store.findings[at].id, aside.contains(id), missing[id] == nil, report.needs[id] != nil
      else {
        continue
      }
      report.store.findings[at].kind = .damaged
    }
    for lost in lost where !aside.contains(lost.id) { missing[lost.id] = lost.path }
    // The path it was met at is any of those that need it.
    report.missing = missing.map { (report.needs[$0.key]?.first?.path ?? $0.value, $0.key) }
      .sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.1)
    progress.finish()
    return report
  }

  private func asideFolder() throws(Failure) -> String {
    let path = try storeFolder().objects.full(Array("damaged".utf8))
    let top = root.path.count > 1 ? root.path + Array("/".utf8) : root.path
    return PathText.escape(path.starts(with: top) ? Array(path.dropFirst(top.count)) : path)
  }

  /// What the store does not have of what is required, each with a path where it is.
  private func missing(
    _ references: Set<Reference>, _ damaged: Set<ObjectID>
  ) throws(Failure) -> [ObjectID: RepositoryPath] {
    var visited: Set<ObjectID> = []
    var missing: [ObjectID: RepositoryPath] = [:]
    for reference in references where reference.isRequired {
      try visit(reference, &visited) { id, path, isFolder throws(Failure) in
        if damaged.contains(id) { return nil }
        guard try store().contains(id) else {
          missing[id] = path
          return nil
        }
        return isFolder ? try store().tree(id) : nil
      }
    }
    return missing
  }

  /// What a pointer or lock says of an object that is not so: that it is a folder, and how large it is. A file that was cut
  /// off may well be one that can be read.
  private func contradiction(_ reference: Reference) throws(Failure) -> Failure? {
    let content = reference.content
    let size: Int?
    if content.isFolder {
      guard let bytes = try? store().read(content.id), let tree = try? Tree(decoding: bytes) else { return nil }
      size = tree.files == content.files ? tree.size : nil
    } else {
      size = try store().size(of: content.id)
    }
    if size == content.size { return nil }
    let place = reference.commit.map { " of commit \($0.short)" } ?? ""
    return Failure(
      "cannot trust what \(reference.path)\(place) is said to be",
      why: "its pointer or lock does not fit the object \(content.id.text)", category: .damaged)
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
