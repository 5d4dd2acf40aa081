package import Diagnostics
import Files
import Git
package import Objects
import Pipelines
package import Remotes

/// How a remote stands.
package struct RemoteFsckReport: Sendable {
  package var remote: String
  package var place: String
  package var check: RemoteCheck
  /// Objects that something needs and that the remote does not have whole, in the order of the paths that need them.
  package var missing: [ObjectID] = []
  /// Those of them that the store has.
  package var isHere: Set<ObjectID> = []
  /// Who needs what is missing.
  package var needs: [ObjectID: [Need]] = [:]
  /// Objects that are needed and lie only in packs that a gc is about to remove.
  package var atRisk = 0
  /// Pointers and locks, of any commit, that can't be read.
  package var unreadable: [Failure] = []
  /// Clones and work trees with the same store that can't be looked into.
  package var unseen: [Failure] = []

  package var isClean: Bool {
    missing.isEmpty && unreadable.isEmpty && !check.findings.contains { $0.kind != .leftOver }
  }
}

extension Repository {
  /// Compares the files of a remote with its indexes, and these with what pointers and locks of any commit need. With
  /// `data` all bytes are read and hashed, going on where an earlier check was cut short if `resuming`.
  package func fsckRemote(_ name: String, data: Bool, resuming: Bool) throws(Failure) -> RemoteFsckReport {
    let remote = try settings.remote(name)
    let width = options(remote, jobs: nil).width
    let contents = try open(remote)
    let check = try RemoteChecker(contents, width: width).run(data: data, resuming: resuming, progress: progress)
    var report = RemoteFsckReport(remote: remote.name, place: contents.storage.place, check: check)
    let known = try readableReferences()
    (report.unreadable, report.unseen) = (known.unreadable, known.unseen)
    let spared = try sparedPaths(remote)
    let wanted = known.found.filter { reference in
      reference.isRequired && !spared.contains { reference.path.isInside($0) }
    }
    // Folders are looked into here; of those that are only in the remote the listings come.
    var seen: Set<ObjectID> = []
    try Remotes.Fetch(store(), from: contents, width: width).trees(
      wanted.filter { $0.content.isFolder }.map(\.content.id), seen: &seen)
    var paths: [ObjectID: RepositoryPath] = [:]
    var visited: Set<ObjectID> = []
    for reference in wanted.sorted(by: { $0.path < $1.path }) {
      try visit(reference, &visited) { id, path, isFolder throws(Failure) in
        paths[id] = path
        guard isFolder, try store().contains(id) else { return nil }
        return try store().tree(id)
      }
    }
    let gaps = try contents.gaps(paths.keys, spoiled: check.spoiled, width: width)
    report.atRisk = gaps.atRisk
    report.needs = try needs(of: gaps.lacking, others: known.users, entering: true)
    for id in gaps.lacking where try store().contains(id) { report.isHere.insert(id) }
    report.missing = gaps.lacking.map { (report.needs[$0]?.first?.path ?? paths[$0] ?? .root, $0) }
      .sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.1)
    let isIntact = !check.findings.contains { $0.kind == .damaged }
    let whole = paths.keys.filter { !gaps.lacking.contains($0) && contents.isInChunks($0) }
    try contents.remember(whole: whole, read: data && isIntact)
    return report
  }

  /// The outputs of the workspace's pipelines that go to another remote, or to none.
  private func sparedPaths(_ remote: RemoteConfig) throws(Failure) -> [RepositoryPath] {
    try project().stages.flatMap(\.outputs).filter { output in
      !output.isPushed || output.remote.map { $0 != remote.name } == true
    }.map(\.path)
  }
}
