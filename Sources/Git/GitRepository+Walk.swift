import CGit2
package import Diagnostics

extension GitRepository {
  /// Visits `starts` and everything they descend from, once each: children before parents and, where that leaves a
  /// choice, the youngest first. Stops when `visit` returns false. A shallow clone ends where its history was cut.
  package func walk(
    from starts: [CommitID], visit: (CommitID) throws(Failure) -> Bool
  ) throws(Failure) {
    let graph = try loadGraph(from: starts)
    var children: [CommitID: Int] = [:]
    for node in graph.values { for parent in node.parents { children[parent, default: 0] += 1 } }
    var ready = CommitQueue()
    for start in Set(starts) where children[start, default: 0] == 0 {
      if let node = graph[start] { ready.insert(start, time: node.time) }
    }
    while let id = ready.removeYoungest() {
      if try !visit(id) { return }
      for parent in graph[id]?.parents ?? [] {
        let left = children[parent, default: 1] - 1
        children[parent] = left
        if left == 0, let node = graph[parent] { ready.insert(parent, time: node.time) }
      }
    }
  }

  private struct Node {
    let parents: [CommitID]
    let time: Int64
  }

  private func loadGraph(from starts: [CommitID]) throws(Failure) -> [CommitID: Node] {
    let cut = try shallowCommits()
    var graph: [CommitID: Node] = [:]
    var waiting = starts
    while let id = waiting.popLast() {
      if graph[id] != nil { continue }
      let node = try withCommit(id) { (commit) throws(Failure) in
        var parents: [CommitID] = []
        if !cut.contains(id) {
          for index in 0..<git_commit_parentcount(commit) {
            guard let oid = git_commit_parent_id(commit, index) else { break }
            let parent = CommitID(oid.pointee)
            if !parents.contains(parent) { parents.append(parent) }
          }
        }
        return Node(parents: parents, time: git_commit_time(commit))
      }
      graph[id] = node
      waiting += node.parents
    }
    return graph
  }

  /// Whether history is cut off somewhere.
  package func isShallow() throws(Failure) -> Bool { try !shallowCommits().isEmpty }

  /// The commits whose parents a shallow clone left behind.
  private func shallowCommits() throws(Failure) -> Set<CommitID> {
    let path = commonFolder + Array("/shallow".utf8)
    guard let bytes = try FileSystem.contents(of: path) else { return [] }
    return Set(bytes.split(separator: UInt8(ascii: "\n")).compactMap { CommitID(hex: $0) })
  }
}

/// Commits that are ready to be visited, the youngest first: a binary heap. Equal times come in the order of their ids,
/// so that a walk is the same every time.
private struct CommitQueue {
  private var heap: [(time: Int64, id: CommitID)] = []

  mutating func insert(_ id: CommitID, time: Int64) {
    heap.append((time, id))
    var at = heap.count - 1
    while at > 0, precedes(at, (at - 1) / 2) {
      heap.swapAt(at, (at - 1) / 2)
      at = (at - 1) / 2
    }
  }

  mutating func removeYoungest() -> CommitID? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    if heap.isEmpty { return first.id }
    heap[0] = last
    var at = 0
    while true {
      var best = at
      for child in [2 * at + 1, 2 * at + 2] where child < heap.count && precedes(child, best) { best = child }
      if best == at { return first.id }
      heap.swapAt(at, best)
      at = best
    }
  }

  private func precedes(_ a: Int, _ b: Int) -> Bool {
    if heap[a].time != heap[b].time { return heap[a].time > heap[b].time }
    return heap[a].id.hex < heap[b].id.hex
  }
}
