import Diagnostics
import Formats

extension StageGraph {
  func nearestName(_ target: String) -> String? { nearest(target, among: stages.map(\.id.text)) }

  /// Returns the indexes of `stages`, each after all of `before[index]`, smallest first among those that are ready.
  static func sort(_ stages: [Stage], _ before: [[Int]]) throws(Failure) -> [Int] {
    var waiting = before.map(\.count)
    var after = [[Int]](repeating: [], count: stages.count)
    for (index, sources) in before.enumerated() {
      for source in sources { after[source].append(index) }
    }
    // Descending, so that the smallest is last and cheap to take.
    var ready = stages.indices.reversed().filter { waiting[$0] == 0 }
    var order: [Int] = []
    while let next = ready.popLast() {
      order.append(next)
      for follower in after[next] {
        waiting[follower] -= 1
        guard waiting[follower] == 0 else { continue }
        let place = ready.firstIndex { $0 < follower } ?? ready.endIndex
        ready.insert(follower, at: place)
      }
    }
    guard order.count < stages.count else { return order }
    let names = cycle(before, stuck: waiting).map { stages[$0].id.text }.joined(separator: " -> ")
    throw Failure(
      "cannot order the stages", why: "they depend on each other in a circle: \(names)",
      hint: "take one of them out of the 'deps' or the 'after' of the next")
  }

  /// The indexes along one circle, from output to reader, the first repeated at the end.
  private static func cycle(_ before: [[Int]], stuck waiting: [Int]) -> [Int] {
    // Each stage that is stuck waits for one that is stuck too, so walking back must come around.
    guard var current = waiting.firstIndex(where: { $0 > 0 }) else { return [] }
    var path: [Int] = []
    var seen: [Int: Int] = [:]
    while seen[current] == nil {
      seen[current] = path.count
      path.append(current)
      guard let next = before[current].first(where: { waiting[$0] > 0 }) else { return path }
      current = next
    }
    let circle = Array(path[(seen[current] ?? 0)...].reversed())
    let start = circle.indices.min { circle[$0] < circle[$1] } ?? 0
    return Array(circle[start...] + circle[..<start] + [circle[start]])
  }
}
