package import Diagnostics
package import Files
import Formats

/// All stages of a repository and who needs whom: a stage follows those whose outputs are, hold, or lie in what it reads.
///
/// It is checked when made: outputs are disjoint, no stage reads what it writes, and there is no cycle.
package struct StageGraph: Sendable {
  /// Every stage after those it depends on; among those that are ready, in the order they were given.
  package let stages: [Stage]
  private let positions: [StageID: Int]
  private let before: [[Int]]
  /// Like `before`, without the stages that are only to be done first.
  private let inputs: [[Int]]
  private let after: [[Int]]
  private let outputs: OutputIndex

  /// `tracked` are the paths that pointers track, which no output may touch.
  package init(_ given: [Stage], tracked: [RepositoryPath] = []) throws(Failure) {
    var seen: Set<StageID> = []
    for stage in given where !seen.insert(stage.id).inserted {
      throw Failure("cannot use the pipeline", why: "there are two stages '\(stage.id)'")
    }
    let outputs = try OutputIndex(given, tracked: tracked)
    let numbers = Dictionary(uniqueKeysWithValues: given.enumerated().map { ($1.id, $0) })
    var inputs: [[Int]] = []
    var before: [[Int]] = []
    for (index, stage) in given.enumerated() {
      let producers = try outputs.producers(for: stage, at: index)
      inputs.append(producers)
      before.append(try Self.predecessors(of: stage, numbers, beside: producers))
    }
    let order = try Self.sort(given, before)
    var place = [Int](repeating: 0, count: given.count)
    for (position, index) in order.enumerated() { place[index] = position }
    stages = order.map { given[$0] }
    self.before = order.map { before[$0].map { place[$0] }.sorted() }
    self.inputs = order.map { inputs[$0].map { place[$0] }.sorted() }
    self.outputs = outputs.renumbered(place)
    var after = [[Int]](repeating: [], count: given.count)
    for (index, sources) in self.before.enumerated() {
      for source in sources { after[source].append(index) }
    }
    self.after = after
    positions = Dictionary(uniqueKeysWithValues: stages.enumerated().map { ($1.id, $0) })
  }

  private static func predecessors(
    of stage: Stage, _ numbers: [StageID: Int], beside producers: [Int]
  ) throws(Failure) -> [Int] {
    if stage.predecessors.isEmpty { return producers }
    var all = Set(producers)
    for id in stage.predecessors {
      guard let number = numbers[id] else {
        let meant = nearest(id.text, among: numbers.keys.map(\.text)).map { "; did you mean '\($0)'?" } ?? ""
        throw Failure(
          "cannot use stage '\(stage.id)'", why: "it comes after '\(id)', and there is no such stage\(meant)",
          hint: "edit \(stage.id.file) near line \(stage.position.line)")
      }
      all.insert(number)
    }
    return all.sorted()
  }

  package subscript(id: StageID) -> Stage? { positions[id].map { stages[$0] } }

  /// The stages that `id` directly follows, in order.
  package func upstream(of id: StageID) -> [StageID] { positions[id].map { before[$0].map { stages[$0].id } } ?? [] }

  /// The stages that `id` directly reads from, in order: `upstream` without those that are only to be done first.
  package func inputs(of id: StageID) -> [StageID] { positions[id].map { inputs[$0].map { stages[$0].id } } ?? [] }

  /// The stages that directly follow `id`, in order.
  package func downstream(of id: StageID) -> [StageID] { positions[id].map { after[$0].map { stages[$0].id } } ?? [] }

  /// The stages whose outputs are `path`, hold it, or lie in it.
  package func producers(of path: RepositoryPath) -> [StageID] { outputs.stages(touching: path).map { stages[$0].id } }

  /// The stages that write what `source` reads.
  package func producers(of source: Stage.Source) -> [StageID] { outputs.stages(for: source).map { stages[$0].id } }

  /// The stages that write what `map` goes through.
  package func producers(of map: Stage.Map) -> [StageID] { outputs.stages(for: map).map { stages[$0].id } }

  /// `ids` and all that they depend on, in order.
  package func withUpstream(_ ids: some Sequence<StageID>) -> [StageID] { closure(ids, before) }

  /// `ids` and all that depends on them, in order.
  package func withDownstream(_ ids: some Sequence<StageID>) -> [StageID] { closure(ids, after) }

  /// The stage that a user means by `target`: `name` if only one stage has it or the root's does, or `path/mlrepo.yaml:name`.
  package func find(_ target: String) throws(Failure) -> StageID {
    let exact = stages.first { $0.id.text == target }
    let named = stages.filter { $0.id.name.text == target }
    if let stage = exact ?? (named.count == 1 ? named.first : nil) { return stage.id }
    let what = "cannot find the stage '\(target)'"
    if !named.isEmpty {
      let choices = named.map(\.id.text).joined(separator: ", ")
      throw Failure(what, why: "several pipeline files have one: \(choices)", hint: "name one of them in full")
    }
    let meant = nearestName(target).map { "did you mean '\($0)'?" }
    throw Failure(what, why: "no pipeline file has it", hint: meant ?? "mlrepo stage list")
  }

  private func closure(_ ids: some Sequence<StageID>, _ edges: [[Int]]) -> [StageID] {
    var chosen: Set<Int> = []
    var queue = ids.compactMap { positions[$0] }
    while let next = queue.popLast() {
      if chosen.insert(next).inserted { queue += edges[next] }
    }
    return chosen.sorted().map { stages[$0].id }
  }
}
