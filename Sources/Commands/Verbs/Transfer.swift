import ArgumentParser
import Diagnostics
import Files
import Formats
import Repositories

/// Of which commits content is meant, if not of the workspace.
struct RevisionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Of this revision, not of the workspace; can be given several times.", valueName: "rev"))
  var rev: [String] = []

  @Flag(name: [.customShort("a"), .long], help: "Of the tips of all branches.")
  var allBranches = false

  @Flag(name: [.customShort("T"), .long], help: "Of all tags.")
  var allTags = false

  @Flag(name: [.customShort("A"), .long], help: "Of every commit.")
  var allCommits = false

  @Flag(help: "Also what the stages read that made the paths.")
  var withDeps = false

  var areGiven: Bool { !rev.isEmpty || allBranches || allTags || allCommits || withDeps }

  func selection(of paths: [String], _ session: Session) throws(Failure) -> Selection {
    var selection = Selection()
    selection.paths = try session.paths(paths)
    (selection.revisions, selection.allBranches) = (rev, allBranches)
    (selection.allTags, selection.allCommits) = (allTags, allCommits)
    selection.withDependencies = withDeps
    return selection
  }
}

/// Which content travels, and how.
struct TransferArguments: ParsableArguments {
  @Argument(
    help: "Tracked paths, folders with some in them, or parts of tracked folders; all by default.",
    completion: .file())
  var paths: [String] = []

  @Option(name: .shortAndLong, help: ArgumentHelp("Use this remote; can be given several times.", valueName: "name"))
  var remote: [String] = []

  @OptionGroup var revisions: RevisionOptions

  @Flag(help: "Also the finished runs that repro can use again.")
  var runCache = false

  @Option(name: .shortAndLong, help: ArgumentHelp("How many packs travel at once.", valueName: "number"))
  var jobs: Int?

  @Flag(name: [.customShort("n"), .long], help: "Show what would be done.")
  var dryRun = false

  func validate() throws {
    if let jobs, !(1...64).contains(jobs) { throw ValidationError("--jobs must be from 1 to 64.") }
    if revisions.withDeps && paths.isEmpty { throw ValidationError("--with-deps needs a path.") }
  }

  func selection(_ session: Session) throws -> Selection {
    var selection = try revisions.selection(of: paths, session)
    selection.runCache = runCache
    return selection
  }
}

struct Push: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "push",
    abstract: "Send to a remote the data that it lacks.",
    discussion: """
      Sends what the workspace's pointers and locks need: of changed files only the parts that are new, in packs. When it \
      says that it is done, everything is there. Stopped at any point, the next push goes on. Tracked files are not touched.

      Example: git push && mlrepo push
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var transfer: TransferArguments
  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let results = try session.withProgress(report) {
      try session.repository.push(
        transfer.selection(session), to: transfer.remote, jobs: transfer.jobs, dryRun: transfer.dryRun)
    }
    if report.json {
      session.console.answer(json: .map([ValueMember("remotes", .list(results.map(json)))]))
    } else {
      for result in results { show(result, session.console) }
    }
    try throwProblems(of: results)
  }

  private func show(_ result: PushResult, _ console: Console) {
    for problem in result.problems { console.remark("note: \(problem)") }
    let runs = result.runs > 0 ? ", \(Shown.count(result.runs, "run"))" : ""
    if result.isDryRun {
      let there = "\(Shown.count(result.upToDate, "object")) there already"
      return console.tell(
        "would push to \(result.remote): \(Shown.count(result.objects, "object")), \(Shown.size(result.bytes))\(runs); "
          + there)
    }
    if result.objects == 0, result.runs == 0 {
      if !result.failures.isEmpty { return }
      return console.tell(
        "nothing to push: \(result.remote) has everything (\(Shown.count(result.upToDate, "object")))")
    }
    console.tell(
      "pushed to \(result.remote): \(Shown.count(result.objects, "object")), \(Shown.size(result.bytes))\(runs)")
    let saved = result.saved > 0 ? "; \(Shown.size(result.saved)) were there already" : ""
    console.tell("sent \(Shown.rate(result.sent, result.seconds))\(saved)")
  }

  private func throwProblems(of results: [PushResult]) throws {
    let failures = results.flatMap(\.failures)
    guard let first = failures.first else { return }
    let shown = failures.prefix(20).map { "\($0)" }.joined(separator: "\n     ")
    throw Failure(
      transfer.dryRun ? "cannot push everything" : "could not push everything",
      why: "\(Shown.count(failures.count, "object")) cannot be sent; the rest is done:\n     \(shown)",
      hint: first.hint, category: failures.contains { $0.category == .damaged } ? .damaged : .dataMissing)
  }

  private func json(_ result: PushResult) -> Value {
    .map([
      ValueMember("remote", .string(result.remote)), ValueMember("dry_run", .bool(result.isDryRun)),
      ValueMember("objects", .int(result.objects)), ValueMember("bytes", .int(result.bytes)),
      ValueMember("sent", .int(result.sent)), ValueMember("saved", .int(result.saved)),
      ValueMember("up_to_date", .int(result.upToDate)), ValueMember("runs", .int(result.runs)),
      ValueMember("seconds", .float(result.seconds)),
      ValueMember("failures", .list(result.failures.map { .string("\($0)") })),
    ])
  }
}

struct Fetch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch",
    abstract: "Bring from a remote the data that is lacking here.",
    discussion: """
      Fills the store and leaves the workspace as it is; 'mlrepo checkout' or 'mlrepo pull' put it there. Every byte is \
      verified as it arrives. Of several remotes, each is asked for what those before it did not have.

      Example: mlrepo fetch --all-branches
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var transfer: TransferArguments
  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let result = try session.withProgress(report) {
      try session.repository.fetch(
        transfer.selection(session), from: transfer.remote, jobs: transfer.jobs, dryRun: transfer.dryRun)
    }
    let output = FetchOutput(console: session.console)
    if report.json { session.console.answer(json: .map(output.members(result))) } else { output.show(result) }
    if let failure = output.failure(of: result) { throw failure }
  }
}

