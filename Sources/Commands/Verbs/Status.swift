import ArgumentParser
import Diagnostics
import Files
import Formats
import Pipelines
import Repositories

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show what differs, in data and in stages.",
    discussion: """
      Compares three things: git's last commit with what is recorded in pointers and locks, what is recorded with the \
      workspace, and what each stage was last run on with what it would run on now. With paths, only what concerns them.

      Example: mlrepo status --exit-code || mlrepo repro
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(
    help: "Tracked paths, folders with some in them, or parts of tracked folders; all by default.",
    completion: .file())
  var paths: [String] = []

  @Flag(help: "Compare with the remote what is recorded, and nothing else.")
  var remote = false

  @Option(name: .customShort("r"), help: ArgumentHelp("With --remote, this one.", valueName: "name"))
  var remoteName: String?

  @OptionGroup(title: "With --remote") var revisions: RevisionOptions

  @Flag(help: "Ask where imports are from whether they have changed there, and nothing else.")
  var imports = false

  @Flag(help: "Exit with 1 when the workspace differs from what is recorded or a stage is out of date.")
  var exitCode = false

  @OptionGroup var report: ReportOptions

  func validate() throws {
    if remoteName != nil && !remote { throw ValidationError("-r needs --remote.") }
    if revisions.areGiven && !remote { throw ValidationError("Revisions and --with-deps need --remote.") }
    if revisions.withDeps && paths.isEmpty { throw ValidationError("--with-deps needs a path.") }
    if imports && !paths.isEmpty { throw ValidationError("--imports takes no paths.") }
    if imports && remote { throw ValidationError("--imports and --remote exclude each other.") }
  }

  func run() throws {
    let session = try Session(global)
    if remote {
      let found = try session.withProgress(report) {
        try session.repository.remoteStatus(remoteName, of: revisions.selection(of: paths, session))
      }
      RemoteStatusOutput(console: session.console).show(found, asJSON: report.json)
      if exitCode && !found.isClean { throw ExitCode(ExitStatus.no) }
      return
    }
    if imports {
      let found = try session.withProgress(report) { try session.repository.importStates() }
      ImportStatusOutput(console: session.console).show(found, asJSON: report.json)
      if exitCode && found.contains(where: { $0.state != .current }) { throw ExitCode(ExitStatus.no) }
      return
    }
    let status = try session.withProgress(report) { try session.repository.status(of: session.paths(paths)) }
    if report.json {
      session.console.answer(json: json(status))
    } else {
      show(status, session.console)
    }
    if exitCode && !status.isClean { throw ExitCode(ExitStatus.no) }
  }

  private func show(_ status: StatusReport, _ console: Console) {
    if !status.recorded.isEmpty {
      console.tell("Recorded, to be committed in git:")
      show(status.recorded, console, .green)
    }
    if !status.workspace.isEmpty {
      console.tell("Changed in the workspace ('mlrepo add' or 'mlrepo commit' records, 'mlrepo checkout' restores):")
      show(status.workspace, console, .red)
    }
    let outOfDate = status.stages.filter(\.isOutOfDate)
    if !outOfDate.isEmpty {
      console.tell("Stages out of date ('mlrepo repro' runs them):")
      for change in outOfDate {
        console.tell("  \(console.styled(change.stage.text, .bold))")
        for line in change.lines { console.tell("    \(line)") }
        if let why = change.failure { console.tell("    \(console.styled("last run failed:", .red)) \(why)") }
      }
    }
    for change in status.stages {
      for drift in change.drift { console.tell("Reported only: \(drift.text), for stage \(change.stage)") }
    }
    if status.isClean {
      console.tell(
        status.recorded.isEmpty
          ? "Nothing has changed: data and stages are as recorded." : "The workspace is as recorded.")
    }
  }

  /// At most this many paths are named; a folder of a hundred thousand does not scroll past.
  private static let shownLimit = 50

  private func show(_ changes: [DataChange], _ console: Console, _ style: Console.Style) {
    let limit = global.verbose ? Int.max : Self.shownLimit
    for change in changes.prefix(limit) { console.tell(line(change, console, style)) }
    if changes.count > limit { console.tell("  and \(changes.count - limit) more (-v names all)") }
  }

  private func line(_ change: DataChange, _ console: Console, _ style: Console.Style) -> String {
    let word = console.styled(Shown.column(change.kind.rawValue + ":", 14), style)
    return "  \(word) \(change.path)\(change.detail.map { "  (\($0))" } ?? "")"
  }

  private func json(_ status: StatusReport) -> Value {
    .map([
      ValueMember("clean", .bool(status.isClean)), ValueMember("recorded", .list(status.recorded.map(\.json))),
      ValueMember("workspace", .list(status.workspace.map(\.json))),
      ValueMember(
        "stages",
        .list(
          status.stages.map {
            .map([
              ValueMember("stage", .string($0.stage.text)), ValueMember("reasons", .list($0.lines.map(Value.string))),
              ValueMember("reported", .list($0.drift.map { .string($0.text) })),
              ValueMember("failed", $0.failure.map(Value.string) ?? .null),
            ])
          })),
    ])
  }
}

extension DataChange {
  fileprivate var json: Value {
    var members = [ValueMember("path", .string(path.text)), ValueMember("status", .string(kind.rawValue))]
    if let detail { members.append(ValueMember("detail", .string(detail))) }
    return .map(members)
  }
}

extension StageChange {
  /// Why the stage is not up to date, a line each.
  fileprivate var lines: [String] {
    switch action {
    case .run(let reasons): reasons.map(\.statusText)
    case .reuse(_, let reasons):
      // The run was somewhere else: in another branch or clone, or of another name.
      reasons.filter { $0 != .neverRun }.map(\.statusText) + ["reuses the result of an earlier run"]
    case .runIfChanged(let upstream):
      ["runs if \(upstream.map { "'\($0)'" }.joined(separator: " or ")) makes something new"]
    case .restore(let paths): paths.map { "changed output: \($0) (deleted; the store has it)" }
    case .upToDate, .frozen: []
    }
  }
}
