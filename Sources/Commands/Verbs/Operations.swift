import ArgumentParser
import Diagnostics
import Files
import Formats
import Objects
import Repositories

struct Undo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Take back the last command that changed something.",
    discussion: """
      Pointers, locks, ignore files and the workspace become what they were before it. Called again, it takes back the \
      command before that. An undo is an operation itself: 'mlrepo op restore' brings back what it took away. Git's own \
      commits are not touched.

      Example: mlrepo remove data --data && mlrepo undo
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let undone = try session.repository.undo()
    OperationOutput(console: session.console).showUndone(undone, asJSON: report.json)
  }
}

struct OperationGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "op", abstract: "Show and restore what commands have done.",
    discussion: "Example: mlrepo op log", subcommands: [OperationList.self, OperationShow.self, OperationRestore.self])
}

struct OperationList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "List the commands that changed something, youngest first.",
    discussion: "Example: mlrepo op log -n 5")

  @OptionGroup var global: GlobalOptions

  @Option(name: .shortAndLong, help: "Show at most this many.")
  var number: Int?

  @OptionGroup var report: ReportOptions

  func validate() throws {
    if let number, number < 1 { throw ValidationError("--number must be at least 1.") }
  }

  func run() throws {
    let session = try Session(global)
    let all = try session.repository.operations().all()
    let undone = OperationLog.undone(in: all)
    let shown = all.prefix(number ?? .max)
    if report.json { return session.console.answer(json: .list(shown.map(\.json))) }
    for operation in shown {
      let mark = undone.contains(operation.id) ? "  (undone)" : ""
      let time = Shown.time(operation.time / 1_000_000_000, offset: 0)
      session.console.answer("\(operation.id)  \(time)  \(operation.command)\(mark)")
    }
  }
}

struct OperationShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show what one command changed.",
    discussion: "Example: mlrepo op show 1895")

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The operation's id, or the start or end of it.")
  var id: String

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let operation = try session.repository.operations().find(id)
    if report.json { return session.console.answer(json: operation.json) }
    let console = session.console
    console.answer("\(operation.id)  \(Shown.time(operation.time / 1_000_000_000, offset: 0))")
    console.answer("mlrepo \(operation.command)")
    for change in operation.files {
      console.answer("  \(Shown.column(word(change.before != nil, change.after != nil), 8)) \(change.path)")
    }
    for move in operation.data {
      let sizes = [move.before, move.after].map { $0.map(Shown.content) ?? "nothing" }
      console.answer("  data     \(move.path)  \(sizes[0]) → \(sizes[1])")
    }
  }

  private func word(_ before: Bool, _ after: Bool) -> String { before ? after ? "changed" : "removed" : "added" }
}

struct OperationRestore: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Go back to the state after an operation.",
    discussion: """
      Takes back every later operation, as one operation that can itself be taken back.

      Example: mlrepo op restore 1895
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The operation's id, or the start or end of it.")
  var id: String

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let undone = try session.repository.restore(toOperation: id)
    OperationOutput(console: session.console).showUndone(undone, asJSON: report.json)
  }
}

private struct OperationOutput {
  let console: Console

  func showUndone(_ operations: [Operation], asJSON: Bool) {
    if asJSON { return console.answer(json: .list(operations.map(\.json))) }
    for operation in operations { console.tell("took back: mlrepo \(operation.command)") }
    if operations.isEmpty { console.tell("nothing to take back") }
  }
}

extension Operation {
  fileprivate var json: Value {
    .map([
      ValueMember("id", .string(id)), ValueMember("time", .int(Int(time / 1_000_000_000))),
      ValueMember("command", .string(command)),
      ValueMember(
        "files",
        .list(
          files.map {
            .map([
              ValueMember("path", .string($0.path.text)),
              ValueMember("before", $0.before.map { .string($0.text) } ?? .null),
              ValueMember("after", $0.after.map { .string($0.text) } ?? .null),
            ])
          })),
      ValueMember(
        "data",
        .list(
          data.map {
            .map([
              ValueMember("path", .string($0.path.text)),
              ValueMember("before", $0.before.map { .map($0.json) } ?? .null),
              ValueMember("after", $0.after.map { .map($0.json) } ?? .null),
            ])
          })),
      ValueMember("undoes", .list(undoes.map(Value.string))),
    ])
  }
}
