package import Diagnostics
import Files
import Objects
import Remotes
import Workspaces

extension Repository {
  /// Puts damage out of use, saves what is intact beside it, and stores again what the workspace still holds; what is
  /// damaged still comes from remotes. Returns what is left to tell after that. Never removes a last copy.
  package func fsckAndRepair(resuming: Bool) throws(Failure) -> FsckReport {
    let first = try fsck(resuming: resuming)
    if first.isClean, !first.store.findings.contains(where: { $0.kind == .leftOver }) { return first }
    let (repair, healed) = try locked("fsck --repair") { () throws(Failure) in
      let repair = try store().repair(first.store)
      return (repair, try healFromWorkspace(first))
    }
    var (fetched, unasked): ([(remote: String, objects: Int)], [Failure]) = ([], [])
    try healFromRemotes(first, &fetched, &unasked)
    var report = try fsck(resuming: false)
    (report.repair, report.healed, report.fetched, report.unasked) = (repair, healed, fetched, unasked)
    return report
  }

  /// Fetches what was here once and is damaged, from one remote after the other. What is only missing may never have been
  /// here: that is for a pull.
  private func healFromRemotes(
    _ report: FsckReport, _ fetched: inout [(remote: String, objects: Int)], _ unasked: inout [Failure]
  ) throws(Failure) {
    let store = try store()
    var wanted = report.objects(.damaged).union(report.objects(.setAside)).filter { report.needs[$0] != nil }.sorted()
    let preferred = try settings.defaultRemote()
    for remote in try settings.remotes().sorted(by: { $0.name == preferred && $1.name != preferred }) {
      var left: [ObjectID] = []
      for id in wanted where try !store.contains(id) { left.append(id) }
      wanted = left
      if wanted.isEmpty { return }
      do throws(Failure) {
        let contents = try open(remote)
        let fetch = Fetch(store, from: contents, width: options(remote, jobs: nil).width)
        try fetch.objects(wanted.filter(contents.contains))
        if fetch.report.objects > 0 { fetched.append((remote.name, fetch.report.objects)) }
      } catch  where error.category != .interrupted {
        unasked.append(error)
      }
    }
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
}
