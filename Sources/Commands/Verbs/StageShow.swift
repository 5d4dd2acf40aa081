import ArgumentParser
import Diagnostics
import Files
import Formats
import Objects
import Pipelines
import Repositories

struct StageShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a stage with all that its description comes to.",
    discussion: """
      Shows the stage as repro sees it: templates filled in, paths from the root, the values of its params, what it \
      follows, and whether it is up to date.

      Example: mlrepo stage show train
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: ArgumentHelp("The stages: names, groups, or paths of outputs.", valueName: "stage"))
  var stages: [String]

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let overview = try session.repository.stageOverview()
    let folder = try session.path(".")
    var ids: [StageID] = []
    for target in stages {
      for id in try overview.graph.findAll(target, in: folder) where !ids.contains(id) { ids.append(id) }
    }
    let views = ids.compactMap { StageView($0, overview) }
    if report.json { return session.console.answer(json: .list(views.map(\.json))) }
    for (index, view) in views.enumerated() {
      if index > 0 { session.console.answer("") }
      session.console.answer("\(session.console.styled(view.stage.id.text, .bold))  (\(view.place))")
      for (key, lines) in view.fields {
        for (number, line) in lines.enumerated() {
          session.console.answer("  \(Shown.column(number == 0 ? key : "", 12))\(line)")
        }
      }
    }
  }
}

/// One stage, made ready to be shown.
private struct StageView {
  let stage: Stage
  let step: ReproPlan.Step
  let state: StageState
  let lock: LockedStage?
  let failure: String?
  let upstream: [StageID]
  let downstream: [StageID]

  init?(_ id: StageID, _ overview: StageOverview) {
    guard let stage = overview.graph[id], let state = overview.states[id],
      let step = overview.plan.steps.first(where: { $0.stage == id })
    else { return nil }
    self.stage = stage
    self.step = step
    self.state = state
    lock = overview.project.locked(id)
    failure = overview.failures[id]
    upstream = overview.graph.upstream(of: id)
    downstream = overview.graph.downstream(of: id)
  }

  var place: String { "\(stage.id.file.text):\(stage.position.line)" }

  /// What is said of the stage, in order; what it lacks is left out.
  var fields: [(key: String, lines: [String])] {
    let all: [(String, [String])] = [
      ("", stage.summary.map { [$0] } ?? []),
      ("command", stage.commands.flatMap { $0.split(separator: "\n").map(String.init) }),
      ("folder", stage.workingFolder.isRoot ? [] : [stage.workingFolder.text]), ("reads", reads), ("params", params),
      ("env", stage.variables), ("environment", stage.probes.map(\.text)), ("for each of", items),
      ("makes", stage.outputs.map(Self.text)), ("needs", needs), ("follows", upstream.map(\.text)),
      ("followed by", downstream.map(\.text)),
      ("state", [step.action.word] + step.lines + (failure.map { ["last run failed: \($0)"] } ?? [])),
      ("last result", result),
    ]
    return all.filter { !$0.1.isEmpty }.map { ($0.0, $0.1) }
  }

  private var items: [String] {
    switch stage.map {
    case .folder(let path): ["\(path)/"]
    case .glob(let pattern): [PathText.escape(pattern)]
    case nil: []
    }
  }

  private var reads: [String] { stage.dependencies.map(\.text) + stage.sources.map(\.text) }

  private var params: [String] {
    stage.params.flatMap { source in
      let values = (state.params[source.file] ?? [:]).sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      return values.map { "\(source.file):\($0.key) = \($0.value?.text ?? "(missing)")" }
    }
  }

  private var needs: [String] {
    var needs: [String] = []
    if stage.resources.cpus != 1 { needs.append("\(stage.resources.cpus) cpus") }
    if let memory = stage.resources.memory { needs.append("\(Shown.size(memory)) of memory") }
    if stage.resources.gpus > 0 { needs.append(Shown.count(stage.resources.gpus, "gpu")) }
    if let timeout = stage.timeout { needs.append("at most \(Shown.seconds(timeout))") }
    if stage.retries.count > 0 { needs.append("up to \(stage.retries.count) more tries") }
    if let executor = stage.executor { needs.append("the executor '\(executor)'") }
    return needs.isEmpty ? [] : [needs.joined(separator: ", ")]
  }

  private var result: [String] {
    guard let lock else { return ["none recorded"] }
    return lock.outputs.map { "\($0.path)  \(Shown.content($0.content)), \($0.id.short)" }
  }

  private static func text(_ output: Stage.Output) -> String {
    var notes: [String] = []
    if output.role == .metric { notes.append("metrics") }
    if output.role == .plot { notes.append("plot") }
    notes.append(output.isCached ? "kept in the store" : "kept in git")
    if output.isKept { notes.append("stays in place") }
    if !output.isPushed { notes.append("not pushed") }
    return "\(output.path)  (\(notes.joined(separator: ", ")))"
  }

  var json: Value {
    guard case .map(var members) = stage.json else { return stage.json }
    func texts(_ key: String, _ texts: [String]) {
      members.append(ValueMember(key, .list(texts.map(Value.string))))
    }
    members.append(ValueMember("line", .int(stage.position.line)))
    members.append(ValueMember("desc", stage.summary.map(Value.string) ?? .null))
    members.append(ValueMember("group", stage.group.map(Value.string) ?? .null))
    texts("sources", stage.sources.map(\.text))
    let params = state.params.sorted { $0.key < $1.key }.map { file, values in
      let sorted = values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      return ValueMember(file.text, .map(sorted.map { ValueMember($0.key, $0.value ?? .null) }))
    }
    members.append(ValueMember("params", .map(params)))
    texts("env", stage.variables)
    texts("environment", stage.probes.map(\.text))
    let resources = stage.resources
    members.append(
      ValueMember(
        "resources",
        .map([
          ValueMember("cpus", .int(resources.cpus)), ValueMember("memory", resources.memory.map(Value.int) ?? .null),
          ValueMember("gpus", .int(resources.gpus)),
        ])))
    members.append(ValueMember("timeout", stage.timeout.map(Value.float) ?? .null))
    members.append(ValueMember("retries", .int(stage.retries.count)))
    members.append(ValueMember("executor", stage.executor.map(Value.string) ?? .null))
    texts("upstream", upstream.map(\.text))
    texts("downstream", downstream.map(\.text))
    members.append(ValueMember("state", .string(step.action.word)))
    texts("reasons", step.lines)
    members.append(ValueMember("failed", failure.map(Value.string) ?? .null))
    members.append(ValueMember("result", lock?.value ?? .null))
    return .map(members)
  }
}
