import Diagnostics
import Files
import Formats
import Objects
import Pipelines
import TestSupport
import Testing

/// One stage with every kind of input, up to date.
private struct Bench {
  var stage: Stage
  var state: StageState
  var lock: LockedStage
  let sources: [Stage.Source]
  let probes: [Stage.Probe]

  init() throws {
    sources = [
      .glob(pattern: bytes("in/*.csv")), .lines(try path("notes"), first: 2, last: 4),
      .matches(try path("log"), expression: "^E"), .command("date"), .query(try path("t.db"), sql: "SELECT 1"),
    ]
    probes = [.file(try path("req.txt")), .command("python --version")]
    stage = try PipelinesTests.stage("fit", outs: ["model"])
    stage.sources = sources
    stage.probes = probes
    stage.variables = ["SEED"]
    stage.map = .folder(try path("images"))
    state = StageState(of: stage, outputs: [try path("model"): .present(try id("a"))])
    state.sources[sources[0]] = .files([try path("in/a.csv"): try file("a"), try path("in/b.csv"): try file("b")])
    for source in sources.dropFirst() { state.sources[source] = .bytes(try id("c"), size: 3) }
    state.variables = ["SEED": try id("d")]
    state.probes = [
      probes[0]: ProbeResult(id: try id("e"), size: 1), probes[1]: ProbeResult(id: try id("e"), size: 1, line: "3.10"),
    ]
    state.items = [try path("images/1"): try file("1"), try path("images/2"): try file("2")]
    lock = LockedStage(
      stage, state, dependencies: [], outputs: [LockedPath(path: try path("model"), id: try id("a"), size: 1)])
  }

  func step(_ drift: ReproPlan.Drift = .rerun) throws -> ReproPlan.Step {
    let plan = ReproPlan(
      graph: try StageGraph([stage]), states: [stage.id: state], lock: [stage.id: lock], drift: drift)
    return try #require(plan.steps.first)
  }

  func texts() throws -> [String] { try step().action.reasons.map(\.text) }
}

private func file(_ digit: Character) throws -> Content { Content(kind: .file, id: try id(digit), size: 1) }

@Suite struct PlannedInputsTests {
  @Test("a stage whose every kind of input is as recorded does not run")
  func upToDate() throws {
    var bench = try Bench()
    #expect(try bench.step() == ReproPlan.Step(stage: bench.stage.id, action: .upToDate))
    // From which file lines were taken is not what the stage reads.
    bench.state.sources[bench.sources[1]] = .bytes(try id("c"), size: 3, file: try id("f"))
    #expect(try bench.step().action == .upToDate)
  }

