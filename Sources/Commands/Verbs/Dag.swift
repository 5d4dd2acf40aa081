import ArgumentParser
import Diagnostics
import Files
import Formats
import Pipelines
import Repositories

struct Dag: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dag",
    abstract: "Show which stage follows which.",
    discussion: """
      The stages of a foreach or matrix are shown as one. On a terminal with colours, and with --status anywhere, it shows \
      which stages are out of date, failed or frozen.

      Example: mlrepo dag --mermaid >> README.md
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: ArgumentHelp("Show these stages and what they depend on; all by default.", valueName: "stage"))
  var targets: [String] = []

  @Flag(help: "Show each stage of a foreach or matrix.")
  var full = false

  @Flag(help: "Show the files that stages read and make instead.")
  var outs = false

  @Flag(help: "Show which stages are out of date, failed when they last ran, or frozen.")
  var status = false

  @Flag(help: "Print a Mermaid flow chart.")
  var mermaid = false

  @Flag(help: "Print a Graphviz digraph.")
  var dot = false

  @Flag(help: "Print a drawing in SVG.")
  var svg = false

  @OptionGroup var report: ReportOptions

  func validate() throws {
    if [mermaid, dot, svg, report.json].count(where: { $0 }) > 1 {
      throw ValidationError("Choose one of --mermaid, --dot, --svg and --json.")
    }
  }

  func run() throws {
    let session = try Session(global)
    let isText = !mermaid && !dot && !svg && !report.json
    let overview = status || (isText && session.console.usesColor) ? try session.repository.stageOverview() : nil
    let graph = try overview?.graph ?? session.repository.project().graph()
    if graph.stages.isEmpty && !report.json { return session.console.tell(StageGroup.noStages) }
    var selection: [StageID]?
    if !targets.isEmpty {
      let folder = try session.path(".")
      var chosen: [StageID] = []
      for target in targets { chosen += try graph.findAll(target, in: folder) }
      selection = graph.withUpstream(chosen)
    }
    let states = overview.map(Self.states) ?? [:]
    let drawing =
      outs
      ? GraphDrawing(outputsOf: graph, selection: selection, states: states)
      : GraphDrawing(graph, selection: selection, states: states, expanding: full || report.json)
    if report.json { return session.console.answer(json: Self.json(drawing, withStates: status)) }
    let text = mermaid ? drawing.mermaid() : dot ? drawing.dot() : svg ? drawing.svg() : tree(drawing, session.console)
    Console.write(text, to: 1)
  }

  private static func states(_ overview: StageOverview) -> [StageID: GraphDrawing.State] {
    var states: [StageID: GraphDrawing.State] = [:]
    for step in overview.plan.steps {
      switch step.action {
      case .upToDate: states[step.stage] = .upToDate
      case .frozen: states[step.stage] = .frozen
      case .run, .runIfChanged, .restore, .reuse:
        states[step.stage] = overview.failures[step.stage] == nil ? .outOfDate : .failed
      }
    }
    return states
  }

  /// The tree, with a colour for each state and, where there is none, a word for what is not up to date.
  private func tree(_ drawing: GraphDrawing, _ console: Console) -> String {
    drawing.tree { node in
      let label = node.isData ? console.styled(node.title, .bold) : node.title
      return switch node.state {
      case nil: label
      case .upToDate: console.styled(node.title, .green)
      case .outOfDate: console.styled("\(node.title)  (out of date)", .yellow)
      case .failed: console.styled("\(node.title)  (failed)", .red)
      case .frozen: console.styled("\(node.title)  (frozen)", .dim)
      }
    }
  }

  private static func json(_ drawing: GraphDrawing, withStates: Bool) -> Value {
    .map(
      drawing.nodes.enumerated().map { index, node in
        let upstream = Value.list(drawing.upstream[index].map { .string(drawing.nodes[$0].label) })
        guard withStates else { return ValueMember(node.label, upstream) }
        let state = node.state.map { Value.string($0.rawValue) } ?? .null
        return ValueMember(node.label, .map([ValueMember("upstream", upstream), ValueMember("state", state)]))
      })
  }
}
