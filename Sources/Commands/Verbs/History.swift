import ArgumentParser
import Diagnostics
import Files
import Formats
import Git
import Objects
import Repositories
import Workspaces

struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show which tracked paths differ between two commits.",
    discussion: """
      Without revisions HEAD is compared with the workspace, with one that commit with the workspace. Folders are \
      summarised; -R lists each file. What went elsewhere with the same content is shown as renamed.

      Example: mlrepo diff -R HEAD~1 HEAD
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The older revision; HEAD by default.")
  var old: String?

  @Argument(help: "The newer revision; the workspace by default.")
  var new: String?

  @Flag(name: [.customShort("R"), .long], help: "List every file in folders.")
  var recursive = false

  @Flag(help: "Exit with 1 when anything differs.")
  var exitCode = false

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let repository = session.repository
    let found = try repository.diff(from: try repository.side(old ?? "HEAD"), to: try repository.side(new))
    if report.json {
      session.console.answer(json: .list(found.map { $0.json(recursive) }))
    } else {
      for difference in found { show(difference, session.console) }
      if found.isEmpty { session.console.tell("no differences") }
    }
    if exitCode && !found.isEmpty { throw ExitCode(ExitStatus.no) }
  }

  private func show(_ difference: PathDifference, _ console: Console) {
    let style: Console.Style = difference.kind == .deleted ? .red : difference.kind == .added ? .green : .yellow
    let word = console.styled(Shown.column(difference.kind.rawValue, 8), style)
    let slash = (difference.new ?? difference.old)?.isFolder == true ? "/" : ""
    if let from = difference.oldPath {
      return console.tell("\(word) \(from)\(slash) → \(difference.path)\(slash)")
    }
    console.tell("\(word) \(difference.path)\(slash)  \(sizes(difference))")
    guard recursive else { return }
    for change in difference.changes ?? [] {
      let kind = change.new?.kind ?? change.old?.kind
      let place =
        change.oldPath.map { "\($0) → \(change.path)" }
        ?? "\(change.path)\(kind == .folder ? "/" : "")  \(sizes(change))"
      console.tell("  \(Shown.column(change.kind.rawValue, 8)) \(place)")
    }
  }

  private func sizes(_ change: FileDifference) -> String {
    switch (change.old, change.new) {
    case (let old?, let new?) where old.id == new.id: "(executable bit)"
    case (let old?, let new?): "\(Shown.size(old.size)) → \(Shown.size(new.size))"
    case (let one?, nil), (nil, let one?): Shown.size(one.size)
    case (nil, nil): ""
    }
  }

  private func sizes(_ difference: PathDifference) -> String {
    switch (difference.old, difference.new) {
    case (let old?, let new?) where old.id == new.id: return "(executable bit)"
    case (let old?, let new?):
      guard new.isFolder || old.isFolder else { return "\(Shown.size(old.size)) → \(Shown.size(new.size))" }
      guard let changes = difference.changes else { return "(the store lacks the listing)" }
      let files = changes.filter { ($0.new ?? $0.old)?.kind != .folder }
      let counts = [PathDifference.Kind.added, .deleted, .modified, .renamed].compactMap { kind -> String? in
        let count = files.count { $0.kind == kind }
        return count == 0 ? nil : "\(count) \(kind.rawValue)"
      }
      return "\(counts.joined(separator: ", ")); \(Shown.size(old.size)) → \(Shown.size(new.size))"
    case (let one?, nil), (nil, let one?): return Shown.content(one)
    case (nil, nil): return ""
    }
  }
}

extension PathDifference {
  fileprivate func json(_ recursive: Bool) -> Value {
    var members = [ValueMember("path", .string(path.text)), ValueMember("change", .string(kind.rawValue))]
    if let oldPath { members.append(ValueMember("from", .string(oldPath.text))) }
    if let old { members.append(ValueMember("old", .map(old.json))) }
    if let new { members.append(ValueMember("new", .map(new.json))) }
    if recursive, let changes, !changes.isEmpty {
      members.append(
        ValueMember(
          "files",
          .list(
            changes.map { change in
              var file = [
                ValueMember("path", .string(change.path.text)), ValueMember("change", .string(change.kind.rawValue)),
              ]
              if let oldPath = change.oldPath { file.append(ValueMember("from", .string(oldPath.text))) }
              if let old = change.old { file.append(ValueMember("old_size", .int(old.size))) }
              if let new = change.new { file.append(ValueMember("new_size", .int(new.size))) }
              return .map(file)
            })))
    }
    return .map(members)
  }
}

struct Log: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Show the commits at which data changed.",
    discussion: """
      With a path, the commits at which what it holds changed, with its size and number of files from then on; it may be \
      a tracked path or anything in one. Without, the commits at which any tracked path changed.

      Example: mlrepo log data/images
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "A tracked path, or something in one.", completion: .file())
  var path: String?

  @Option(name: .shortAndLong, help: "Show at most this many commits.")
  var number: Int?

  @OptionGroup var report: ReportOptions

  func validate() throws {
    if let number, number < 1 { throw ValidationError("--number must be at least 1.") }
  }

  func run() throws {
    let session = try Session(global)
    let entries = try session.repository.log(try path.map(session.path)).prefix(number ?? .max)
    if report.json { return session.console.answer(json: .list(entries.map(\.json))) }
    for entry in entries {
      let commit = entry.commit
      let content =
        switch entry.held {
        case .content(let content): Shown.content(content)
        case .nothing: "removed"
        case .unreadable: "unreadable"
        }
      let id = session.console.styled(commit.id.short, .yellow)
      session.console.answer(
        "\(id)  \(Shown.time(commit.time, offset: commit.offset))  \(Shown.column(content, 22))  \(commit.summary)")
    }
  }
}

