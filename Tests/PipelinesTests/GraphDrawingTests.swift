import Files
import Pipelines
import Testing

@Suite struct GraphDrawingTests {
  @Test("a group is one node, and its members' edges are one")
  func collapses() throws {
    let graph = try StageGraph(
      [try stage("a", outs: ["x"])] + (1...3).map { try member("g", $0, deps: ["x"], outs: ["y\($0)"]) }
        + [stage("z", deps: ["y1", "y3"], outs: ["end"])])
    let drawing = GraphDrawing(graph)
    #expect(drawing.nodes.map(\.label) == ["a", "g@… (3)", "z"])
    #expect(drawing.nodes.map(\.count) == [1, 3, 1])
    #expect(drawing.upstream == [[], [0], [1]])
    #expect(drawing.tree() == "a\n└── g@… (3)\n    └── z\n")
    #expect(GraphDrawing(graph, expanding: true).nodes.map(\.label) == ["a", "g@1", "g@2", "g@3", "z"])
  }

  @Test("a group whose members follow each other by way of others is not one node")
  func keepsCirclesOpen() throws {
    let graph = try StageGraph([
      member("g", 1, outs: ["x"]), stage("between", deps: ["x"], outs: ["y"]), member("g", 2, deps: ["y"], outs: ["z"]),
      member("h", 1, deps: ["z"], outs: ["h1"]), member("h", 2, deps: ["h1"], outs: ["h2"]),
    ])
    let drawing = GraphDrawing(graph)
    #expect(drawing.nodes.map(\.label).contains("g@1"))
    #expect(drawing.nodes.map(\.label).contains("g@2"))
    #expect(drawing.tree().split(separator: "\n").first == "g@1")
  }

  @Test("a group is as out of date as the worst of its stages")
  func showsTheWorst() throws {
    let graph = try StageGraph([member("g", 1, outs: ["x"]), member("g", 2, outs: ["y"])])
    func state(_ states: GraphDrawing.State...) throws -> GraphDrawing.State? {
      let ids = graph.stages.map(\.id)
      return GraphDrawing(graph, states: Dictionary(uniqueKeysWithValues: zip(ids, states))).nodes[0].state
    }
    #expect(try state(.upToDate, .upToDate) == .upToDate)
    #expect(try state(.upToDate, .outOfDate) == .outOfDate)
    #expect(try state(.frozen, .upToDate) == .frozen)
    #expect(try state() == nil)
  }

  @Test("files take the place of stages: what is read, what is made, and a stage that makes nothing")
  func showsFiles() throws {
    let graph = try StageGraph([
      stage("a", deps: ["in", "code"], outs: ["mid"]), stage("b", deps: ["mid/part"], outs: ["end"]),
      stage("c", deps: ["end"]),
    ])
    #expect(
      GraphDrawing(outputsOf: graph).tree() == "in\n└── mid\n    └── end\n        └── c\ncode\n└── mid …\n")
  }

  @Test("a drawing has a box for each node, a line for each edge, and no name that ends its text")
  func draws() throws {
    let graph = try StageGraph([
      stage("a", outs: ["x"]), stage("b", deps: ["x"], outs: ["y"]), member("<&", 1, deps: ["x", "y"], outs: ["z"]),
    ])
    let svg = GraphDrawing(outputsOf: graph).svg()
    #expect(svg.hasPrefix("<svg xmlns=") && svg.hasSuffix("</svg>\n"))
    #expect(svg.split(separator: "<g>").count == 4)
    #expect(svg.split(separator: "marker-end").count == 4)
    #expect(GraphDrawing(try StageGraph([])).svg().hasSuffix("</svg>\n"))
  }

  private func member(_ group: String, _ item: Int, deps: [String] = [], outs: [String] = []) throws -> Stage {
    var made = try stage("\(group.filter(\.isLetter).isEmpty ? "g" : group)@\(item)", deps: deps, outs: outs)
    made.group = group
    return made
  }
}
