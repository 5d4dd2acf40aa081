import ArgumentParser
import Diagnostics
import Files
import Formats
import Repositories

/// A repository elsewhere, for the commands that read one.
struct SourceArguments: ParsableArguments {
  @Argument(help: ArgumentHelp("A git URL or a folder; @REV behind it names a revision.", valueName: "repository"))
  var source: String

  @Option(help: "The revision, if it is not named behind an @; by default what is checked out there.")
  var rev: String?

  func address(_ console: Console) throws(Failure) -> SourceAddress {
    try SourceAddress(ArgumentText.bytes(source), revision: rev, current: console.currentFolder)
  }

  /// A path in the repository, as a user writes it.
  static func path(_ argument: String?) throws(Failure) -> RepositoryPath {
    let parts = ArgumentText.bytes(argument ?? "").split(separator: UInt8(ascii: "/"))
      .filter { !$0.elementsEqual(".".utf8) }
    return parts.isEmpty ? .root : try RepositoryPath(validating: Array(parts.joined(separator: [UInt8(ascii: "/")])))
  }
}

struct Get: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Copy data out of another repository.",
    discussion: """
      Copies a tracked file or folder, a part of one, or a file that git keeps, as of a revision. Only what is needed comes, \
      from that repository's own store if it is on this machine, else from its remotes. No repository is needed here. \
      'mlrepo import' also remembers where it came from.

      Example: mlrepo get https://example.org/team/data.git@v2 data/train -o train
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var source: SourceArguments

  @Argument(help: "The path in that repository.")
  var path: String

  @Option(
    name: [.customShort("o"), .long], help: "Where to write; by default the same name here.", completion: .file())
  var out: String?

  @Flag(name: .shortAndLong, help: "Put what is there aside, with ~ behind its name.")
  var force = false

  @OptionGroup var report: ReportOptions

  func run() throws {
    let console = try Console(global)
    let elsewhere = Elsewhere(current: console.currentFolder, environment: console.environment)
    let address = try source.address(console)
    let path = try SourceArguments.path(path)
    let copied = try ProgressDisplay.during(console, elsewhere.progress, asJSON: report.json) {
      try elsewhere.get(address, path, to: out.map(ArgumentText.bytes), force: force)
    }
    CopyOutput(console: console).show(copied, asJSON: report.json)
  }
}

/// How what was copied is told.
struct CopyOutput {
  let console: Console

  func show(_ copied: CopiedPath, asJSON: Bool) {
    let target = PathText.escape(copied.target)
    guard !asJSON else {
      var members = [ValueMember("path", .string(target))] + copied.content.json
      if let commit = copied.commit { members.append(ValueMember("commit", .string(commit))) }
      return console.answer(json: .map(members))
    }
    let from = copied.commit.map { " at \($0.prefix(7))" } ?? ""
    console.tell("wrote \(shown(copied.target))  \(Shown.content(copied.content))\(from)")
  }

  /// A path as seen from where the user is.
  private func shown(_ path: [UInt8]) -> String {
    let here = console.currentFolder + [UInt8(ascii: "/")]
    return PathText.escape(path.starts(with: here) ? Array(path.dropFirst(here.count)) : path)
  }
}

struct ListElsewhere: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List what another repository tracks.",
    discussion: """
      Shows as 'mlrepo ls' does what is tracked in a repository elsewhere, at a revision. Only listings come, no data.

      Example: mlrepo list https://example.org/team/data.git@v2 data -R
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var source: SourceArguments

  @Argument(help: "Where to look; everywhere by default.")
  var path: String?

  @Flag(name: [.customShort("R"), .long], help: "List every file in folders.")
  var recursive = false

  @OptionGroup var report: ReportOptions

  func run() throws {
    let console = try Console(global)
    let elsewhere = Elsewhere(current: console.currentFolder, environment: console.environment)
    let address = try source.address(console)
    let path = try SourceArguments.path(path)
    let found = try ProgressDisplay.during(console, elsewhere.progress, asJSON: report.json) {
      try elsewhere.list(address, path, recursive: recursive)
    }
    ListOutput(console: console).show(found, asJSON: report.json)
  }
}
