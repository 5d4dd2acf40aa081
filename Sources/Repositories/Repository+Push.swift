package import Diagnostics
import Files
import Objects
import Remotes

/// What a push to one remote did, or would do.
package struct PushResult: Sendable {
  package var remote: String
  package var place: String
  package var isDryRun: Bool
  /// Objects that the remote lacked, and their bytes.
  package var objects = 0
  package var bytes = 0
  /// Bytes that went over the line.
  package var sent = 0
  /// Bytes that the remote had: whole objects, and chunks of large ones.
  package var saved = 0
  package var upToDate = 0
  /// Records of the run cache.
  package var runs = 0
  package var seconds = 0.0
  /// What could not be sent: damaged or missing here, and not in the remote either.
  package var failures: [Failure] = []
  /// What of the remote itself is damaged.
  package var problems: [Failure] = []
}

extension Repository {
  /// Sends what the remotes lack of `selection`. An output that belongs to one remote goes only there, unless remotes are
  /// named.
  package func push(
    _ selection: Selection, to names: [String], jobs: Int?, dryRun: Bool
  ) throws(Failure) -> [PushResult] {
    let wanted = try wanted(selection, for: "push").filter(\.isPushed)
    var groups: [(remote: RemoteConfig, items: [Wanted])] = []
    if names.isEmpty {
      let own = Set(wanted.compactMap(\.remote)).sorted()
      if own.isEmpty || wanted.contains(where: { $0.remote == nil }) || selection.runCache {
        groups.append((try settings.remote(), wanted.filter { $0.remote == nil }))
      }
      for name in own { groups.append((try settings.remote(name), wanted.filter { $0.remote == name })) }
    } else {
      groups = try remotes(names).map { ($0, wanted) }
    }
    var results: [PushResult] = []
    for (remote, items) in groups {
      results.append(try push(items, selection, to: remote, jobs: jobs, dryRun: dryRun))
    }
    return results
  }

  private func push(
    _ wanted: [Wanted], _ selection: Selection, to remote: RemoteConfig, jobs: Int?, dryRun: Bool
  ) throws(Failure) -> PushResult {
    let start = monotonicSeconds()
    let store = try store()
    let options = options(remote, jobs: jobs)
    let contents = try open(remote)
    var result = PushResult(remote: remote.name, place: contents.storage.place, isDryRun: dryRun)
    result.problems = contents.problems
    var runs = RunExchange(cache: try runCache(), contents: contents)
    if selection.runCache { try runs.prepare(store) }
    var roots: [Content] = []
    for item in wanted { roots.append(try chosenPart(of: item, for: "push").content) }
    let plan = try PushPlan(roots + runs.outputs, store: store, contents: contents, options: options)
    (result.upToDate, result.saved) = plan.present
    result.runs = runs.fresh.count
    var refused: [(id: ObjectID, why: Failure)] = []
    if dryRun {
      (result.objects, result.bytes) = (plan.items.count, plan.bytes)
    } else {
      progress.begin("pushing", files: plan.items.count, bytes: plan.bytes)
      defer { progress.end() }
      let report = try Push.run(plan, store: store, contents: contents, options: options)
      (result.objects, result.bytes, result.sent) = (report.objects, report.bytes, report.sent)
      result.saved += report.reused
      refused = report.failures
      if selection.runCache { result.sent += try runs.push() }
    }
    if !dryRun || plan.items.isEmpty { try contents.remember(plan, without: refused.map(\.id)) }
    result.failures = try named(
      refused + plan.missing.map { ($0, Self.nowhere($0, contents, remote)) }, in: wanted, verb: "push")
    result.seconds = monotonicSeconds() - start
    return result
  }

  private static func nowhere(_ id: ObjectID, _ contents: RemoteContents, _ remote: RemoteConfig) -> Failure {
    if contents.contains(id) {
      return Failure(
        "cannot push the object", why: "a gc is about to remove it from the remote, and the store lacks \(id.text)",
        hint: "mlrepo gc --remote \(remote.name) --yes   # keeps there what this clone needs", category: .dataMissing)
    }
    return Self.nowhere(id)
  }

  private static func nowhere(_ id: ObjectID) -> Failure {
    Failure(
      "cannot push the object", why: "neither the store nor the remote has \(id.text)",
      hint: "'mlrepo fsck' tells which paths and commits need it", category: .dataMissing)
  }

  /// Failures that name a path instead of an object, where one of `wanted` needs it.
  func named(
    _ failures: [(id: ObjectID, why: Failure)], in wanted: [Wanted], verb: String
  ) throws(Failure) -> [Failure] {
    if failures.isEmpty { return [] }
    var paths: [ObjectID: RepositoryPath] = [:]
    var left = Set(failures.map(\.id))
    var seen: Set<ObjectID> = []
    for item in wanted where !left.isEmpty {
      var waiting = [(item.path, item.content.id, item.content.isFolder)]
      while let (path, id, isFolder) = waiting.popLast() {
        if left.remove(id) != nil { paths[id] = path }
        guard isFolder, seen.insert(id).inserted, try store().contains(id) else { continue }
        for entry in try store().tree(id).entries {
          waiting.append((try path.appending(name: entry.name), entry.id, entry.kind == .folder))
        }
      }
    }
    return failures.map { id, failure in
      guard let path = paths[id] else { return failure }
      return Failure("cannot \(verb) \(path)", why: failure.why, hint: failure.hint, category: failure.category)
    }.sorted { $0.what < $1.what }
  }
}
