import Files
import Formats
import Objects
import Pipelines
import Testing

/// A pipeline of three stages in a row, all up to date, which each test disturbs in one way.
private struct Bench {
  var stages: [Stage]
  var states: [StageID: StageState] = [:]
  var lock: [StageID: LockedStage] = [:]

  init() throws {
    stages = [
      try stage("split", deps: ["raw"], outs: ["train"]), try stage("train", deps: ["train"], outs: ["model"]),
      try stage("evaluate", deps: ["model"], outs: ["metrics"]),
    ]
    let params = try path("params.yaml")
    stages[1].params = [Stage.ParamSource(file: params, keys: ["depth", "opt"])]
    let opt = Value.map([ValueMember("name", .string("sgd")), ValueMember("lr", .float(0.1))])
    for stage in stages {
      let values: [String: Value] = stage.params.isEmpty ? [:] : ["depth": .int(3), "opt": opt]
      states[stage.id] = StageState(
        of: stage, dependencies: [stage.dependencies[0]: .present(try id("a"))],
        params: values.isEmpty ? [:] : [params: values], outputs: [stage.outputs[0].path: .present(try id("a"))])
      lock[stage.id] = LockedStage(
        commands: stage.commands, dependencies: [LockedPath(path: stage.dependencies[0], id: try id("a"), size: 1)],
        params: values.isEmpty ? [:] : [params: values],
        outputs: [LockedPath(path: stage.outputs[0].path, id: try id("a"), size: 1)])
    }
  }

  func actions(
    _ selection: [StageID]? = nil, force: ReproPlan.Force = .none
  ) throws -> [ReproPlan.Action] {
    let plan = ReproPlan(
      graph: try StageGraph(stages), selection: selection, states: states, lock: lock, force: force)
    #expect(plan.steps.map(\.stage) == stages.map(\.id).filter { selection?.contains($0) ?? true })
    return plan.steps.map(\.action)
  }
}

@Suite struct ReproPlanTests {
  @Test("nothing changed, nothing runs")
  func upToDate() throws {
    let bench = try Bench()
    #expect(try bench.actions() == [.upToDate, .upToDate, .upToDate])
    let graph = try StageGraph(bench.stages)
    #expect(ReproPlan(graph: graph, states: bench.states, lock: bench.lock).isUpToDate)
    #expect(!ReproPlan(graph: graph, states: [:], lock: [:]).isUpToDate)
  }

