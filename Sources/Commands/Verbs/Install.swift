import ArgumentParser
import Diagnostics
import Files
import Formats
import Repositories

struct Install: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install",
    abstract: "Let git merge locks and pointers, and call mlrepo.",
    discussion: """
      Sets a merge driver, so that git merges mlrepo.lock stage by stage and pointers field by field, and names it in \
      .gitattributes, which is shared. The driver itself is a setting of this clone: everybody runs 'mlrepo install' once.

      Example: mlrepo install --hooks
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Check data out after git has changed branches, and tell before a commit what is not recorded.")
  var hooks = false

  @Flag(help: "Take away all that install has made.")
  var remove = false

  @OptionGroup var report: ReportOptions

  func validate() throws {
    if hooks && remove { throw ValidationError("--remove takes hooks away, too; give it alone.") }
  }

  func run() throws {
    let session = try Session(global)
    let done =
      remove
      ? try session.repository.uninstall()
      : try session.repository.install(hooks: hooks, program: Self.program(session.console.environment))
    if report.json {
      return session.console.answer(
        json: .list(
          done.changes.map {
            .map([ValueMember("file", .string($0.file)), ValueMember("change", .string($0.what))])
          }))
    }
    for change in done.changes { session.console.tell("\(change.file): \(change.what)") }
    if done.changes.isEmpty {
      session.console.tell(remove ? "Nothing is installed." : "Everything is installed already.")
    }
  }

  /// What a shell calls this program by: its name if that leads here, else its whole path.
  static func program(_ environment: [String: String]) -> String {
    guard let path = Console.ownPath else { return "mlrepo" }
    let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let first = folders.lazy.compactMap { Console.real("\($0)/mlrepo") }.first
    return first == path ? "mlrepo" : "'" + path.replacing("'", with: "'\\''") + "'"
  }
}

struct MergeFile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge-file",
    abstract: "Merge a lock or a pointer, as git's merge driver.",
    discussion: """
      Git calls this, once 'mlrepo install' has told it so. The result replaces OURS. Exits with 1 when something is left \
      to be settled, between conflict markers.

      Example: mlrepo merge-file base.lock ours.lock theirs.lock mlrepo.lock
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "What both sides started from.", completion: .file())
  var base: String

  @Argument(help: "What this side made of it; takes the result.", completion: .file())
  var ours: String

  @Argument(help: "What the other side made of it.", completion: .file())
  var theirs: String

  @Argument(help: "The name of the file in the repository, which tells what it is.")
  var path: String

  func run() throws {
    let console = try Console(global)
    let folder = try Folder(at: console.currentFolder)
    func contents(_ name: String) throws(Failure) -> [UInt8] {
      let (parent, last) = try Self.place(console.absolute(name))
      guard let bytes = try parent.contents(last) else {
        throw Failure("cannot merge \(path)", why: "there is no file \(name)")
      }
      return bytes
    }
    let name = try RepositoryPath(validating: ArgumentText.bytes(path))
    let result = try MergeDriver.merge(
      base: try contents(base), ours: try contents(ours), theirs: try contents(theirs), path: name)
    let (parent, last) = try Self.place(console.absolute(ours))
    try parent.replace(last, with: result.bytes, scratch: folder)
    if result.conflicts.isEmpty { return }
    console.remark("\(path): to be settled: \(result.conflicts.joined(separator: ", "))")
    throw ExitCode(ExitStatus.no)
  }

  /// The folder of a file, opened, and the file's name in it.
  private static func place(_ path: [UInt8]) throws(Failure) -> (Folder, [UInt8]) {
    let slash = path.lastIndex(of: UInt8(ascii: "/")) ?? 0
    return (try Folder(at: slash == 0 ? [UInt8(ascii: "/")] : Array(path[..<slash])), Array(path[(slash + 1)...]))
  }
}
