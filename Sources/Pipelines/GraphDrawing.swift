import Files

/// What of a graph is to be shown: boxes with labels, and who follows whom. No box follows itself, not even by way of others.
package struct GraphDrawing: Equatable, Sendable {
  package enum State: String, Sendable, CaseIterable {
    case upToDate = "up to date"
    case outOfDate = "out of date"
    /// It is out of date, and its last run failed.
    case failed
    case frozen
  }

  package struct Node: Equatable, Sendable {
    package var label: String
    /// How many stages it stands for.
    package var count = 1
    /// nil where the state was not looked at.
    package var state: State?
    /// Whether it is data and no stage.
    package var isData = false
    /// What kind of data it is, if that is said.
    package var role: Stage.Output.Role = .output

    /// The label with all that a reader is told beside it.
    package var title: String {
      switch role {
      case .output: label
      case .metric: "\(label) (metrics)"
      case .plot: "\(label) (plot)"
      }
    }
  }

  package private(set) var nodes: [Node] = []
  /// The nodes that each one directly follows, in order.
  package private(set) var upstream: [[Int]] = []

  /// The nodes that directly follow each one, in order.
  package var downstream: [[Int]] {
    var found = [[Int]](repeating: [], count: nodes.count)
    for (node, sources) in upstream.enumerated() {
      for source in sources { found[source].append(node) }
    }
    return found
  }

  package var edges: [(from: Int, to: Int)] {
    upstream.enumerated().flatMap { node, sources in sources.map { ($0, node) } }
  }

  /// The stages `selection` of `graph`, by default all. The stages of a `foreach` or `matrix` are one node, unless
  /// `expanding`, or unless one of them follows another by way of a third.
  package init(
    _ graph: StageGraph, selection: [StageID]? = nil, states: [StageID: State] = [:], expanding: Bool = false
  ) {
    let chosen = selection.map(Set.init)
    let stages = graph.stages.filter { chosen?.contains($0.id) ?? true }
    var expanded: Set<GroupID> = []
    while true {
      let members = Self.grouped(stages) { !expanding && !expanded.contains($0) }
      connect(members, graph, states)
      let stuck = unsorted()
      if stuck.isEmpty { return }
      for index in stuck { if let group = GroupID(members[index][0]) { expanded.insert(group) } }
    }
  }

  /// The files that the stages `selection` read and make, by default those of all stages.
  package init(outputsOf graph: StageGraph, selection: [StageID]? = nil, states: [StageID: State] = [:]) {
    let chosen = selection.map(Set.init)
    var numbers: [String: Int] = [:]
    func number(_ label: String, _ state: State?, isData: Bool = true, _ role: Stage.Output.Role = .output) -> Int {
      if let known = numbers[label] { return known }
      numbers[label] = nodes.count
      nodes.append(Node(label: label, state: state, isData: isData, role: role))
      upstream.append([])
      return nodes.count - 1
    }
    for stage in graph.stages where chosen?.contains(stage.id) ?? true {
      var sources: [Int] = []
      for (text, made) in Self.inputs(of: stage, in: graph) {
        if made.isEmpty { sources.append(number(text, nil)) }
        for path in made { sources.append(number(path.text, nil)) }
      }
      let state = states[stage.id]
      var targets = stage.outputs.map { number($0.path.text, state, $0.role) }
      // What makes nothing is shown by its name.
      if targets.isEmpty { targets = [number(stage.id.text, state, isData: false)] }
      for target in targets { upstream[target] = Set(upstream[target] + sources).subtracting([target]).sorted() }
    }
  }

  // MARK: Stages

  private struct GroupID: Hashable {
    var file: RepositoryPath
    var name: String

    init?(_ stage: Stage) {
      guard let group = stage.group else { return nil }
      (file, name) = (stage.id.file, group)
    }
  }

  /// The stages of each node, in the graph's order of the first of each.
  private static func grouped(_ stages: [Stage], _ isCollapsed: (GroupID) -> Bool) -> [[Stage]] {
    var members: [[Stage]] = []
    var places: [GroupID: Int] = [:]
    for stage in stages {
      if let group = GroupID(stage), isCollapsed(group) {
        if let place = places[group] {
          members[place].append(stage)
          continue
        }
        places[group] = members.count
      }
      members.append([stage])
    }
    return members
  }

  private mutating func connect(_ members: [[Stage]], _ graph: StageGraph, _ states: [StageID: State]) {
    var numbers: [StageID: Int] = [:]
    for (number, stages) in members.enumerated() { for stage in stages { numbers[stage.id] = number } }
    nodes = members.map { stages in
      let first = stages[0]
      guard stages.count > 1, let group = first.group else {
        return Node(label: first.id.text, state: states[first.id])
      }
      let name = first.id.file.parent.isRoot ? group : "\(first.id.file.text):\(group)"
      let all = stages.compactMap { states[$0.id] }
      let worst = [State.failed, .outOfDate, .frozen].first { all.contains($0) } ?? all.first
      return Node(label: "\(name)@… (\(stages.count))", count: stages.count, state: worst)
    }
    upstream = members.enumerated().map { number, stages in
      let sources = stages.flatMap { graph.upstream(of: $0.id).compactMap { numbers[$0] } }
      return Set(sources).subtracting([number]).sorted()
    }
  }

  /// The nodes that lie on a circle or follow one.
  private func unsorted() -> [Int] {
    var open = upstream.map(\.count)
    let downstream = downstream
    var ready = open.indices.filter { open[$0] == 0 }
    while let next = ready.popLast() {
      for follower in downstream[next] {
        open[follower] -= 1
        if open[follower] == 0 { ready.append(follower) }
      }
    }
    return open.indices.filter { open[$0] > 0 }
  }

  // MARK: Outputs

  /// What a stage reads: how it says so, and the outputs of other stages that this means.
  private static func inputs(of stage: Stage, in graph: StageGraph) -> [(text: String, made: [RepositoryPath])] {
    func outputs(_ producers: [StageID], _ isMeant: (RepositoryPath) -> Bool) -> [RepositoryPath] {
      producers.flatMap { graph[$0]?.outputs.map(\.path) ?? [] }.filter(isMeant)
    }
    func read(_ path: RepositoryPath) -> (String, [RepositoryPath]) {
      (path.text, outputs(graph.producers(of: path)) { $0.isInside(path) || path.isInside($0) })
    }
    var found = stage.dependencies.map(read)
    for source in stage.sources {
      switch source {
      case .lines(let path, _, _), .matches(let path, _), .query(let path, _): found.append(read(path))
      case .glob: found.append((source.text, outputs(graph.producers(of: source)) { _ in true }))
      case .command: break
      }
    }
    if case .folder(let path)? = stage.map { found.append(read(path)) }
    if case .glob(let pattern)? = stage.map, let map = stage.map {
      found.append((PathText.escape(pattern), outputs(graph.producers(of: map)) { _ in true }))
    }
    return found
  }
}
