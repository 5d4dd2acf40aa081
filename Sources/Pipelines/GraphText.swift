/// The graph as text, for people and for other tools. Every form ends with a line feed and is the same for the same graph.
extension GraphDrawing {
  /// A tree from the nodes that follow none: each is opened once, below the first it follows; where it comes up again,
  /// `…` stands for what is below it. `shown` may dress a label up.
  package func tree(_ shown: (Node) -> String = { $0.title }) -> String {
    var text = ""
    let downstream = downstream
    var opened: Set<Int> = []
    // Taken from the end. A stack and no recursion, because a chain of stages may be long.
    var stack = nodes.indices.filter { upstream[$0].isEmpty }.reversed().map {
      (node: $0, lead: "", branch: "", next: "")
    }
    while let (node, lead, branch, next) = stack.popLast() {
      let followers = downstream[node]
      let isNew = opened.insert(node).inserted
      text += "\(lead)\(branch)\(shown(nodes[node]))\(isNew || followers.isEmpty ? "" : " …")\n"
      guard isNew else { continue }
      for (index, follower) in followers.enumerated().reversed() {
        let isLast = index == followers.count - 1
        stack.append((follower, lead + next, isLast ? "└── " : "├── ", isLast ? "    " : "│   "))
      }
    }
    return text
  }

  /// A Mermaid flow chart. States are classes.
  package func mermaid() -> String {
    var text = "flowchart TD\n"
    for (index, node) in nodes.enumerated() {
      let label = node.title.replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
      let box = node.isData ? "([\"\(label)\"])" : "[\"\(label)\"]"
      text += "  s\(index + 1)\(box)\(node.state.map { ":::\($0)" } ?? "")\n"
    }
    for (from, to) in edges { text += "  s\(from + 1) --> s\(to + 1)\n" }
    for state in State.allCases where nodes.contains(where: { $0.state == state }) {
      text += "  classDef \(state) fill:\(state.fill),stroke:\(state.stroke),color:#1f2328\n"
    }
    return text
  }

  /// A Graphviz digraph. States are colours.
  package func dot() -> String {
    func quoted(_ node: Node) -> String {
      "\"\(node.title.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }
    var text = "digraph pipeline {\n"
    for node in nodes {
      var settings = node.isData ? ["shape=box", "style=\"rounded\(node.state == nil ? "" : ",filled")\""] : []
      if let state = node.state {
        if !node.isData { settings.append("style=filled") }
        settings += ["fillcolor=\"\(state.fill)\"", "color=\"\(state.stroke)\""]
      }
      text += "  \(quoted(node))\(settings.isEmpty ? "" : " [\(settings.joined(separator: ", "))]");\n"
    }
    for (from, to) in edges { text += "  \(quoted(nodes[from])) -> \(quoted(nodes[to]));\n" }
    return text + "}\n"
  }
}

extension GraphDrawing.State {
  var fill: String {
    switch self {
    case .upToDate: "#dafbe1"
    case .outOfDate: "#fff1c2"
    case .failed: "#ffebe9"
    case .frozen: "#ddf4ff"
    }
  }

  var stroke: String {
    switch self {
    case .upToDate: "#2da44e"
    case .outOfDate: "#bf8700"
    case .failed: "#cf222e"
    case .frozen: "#218bff"
    }
  }
}
