import ArgumentParser
import Diagnostics
import Files
import Formats
import Objects
import Pipelines
import Repositories

struct RunCacheGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run-cache",
    abstract: "Show and prune the finished runs that repro can use again.",
    discussion: """
      A stage that is to run on just what it ran on before is not run: its outputs come from the store. Runs are known by \
      all that they depend on, whatever the branch or the clone.

      Example: mlrepo run-cache list train
      """,
    subcommands: [RunCacheList.self, RunCacheShow.self, RunCachePrune.self])
}

struct RunCacheList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the finished runs, the newest first.",
    discussion: "Example: mlrepo run-cache list train")

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Stages whose runs to list; all by default.")
  var stages: [String] = []

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let runs = try session.repository.knownRuns(of: stages)
    if report.json { return session.console.answer(json: .list(runs.map(\.json))) }
    if runs.isEmpty { session.console.tell("The run cache is empty.") }
    for run in runs {
      let record = run.record
      let outputs = Shown.count(record.result.outputs.count, "output")
      session.console.answer(
        "\(record.id.short)  \(Shown.time(Int64(record.time), offset: 0))  \(record.stage)  \(outputs), "
          + Shown.size(run.bytes) + (run.isComplete ? "" : "  (not in store)"))
    }
  }
}

struct RunCacheShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show what a finished run read and made.",
    discussion: "Example: mlrepo run-cache show df77dd6f21")

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The run, by the first digits that 'run-cache list' prints.")
  var id: String

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let run = try session.repository.knownRun(id)
    if report.json { return session.console.answer(json: run.json) }
    session.console.answer("run \(run.record.id.hex)")
    session.console.answer("stage \(run.record.stage), \(Shown.time(Int64(run.record.time), offset: 0))")
    if !run.isComplete { session.console.answer("of no use any more: the store lacks an output") }
    for line in YAML.emit(run.record.result.value).split(separator: "\n") { session.console.answer("  \(line)") }
  }
}

struct RunCachePrune: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune", abstract: "Forget finished runs.",
    discussion: """
      Forgets the runs that were not made or used for some days, and those that have lost an output. What they made stays \
      in the store until gc finds that nothing else needs it.

      Example: mlrepo run-cache prune --older-than 30
      """)

  @OptionGroup var global: GlobalOptions

  @Option(help: ArgumentHelp("Forget runs that were of no use for this long; 0 for all.", valueName: "days"))
  var olderThan = 90

  @OptionGroup var report: ReportOptions

  func validate() throws {
    guard (0...36_500).contains(olderThan) else { throw ValidationError("Give a number of days from 0 to 36500.") }
  }

  func run() throws {
    let session = try Session(global)
    let count = try session.repository.pruneRunCache(olderThan: olderThan)
    if report.json { return session.console.answer(json: .map([ValueMember("forgotten", .int(count))])) }
    session.console.tell("forgot \(Shown.count(count, "run"))")
  }
}

extension KnownRun {
  fileprivate var bytes: Int { record.result.outputs.reduce(0) { $0 + $1.size } }

  fileprivate var json: Value {
    .map([
      ValueMember("id", .string(record.id.hex)), ValueMember("key", .string(record.key.id.hex)),
      ValueMember("stage", .string(record.stage)), ValueMember("time", .int(record.time)),
      ValueMember("complete", .bool(isComplete)), ValueMember("result", record.result.value),
    ])
  }
}
