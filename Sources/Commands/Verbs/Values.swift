import ArgumentParser
import Diagnostics
import Experiments
import Files
import Formats
import Repositories

struct Params: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "params", abstract: "Compare parameters between commits.",
    discussion: "Example: mlrepo params diff HEAD~1", subcommands: [ParamsDiff.self])
}

struct Metrics: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics", abstract: "Show and compare metrics.",
    discussion: "Example: mlrepo metrics diff HEAD~1 HEAD", subcommands: [MetricsShow.self, MetricsDiff.self])
}

/// Options that tables of values share.
struct TableOptions: ParsableArguments {
  @Flag(name: .customLong("md"), help: "Print a Markdown table.")
  var markdown = false

  @Option(help: "Significant digits of numbers.")
  var precision = 5

  @OptionGroup var report: ReportOptions

  func validate() throws {
    if !(1...17).contains(precision) { throw ValidationError("--precision must be from 1 to 17.") }
    if markdown && report.json { throw ValidationError("Choose one of --md and --json.") }
  }

  func show(_ table: TextTable, _ console: Console) {
    if table.rows.isEmpty { return }
    Console.write(markdown ? table.markdown : table.plain, to: 1)
  }
}

/// What `params diff` and `metrics diff` share.
struct DiffOptions: ParsableArguments {
  @Argument(help: "The older revision; HEAD by default.")
  var old: String?

  @Argument(help: "The newer revision; the workspace by default.")
  var new: String?

  @Flag(help: "Show values that did not change, too.")
  var all = false

  @Option(help: "Only these files.", completion: .file())
  var file: [String] = []

  @Flag(help: "Exit with 1 when anything differs.")
  var exitCode = false

  @OptionGroup var table: TableOptions

  func run(_ kind: Repository.ValueKind, _ noun: String, _ global: GlobalOptions) throws {
    let session = try Session(global)
    let repository = session.repository
    let files = try session.paths(file)
    let before = try repository.values(kind, at: try repository.side(old ?? "HEAD"), only: files)
    let after = try repository.values(kind, at: try repository.side(new), only: files)
    let diff = ValueDiff(old: before, new: after, all: all)
    if table.report.json {
      session.console.answer(json: diff.json)
    } else {
      let headings = ValueDiff.Headings(key: noun, old: old ?? "HEAD", new: new ?? "workspace")
      table.show(diff.table(headings, precision: table.precision), session.console)
      for file in diff.unreadable {
        session.console.remark("note: cannot read \(file.file): \(file.new ?? file.old ?? "")")
      }
      if diff.isEmpty { session.console.tell("no differences") }
    }
    let differs = diff.rows.contains(where: \.isChanged) || !diff.unreadable.isEmpty
    if exitCode && differs { throw ExitCode(ExitStatus.no) }
  }
}

struct ParamsDiff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show which parameters differ between two commits.",
    discussion: """
      Compares the parameter files that stages read, value by value and type by type. Without revisions HEAD is compared \
      with the workspace.

      Example: mlrepo params diff HEAD~1 --md
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var options: DiffOptions

  func run() throws { try options.run(.params, "Param", global) }
}

struct MetricsDiff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show which metrics moved between two commits, and by how much.",
    discussion: """
      Reads the metrics of any commit from git and the store. Without revisions HEAD is compared with the workspace.

      Example: mlrepo metrics diff HEAD~1 HEAD
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var options: DiffOptions

  func run() throws { try options.run(.metrics, "Metric", global) }
}

struct MetricsShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show the metrics.",
    discussion: "Example: mlrepo metrics show --rev HEAD~1")

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Only these files.", completion: .file())
  var files: [String] = []

  @Option(help: "The revision; the workspace by default.")
  var rev: String?

  @OptionGroup var table: TableOptions

  func run() throws {
    let session = try Session(global)
    let repository = session.repository
    let side = try repository.side(rev)
    let named = try session.paths(files)
    let values = try repository.values(.metrics, at: side, only: named)
    if let absent = named.first(where: { values[$0] == nil }) {
      throw Failure(
        "cannot show the metrics in \(absent)", why: "there is no such file", hint: "mlrepo metrics show",
        category: .dataMissing)
    }
    let absent = named.isEmpty ? try repository.valueFiles(.metrics, at: side).filter { values[$0] == nil } : []
    let listing = ValueListing(values)
    if table.report.json { return session.console.answer(json: listing.json) }
    if values.isEmpty, absent.isEmpty {
      return session.console.tell("no metrics: a stage names them with -m, or mlrepo.yaml under 'metrics:'")
    }
    table.show(listing.table(key: "Metric", precision: table.precision), session.console)
    for (file, why) in listing.unreadable { session.console.remark("note: cannot read \(file): \(why)") }
    for file in absent {
      session.console.remark("note: there is no \(file); 'mlrepo checkout' restores it, 'mlrepo repro' makes it")
    }
  }
}
