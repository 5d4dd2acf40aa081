import ArgumentParser
import Diagnostics
import Files
import Formats
import Repositories

struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make a repository in the current folder.",
    discussion: """
      Makes .mlrepo with its .gitignore and settings, and stages both in git. The folder must be the root of a git \
      repository, or with --subdir any folder in one. Doing it again changes nothing.

      Example: git init && mlrepo init && git commit -m "start using mlrepo"
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Make the repository for this sub-folder of a git repository only.")
  var subdir = false

  @Option(help: "Keep the objects in this folder, shared with other clones on this machine.", completion: .directory)
  var store: String?

  @OptionGroup var report: ReportOptions

  func run() throws {
    let console = try Console(global)
    let done = try Repository.create(
      at: console.currentFolder, subfolder: subdir, store: store.map(console.absolute),
      environment: console.environment)
    if report.json {
      return console.answer(
        json: .map([
          ValueMember("root", .string(PathText.escape(done.root))), ValueMember("created", .bool(done.isNew)),
        ]))
    }
    let root = PathText.escape(done.root)
    console.tell(done.isNew ? "initialized \(root)/.mlrepo" : "\(root)/.mlrepo is there already; nothing changed")
    if done.isNew { console.tell("next: mlrepo add DATA, then git commit") }
  }
}

struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Print the version.", discussion: "Example: mlrepo version")

  @OptionGroup var global: GlobalOptions
  @OptionGroup var report: ReportOptions

  func run() throws {
    let console = try Console(global)
    if report.json {
      console.answer(json: .map([ValueMember("version", .string(Version.text))]))
    } else {
      console.answer(Version.line)
    }
  }
}

struct Config: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Show or change settings.",
    discussion: """
      Settings stand in .mlrepo/config, which git shares; in .mlrepo/config.local, for this clone only; and in the \
      user's own file. Later ones win: user, shared, local.

      Example: mlrepo config core.lockTimeout 120 --local
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The setting, such as gc.gracePeriod.", completion: .list(Setting.allCases.map(\.rawValue)))
  var name: String?

  @Argument(help: "Its new value.")
  var value: String?

  @Flag(help: "List all settings with their values; the default without a setting.")
  var list = false

  @Flag(help: "Go back to the default.")
  var unset = false

  @Flag(help: "Change the file for this clone only.")
  var local = false

  @Flag(help: "Change the user's own file.")
  var user = false

  @OptionGroup var report: ReportOptions

  func validate() throws {
    if local && user { throw ValidationError("Choose one of --local and --user.") }
    if name == nil && unset { throw ValidationError("--unset needs a setting.") }
    if name != nil && list { throw ValidationError("--list takes no setting.") }
    if unset && value != nil { throw ValidationError("--unset takes no value.") }
  }

  func run() throws {
    let session = try Session(global)
    let settings = session.repository.settings
    guard let name else { return try showAll(session) }
    if value != nil || unset {
      return try settings.set(name, to: value, in: local ? .local : user ? .user : .shared)
    }
    let found = try settings.value(Settings.setting(name))
    if report.json {
      session.console.answer(json: json(found))
    } else {
      session.console.answer(found.value)
    }
  }

  private func showAll(_ session: Session) throws {
    var members: [ValueMember] = []
    for setting in Setting.allCases {
      let found = try session.repository.settings.value(setting)
      members.append(ValueMember(setting.rawValue, json(found)))
      if report.json { continue }
      let origin = found.scope.map { "(\($0.rawValue))" } ?? "(default)"
      session.console.answer("\(setting.rawValue) = \(found.value) \(origin)")
      session.console.answer("    \(setting.summary)")
    }
    if report.json { session.console.answer(json: .map(members)) }
  }

  private func json(_ found: (value: String, scope: Settings.Scope?)) -> Value {
    .map([
      ValueMember("value", .string(found.value)),
      ValueMember("from", .string(found.scope?.rawValue ?? "default")),
    ])
  }
}
