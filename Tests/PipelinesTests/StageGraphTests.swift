import Diagnostics
import Files
import Pipelines
import TestSupport
import Testing

@Suite struct StageGraphTests {
  @Test("stages come after what they read, else in the order given")
  func orders() throws {
    let graph = try StageGraph([
      stage("report", deps: ["metrics.json", "plots/roc.csv"], outs: ["report.html"]),
      stage("evaluate", deps: ["model", "data/test.csv"], outs: ["metrics.json", "plots"]),
      stage("lonely", outs: ["x"]),
      stage("train", deps: ["data"], outs: ["model"]),
      stage("split", deps: ["raw.csv"], outs: ["data/train.csv", "data/test.csv"]),
    ])
    #expect(graph.stages.map(\.id.text) == ["lonely", "split", "train", "evaluate", "report"])
    #expect(graph.upstream(of: try stageID("evaluate")) == [try stageID("split"), try stageID("train")])
    #expect(graph.downstream(of: try stageID("split")) == [try stageID("train"), try stageID("evaluate")])
    #expect(graph.withUpstream([try stageID("train")]).map(\.text) == ["split", "train"])
    #expect(graph.withDownstream([try stageID("train")]).map(\.text) == ["train", "evaluate", "report"])
    #expect(graph.producers(of: try path("data")).map(\.text) == ["split"])
    #expect(graph.producers(of: try path("plots/roc.csv")).map(\.text) == ["evaluate"])
    #expect(graph.producers(of: try path("dat")).isEmpty)
  }

  @Test("a parameter file that a stage writes makes an edge")
  func followsParams() throws {
    var train = try stage("train")
    train.params = [Stage.ParamSource(file: try path("best.yaml"), keys: ["lr"])]
    let graph = try StageGraph([train, stage("search", outs: ["best.yaml"])])
    #expect(graph.stages.map(\.id.text) == ["search", "train"])
  }

