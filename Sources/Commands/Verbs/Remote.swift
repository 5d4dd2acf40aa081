import ArgumentParser
import Diagnostics
import Formats
import Repositories

struct RemoteGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remote",
    abstract: "Say where else the data is kept.",
    discussion: """
      A remote is a place that several clones share: push sends to it what it lacks, fetch and pull bring what is lacking \
      here. It stands in .mlrepo/config, which git shares, or with --local in config.local, for this clone only.

      Example: mlrepo remote add origin /mnt/share/project
      """,
    subcommands: [
      RemoteAdd.self, RemoteModify.self, RemoteRemove.self, RemoteRename.self, RemoteDefault.self, RemoteList.self,
      RemoteCheck.self, RemoteTrust.self,
    ])
}

/// Which configuration file a command changes.
struct ScopeOptions: ParsableArguments {
  @Flag(help: "Change the file for this clone only.")
  var local = false

  @Flag(help: "Change the user's own file.")
  var user = false

  var scope: Settings.Scope { local ? .local : user ? .user : .shared }

  func validate() throws {
    if local && user { throw ValidationError("Choose one of --local and --user.") }
  }
}

struct RemoteAdd: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Add a remote.",
    discussion: """
      The address is the path of a folder, also of a network mount, s3://BUCKET/PREFIX, ssh://USER@HOST/PATH, or \
      https://HOST/PATH. The first remote is the default.

      Example: mlrepo remote add origin /mnt/share/project
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Its name, such as origin.")
  var name: String

  @Argument(help: "Where it is.", completion: .directory)
  var url: String

  @Flag(name: .shortAndLong, help: "Make it the default.")
  var `default` = false

  @OptionGroup var scope: ScopeOptions

  func run() throws {
    let session = try Session(global)
    let isFirst = try session.repository.settings.remotes().isEmpty
    let added = try session.repository.addRemote(
      name, url: url, current: session.console.currentFolder, isDefault: `default`, in: scope.scope)
    session.console.tell("added the remote '\(name)': \(added.shownURL)")
    if isFirst { session.console.tell("send data to it with: mlrepo push") }
  }
}

struct RemoteModify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "modify", abstract: "Change an option of a remote.",
    discussion: "Example: mlrepo remote modify origin endpointurl https://minio.example.org")

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The remote.")
  var name: String

  @Argument(help: "The option, such as url, jobs or region.", completion: .list(RemoteOption.allCases.map(\.rawValue)))
  var option: String

  @Argument(help: "Its new value.")
  var value: String?

  @Flag(help: "Go back to the default.")
  var unset = false

  @OptionGroup var scope: ScopeOptions

  func validate() throws {
    if unset == (value != nil) { throw ValidationError("Give a value, or --unset.") }
  }

  func run() throws {
    let session = try Session(global)
    let place = try session.repository.modifyRemote(
      name, Settings.remoteOption(option), to: value, current: session.console.currentFolder, in: scope.scope)
    if let place { session.console.tell("the secrets of '\(name)' are for \(place)") }
  }
}

struct RemoteTrust: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trust", abstract: "Let the secrets of a remote go where it is now.",
    discussion: """
      Passwords, keys and tokens go only to the address that they were given for. When a commit of somebody else changes \
      it, or turns encryption off, the remote is refused; this says that the change is right.

      Example: mlrepo remote trust origin
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The remote.")
  var name: String

  func run() throws {
    let session = try Session(global)
    let place = try session.repository.trustRemote(name)
    session.console.tell("the secrets of '\(name)' are for \(place)")
  }
}

struct RemoteRemove: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Forget a remote. What it holds stays where it is.",
    discussion: "Example: mlrepo remote remove origin")

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The remote.")
  var name: String

  func run() throws {
    let session = try Session(global)
    try session.repository.removeRemote(name)
    session.console.tell("forgot the remote '\(name)'; what it holds is still there")
  }
}

struct RemoteRename: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rename", abstract: "Give a remote another name.",
    discussion: "Example: mlrepo remote rename origin share")

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The remote.")
  var old: String

  @Argument(help: "Its new name.")
  var new: String

  func run() throws { try Session(global).repository.renameRemote(old, to: new) }
}

struct RemoteDefault: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "default", abstract: "Show or choose the remote that push, fetch and pull use.",
    discussion: "Example: mlrepo remote default origin")

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The remote.")
  var name: String?

  @OptionGroup var scope: ScopeOptions

  func run() throws {
    let session = try Session(global)
    let settings = session.repository.settings
    guard let name else { return session.console.answer(try settings.remote().name) }
    try settings.set(Setting.remote.rawValue, to: settings.remote(name).name, in: scope.scope)
  }
}

struct RemoteList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the remotes.", discussion: "Example: mlrepo remote list")

  @OptionGroup var global: GlobalOptions
  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let remotes = try session.repository.settings.remotes()
    let chosen = try session.repository.settings.defaultRemote()
    if report.json { return session.console.answer(json: .list(remotes.map { json($0, $0.name == chosen) })) }
    if remotes.isEmpty { session.console.tell("There is no remote; add one with: mlrepo remote add NAME URL") }
    let width = remotes.map(\.name.count).max() ?? 0
    for remote in remotes {
      let mark = remote.name == chosen ? "  (default)" : ""
      session.console.answer("\(Shown.column(remote.name, width))  \(remote.shownURL)\(mark)")
    }
  }

  private func json(_ remote: RemoteConfig, _ isDefault: Bool) -> Value {
    .map([
      ValueMember("name", .string(remote.name)), ValueMember("url", .string(remote.shownURL)),
      ValueMember("default", .bool(isDefault)), ValueMember("from", .string(remote.scope.rawValue)),
    ])
  }
}

struct RemoteCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Look whether a remote can be reached and read.",
    discussion: """
      Reads the remote's list of files and its indexes. With --write, it also writes, reads and removes a small file.

      Example: mlrepo remote check origin --write
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The remote; the default if none is named.")
  var name: String?

  @Flag(help: "Also write, read and remove a small file.")
  var write = false

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let check = try session.repository.checkRemote(name, writing: write)
    if report.json {
      session.console.answer(json: json(check))
    } else {
      let held = "\(Shown.count(check.packs, "pack")), \(Shown.size(check.bytes))"
      session.console.tell("\(check.name): \(check.place)")
      session.console.tell(check.isNew ? "  nothing has been pushed to it yet" : "  \(held)")
      if check.isWritable == true { session.console.tell("  can be written") }
    }
    if let problem = check.problems.first {
      throw Failure(
        "the remote '\(check.name)' is damaged", why: "\(problem)",
        hint: "push from a clone that has the data; what is there stays usable", category: .damaged)
    }
  }

  private func json(_ check: Repository.RemoteCheck) -> Value {
    .map([
      ValueMember("name", .string(check.name)), ValueMember("place", .string(check.place)),
      ValueMember("new", .bool(check.isNew)), ValueMember("packs", .int(check.packs)),
      ValueMember("bytes", .int(check.bytes)), ValueMember("writable", check.isWritable.map(Value.bool) ?? .null),
      ValueMember("problems", .list(check.problems.map { .string("\($0)") })),
      ValueMember("seconds", .float(check.seconds)),
    ])
  }
}
