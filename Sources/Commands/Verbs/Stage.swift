import ArgumentParser
import Diagnostics
import Files
import Formats
import Pipelines
import Repositories

struct StageGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stage", abstract: "Describe the steps of a pipeline.",
    discussion: "Example: mlrepo stage add -n train -d data.csv -p train.depth -o model -- python train.py",
    subcommands: [StageAdd.self, StageList.self])

  static let noStages = "no stages yet; add one with: mlrepo stage add -n NAME -d DEPENDENCY -o OUTPUT -- COMMAND"
}

struct StageAdd: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Add a stage to mlrepo.yaml.",
    discussion: """
      A stage is a command with what it reads and what it makes. 'mlrepo repro' runs it when its command, a dependency or \
      a param changed. Put '--' before a command with options of its own.

      Example: mlrepo stage add -n train -d data/train.csv -p train.max_depth -o model -m metrics.json -- python train.py
      """)

  @OptionGroup var global: GlobalOptions

  @Option(name: .shortAndLong, help: "The stage's name.")
  var name: String

  @Option(
    name: [.customShort("d"), .customLong("dep")], help: "A file or folder that the command reads.", completion: .file()
  )
  var dependencies: [String] = []

  @Option(
    name: [.customShort("p"), .customLong("param")],
    help: "Params that it reads: KEY,KEY of params.yaml, FILE:KEY,KEY, or FILE: for all of a file.")
  var params: [String] = []

  @Option(
    name: [.customShort("o"), .customLong("out")], help: "A file or folder that it makes; the store keeps it.",
    completion: .file())
  var outputs: [String] = []

  @Option(
    name: [.customShort("O"), .customLong("out-no-cache")], help: "One that git keeps.", completion: .file())
  var plainOutputs: [String] = []

  @Option(
    name: .customLong("out-persist"), help: "One that stays in place while the command runs.", completion: .file())
  var keptOutputs: [String] = []

  @Option(
    name: [.customShort("m"), .customLong("metric")], help: "A file of metrics that it makes; the store keeps it.",
    completion: .file())
  var metrics: [String] = []

  @Option(
    name: [.customShort("M"), .customLong("metric-no-cache")], help: "A file of metrics that git keeps.",
    completion: .file())
  var plainMetrics: [String] = []

  @Option(
    name: [.customShort("w"), .customLong("wdir")], help: "The folder in which the command runs.",
    completion: .directory)
  var workingFolder: String?

  @Option(name: .customLong("desc"), help: "What the stage is for.")
  var summary: String?

  @Flag(help: "Run it at every repro.")
  var alwaysChanged = false

  @Flag(name: .shortAndLong, help: "Replace the stage if it exists.")
  var force = false

  @Argument(help: "The command.")
  var command: [String]

  func run() throws {
    let session = try Session(global)
    var stage = StageDefinition(name: name, commands: [Self.shellText(command)])
    stage.workingFolder = workingFolder
    stage.dependencies = dependencies
    stage.params = params
    stage.outputs =
      outputs.map { .init(path: $0) } + plainOutputs.map { .init(path: $0, isCached: false) }
      + keptOutputs.map { .init(path: $0, isKept: true) }
    stage.metrics = metrics.map { .init(path: $0) } + plainMetrics.map { .init(path: $0, isCached: false) }
    stage.summary = summary
    stage.alwaysChanged = alwaysChanged
    let file = try session.repository.addStage(stage, in: try session.path("."), replacing: force)
    session.console.tell("added the stage '\(name)' to \(file); run it with: mlrepo repro \(name)")
  }

  /// One argument is a command line already; several are words, quoted where the shell would take them apart.
  static func shellText(_ words: [String]) -> String {
    if words.count == 1 { return words[0] }
    return words.map { word in
      let isPlain =
        !word.isEmpty
        && word.unicodeScalars.allSatisfy { scalar in
          ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
            || "_-./=:,+@%".unicodeScalars.contains(scalar)
        }
      return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }.joined(separator: " ")
  }
}

struct StageList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the stages in the order in which they run.",
    discussion: "Example: mlrepo stage list --json",
    aliases: ["ls"])

  @OptionGroup var global: GlobalOptions
  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let graph = try session.repository.project().graph()
    if report.json { return session.console.answer(json: .list(graph.stages.map(\.json))) }
    if graph.stages.isEmpty { return session.console.tell(StageGroup.noStages) }
    let width = graph.stages.map(\.id.text.count).max() ?? 0
    for stage in graph.stages {
      let outputs = stage.outputs.map(\.path.text).joined(separator: ", ")
      let what = stage.summary ?? (outputs.isEmpty ? stage.commands[0] : "makes \(outputs)")
      session.console.answer("\(Shown.column(stage.id.text, width))  \(what)")
    }
  }
}

extension Stage {
  fileprivate var json: Value {
    .map([
      ValueMember("name", .string(id.text)), ValueMember("file", .string(id.file.text)),
      ValueMember("cmd", .list(commands.map(Value.string))), ValueMember("wdir", .string(workingFolder.text)),
      ValueMember("deps", .list(dependencies.map { .string($0.text) })),
      ValueMember("outs", .list(outputs.filter { $0.role == .output }.map { .string($0.path.text) })),
      ValueMember("metrics", .list(outputs.filter { $0.role == .metric }.map { .string($0.path.text) })),
      ValueMember("frozen", .bool(isFrozen)),
    ])
  }
}

struct Dag: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dag",
    abstract: "Show which stage follows which.",
    discussion: "Example: mlrepo dag --mermaid >> README.md")

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Print a Mermaid flow chart.")
  var mermaid = false

  @Flag(help: "Print a Graphviz digraph.")
  var dot = false

  @OptionGroup var report: ReportOptions

  func validate() throws {
    if [mermaid, dot, report.json].count(where: { $0 }) > 1 {
      throw ValidationError("Choose one of --mermaid, --dot and --json.")
    }
  }

  func run() throws {
    let session = try Session(global)
    let graph = try session.repository.project().graph()
    if report.json {
      return session.console.answer(
        json: .map(
          graph.stages.map { stage in
            ValueMember(stage.id.text, .list(graph.upstream(of: stage.id).map { .string($0.text) }))
          }))
    }
    if graph.stages.isEmpty { return session.console.tell(StageGroup.noStages) }
    let text = mermaid ? graph.mermaid() : dot ? graph.dot() : graph.tree()
    Console.write(text, to: 1)
  }
}
