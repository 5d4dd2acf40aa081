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

  @Flag(name: .shortAndLong, help: "Run the stages even if nothing changed.")
  var force = false

  @Flag(name: .shortAndLong, help: "Run only the named stages, not what they depend on.")
  var single = false

  @Flag(help: "Run the named stages and what depends on them.")
  var downstream = false

  @OptionGroup var report: ReportOptions

  func validate() throws {
    if single && downstream { throw ValidationError("Choose one of --single and --downstream.") }
    if (single || downstream) && targets.isEmpty { throw ValidationError("Name the stages.") }
  }

  func run() throws {
    let session = try Session(global)
    let console = session.console
    var options = ReproOptions()
    options.targets = targets
    options.force = force
    options.single = single
    options.downstream = downstream
    let planned = try session.repository.planRepro(options, current: console.currentFolder)
    if dryRun { return show(planned.plan, console) }
    let isJSON = report.json
    var output = ReproOutput(console: console)
    let done = try session.repository.execute(
      planned, with: LocalExecutor(), environment: Self.environment(console)
    ) { event in
      isJSON ? Self.note(event) : output.show(event)
    }
    if isJSON {
      console.answer(json: json(done))
    } else if done.ran.isEmpty, done.restored.isEmpty {
      console.tell("Nothing to do: \(Shown.count(done.skipped.count, "stage")) up to date.")
    }
  }

  /// Stages find this program under its name even where it is not installed.
  private static func environment(_ console: Console) -> [String: String] {
    var environment = console.environment
    if let folder = Console.ownFolder {
      environment["PATH"] = (environment["PATH"].map { $0 + ":" } ?? "/usr/local/bin:/usr/bin:/bin:") + folder
    }
    return environment
  }

  private func show(_ plan: ReproPlan, _ console: Console) {
    if report.json { return console.answer(json: .list(plan.steps.map(\.json))) }
    for step in plan.steps {
      console.answer("\(console.styled(step.stage.text, .bold)): \(step.action.word)")
      for reason in step.action.reasons { console.answer("  \(reason)") }
    }
  }

  /// With --json the answer alone is on standard output; what stages print goes to standard error.
  private static func note(_ event: ReproEvent) {
    if case .output(let bytes) = event { bytes.withUnsafeBytes { Console.write($0, to: 2) } }
  }

  private func json(_ done: ReproReport) -> Value {
    func names(_ stages: [StageID]) -> Value { .list(stages.map { .string($0.text) }) }
    return .map([
      ValueMember("ran", names(done.ran)), ValueMember("restored", names(done.restored)),
      ValueMember("up_to_date", names(done.skipped)),
    ])
  }
}

extension ReproPlan.Action {
  fileprivate var word: String {
    switch self {
    case .upToDate: "up to date"
    case .frozen: "frozen"
    case .restore: "restores outputs from the store"
    case .reuse: "reuses an earlier result"
    case .run: "runs"
    case .runIfChanged: "may run"
    }
  }

  fileprivate var reasons: [String] {
    switch self {
    case .upToDate, .frozen: []
    case .restore(let paths): paths.map { "output deleted \($0)" }
    case .run(let reasons), .reuse(_, let reasons): reasons.map(\.text)
    case .runIfChanged(let upstream):
      ["if \(upstream.map { "'\($0)'" }.joined(separator: " or ")) makes something new"]
    }
  }
}

extension ReproPlan.Step {
  fileprivate var json: Value {
    .map([
      ValueMember("stage", .string(stage.text)), ValueMember("action", .string(action.word)),
      ValueMember("reasons", .list(action.reasons.map(Value.string))),
    ])
  }
}

/// Shows what happens while stages run.
private struct ReproOutput {
  let console: Console
  /// Whether the last thing a command printed was the end of a line.
  private var isAtLineStart = true

  init(console: Console) { self.console = console }

  mutating func show(_ event: ReproEvent) {
    if case .output(let bytes) = event {
      if !console.isQuiet { bytes.withUnsafeBytes(console.pass) }
      isAtLineStart = bytes.last.map { $0 == UInt8(ascii: "\n") } ?? isAtLineStart
      return
    }
    if !isAtLineStart { console.tell("") }
    isAtLineStart = true
    tell(event)
  }

  private func tell(_ event: ReproEvent) {
    switch event {
    case .upToDate(let stage): if console.isVerbose { console.tell("\(stage): up to date") }
    case .frozen(let stage): console.tell("\(stage): frozen")
    case .unchanged(let stage): console.tell("\(stage): up to date, its inputs came out as they were")
    case .restored(let stage, let paths):
      console.tell("\(stage): restored \(paths.map(\.text).joined(separator: ", ")) from the store")
    case .started(let stage, let reasons, let commands):
      console.tell("\(console.styled(stage.text, .bold)): \(reasons.map(\.text).joined(separator: "; "))")
      for command in commands { console.tell(console.styled("  $ \(command)", .dim)) }
    case .output: break
    case .finished(let stage, let seconds):
      console.tell("\(stage): done in \(Shown.seconds(seconds))")
    }
  }
}
