import ArgumentParser
import Diagnostics
import Files
import Formats
import Objects
import Repositories
import Workspaces

struct Add: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Store files and folders and track them.",
    discussion: """
      The content goes into the store; a pointer PATH.mlr beside each path and a line in .gitignore go into git's index. \
      Adding a tracked path again records what it holds now. What .mlrepoignore files match is left out of \
      folders.

      Example: mlrepo add data/raw.csv images && git commit -m "data v1"
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Files and folders.", completion: .file())
  var paths: [String]

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let done = try session.withProgress(report) { try session.repository.add(try session.paths(paths)) }
    AddOutput(console: session.console).show(done, asJSON: report.json)
  }
}

/// How `add` and `commit` tell what they recorded.
struct AddOutput {
  let console: Console

  func show(_ report: AddReport, asJSON: Bool) {
    if asJSON { return console.answer(json: json(report)) }
    for path in report.paths {
      console.tell("\(Shown.column(path.action.rawValue, 9)) \(path.path)  \(Shown.content(path.content))")
    }
    if report.stored.objects > 0 {
      console.tell("stored \(Shown.count(report.stored.objects, "new object")), \(Shown.size(report.stored.bytes))")
    }
  }

  func json(_ report: AddReport) -> Value {
    .map([
      ValueMember(
        "paths",
        .list(
          report.paths.map {
            .map(
              [ValueMember("path", .string($0.path.text)), ValueMember("action", .string($0.action.rawValue))]
                + $0.content.json)
          })),
      ValueMember(
        "stored",
        .map([
          ValueMember("objects", .int(report.stored.objects)), ValueMember("bytes", .int(report.stored.bytes)),
        ])),
    ])
  }
}

struct Remove: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Stop tracking paths.",
    discussion: """
      Takes away the pointers and the lines in .gitignore. The data stays where it is; with --data it goes too, and is \
      stored first if the store does not have it. Content that commits refer to stays in the store.

      Example: mlrepo remove data/old.csv --data && git commit -m "drop old data"
      """,
    aliases: ["rm"])

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Tracked files and folders, or their pointers.", completion: .file())
  var paths: [String]

  @Flag(help: "Take the data out of the workspace as well.")
  var data = false

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let removed = try session.repository.remove(try session.paths(paths), withData: data)
    if report.json {
      return session.console.answer(
        json: .list(
          removed.map { .map([ValueMember("path", .string($0.path.text))] + $0.content.json) }))
    }
    for path in removed {
      session.console.tell(
        "no longer tracked: \(path.path)\(data ? "; data removed, 'mlrepo undo' brings it back" : "")")
    }
  }
}

struct Unprotect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unprotect",
    abstract: "Make linked files private, so that they can be edited.",
    discussion: """
      Where core.links puts hard or symbolic links into the workspace, the files are the store's own and read-only. This \
      replaces them by copies. Files that are no links stay as they are.

      Example: mlrepo unprotect data/labels.csv && $EDITOR data/labels.csv
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Tracked files and folders, or parts of them.", completion: .file())
  var paths: [String]

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let replaced = try session.repository.unprotect(try session.paths(paths))
    if report.json { return session.console.answer(json: .list(replaced.map { .string($0.text) })) }
    for path in replaced { session.console.tell("private now: \(path)") }
    if replaced.isEmpty { session.console.tell("nothing to do: no links there") }
  }
}

struct Move: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "move",
    abstract: "Rename a tracked path.",
    discussion: """
      Moves the data and its pointer, and rewrites the dependencies of stages that name it. Commands of stages are left \
      alone; those that still name the old path are listed.

      Example: mlrepo move data/raw.csv data/2026/raw.csv
      """,
    aliases: ["mv"])

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The tracked path.", completion: .file())
  var from: String

  @Argument(help: "Its new name, or a folder to move it into.", completion: .file())
  var to: String

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let done = try session.repository.move(try session.path(from), to: try session.path(to))
    if report.json {
      return session.console.answer(
        json: .map([
          ValueMember("from", .string(done.from.text)), ValueMember("to", .string(done.to.text)),
          ValueMember("rewritten", .list(done.rewritten.map(Value.string))),
          ValueMember("commands_to_edit", .list(done.commandsToEdit.map(Value.string))),
        ]))
    }
    session.console.tell("moved \(done.from) to \(done.to)")
    for stage in done.rewritten { session.console.tell("rewrote the dependencies of the stage '\(stage)'") }
    for stage in done.commandsToEdit {
      session.console.remark("note: the command of the stage '\(stage)' still names \(done.from); edit mlrepo.yaml")
    }
  }
}
