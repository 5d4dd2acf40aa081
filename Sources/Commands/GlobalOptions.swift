import ArgumentParser
import Diagnostics
import Files
import Repositories

/// Options that every command has.
struct GlobalOptions: ParsableArguments {
  @Option(
    name: .customShort("C"), help: ArgumentHelp("Run as if started in this folder.", valueName: "dir"),
    completion: .directory)
  var directory: String?

  @Flag(name: .shortAndLong, help: "Print nothing but what was asked for.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Print more.")
  var verbose = false

  @Flag(name: .long, help: "Use no colour.")
  var noColor = false
}

/// For commands that report something.
struct ReportOptions: ParsableArguments {
  @Flag(name: .long, help: "Print JSON.")
  var json = false
}

/// What most commands start from: a console and an open repository.
struct Session {
  let console: Console
  let repository: Repository

  init(_ options: GlobalOptions) throws(Failure) {
    console = try Console(options)
    repository = try Repository.open(from: console.currentFolder, environment: console.environment)
    let console = console
    for told in repository.recovered { console.remark("note: \(told)") }
    repository.waiting = { holder in console.remark("waiting for \(holder) to finish") }
    repository.healing = { remote in
      console.remark(
        "note: what is damaged or lost in the store is had again from '\(remote)'; 'mlrepo fsck' looks for more")
    }
  }

  /// Runs `body` and shows how far it has come, unless the answer is to be JSON.
  func withProgress<Result>(_ report: ReportOptions, _ body: () throws -> Result) rethrows -> Result {
    try ProgressDisplay.during(console, repository.progress, asJSON: report.json, body)
  }

  func path(_ argument: String) throws(Failure) -> RepositoryPath {
    try repository.path(ArgumentText.bytes(argument), from: console.currentFolder)
  }

  func paths(_ arguments: [String]) throws(Failure) -> [RepositoryPath] {
    var found: [RepositoryPath] = []
    for argument in arguments { found.append(try path(argument)) }
    return found
  }
}
