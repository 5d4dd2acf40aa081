package import Diagnostics
import Files
import Objects
import Remotes

/// What a fetch did.
package struct FetchResult: Sendable {
  /// The remotes that were asked, in order.
  package var remotes: [String] = []
  /// Objects that the store lacked, and their bytes.
  package var objects = 0
  package var bytes = 0
  /// Bytes of these that were here in earlier versions of large files.
  package var saved = 0
  /// Records of the run cache.
  package var runs = 0
  package var seconds = 0.0
  package var isDryRun = false
  /// Objects that no remote could give, and what the last one said.
  package var failures: [Failure] = []
  /// What of the remotes themselves is damaged, told where that may be why.
  package var problems: [Failure] = []
}

extension Repository {
  /// Brings what the store lacks of `selection` from the remotes `names`, or the default: each is asked for what those
  /// before it did not have. With `dryRun` only listings of folders come.
  package func fetch(
    _ selection: Selection, from names: [String], jobs: Int?, dryRun: Bool
  ) throws(Failure) -> FetchResult {
    let start = monotonicSeconds()
    var result = FetchResult(isDryRun: dryRun)
    var wanted = try wanted(selection, for: "fetch")
    var sources = try remotes(names)
    if names.isEmpty {
      for name in Set(wanted.compactMap(\.remote)).sorted() where !sources.contains(where: { $0.name == name }) {
        sources.append(try settings.remote(name))
      }
    }
    for remote in sources {
      let pass = try FetchPass(self, remote, jobs: jobs, dryRun: dryRun, isOnlyOne: sources.count == 1)
      result.remotes.append(remote.name)
      if selection.runCache, !dryRun { result.runs += try pass.fetchRuns() }
      wanted = try pass.fetch(wanted)
      result.objects += pass.objects
      result.bytes += pass.bytes
      result.saved += pass.saved
      result.failures = pass.failures
      if !pass.failures.isEmpty { result.problems += pass.problems }
      if wanted.isEmpty { break }
    }
    result.seconds = monotonicSeconds() - start
    return result
  }
}

/// Fetching from one remote.
private final class FetchPass {
  private let repository: Repository
  private let store: ObjectStore
  private let contents: RemoteContents
  private let fetch: Fetch
  private let dryRun: Bool
  private var planned = (objects: 0, bytes: 0)
  private(set) var failures: [Failure] = []

  init(
    _ repository: Repository, _ remote: RemoteConfig, jobs: Int?, dryRun: Bool, isOnlyOne: Bool
  ) throws(Failure) {
    self.repository = repository
    self.dryRun = dryRun
    store = try repository.store()
    contents = try repository.open(remote)
    guard !contents.isNew || !isOnlyOne else {
      throw Failure(
        "cannot fetch from the remote '\(remote.name)'",
        why: "\(contents.storage.place) is empty or not there: nothing has been pushed to it",
        hint: "mlrepo remote check \(remote.name)", category: .remote)
    }
    fetch = Fetch(store, from: contents, width: repository.options(remote, jobs: jobs).width)
  }

  var problems: [Failure] { contents.problems }
  var objects: Int { dryRun ? planned.objects : fetch.report.objects }
  var bytes: Int { dryRun ? planned.bytes : fetch.report.bytes }

  var saved: Int { fetch.report.reused }

  func fetchRuns() throws(Failure) -> Int {
    try RunExchange(cache: repository.runCache(), contents: contents).fetch()
  }

  /// Fetches what `wanted` needs. Returns what of it could not be had as a whole.
  func fetch(_ wanted: [Wanted]) throws(Failure) -> [Wanted] {
    var sizes: [ObjectID: Int] = [:]
    var order: [ObjectID] = []
    func want(_ id: ObjectID, _ size: Int) {
      if sizes.updateValue(size, forKey: id) == nil { order.append(id) }
    }
    var seen: Set<ObjectID> = []
    // What is never pushed is had if it happens to be there.
    let spared = Set(wanted.filter { !$0.isPushed }.map(\.content.id))
    for item in wanted {
      guard item.content.isFolder else {
        want(item.content.id, item.content.size)
        continue
      }
      try fetch.trees([item.content.id], seen: &seen)
      guard let chosen = try chosen(item) else { continue }
      if !chosen.isFolder { want(chosen.id, chosen.size) }
      var folders = chosen.isFolder ? [chosen.id] : []
      var visited: Set<ObjectID> = []
      while let folder = folders.popLast() {
        guard visited.insert(folder).inserted, try store.contains(folder) else { continue }
        for entry in try store.tree(folder).entries {
          if entry.kind == .folder { folders.append(entry.id) } else { want(entry.id, entry.size) }
        }
      }
    }
    let lacking = try fetch.lacking(order)
    planned = (lacking.count, lacking.reduce(0) { $0 + (sizes[$1] ?? 0) })
    if !dryRun {
      repository.progress.begin("fetching", files: planned.objects, bytes: planned.bytes)
      defer { repository.progress.end() }
      try fetch.objects(lacking)
    }
    try contents.remember(whole: fetch.report.whole)
    let failed = fetch.report.failures.filter { !spared.contains($0.id) }
    failures = try repository.named(failed, in: wanted, verb: "fetch")
    return failed.isEmpty ? [] : wanted
  }

  /// The part of a folder that is wanted; nil when its listings could not be had.
  private func chosen(_ item: Wanted) throws(Failure) -> Content? {
    guard let part = item.part else { return item.content }
    if let content = try repository.content(at: part, in: item.content) { return content }
    guard try store.contains(item.content.id) else { return nil }
    throw Failure(
      "cannot fetch \(item.path.appending(part))", why: "\(item.path) as it is recorded has nothing there",
      hint: "mlrepo ls '\(item.path)'")
  }
}
