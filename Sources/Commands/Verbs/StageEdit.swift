import ArgumentParser
import Diagnostics
import Files
import Formats
import Pipelines
import Repositories

struct StageEdit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract: "Change a stage in mlrepo.yaml.",
    discussion: """
      Changes what is named and nothing else: comments, order and style of the file stay. Of a foreach or matrix it \
      changes what all its stages have in common. An empty text takes a setting away.

      Example: mlrepo stage edit train --add-dep data/extra.csv --remove-param train.eta --timeout 2h
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: ArgumentHelp("The stage.", valueName: "stage"))
  var stage: String

  @Option(help: ArgumentHelp("Call it otherwise; what is recorded of it goes along.", valueName: "name"))
  var rename: String?

  @Option(name: .customLong("cmd"), help: ArgumentHelp("The command.", valueName: "command"))
  var command: String?

  @OptionGroup var added: StageAddedItems
  @OptionGroup var removed: StageRemovedItems
  @OptionGroup var settings: StageSettingOptions

  @Flag(inversion: .prefixedNo, help: "Whether it never runs and what it made is taken as it is.")
  var frozen: Bool?

  @Flag(inversion: .prefixedNo, help: "Whether it runs at every repro.")
  var alwaysChanged: Bool?

  func run() throws {
    let session = try Session(global)
    var changes = StageChanges()
    changes.name = rename
    changes.commands = command.map { [$0] }
    changes.settings = settings.settings
    changes.settings.isFrozen = frozen
    changes.settings.alwaysChanged = alwaysChanged
    changes.added = added.items
    changes.removed = removed.items
    let (file, isChanged) = try session.repository.editStage(stage, changes, in: try session.path("."))
    session.console.tell(isChanged ? "changed the stage '\(rename ?? stage)' in \(file)" : "Nothing to change.")
  }
}

struct StageAddedItems: ParsableArguments, StageItemLists {
  @Option(name: .customLong("add-dep"), help: "A file or folder that it reads, too.", completion: .file())
  var dependencies: [String] = []

  @Option(name: .customLong("add-param"), help: "Params that it reads, too: KEY,KEY, FILE:KEY,KEY or FILE:.")
  var params: [String] = []

  @Option(name: .customLong("add-out"), help: "A file or folder that it makes, too.", completion: .file())
  var outputs: [String] = []

  @Option(name: .customLong("add-out-no-cache"), help: "One that git keeps.", completion: .file())
  var plainOutputs: [String] = []

  @Option(
    name: .customLong("add-out-persist"), help: "One that stays in place while it runs.", completion: .file())
  var keptOutputs: [String] = []

  @Option(name: .customLong("add-metric"), help: "A file of metrics that it makes, too.", completion: .file())
  var metrics: [String] = []

  @Option(name: .customLong("add-metric-no-cache"), help: "One that git keeps.", completion: .file())
  var plainMetrics: [String] = []

  @Option(name: .customLong("add-plot"), help: "A file of values to plot that it makes, too.", completion: .file())
  var plots: [String] = []

  @Option(name: .customLong("add-env"), help: "An environment variable that it depends on, too.")
  var variables: [String] = []

  @Option(name: .customLong("add-after"), help: "A stage that has to be done before, too.")
  var predecessors: [String] = []
}

struct StageRemovedItems: ParsableArguments {
  @Option(name: .customLong("remove-dep"), help: "What it reads no longer.")
  var dependencies: [String] = []

  @Option(name: .customLong("remove-param"), help: "Params that it reads no longer.")
  var params: [String] = []

  @Option(name: .customLong("remove-out"), help: "An output, metric or plot that it makes no longer.")
  var outputs: [String] = []

  @Option(name: .customLong("remove-env"), help: "A variable that it depends on no longer.")
  var variables: [String] = []

  @Option(name: .customLong("remove-after"), help: "A stage that it need not wait for.")
  var predecessors: [String] = []

  var items: [(list: StageChanges.List, text: String)] {
    var items: [(list: StageChanges.List, text: String)] = dependencies.map { (.dependency, $0) }
    for param in params {
      // KEY,KEY is taken apart here, so that the one that is not there is named.
      let parts = param.contains(":") ? [param] : param.split(separator: ",").map(String.init)
      items += parts.map { (.param, $0) }
    }
    items += outputs.map { (.output, $0) } + variables.map { (.variable, $0) }
    return items + predecessors.map { (.predecessor, $0) }
  }
}
