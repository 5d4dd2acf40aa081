import ArgumentParser
import Diagnostics
import Files
import Formats
import Pipelines
import Repositories

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

  @OptionGroup var items: StageItemOptions

  @OptionGroup var settings: StageSettingOptions

  @Flag(help: "Run it at every repro.")
  var alwaysChanged = false

  @Flag(name: .shortAndLong, help: "Replace the stage if it exists.")
  var force = false

  @Flag(help: "Run the command once and show what it reads and makes as the stage to add (needs strace).")
  var auto = false

  @Flag(help: "With --auto, add the stage that is shown.")
  var yes = false

  @Argument(help: "The command.")
  var command: [String]

  func validate() throws {
    if yes && !auto { throw ValidationError("--yes goes with --auto.") }
  }

  func run() throws {
    let session = try Session(global)
    var stage = StageDefinition(name: name, commands: [Self.shellText(command)])
    stage.items = items.items
    stage.settings = settings.settings
    if alwaysChanged { stage.settings.alwaysChanged = true }
    if auto { stage = try proposed(stage, session) }
    if auto && !yes { return session.console.remark("nothing is added yet; --yes adds it") }
    let file = try session.repository.addStage(stage, in: try session.path("."), replacing: force)
    let next =
      auto ? "record what it made with: mlrepo commit \(word: name)" : "run it with: mlrepo repro \(word: name)"
    session.console.tell("added the stage '\(name)' to \(file); \(next)")
  }

  /// The stage as its command shows it, which is printed. What the command prints goes elsewhere.
  private func proposed(_ stage: StageDefinition, _ session: Session) throws(Failure) -> StageDefinition {
    let found = try session.repository.propose(stage, in: try session.path("."), replacing: force) {
      bytes throws(Failure) in Console.write(bytes, to: 2)
    }
    session.console.answer(String(YAML.emit(found.entry).dropLast()))
    for path in found.both {
      session.console.remark(
        "note: it reads \(path) and then writes it; if it goes on with it: --out-persist \(shell: path)")
    }
    return found.definition
  }

  /// One argument is a command line already; several are words, quoted where the shell would take them apart.
  static func shellText(_ words: [String]) -> String {
    if words.count == 1 { return words[0] }
    return words.map { "\(word: $0)" }.joined(separator: " ")
  }
}

/// What a stage reads and makes, for the commands that write one.
struct StageItemOptions: ParsableArguments, StageItemLists {
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

  @Option(name: .customLong("plot"), help: "A file of values to plot that it makes.", completion: .file())
  var plots: [String] = []

  @Option(name: .customLong("env"), help: "An environment variable whose value it depends on.")
  var variables: [String] = []

  @Option(name: .customLong("after"), help: "A stage that has to be done before, whatever it makes.")
  var predecessors: [String] = []
}

/// Options that name what a stage depends on and makes, whatever they are called.
protocol StageItemLists {
  var dependencies: [String] { get }
  var params: [String] { get }
  var outputs: [String] { get }
  var plainOutputs: [String] { get }
  var keptOutputs: [String] { get }
  var metrics: [String] { get }
  var plainMetrics: [String] { get }
  var plots: [String] { get }
  var variables: [String] { get }
  var predecessors: [String] { get }
}

extension StageItemLists {
  var items: StageItems {
    var items = StageItems()
    items.dependencies = dependencies
    items.params = params
    items.outputs =
      outputs.map { .init(path: $0) } + plainOutputs.map { .init(path: $0, isCached: false) }
      + keptOutputs.map { .init(path: $0, isKept: true) }
    items.metrics = metrics.map { .init(path: $0) } + plainMetrics.map { .init(path: $0, isCached: false) }
    items.plots = plots.map { .init(path: $0) }
    items.variables = variables
    items.predecessors = predecessors
    return items
  }
}

/// How a stage runs, for the commands that write one.
struct StageSettingOptions: ParsableArguments {
  @Option(
    name: [.customShort("w"), .customLong("wdir")], help: "The folder in which the command runs.",
    completion: .directory)
  var workingFolder: String?

  @Option(name: .customLong("desc"), help: "What the stage is for.")
  var summary: String?

  @Option(help: ArgumentHelp("How long it may run: 90, 10m, 1h 30m.", valueName: "time"))
  var timeout: String?

  @Option(help: ArgumentHelp("How often it is tried again when it fails.", valueName: "number"))
  var retries: Int?

  @Option(help: ArgumentHelp("The processors it needs while it runs.", valueName: "number"))
  var cpus: Int?

  @Option(help: ArgumentHelp("The memory it needs, such as 4 GiB.", valueName: "size"))
  var memory: String?

  @Option(help: ArgumentHelp("The graphics processors it needs.", valueName: "number"))
  var gpus: Int?

  @Option(help: ArgumentHelp("What runs it, by name; by default what repro is told to use.", valueName: "name"))
  var executor: String?

  var settings: StageSettings {
    var settings = StageSettings()
    settings.workingFolder = workingFolder
    settings.summary = summary
    settings.timeout = timeout
    settings.retries = retries
    settings.cpus = cpus
    settings.memory = memory
    settings.gpus = gpus
    settings.executor = executor
    return settings
  }
}