  @Test("each changed input is named in its own words")
  func reasons() throws {
    var bench = try Bench()
    bench.state.sources[bench.sources[0]] = .files([
      try path("in/b.csv"): try file("c"), try path("in/c.csv"): try file("c"),
    ])
    bench.state.sources[bench.sources[1]] = .bytes(try id("f"), size: 3)
    bench.state.sources[bench.sources[2]] = .missing
    bench.state.sources[bench.sources[3]] = .bytes(try id("f"), size: 3)
    bench.state.sources[bench.sources[4]] = .bytes(try id("f"), size: 3)
    bench.state.variables["SEED"] = .some(nil)
    bench.state.probes[bench.probes[0]] = .some(nil)
    bench.state.probes[bench.probes[1]] = ProbeResult(id: try id("f"), size: 1, line: "3.11")
    bench.state.items = [try path("images/2"): try file("3"), try path("images/3"): try file("3")]
    #expect(
      try bench.texts() == [
        "dependency modified in/*.csv: added in/c.csv; modified in/b.csv; removed in/a.csv",
        "dependency modified lines 2-4 of notes", "dependency deleted lines of log that match '^E'",
        "dependency modified output of 'date'", "dependency modified query of t.db 'SELECT 1'",
        "items changed: added images/3; modified images/2; removed images/1", "environment variable deleted SEED",
        "environment changed req.txt is gone", "environment changed 'python --version' 3.10 → 3.11",
      ])
    #expect(LockedStage.newItems(bench.state, since: bench.lock) == (try paths("images/2", "images/3")))
  }

  @Test("an input that comes or goes with the description of the stage is one, too")
  func listed() throws {
    var bench = try Bench()
    bench.lock.sources.removeAll { $0.source == bench.sources[1] }
    bench.lock.variables = ["OLD": try id("1")]
    bench.state.sources[bench.sources[2]] = nil
    #expect(
      try bench.texts() == [
        "dependency added lines 2-4 of notes", "dependency removed lines of log that match '^E'",
        "environment variable removed OLD", "environment variable added SEED",
      ])
  }

  @Test("what may not be looked at is no reason")
  func unknown() throws {
    var bench = try Bench()
    bench.state.sources[bench.sources[3]] = .unknown
    bench.state.probes[bench.probes[1]] = nil
    #expect(try bench.step().action == .upToDate)
    #expect(RunKey(bench.stage, bench.state) == nil)
  }

  @Test("a changed environment is a reason or only told, as the setting says")
  func drift() throws {
    var bench = try Bench()
    bench.state.probes[bench.probes[1]] = ProbeResult(id: try id("f"), size: 1, line: "3.11")
    let reason = RunReason.environment(
      bench.probes[1], old: ProbeResult(id: try id("e"), size: 1, line: "3.10"),
      new: ProbeResult(id: try id("f"), size: 1, line: "3.11"))
    #expect(try bench.step(.rerun) == ReproPlan.Step(stage: bench.stage.id, action: .run([reason])))
    #expect(try bench.step(.report) == ReproPlan.Step(stage: bench.stage.id, action: .upToDate, drift: [reason]))
  }

  @Test("a pattern follows the stages that may write what it matches, and no others; order alone is no input")
  func edges() throws {
    var reader = try stage("reader", outs: ["all"])
    reader.sources = [.glob(pattern: bytes("out/*/x.csv"))]
    reader.predecessors = [try stageID("other")]
    let graph = try StageGraph([
      reader, try stage("folder", outs: ["out/a"]), try stage("file", outs: ["out/b/x.csv"]),
      try stage("beside", outs: ["out/b/y.csv"]), try stage("other", outs: ["else"]),
    ])
    #expect(graph.inputs(of: reader.id) == (try [stageID("folder"), stageID("file")]))
    #expect(graph.upstream(of: reader.id) == (try [stageID("folder"), stageID("file"), stageID("other")]))
    #expect(graph.stages.last?.id == reader.id)
    reader.predecessors = [try stageID("othre")]
    #expect(
      failure { try StageGraph([reader, try stage("other", outs: ["else"])]) }?.why
        == "it comes after 'othre', and there is no such stage; did you mean 'other'?")
    reader.predecessors = []
    reader.outputs = [Stage.Output(path: try path("out/z"))]
    #expect(
      failure { try StageGraph([reader]) }?.why == "out/*/x.csv is one of its dependencies and one of its outputs")
  }

  @Test("a stage that is only to be done first does not put another in doubt")
  func order() throws {
    var second = try stage("second", outs: ["b"])
    let first = try stage("first", outs: ["a"])
    second.predecessors = [first.id]
    let made = LockedStage(
      commands: second.commands, outputs: [LockedPath(path: try path("b"), id: try id("b"), size: 1)])
    let plan = ReproPlan(
      graph: try StageGraph([second, first]),
      states: [
        first.id: StageState(of: first),
        second.id: StageState(of: second, outputs: [try path("b"): .present(try id("b"))]),
      ], lock: [second.id: made])
    #expect(plan.steps.map(\.action) == [.run([.neverRun]), .upToDate])
  }
}

@Suite struct RecordedRunTests {
  @Test("what is recorded of a run is up to date, read back from the lock's text as well")
  func roundTrip() throws {
    var random = SystemRandomNumberGenerator()
    func chance() -> Bool { Bool.random(using: &random) }
    func digit() throws -> ObjectID { try id("0123456789abcdef".randomElement(using: &random) ?? "0") }
    let bench = try Bench()
    for _ in 0..<200 {
      var stage = try stage("s", deps: chance() ? ["in", "dir/x"] : [], outs: ["out", "dir/y"])
      stage.sources = bench.sources.filter { _ in chance() }
      stage.probes = bench.probes.filter { _ in chance() }
      stage.variables = ["A", "b", "no"].filter { _ in chance() }
      if chance() { stage.map = .folder(try path("images")) }
      if chance() { stage.workingFolder = try path("work") }
      var state = StageState(of: stage)
      for path in stage.dependencies { state.dependencies[path] = .present(try digit()) }
      for output in stage.outputs { state.outputs[output.path] = .present(try digit()) }
      for source in stage.sources {
        let isGlob = if case .glob = source { true } else { false }
        state.sources[source] =
          isGlob
          ? .files(chance() ? [try path("in/a"): Content(kind: .executable, id: try digit(), size: 2)] : [:])
          : .bytes(try digit(), size: 3, file: chance() ? try digit() : nil)
      }
      for name in stage.variables { state.variables[name] = .some(chance() ? try digit() : nil) }
      for probe in stage.probes {
        state.probes[probe] = .some(
          chance() ? ProbeResult(id: try digit(), size: 1, line: chance() ? "1: #x" : nil) : nil)
      }
      if stage.map != nil {
        state.items = chance() ? [try path("images/1"): Content(kind: .file, id: try digit(), size: 1)] : [:]
      }
      if chance() { state.params = [try path("p.yaml"): ["x": .float(.nan), "y.z": .list([.string("1"), .null])]] }
      func locked(_ path: RepositoryPath, _ id: ObjectID) -> LockedPath { LockedPath(path: path, id: id, size: 1) }
      let entry = LockedStage(
        stage, state,
        dependencies: state.dependencies.compactMap { if case .present(let id) = $1 { locked($0, id) } else { nil } },
        outputs: state.outputs.compactMap { if case .present(let id) = $1 { locked($0, id) } else { nil } })
      let lock = try Lockfile.parse(Lockfile(stages: [stage.id.name: entry]).encoded(), file: path("mlrepo.lock"))
      let plan = ReproPlan(
        graph: try StageGraph([stage]), states: [stage.id: state],
        lock: [stage.id: try #require(lock.stages.values.first)])
      #expect(plan.steps == [ReproPlan.Step(stage: stage.id, action: .upToDate)])
    }
  }
}

@Suite struct ReusePlanTests {
  private func result(_ stage: Stage, _ dependency: Character, makes output: Character) throws -> LockedStage {
    LockedStage(
      commands: stage.commands,
      dependencies: [LockedPath(path: stage.dependencies[0], id: try id(dependency), size: 1)],
      outputs: [LockedPath(path: stage.outputs[0].path, id: try id(output), size: 1)])
  }

  @Test("a known result is reused, and what follows is judged by what it holds")
  func chain() throws {
    let stages = [try stage("a", deps: ["in"], outs: ["mid"]), try stage("b", deps: ["mid"], outs: ["end"])]
    let known =
      [
        try stageID("a"): ("2", try result(stages[0], "2", makes: "3")),
        try stageID("b"): ("3", try result(stages[1], "3", makes: "4")),
      ] as [StageID: (Character, LockedStage)]
    let states = try [
      stages[0].id: StageState(
        of: stages[0], dependencies: [path("in"): .present(id("2"))], outputs: [path("mid"): .present(id("1"))]),
      stages[1].id: StageState(
        of: stages[1], dependencies: [path("mid"): .present(id("1"))], outputs: [path("end"): .present(id("1"))]),
    ]
    let lock = try [
      stages[0].id: result(stages[0], "1", makes: "1"), stages[1].id: result(stages[1], "1", makes: "1"),
    ]
    let hit: ReproPlan.Results = { stage, state in
      guard let (digit, result) = known[stage.id], let id = try? id(digit),
        state.dependencies[stage.dependencies[0]] == .present(id)
      else { return nil }
      return result
    }
    let graph = try StageGraph(stages)
    let reasons = try [RunReason.dependency(path("in"), .modified), .dependency(path("mid"), .modified)]
    #expect(
      try ReproPlan(graph: graph, states: states, lock: lock, results: hit).steps.map(\.action) == [
        .reuse(result(stages[0], "2", makes: "3"), [reasons[0]]),
        .reuse(result(stages[1], "3", makes: "4"), [reasons[1]]),
      ])
    #expect(
      ReproPlan(graph: graph, states: states, lock: lock, force: .all, results: hit).steps.map(\.action) == [
        .run([.forced, reasons[0]]), .run([.forced]),
      ])
  }

