package import Diagnostics
package import Files
import Objects
import Remotes

/// How what is recorded stands beside a remote.
package struct RemoteStatus: Sendable {
  package struct Path: Sendable {
    package var path: RepositoryPath
    /// Objects that the remote lacks, and their bytes.
    package var toPush = 0
    package var bytesToPush = 0
    /// Objects that the store lacks and the remote has; of a folder whose listing is lacking, that is all that is known.
    package var toFetch = 0
    /// Objects that neither has.
    package var lost = 0
  }

  package var remote: String
  package var isNew: Bool
  package var paths: [Path] = []

  /// Whether all is in both places.
  package var isClean: Bool { paths.allSatisfy { $0.toPush == 0 && $0.toFetch == 0 && $0.lost == 0 } }
}

extension Repository {
  /// Compares what `selection` needs with what a remote has. A path that stands for several contents, of several
  /// revisions, counts once for each.
  package func remoteStatus(_ name: String?, of selection: Selection) throws(Failure) -> RemoteStatus {
    let remote = try settings.remote(name)
    let contents = try open(remote)
    let options = options(remote, jobs: nil)
    var status = RemoteStatus(remote: remote.name, isNew: contents.isNew)
    for item in try wanted(selection, for: "compare") {
      let (path, content) = try chosenPart(of: item, for: "compare")
      let plan = try PushPlan([content], store: store(), contents: contents, options: options)
      let isElsewhere = !item.isPushed || name == nil && item.remote != nil && item.remote != remote.name
      status.paths.append(
        RemoteStatus.Path(
          path: path, toPush: isElsewhere ? 0 : plan.items.count, bytesToPush: isElsewhere ? 0 : plan.bytes,
          toFetch: plan.onlyThere, lost: plan.missing.count))
    }
    return status
  }
}
