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
    subcommands: [StageAdd.self, StageEdit.self, StageRemove.self, StageList.self, StageShow.self])

  static let noStages = "no stages yet; add one with: mlrepo stage add -n NAME -d DEPENDENCY -o OUTPUT -- COMMAND"
}

struct StageRemove: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Take stages out of mlrepo.yaml.",
    discussion: """
      Takes the stages' entries out of mlrepo.yaml and mlrepo.lock, and their outputs out of .gitignore. What they have \
      made stays in the workspace. 'mlrepo undo' takes it back.

      Example: mlrepo stage remove evaluate
      """,
    aliases: ["rm"])

  @OptionGroup var global: GlobalOptions

  @Flag(name: .shortAndLong, help: "Remove them even if other stages need what they make.")
  var force = false

  @Argument(help: ArgumentHelp("The stages.", valueName: "stage"))
  var stages: [String]

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let removal = try session.repository.removeStages(stages, in: try session.path("."), force: force)
    if report.json {
      return session.console.answer(
        json: .map([
          ValueMember("stages", .list(removal.stages.map { .string($0.text) })),
          ValueMember("outs", .list(removal.outputs.map { .string($0.text) })),
        ]))
    }
    for id in removal.stages { session.console.tell("removed the stage '\(id)'") }
    if !removal.outputs.isEmpty {
      let paths = removal.outputs.map(\.text).joined(separator: ", ")
      session.console.tell("what it made stays, and git sees it now: \(paths)")
    }
  }
}

struct StageList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the stages in the order in which they run.",
    discussion: """
      With --artifacts or --plots it lists what mlrepo.yaml names so instead.

      Example: mlrepo stage list --json
      """,
    aliases: ["ls"])

  @OptionGroup var global: GlobalOptions

  @Flag(help: "List the artifacts: models, data sets and the like that have names of their own.")
  var artifacts = false

  @Flag(help: "List the plots and the files that they are drawn from.")
  var plots = false

  @OptionGroup var report: ReportOptions

  func validate() throws {
    if artifacts && plots { throw ValidationError("Choose one of --artifacts and --plots.") }
  }

  func run() throws {
    let session = try Session(global)
    let project = try session.repository.project()
    if artifacts || plots {
      return PipelineListing(artifacts ? .artifacts : .plots, of: project).show(report, session.console)
    }
    let graph = try project.graph()
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
  var json: Value {
    .map([
      ValueMember("name", .string(id.text)), ValueMember("file", .string(id.file.text)),
      ValueMember("cmd", .list(commands.map(Value.string))), ValueMember("wdir", .string(workingFolder.text)),
      ValueMember("deps", .list(dependencies.map { .string($0.text) })),
      ValueMember("outs", .list(outputs.filter { $0.role == .output }.map { .string($0.path.text) })),
      ValueMember("metrics", .list(outputs.filter { $0.role == .metric }.map { .string($0.path.text) })),
      ValueMember("plots", .list(outputs.filter { $0.role == .plot }.map { .string($0.path.text) })),
      ValueMember("frozen", .bool(isFrozen)),
    ])
  }
}
