import ArgumentParser
import Diagnostics
import Files
import Formats
import Pipelines
import Repositories

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a command now and record it as a stage.",
    discussion: """
      The command runs as a stage does: its outputs are set aside before and put back if it fails. When it succeeds, \
      the stage is added to mlrepo.yaml and its result to mlrepo.lock, in one operation; else neither changes. A stage \
      that is there already with the same command runs as it stands.

      Example: mlrepo run -d data/train.csv -o model.bin -- python train.py
      """)

  @OptionGroup var global: GlobalOptions

  @Option(name: .shortAndLong, help: "The stage's name; by default 'run-' and a word of the command.")
  var name: String?

  @OptionGroup var items: StageItemOptions
  @OptionGroup var settings: StageSettingOptions

  @Flag(help: "Find out what the command reads and makes (needs strace).")
  var auto = false

  @Flag(name: .shortAndLong, help: "Replace the stage of this name if its command is another.")
  var force = false

  @Flag(help: "Show the stage that would be added; run and change nothing.")
  var dryRun = false

  @Argument(help: "The command.")
  var command: [String]

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    var definition = StageDefinition(name: name ?? "", commands: [StageAdd.shellText(command)])
    definition.items = items.items
    definition.settings = settings.settings
    var request = RunRequest(definition, isNamed: name != nil, folder: try session.path("."))
    request.replaces = force
    request.isAuto = auto
    let (planned, stage, entry) = try session.repository.planRun(request)
    if dryRun { return show(planned, stage, entry, session.console) }
    try execute(planned, stage, session)
  }

  private func show(_ planned: PlannedRepro, _ stage: Stage, _ entry: Value?, _ console: Console) {
    if report.json { return console.answer(json: Self.json(stage, added: entry != nil)) }
    guard let entry else { return console.answer("\(stage.id): would run as it stands in \(stage.id.file)") }
    console.answer("would run, and then add to \(stage.id.file):")
    console.answer(String(YAML.emit(entry).dropLast()))
    if auto { console.remark("and what it is seen to read and make") }
  }

  private func execute(_ planned: PlannedRepro, _ stage: Stage, _ session: Session) throws(Failure) {
    let console = session.console
    let display = ReproDisplay(console, isParallel: false, answersJSON: report.json)
    let done: ReproReport
    do throws(Failure) {
      done = try session.repository.execute(
        planned, with: session.repository.executors(fallback: planned.executor),
        environment: Repro.environment(console)
      ) { event in
        guard case .started(let stage, let reasons, let commands) = event else { return display.show(event) }
        // That it was asked for goes without saying.
        let others = reasons.filter { $0 != .forced }
        display.show(.started(stage, others.isEmpty ? reasons : others, commands: commands))
      }
    } catch {
      display.close()
      throw error
    }
    display.close()
    let recorded = done.added ?? stage
    if report.json { return console.answer(json: Self.json(recorded, added: planned.isAddition)) }
    guard planned.isAddition else { return }
    let made = recorded.outputs.map(\.path.text).joined(separator: ", ")
    console.tell("recorded as the stage '\(stage.id)' in \(stage.id.file)\(made.isEmpty ? "" : "; it makes \(made)")")
    if made.isEmpty { console.remark("note: it has no outputs; say them with -o, or use --auto") }
  }

  private static func json(_ stage: Stage, added: Bool) -> Value {
    guard case .map(let members) = stage.json else { return stage.json }
    return .map(members + [ValueMember("added", .bool(added))])
  }
}