struct Pull: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull",
    abstract: "Fetch, and check out what came.",
    discussion: """
      Does what fetch does for the workspace, and then what checkout does. A part of a tracked folder can be named, and \
      only that part comes.

      Example: git pull && mlrepo pull data/train
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var transfer: TransferArguments

  @Flag(name: .shortAndLong, help: "Go ahead where unsaved content is in the way; it is stored first.")
  var force = false

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let repository = session.repository
    let selection = try transfer.selection(session)
    let result = try session.withProgress(report) {
      try repository.fetch(selection, from: transfer.remote, jobs: transfer.jobs, dryRun: transfer.dryRun)
    }
    let output = FetchOutput(console: session.console)
    if !report.json { output.show(result) }
    var checkout = CheckoutRun(session: session, report: report, isVerbose: global.verbose, dryRun: transfer.dryRun)
    checkout.unpushed = try repository.unpushedPaths()
    checkout.members = [ValueMember("fetch", .map(output.members(result)))]
    // What could not be had is told by the checkout, which names paths; so it comes first.
    do {
      if !transfer.dryRun || result.objects == 0 { try checkout.run(selection.paths, force: force) }
    } catch let failure as Failure where result.failures.isEmpty || failure.category == .interrupted {
      throw failure
    } catch {}
    if let failure = output.failure(of: result) { throw failure }
  }
}

/// How what a fetch did is shown.
struct FetchOutput {
  let console: Console

  func show(_ result: FetchResult) {
    for problem in result.problems { console.remark("note: \(problem)") }
    let from = Shown.list(result.remotes)
    let runs = result.runs > 0 ? ", \(Shown.count(result.runs, "run"))" : ""
    if result.isDryRun {
      return console.tell(
        "would fetch from \(from): \(Shown.count(result.objects, "object")), \(Shown.size(result.bytes))")
    }
    if result.objects == 0, result.runs == 0 {
      if result.failures.isEmpty { console.tell("nothing to fetch: the store has everything") }
      return
    }
    let objects = "\(Shown.count(result.objects, "object")), \(Shown.rate(result.bytes, result.seconds))"
    let runsAlone = Shown.count(result.runs, "run")
    let saved = result.saved > 0 ? "; \(Shown.size(result.saved)) were here already" : ""
    console.tell("fetched from \(from): \(result.objects > 0 ? objects + runs + saved : runsAlone)")
  }

  func members(_ result: FetchResult) -> [ValueMember] {
    [
      ValueMember("remotes", .list(result.remotes.map(Value.string))), ValueMember("dry_run", .bool(result.isDryRun)),
      ValueMember("objects", .int(result.objects)), ValueMember("bytes", .int(result.bytes)),
      ValueMember("saved", .int(result.saved)), ValueMember("runs", .int(result.runs)),
      ValueMember("seconds", .float(result.seconds)),
      ValueMember("failures", .list(result.failures.map { .string("\($0)") })),
    ]
  }

  func failure(of result: FetchResult) -> Failure? {
    guard let first = result.failures.first else { return nil }
    let shown = result.failures.prefix(20).map { "\($0)" }.joined(separator: "\n     ")
    let isDamaged = result.failures.contains { $0.category == .damaged }
    return Failure(
      "could not fetch everything",
      why: "\(Shown.count(result.failures.count, "object")) cannot be had; the rest is done:\n     \(shown)",
      hint: first.hint, category: isDamaged ? .damaged : .dataMissing)
  }
}
