package import Diagnostics
import Files
import Git
import Objects
import Pipelines
package import Remotes

/// What a gc of a remote did, or would do.
package struct RemoteGarbageResult: Sendable {
  package var remote: String
  package var place: String
  package var plan: RemoteGarbagePlan
  /// Nil when it only looked.
  package var report: RemoteGarbage.Report?
  /// What could not be put into other packs, by path where one is known.
  package var failures: [Failure] = []
}

extension Repository {
  /// Takes out of a remote what nothing needs that this clone knows of, in two steps with the grace period between them.
  /// Refuses when anything here or there cannot be read. With `dryRun` nothing is changed.
  package func collectRemoteGarbage(_ name: String, dryRun: Bool) throws(Failure) -> RemoteGarbageResult {
    let remote = try settings.remote(name)
    if try git().isShallow() {
      throw Failure(
        "cannot tell what is needed of the remote '\(remote.name)'",
        why: "this clone is shallow: what earlier commits need is not known here", hint: "git fetch --unshallow")
    }
    let options = options(remote, jobs: nil)
    let contents = try open(remote)
    var result = RemoteGarbageResult(
      remote: remote.name, place: contents.storage.place, plan: RemoteGarbagePlan())
    if contents.isNew { return result }
    let grace = try gracePeriod()
    let clock =
      dryRun
      ? RemoteClock(now: wallClock(), grace: grace) : try RemoteClock.read(contents.storage, grace: grace)
    let needed = try neededObjects(contents, clock, width: options.width)
    result.plan = try RemoteGarbagePlan(contents, needed: needed, clock: clock)
    try result.plan.sortRuns(contents, clock) { record throws(Failure) in
      let outputs = try RunCache.outputs(of: record.bytes, RunKey(id: record.key))
      return outputs?.allSatisfy { needed.contains($0.id) } ?? false
    }
    if dryRun { return result }
    let report = try RemoteGarbage.run(result.plan, contents, options: options)
    result.report = report
    try open(remote).remember()
    if !report.failures.isEmpty {
      result.failures = try named(report.failures, in: wanted(Selection(), for: "copy"), verb: "copy")
    }
    return result
  }

  /// All that this clone needs, with the chunks that it is made of in the remote.
  private func neededObjects(
    _ contents: RemoteContents, _ clock: RemoteClock, width: Int
  ) throws(Failure) -> Set<ObjectID> {
    var roots = try references(forgetting: true)
    // Runs that somebody has shared are of use to others, and so is what they made.
    for record in try contents.runBatches(since: clock.now - clock.grace).flatMap(\.records) {
      for output in try RunCache.outputs(of: record.bytes, RunKey(id: record.key)) ?? [] {
        roots.insert(Reference(path: .root, content: output.content, commit: nil, isRequired: false))
      }
    }
    // Folders are looked into here; of those that are only in the remote the listings come.
    var seen: Set<ObjectID> = []
    let folders = roots.filter { $0.content.isFolder }.map(\.content.id)
    try Remotes.Fetch(store(), from: contents, width: width).trees(folders, seen: &seen)
    let needed = try reachable(from: roots)
    return needed.union(try contents.chunks(of: needed, width: width))
  }
}
