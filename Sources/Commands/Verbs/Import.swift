import ArgumentParser
import Diagnostics
import Files
import Formats
import Repositories
import Workspaces

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Copy data out of another repository, and track it.",
    discussion: """
      Does what get does, and adds the data here; its pointer remembers the repository, the revision and the path. \
      'mlrepo update' brings what has changed there since.

      Example: mlrepo import https://example.org/team/data.git@main data/train -o data/train
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var source: SourceArguments

  @Argument(help: "The path in that repository.")
  var path: String

  @Option(
    name: [.customShort("o"), .long], help: "Where to put it; by default the same name here.",
    completion: .file())
  var out: String?

  @Flag(name: .shortAndLong, help: "Replace what is there; it is stored first.")
  var force = false

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let address = try source.address(session.console)
    let path = try SourceArguments.path(path)
    let target = try session.importTarget(out, name: Array(path.name))
    let done = try session.withProgress(report) {
      try session.repository.importing(address, path, to: target, force: force)
    }
    ImportOutput(console: session.console).show(done, asJSON: report.json)
  }
}

/// Where what comes from a URL is to be.
struct TargetArguments: ParsableArguments {
  @Argument(help: "Where to put it; by default the name in the URL.", completion: .file())
  var place: String?

  @Option(name: [.customShort("o"), .long], help: "The same.", completion: .file())
  var out: String?

  var path: String? { out ?? place }

  func validate() throws {
    if out != nil, place != nil { throw ValidationError("Say where to put it once.") }
  }
}

struct ImportURL: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import-url",
    abstract: "Copy data from a URL, and track it.",
    discussion: """
      Takes a file from a web server, an object or all below a prefix of S3, a file or folder of another machine by SSH, or \
      one of this machine, and adds it here. Its pointer remembers the URL and what the server says of its version, so that \
      'mlrepo update' fetches it again only when it has changed.

      Example: mlrepo import-url https://example.org/iris.csv data/iris.csv
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "https://…, s3://…, ssh://…, or a path.")
  var url: String

  @OptionGroup var target: TargetArguments

  @Flag(name: .shortAndLong, help: "Replace what is there; it is stored first.")
  var force = false

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let target = try session.importTarget(target.path, name: Elsewhere.name(of: url))
    let done = try session.withProgress(report) {
      try session.repository.importing(url: url, current: session.console.currentFolder, to: target, force: force)
    }
    ImportOutput(console: session.console).show(done, asJSON: report.json)
  }
}

struct GetURL: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get-url",
    abstract: "Copy data from a URL.",
    discussion: """
      Takes what import-url takes, and only writes it: nothing is tracked, and no repository is needed.

      Example: mlrepo get-url s3://bucket/images/ images
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "https://…, s3://…, ssh://…, or a path.")
  var url: String

  @OptionGroup var target: TargetArguments

  @Flag(name: .shortAndLong, help: "Put what is there aside, with ~ behind its name.")
  var force = false

  @OptionGroup var report: ReportOptions

  func run() throws {
    let console = try Console(global)
    let elsewhere = Elsewhere(current: console.currentFolder, environment: console.environment)
    let copied = try ProgressDisplay.during(console, elsewhere.progress, asJSON: report.json) {
      try elsewhere.get(url: url, to: target.path.map(ArgumentText.bytes), force: force)
    }
    CopyOutput(console: console).show(copied, asJSON: report.json)
  }
}

struct Update: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "update",
    abstract: "Bring imported data up to date.",
    discussion: """
      Asks where each import is from whether it has changed, and takes over what has. Imports from places on this machine \
      are only updated when they are named. Nothing changes when any of them cannot be had; 'mlrepo undo' takes it back.

      Example: mlrepo update data/train --rev v2
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Imports, or folders with some in them; all by default.", completion: .file())
  var paths: [String] = []

  @Option(help: "From now on take imports from repositories at this revision.")
  var rev: String?

  @Flag(name: .shortAndLong, help: "Go ahead where unsaved content is in the way; it is stored first.")
  var force = false

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let done = try session.withProgress(report) {
      try session.repository.update(session.paths(paths), revision: rev, force: force)
    }
    let output = ImportOutput(console: session.console)
    if report.json {
      let all = done.paths.map(output.json) + done.skipped.map { output.json($0, "skipped") }
      return session.console.answer(json: .list(all))
    }
    for path in done.paths { output.tell(path) }
    for path in done.skipped {
      session.console.remark(
        "note: \(path.path) is from this machine (\(path.origin.place)); it is updated when it is named")
    }
    if done.paths.isEmpty && done.skipped.isEmpty { session.console.tell("nothing to do: nothing is imported") }
  }
}

/// How what was imported is told.
struct ImportOutput {
  let console: Console

  func show(_ item: ImportedPath, asJSON: Bool) {
    if asJSON { console.answer(json: json(item)) } else { tell(item) }
  }

  func tell(_ item: ImportedPath) {
    let word = item.action == .added ? "imported" : item.action.rawValue
    console.tell("\(Shown.column(word, 9)) \(item.path)  \(Shown.content(item.content)) from \(item.origin.place)")
  }

  func json(_ item: ImportedPath) -> Value { json(item, item.action.rawValue) }

  func json(_ item: ImportedPath, _ action: String) -> Value {
    .map(
      [ValueMember("path", .string(item.path.text)), ValueMember("action", .string(action))] + item.content.json
        + [ValueMember("from", .map(item.origin.json))])
  }
}

extension PointerOrigin {
  /// The origin's members in JSON, as in a pointer.
  var json: [ValueMember] { members.map { ValueMember($0.key, $0.value) } }
}

extension Session {
  /// The path that `out` means for an import named `name`: in it, if it is a folder that is there.
  fileprivate func importTarget(_ out: String?, name: [UInt8]) throws(Failure) -> RepositoryPath {
    let given = out.map(ArgumentText.bytes) ?? [UInt8(ascii: ".")]
    let slash = UInt8(ascii: "/")
    var isFolder = out == nil || given.last == slash
    if !isFolder {
      let whole = console.absolute(out ?? "")
      isFolder = try Folder.ifPresent(at: whole) != nil
      // A folder that is tracked itself is meant as a whole.
      if isFolder, let tracked = try? repository.path(whole, from: console.currentFolder) {
        isFolder = try !repository.isTracked(tracked)
      }
    }
    if isFolder, name.isEmpty {
      throw Failure(
        "cannot tell where to put it", why: "the whole of a repository or server has no name of its own",
        hint: "give one with -o", category: .usage)
    }
    return try repository.path(isFolder ? given + [slash] + name : given, from: console.currentFolder)
  }
}