  @Test("a changed param runs its stage, and those after it only if its output changes")
  func paramChanged() throws {
    var bench = try Bench()
    let params = try path("params.yaml")
    bench.states[try stageID("train")]?.params[params]?["depth"] = .some(.int(6))
    let reason = RunReason.param(file: params, key: "depth", old: .int(3), new: .int(6))
    #expect(reason.text == "params changed depth 3 → 6 (params.yaml)")
    #expect(
      try bench.actions() == [.upToDate, .run([reason]), .runIfChanged(upstream: [stageID("train")])])
  }

  @Test("a change deep in a param names the leaf, types count, order does not")
  func comparesParams() throws {
    var bench = try Bench()
    let params = try path("params.yaml")
    let train = try stageID("train")
    bench.states[train]?.params[params]?["opt"] = .map([
      ValueMember("lr", .float(0.1)), ValueMember("name", .string("sgd")),
    ])
    #expect(try bench.actions()[1] == .upToDate)
    bench.states[train]?.params[params]?["opt"] = .map([
      ValueMember("lr", .int(1)), ValueMember("name", .string("sgd")), ValueMember("beta", .float(.nan)),
    ])
    bench.states[train]?.params[params]?["depth"] = .some(.float(3))
    guard case .run(let reasons) = try bench.actions()[1] else { throw Unexpected() }
    #expect(
      reasons.map(\.text) == [
        "params changed depth 3 → 3.0 (params.yaml)", "params changed opt.lr 0.1 → 1 (params.yaml)",
        "params changed opt.beta (none) → .nan (params.yaml)",
      ])
    bench.states[train]?.params[params] = ["depth": nil as Value?]
    guard case .run(let missing) = try bench.actions()[1] else { throw Unexpected() }
    #expect(
      missing.map(\.text)
        == [
          "params changed depth 3 → (none) (params.yaml)",
          "params changed opt {name: sgd, lr: 0.1} → (none) (params.yaml)",
        ])
  }

  @Test("every way in which a stage can differ is a reason, in a fixed order")
  func collectsReasons() throws {
    var bench = try Bench()
    let split = try stageID("split")
    bench.stages[0].commands = ["run split --seed 1\n"]
    bench.stages[0].workingFolder = try path("work")
    bench.states[split] = StageState(
      of: bench.stages[0],
      dependencies: [try path("new"): .present(try id("b")), try path("nowhere"): .missing, try path("raw"): .missing],
      outputs: [try path("extra"): .missing, try path("train"): .present(try id("c"))])
    bench.lock[split]?.dependencies.append(LockedPath(path: try path("old"), id: try id("a"), size: 1))
    bench.lock[split]?.outputs.append(LockedPath(path: try path("gone"), id: try id("a"), size: 1))
    guard case .run(let reasons) = try bench.actions()[0] else { throw Unexpected() }
    #expect(
      reasons == [
        .commandChanged(old: ["run split"], new: ["run split --seed 1\n"]),
        .folderChanged(old: .root, new: try path("work")),
        .dependency(try path("new"), .added), .dependency(try path("nowhere"), .missing),
        .dependency(try path("old"), .removed), .dependency(try path("raw"), .deleted),
        .output(try path("extra"), .added), .output(try path("gone"), .removed), .output(try path("train"), .modified),
      ])
    #expect(
      reasons.map(\.text) == [
        "command changed run split → run split --seed 1", "working folder changed . → work", "dependency added new",
        "dependency missing nowhere", "dependency removed old", "dependency deleted raw", "output added extra",
        "output removed gone", "output modified train",
      ])
  }

  @Test(
    "an output that differs from the lock runs its stage",
    arguments: [
      (StageState.Output.missing, RunReason.OutputChange.deleted, "output deleted model"),
      (.notInStore, .notInStore, "output not in store model"),
    ])
  func outputChanged(state: StageState.Output, change: RunReason.OutputChange, text: String) throws {
    var bench = try Bench()
    bench.states[try stageID("train")]?.outputs[try path("model")] = state
    let reason = RunReason.output(try path("model"), change)
    #expect(reason.text == text)
    #expect(try bench.actions()[1] == .run([reason]))
  }

  @Test("on a fresh pipeline all run, and what an earlier stage will make is not missing")
  func neverRun() throws {
    var bench = try Bench()
    bench.lock = [:]
    for stage in bench.stages {
      bench.states[stage.id]?.dependencies[stage.dependencies[0]] = .missing
      bench.states[stage.id]?.outputs[stage.outputs[0].path] = .missing
    }
    #expect(
      try bench.actions() == [
        .run([.neverRun, .dependency(try path("raw"), .missing)]), .run([.neverRun]), .run([.neverRun]),
      ])
  }

  @Test("a dependency is not judged while the stage that makes it has yet to run")
  func unsettledDependency() throws {
    var bench = try Bench()
    bench.states[try stageID("split")]?.dependencies[try path("raw")] = .present(try id("f"))
    bench.states[try stageID("split")]?.outputs[try path("train")] = .missing
    bench.states[try stageID("train")]?.dependencies[try path("train")] = .missing
    #expect(
      try bench.actions() == [
        .run([.dependency(try path("raw"), .modified), .output(try path("train"), .deleted)]),
        .runIfChanged(upstream: [stageID("split")]), .runIfChanged(upstream: [stageID("train")]),
      ])
    #expect(
      try bench.actions([stageID("train")]) == [.run([.dependency(try path("train"), .deleted)])])
  }

  @Test("a frozen stage never runs and holds back what changed before it")
  func frozen() throws {
    var bench = try Bench()
    bench.stages[1].isFrozen = true
    bench.states[try stageID("split")]?.dependencies[try path("raw")] = .present(try id("f"))
    #expect(
      try bench.actions() == [.run([.dependency(try path("raw"), .modified)]), .frozen, .upToDate])
    #expect(try bench.actions(force: .all)[1] == .frozen)
  }

  @Test("force runs all that is selected, or all that follows a stage that runs")
  func forced() throws {
    var bench = try Bench()
    #expect(
      try bench.actions([stageID("split"), stageID("train")], force: .all) == [.run([.forced]), .run([.forced])])
    bench.stages[0].alwaysChanged = true
    #expect(
      try bench.actions(force: .downstream) == [
        .run([.alwaysChanged]), .run([.upstreamRuns([try stageID("split")])]),
        .run([.upstreamRuns([try stageID("train")])]),
      ])
    #expect(RunReason.upstreamRuns([try stageID("split")]).text == "follows split")
  }

  @Test("long commands and values are cut in a reason's text")
  func shortens() throws {
    let long = String(repeating: "x", count: 200)
    let text = RunReason.commandChanged(old: [long], new: ["a\nb"]).text
    #expect(text == "command changed \(String(repeating: "x", count: 79))… → \"a\\nb\"")
  }
}

private struct Unexpected: Error {}
