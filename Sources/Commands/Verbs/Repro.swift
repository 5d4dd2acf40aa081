import ArgumentParser
import Diagnostics
import Files
import Formats
import Pipelines
import Repositories

struct Repro: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repro",
    abstract: "Run the stages whose inputs changed.",
    discussion: """
      A stage runs when its command, a dependency, a param or an output differs from mlrepo.lock; the reason is told. A \
      stage whose inputs turn out unchanged after those before it ran is not run. The lock is written after each stage. \
      When a stage fails, the lock keeps its last good result and its outputs are put back.

      Example: mlrepo repro --dry-run && mlrepo repro
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Stages, or paths of their outputs; all by default.")
  var targets: [String] = []

  @Flag(name: [.customShort("n"), .long], help: "Show what would run, and why; change nothing.")
  var dryRun = false

  @Flag(help: "Say what made each named stage out of date, in detail and since which commit; change nothing.")
  var explain = false

  @Flag(name: .shortAndLong, help: "Run the stages even if nothing changed.")
  var force = false

  @Flag(help: "Run whatever follows a stage that runs, even if it makes nothing new.")
  var forceDownstream = false

  @Flag(name: .shortAndLong, help: "Run only the named stages, not what they depend on.")
  var single = false

  @Flag(help: "Run the named stages and what depends on them.")
  var downstream = false

  @Flag(help: "Run what the named stages depend on, not the stages themselves.")
  var upstreamOnly = false

  @Flag(help: "Take the targets for patterns: * and ? stand for any characters of a stage's name.")
  var glob = false

  @Flag(name: .shortAndLong, help: "After a failure, go on with the stages that do not follow it.")
  var keepGoing = false

  @Option(
    name: [.customShort("j", allowingJoined: true), .long],
    help: ArgumentHelp("How many stages, by their cpus, run at the same time; core.jobs by default.", valueName: "n"))
  var jobs: Int?

  @Option(
    help: ArgumentHelp(
      "Where stages run that do not say it: local or slurm; repro.executor by default.", valueName: "name"))
  var executor: String?

  @Flag(name: .shortAndLong, help: "Ask before each stage.")
  var interactive = false

  @Flag(help: "Run, but neither store nor lock what is made.")
  var noCommit = false

  @Flag(help: "Neither reuse earlier results nor keep new ones for it.")
  var noRunCache = false

  @Flag(help: "First fetch from the default remote what is lacking, and use the runs that it knows.")
  var pull = false

  @Flag(help: "List the files that stages read or write without saying so (needs strace).")
  var trace = false

  @Flag(help: "Stay, and run again whenever something changes, until Ctrl-C.")
  var watch = false

  @OptionGroup var report: ReportOptions

  func validate() throws {
    if [single, downstream, upstreamOnly].count(where: { $0 }) > 1 {
      throw ValidationError("Choose one of --single, --downstream and --upstream-only.")
    }
    if explain && (dryRun || watch) { throw ValidationError("--explain goes with neither --dry-run nor --watch.") }
    if (single || downstream || upstreamOnly || glob || explain) && targets.isEmpty {
      throw ValidationError("Name the stages.")
    }
    if let jobs, !(1...1024).contains(jobs) { throw ValidationError("--jobs must be a number from 1 to 1024.") }
    if pull && (dryRun || watch || explain) {
      throw ValidationError("--pull goes with neither --dry-run, --explain nor --watch.")
    }
    if watch && (dryRun || report.json) { throw ValidationError("--watch goes with neither --dry-run nor --json.") }
  }

  func run() throws {
    if watch { return try ReproWatch(self).run() }
    let session = try Session(global)
    if explain { return try show(explained: session) }
    try pullFirst(session)
    let planned = try session.repository.planRepro(options(session.console), current: session.console.currentFolder)
    if dryRun { return show(planned.plan, session.console) }
    try execute(planned, session)
  }

  private func pullFirst(_ session: Session) throws {
    guard pull else { return }
    let fetched = try session.withProgress(report) {
      try session.repository.pull(for: options(session.console), current: session.console.currentFolder)
    }
    if fetched.objects + fetched.runs > 0, !report.json { FetchOutput(console: session.console).show(fetched) }
  }

  func options(_ console: Console) -> ReproOptions {
    var options = ReproOptions()
    options.targets = targets
    options.areGlobs = glob
    options.force = force
    options.forcesDownstream = forceDownstream
    options.single = single
    options.downstream = downstream
    options.upstreamOnly = upstreamOnly
    options.keepsGoing = keepGoing
    options.isCommitted = !noCommit
    options.usesRunCache = !noRunCache
    options.isTraced = trace
    options.jobs = jobs
    options.executor = executor
    if interactive {
      // Questions and output of several stages would not be told apart.
      options.jobs = 1
      options.confirm = Question(console).ask
    }
    return options
  }

  func execute(_ planned: PlannedRepro, _ session: Session) throws(Failure) {
    let console = session.console
    let display = ReproDisplay(console, isParallel: planned.isParallel, answersJSON: report.json)
    let done: ReproReport
    do throws(Failure) {
      done = try session.repository.execute(
        planned, with: session.repository.executors(fallback: planned.executor),
        environment: Self.environment(console), on: display.show)
    } catch {
      display.close()
      throw error
    }
    display.close()
    if !done.declined.isEmpty { console.tell("Not run: \(done.declined.map(\.text).joined(separator: ", "))") }
    if report.json {
      console.answer(json: json(done))
    } else if done.ran.isEmpty, done.restored.isEmpty, done.declined.isEmpty {
      console.tell("Nothing to do: \(Shown.count(done.skipped.count, "stage")) up to date.")
    }
  }

  /// Stages find this program under its name even where it is not installed.
  static func environment(_ console: Console) -> [String: String] {
    var environment = console.environment
    if let folder = Console.ownFolder {
      environment["PATH"] = (environment["PATH"].map { $0 + ":" } ?? "/usr/local/bin:/usr/bin:/bin:") + folder
    }
    return environment
  }

  private func show(explained session: Session) throws(Failure) {
    let console = session.console
    let explanation = ReproExplanation(
      explained: try session.repository.explain(options(console), current: console.currentFolder))
    if report.json { console.answer(json: explanation.json) } else { explanation.show(on: console) }
  }

  private func show(_ plan: ReproPlan, _ console: Console) {
    if report.json { return console.answer(json: .list(plan.steps.map(\.json))) }
    for step in plan.steps {
      console.answer("\(console.styled(step.stage.text, .bold)): \(step.action.word)")
      for line in step.lines { console.answer("  \(line)") }
    }
  }

  private func json(_ done: ReproReport) -> Value {
    func names(_ stages: [StageID]) -> Value { .list(stages.map { .string($0.text) }) }
    func paths(_ paths: [RepositoryPath]) -> Value { .list(paths.map { .string($0.text) }) }
    var members = [
      ValueMember("ran", names(done.ran)), ValueMember("restored", names(done.restored)),
      ValueMember("up_to_date", names(done.skipped)),
    ]
    if interactive { members.append(ValueMember("declined", names(done.declined))) }
    if trace {
      let stages = done.undeclared.map { stage, read, written in
        Value.map([
          ValueMember("stage", .string(stage.text)), ValueMember("reads", paths(read)),
          ValueMember("writes", paths(written)),
        ])
      }
      members.append(ValueMember("undeclared", .list(stages)))
    }
    return .map(members)
  }
}

extension ReproPlan.Step {
  var json: Value {
    .map([
      ValueMember("stage", .string(stage.text)), ValueMember("action", .string(action.word)),
      ValueMember("reasons", .list(lines.map(Value.string))),
    ])
  }
}

/// Asks the user about each stage.
private final class Question {
  private let console: Console
  private var answersAll: Bool?

  init(_ console: Console) { self.console = console }

  func ask(_ stage: StageID, _ reasons: [RunReason]) -> Bool {
    if let answersAll { return answersAll }
    Console.write(
      "\(console.styled(stage.text, .bold)): \(reasons.map(\.text).joined(separator: "; "))\n"
        + "run it? [y]es, [n]o, [a]ll, [q]uit: ", to: 1)
    let answer = readLine()?.lowercased()
    if answer == nil { Console.write("\n", to: 1) }
    switch answer?.first {
    case "y": return true
    case "a": answersAll = true
    case "n": return false
    // Who says nothing that is understood has not agreed.
    default: answersAll = false
    }
    return answersAll ?? false
  }
}