  @Test("what lies in a folder that comes from the store is judged when it is there")
  func inside() throws {
    let stages = [try stage("a", deps: ["in"], outs: ["dir"]), try stage("b", deps: ["dir/x"], outs: ["end"])]
    let states = try [
      stages[0].id: StageState(
        of: stages[0], dependencies: [path("in"): .present(id("1"))], outputs: [path("dir"): .restorable]),
      stages[1].id: StageState(
        of: stages[1], dependencies: [path("dir/x"): .missing], outputs: [path("end"): .present(id("1"))]),
    ]
    let lock = try [
      stages[0].id: result(stages[0], "1", makes: "1"), stages[1].id: result(stages[1], "1", makes: "1"),
    ]
    #expect(
      try ReproPlan(graph: StageGraph(stages), states: states, lock: lock).steps.map(\.action) == [
        .restore(paths("dir")), .runIfChanged(upstream: [stageID("a")]),
      ])
  }

  @Test("all that a result depends on is in its key, and nothing else")
  func keys() throws {
    var stage = try stage("a", deps: ["in"], outs: ["out"])
    stage.params = [Stage.ParamSource(file: try path("p.yaml"), keys: ["x"])]
    stage.variables = ["V"]
    func state(_ stage: Stage) throws -> StageState {
      var state = StageState(
        of: stage, dependencies: [try path("in"): .present(try id("1"))], params: [try path("p.yaml"): ["x": .int(1)]])
      state.variables = ["V": try id("2")]
      return state
    }
    let key = try #require(RunKey(stage, try state(stage)))
    var other = try state(stage)
    other.outputs = [try path("out"): .missing]
    #expect(RunKey(stage, other) == key)
    var same = stage
    same.id = try stageID("renamed")
    same.summary = "text"
    #expect(RunKey(same, try state(same)) == key)
    other.params[try path("p.yaml")] = ["x": .float(1)]
    #expect(RunKey(stage, other) != key)
    other = try state(stage)
    other.variables["V"] = .some(nil)
    #expect(RunKey(stage, other) != key)
    other = try state(stage)
    other.dependencies[try path("in")] = .missing
    #expect(RunKey(stage, other) == nil)
    for change: (inout Stage) throws -> Void in [
      { $0.commands = ["x"] }, { $0.workingFolder = try path("sub") },
      { $0.outputs = [Stage.Output(path: try path("o"))] },
    ] {
      var changed = stage
      try change(&changed)
      #expect(RunKey(changed, try state(changed)) != key)
    }
    stage.alwaysChanged = true
    #expect(RunKey(stage, try state(stage)) == nil)
  }
}
