package import Diagnostics
import Files
import Git
package import Objects
import Pipelines
import Remotes
import Workspaces

package struct FsckReport: Sendable {
  package var store: StoreCheck
  /// Where damaged files are put: from the root of the repository if it lies there, else absolute.
  package var aside: String
  /// Objects that something needs and that the store does not have, in the order of the paths that need them.
  package var missing: [ObjectID] = []
  /// Those that the store does not have either, and a remote is known to have, by its name.
  package var elsewhere: [(id: ObjectID, remote: String)] = []
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
  /// Objects that a repair got back from remotes, in the order in which these were asked.
  package var fetched: [(remote: String, objects: Int)] = []
  /// Remotes that could not be asked.
  package var unasked: [Failure] = []

  /// Leftovers are no harm.
  package var isClean: Bool {
    missing.isEmpty && unreadable.isEmpty && !store.findings.contains { $0.kind == .damaged }
  }

  func objects(_ kind: StoreFinding.Kind) -> Set<ObjectID> {
    Set(store.findings.filter { $0.kind == kind }.compactMap(\.id))
  }
}

extension Repository {
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
    // What was damaged here is no matter of what has been fetched.
    for (id, remote) in try knownElsewhere(Set(missing.keys).subtracting(report.objects(.setAside))) {
      missing[id] = nil
      report.elsewhere.append((id, remote))
    }
    // The path it was met at is any of those that need it.
    report.missing = missing.map { (report.needs[$0.key]?.first?.path ?? $0.value, $0.key) }
      .sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.1)
    progress.finish()
    return report
  }

  /// Those of `ids` that a remote is known to have, by what push, fetch and fsck last saw of it, with its name.
  private func knownElsewhere(_ ids: some Collection<ObjectID>) throws(Failure) -> [(id: ObjectID, remote: String)] {
    var found: [(id: ObjectID, remote: String)] = []
    guard !ids.isEmpty else { return found }
    var left = ids.sorted()
    for remote in try settings.remotes() {
      guard let known = try known(remote) else { continue }
      found += left.filter(known.holds).map { ($0, remote.name) }
      left.removeAll(where: known.holds)
    }
    return found
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
