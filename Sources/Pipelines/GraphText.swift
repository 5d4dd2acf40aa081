import Files

/// The graph as text, for people and for other tools. Every form ends with a line feed and is the same for the same graph.
extension StageGraph {
  /// A tree from the stages that depend on none: each stage is opened once, below the first it follows; where it comes
  /// up again, `…` stands for what is below it.
  package func tree() -> String {
    var text = ""
    var opened: Set<StageID> = []
    // Taken from the end. A stack and no recursion, because a chain of stages may be long.
    var stack = stages.filter { upstream(of: $0.id).isEmpty }.reversed().map {
      (id: $0.id, lead: "", branch: "", next: "")
    }
    while let (id, lead, branch, next) = stack.popLast() {
      let followers = downstream(of: id)
      let isNew = opened.insert(id).inserted
      text += "\(lead)\(branch)\(id)\(isNew || followers.isEmpty ? "" : " …")\n"
      guard isNew else { continue }
      for (index, follower) in followers.enumerated().reversed() {
        let isLast = index == followers.count - 1
        stack.append((follower, lead + next, isLast ? "└── " : "├── ", isLast ? "    " : "│   "))
      }
    }
    return text
  }

  /// A Mermaid flow chart.
  package func mermaid() -> String {
    let numbers = numbered()
    var text = "flowchart TD\n"
    for stage in stages {
      let label = stage.id.text.replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
      text += "  \(numbers[stage.id] ?? "")[\"\(label)\"]\n"
    }
    for (from, to) in edges() { text += "  \(numbers[from] ?? "") --> \(numbers[to] ?? "")\n" }
    return text
  }

  /// A Graphviz digraph.
  package func dot() -> String {
    func quoted(_ id: StageID) -> String {
      "\"\(id.text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }
    var text = "digraph pipeline {\n"
    for stage in stages { text += "  \(quoted(stage.id));\n" }
    for (from, to) in edges() { text += "  \(quoted(from)) -> \(quoted(to));\n" }
    return text + "}\n"
  }

  private func edges() -> [(from: StageID, to: StageID)] {
    stages.flatMap { stage in upstream(of: stage.id).map { ($0, stage.id) } }
  }

  private func numbered() -> [StageID: String] {
    Dictionary(uniqueKeysWithValues: stages.enumerated().map { ($1.id, "s\($0 + 1)") })
  }
}
