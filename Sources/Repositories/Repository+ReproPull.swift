package import Diagnostics
import Files
import Objects
import Pipelines
import Workspaces

extension Repository {
  /// Before a repro: brings from the default remote the runs that it knows, and what the stages need or have made and the
  /// workspace lacks; data comes into the workspace at once. What the remote does not have is left to the stages. From then
  /// on, what an earlier run made is fetched when it is of use.
  package func pull(for options: ReproOptions, current: [UInt8]) throws(Failure) -> FetchResult {
    let project = try project()
    let graph = try project.graph()
    let chosen = Set(try selection(options, graph, current: current) ?? graph.stages.map(\.id))
    let stages = graph.stages.filter { chosen.contains($0.id) }
    let used = Set(stages.flatMap { $0.dependencies + $0.outputs.map(\.path) })
    var lacking: [TrackedPath] = []
    for tracked in project.tracked
    where used.contains(where: { $0.isInside(tracked.path) || tracked.path.isInside($0) }) {
      if try root.stat(tracked.path.bytes) == nil { lacking.append(tracked) }
    }
    resultSource = try defaultSource()
    var selection = Selection()
    selection.paths = lacking.map(\.path)
    selection.runCache = true
    guard !lacking.isEmpty else { return try fetchRuns() }
    let result = try fetch(selection, from: [], jobs: nil, dryRun: false)
    var data: [TrackedPath] = []
    for tracked in lacking where tracked.source == .pointer {
      if try store().contains(tracked.content.id) { data.append(tracked) }
    }
    if data.isEmpty { return result }
    let plan = try planCheckout(data.map(\.path), force: false)
    _ = try checkout(plan, for: data.map(\.path), force: false)
    return result
  }

  private func fetchRuns() throws(Failure) -> FetchResult {
    let remote = try settings.remote()
    var result = FetchResult(remotes: [remote.name])
    result.runs = try RunExchange(cache: runCache(), contents: open(remote)).fetch()
    return result
  }
}