extension LogEntry {
  fileprivate var json: Value {
    var content = Value.null
    if case .content(let held) = self.held { content = .map(held.json) }
    return .map([
      ValueMember("commit", .string(commit.id.hex)), ValueMember("time", .int(Int(commit.time))),
      ValueMember("author", .string(commit.author)), ValueMember("summary", .string(commit.summary)),
      ValueMember("content", content), ValueMember("unreadable", .bool(held == .unreadable)),
    ])
  }
}

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls",
    abstract: "List what is tracked, at any revision.",
    discussion: """
      Reads git and the store; the workspace is not touched. A path may be a tracked folder or a folder in one.

      Example: mlrepo ls data --rev HEAD~1 -R
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Where to look; everywhere by default.", completion: .file())
  var path: String?

  @Option(help: "The revision; by default the pointers as they are now.")
  var rev: String?

  @Flag(name: [.customShort("R"), .long], help: "List every file in folders.")
  var recursive = false

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let found = try session.repository.list(
      try path.map(session.path) ?? .root, revision: rev, recursive: recursive)
    ListOutput(console: session.console).show(found, asJSON: report.json)
  }
}

/// How a listing is shown.
struct ListOutput {
  let console: Console

  func show(_ found: [ListedPath], asJSON: Bool) {
    guard !asJSON else {
      return console.answer(
        json: .list(
          found.map {
            .map(
              [ValueMember("path", .string($0.path.text))] + $0.content.json
                + ($0.isLink ? [ValueMember("link", .bool(true))] : []))
          }))
    }
    for item in found {
      let files = item.content.isFolder ? Shown.count(item.content.files, "file") : ""
      let mark = item.content.isFolder ? "/" : item.isLink ? "@" : item.content.kind == .executable ? "*" : ""
      console.answer(
        "\(Shown.rightColumn(Shown.size(item.content.size), 10))  \(Shown.rightColumn(files, 12))  \(item.path)\(mark)")
    }
  }
}

struct Cat: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cat",
    abstract: "Print a file's content, at any revision.",
    discussion: """
      A tracked file comes from the store and is verified on the way; any other from git. An object id prints that \
      object. The workspace is not touched.

      Example: mlrepo cat data/raw.csv --rev HEAD~1 | head
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "A file, or an object id.", completion: .file())
  var path: String

  @Option(help: "The revision; by default the pointers as they are now.")
  var rev: String?

  func run() throws {
    let session = try Session(global)
    if path.hasPrefix("sha256:") {
      let id: ObjectID
      do throws(Failure) {
        id = try ObjectID(text: path)
      } catch {
        throw Failure(error.what, why: error.why, hint: "mlrepo ls --json", category: .usage)
      }
      return try session.repository.cat(object: id) { session.console.pass($0) }
    }
    try session.repository.cat(try session.path(path), revision: rev) { session.console.pass($0) }
  }
}