  @Test("the same output twice is refused with both stages")
  func refusesSharedOutputs() throws {
    let stages = [try stage("a", outs: ["x"]), try stage("b", outs: ["w", "x"])]
    #expect(
      failure { try StageGraph(stages) }
        == Failure(
          "cannot use the pipeline", why: "the stages 'a' and 'b' both write x", hint: "edit mlrepo.yaml near line 1"))
  }

  @Test("an output in another's folder is refused with both stages, a mere common prefix is not")
  func refusesNestedOutputs() throws {
    let stages = [try stage("a", outs: ["x/y/z"]), try stage("b", outs: ["x", "x.csv", "x-1"])]
    #expect(
      failure { try StageGraph(stages) }?.why
        == "stage 'a' writes x/y/z, which lies in x, an output of stage 'b'")
    #expect(try StageGraph([stage("a", outs: ["x", "x.csv"]), stage("b", outs: ["x-1", "xy/z"])]).stages.count == 2)
    #expect(failure { try StageGraph([stage("a", outs: ["x", "x"])]) }?.why == "stage 'a' writes x twice")
  }

  @Test(
    "a stage that reads what it writes is refused",
    arguments: [("x", "x"), ("x/y", "x"), ("x", "x/y")])
  func refusesOwnOutput(dep: String, out: String) throws {
    let stages = [try stage("a", deps: [dep], outs: [out])]
    #expect(failure { try StageGraph(stages) }?.why == "\(dep) is one of its dependencies and one of its outputs")
  }

  @Test("a circle is shown from output to reader")
  func refusesCycles() throws {
    let stages = [
      try stage("before", outs: ["0"]), try stage("b", deps: ["1", "0"], outs: ["2"]),
      try stage("c", deps: ["2"], outs: ["3"]), try stage("a", deps: ["3"], outs: ["1"]),
      try stage("after", deps: ["3"]),
    ]
    #expect(
      failure { try StageGraph(stages) }?.why == "they depend on each other in a circle: b -> c -> a -> b")
  }

  @Test("an output that touches a tracked path is refused", arguments: ["data", "data/raw", "data/raw/x"])
  func refusesTrackedOutputs(out: String) throws {
    let stages = [try stage("a", outs: [out])]
    #expect(
      failure { try StageGraph(stages, tracked: [try path("data/raw"), try path("z")]) }
        == Failure(
          "cannot use the pipeline", why: "the outputs of stage 'a' and the tracked path data/raw overlap",
          hint: "mlrepo remove 'data/raw'"))
  }

  @Test("targets are found by name, in full, or with a suggestion")
  func finds() throws {
    let graph = try StageGraph([
      stage("train"), stage("train", file: "a/mlrepo.yaml"), stage("eval", file: "a/mlrepo.yaml"),
      stage("twice", file: "a/mlrepo.yaml"), stage("twice", file: "b/mlrepo.yaml"),
    ])
    #expect(try graph.find("train") == stageID("train"))
    #expect(try graph.find("eval") == stageID("eval", file: "a/mlrepo.yaml"))
    #expect(try graph.find("a/mlrepo.yaml:train") == stageID("train", file: "a/mlrepo.yaml"))
    #expect(
      failure { try graph.find("twice") }?.why
        == "several pipeline files have one: a/mlrepo.yaml:twice, b/mlrepo.yaml:twice")
    #expect(failure { try graph.find("trian") }?.hint == "did you mean 'train'?")
    #expect(failure { try graph.find("zzz") }?.hint == "mlrepo stage list")
  }

  @Test("thousands of stages in one chain are ordered and drawn")
  func scales() throws {
    let stages = try (0..<2000).reversed().map { try stage("s\($0)", deps: ["d/\($0)"], outs: ["d/\($0 + 1)"]) }
    let graph = try StageGraph(stages)
    #expect(graph.stages.first?.id.text == "s0")
    #expect(graph.stages.last?.id.text == "s1999")
    #expect(graph.withUpstream([try stageID("s1999")]).count == 2000)
    #expect(GraphDrawing(graph).dot().utf8.filter { $0 == UInt8(ascii: "\n") }.count == 2000 + 1999 + 2)
  }
}

@Suite struct GraphTextTests {
  private func diamond() throws -> StageGraph {
    try StageGraph([
      stage("split", outs: ["train", "test"]), stage("features", deps: ["train"], outs: ["f"]),
      stage("train", deps: ["f"], outs: ["m"]), stage("evaluate", deps: ["m", "test"], outs: ["e"]),
      stage("report", deps: ["e"], file: "a \"b\"/mlrepo.yaml"), stage("lonely"),
    ])
  }

  @Test("the tree opens each stage once")
  func drawsTree() throws {
    #expect(
      GraphDrawing(try diamond()).tree() == """
        split
        ├── features
        │   └── train
        │       └── evaluate
        │           └── a "b"/mlrepo.yaml:report
        └── evaluate …
        lonely

        """)
    #expect(GraphDrawing(try StageGraph([])).tree() == "")
  }

  @Test("Mermaid text escapes names")
  func drawsMermaid() throws {
    #expect(
      GraphDrawing(try diamond()).mermaid() == """
        flowchart TD
          s1["split"]
          s2["features"]
          s3["train"]
          s4["evaluate"]
          s5["a &quot;b&quot;/mlrepo.yaml:report"]
          s6["lonely"]
          s1 --> s2
          s2 --> s3
          s1 --> s4
          s3 --> s4
          s4 --> s5

        """)
  }

  @Test("Graphviz text escapes names")
  func drawsDot() throws {
    #expect(
      GraphDrawing(try diamond()).dot() == """
        digraph pipeline {
          "split";
          "features";
          "train";
          "evaluate";
          "a \\"b\\"/mlrepo.yaml:report";
          "lonely";
          "split" -> "features";
          "features" -> "train";
          "split" -> "evaluate";
          "train" -> "evaluate";
          "evaluate" -> "a \\"b\\"/mlrepo.yaml:report";
        }

        """)
  }
}
