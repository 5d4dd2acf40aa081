import ArgumentParser
import Diagnostics
import Files
import Formats
import Objects
import Pipelines
import Repositories
import Workspaces

struct Checkout: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkout",
    abstract: "Make the workspace match the pointers and locks.",
    discussion: """
      Touches only what differs, and verifies every byte it writes. Content that the store does not have is never \
      overwritten: without --force nothing happens, with it that content is stored first. Run it after 'git checkout'.

      Example: git checkout HEAD~1 && mlrepo checkout
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Tracked paths, or parts of them; all by default.", completion: .file())
  var paths: [String] = []

  @Flag(name: .shortAndLong, help: "Go ahead where unsaved content is in the way; it is stored first.")
  var force = false

  @Flag(name: [.customShort("n"), .long], help: "Show what would be done; change nothing.")
  var dryRun = false

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    var checkout = CheckoutRun(session: session, report: report, isVerbose: global.verbose, dryRun: dryRun)
    if try !session.repository.settings.remotes().isEmpty { checkout.remedy = "mlrepo pull" }
    try checkout.run(session.paths(paths), force: force)
  }
}

struct Commit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "commit",
    abstract: "Record the workspace as it is, without running anything.",
    discussion: """
      Updates the pointers of data that changed. For stages, records the present dependencies, params and outputs as if \
      the stage had just run: for a change of code that does not change the result. 'git commit' then makes it history.

      Example: mlrepo commit train
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Tracked paths and stages; by default all that changed.", completion: .file())
  var targets: [String] = []

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let done = try session.withProgress(report) {
      try session.repository.commit(targets, current: session.console.currentFolder)
    }
    let output = AddOutput(console: session.console)
    if report.json {
      return session.console.answer(
        json: .map([
          ValueMember("data", output.json(done.data)),
          ValueMember("stages", .list(done.stages.map { .string($0.text) })),
        ]))
    }
    output.show(done.data, asJSON: false)
    for stage in done.stages { session.console.tell("recorded  stage '\(stage)'") }
    if done.data.paths.isEmpty, done.stages.isEmpty { session.console.tell("nothing to record") }
  }
}
