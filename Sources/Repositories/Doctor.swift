package import Diagnostics
import Files
import Git
import Models
package import Objects
import Remotes

/// One thing that `doctor` looked at.
package struct Examination: Sendable {
  package enum Verdict: String, Sendable {
    case fine = "ok"
    /// Works, but something is lost by it.
    case notice
    case bad
  }

  package var subject: String
  package var verdict: Verdict
  package var detail: String
}

/// Looks at everything mlrepo builds on, here and in the repository of the folder `start` if there is one.
package func examine(from start: [UInt8], environment: [String: String]) -> [Examination] {
  var found: [Examination] = []
  func note(_ subject: String, _ verdict: Examination.Verdict, _ detail: String) {
    found.append(Examination(subject: subject, verdict: verdict, detail: detail))
  }
  func attempt(_ subject: String, _ bad: Examination.Verdict, _ body: () throws(Failure) -> String) {
    do throws(Failure) { note(subject, .fine, try body()) } catch { note(subject, bad, error.why) }
  }
  attempt("sha256", .bad) { () throws(Failure) in
    let id = try ContentHasher.id(of: [])
    let expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    guard id.hex == expected else { throw Failure("", why: "OpenSSL hashes wrongly: \(id.hex)") }
    return "OpenSSL hashes as it should"
  }
  attempt("xgboost", .notice) { () throws(Failure) in "version \(try installedXGBoostVersion())" }
  for library in RemoteLibrary.all {
    if let version = library.version() {
      note(library.name, .fine, "version \(version)")
    } else {
      note(library.name, .notice, "not installed: without it mlrepo reaches no \(library.uses); \(library.hint)")
    }
  }
  attempt("git", .bad) { () throws(Failure) in
    let git = try GitRepository(containing: start)
    return "work tree \(PathText.escape(git.workTree))"
  }
  let repository: Repository
  do throws(Failure) {
    repository = try Repository.open(from: start, environment: environment)
  } catch {
    note("repository", .notice, error.why)
    return found
  }
  note("repository", .fine, PathText.escape(repository.root.path))
  attempt("settings", .bad) { () throws(Failure) in
    for setting in Setting.allCases { _ = try repository.settings.value(setting) }
    return "\(Setting.allCases.count) settings read"
  }
  attempt("pointers and pipelines", .bad) { () throws(Failure) in
    let project = try repository.project()
    _ = try project.graph()
    return "tracked by pointers: \(project.pointers.count), stages: \(project.stages.count)"
  }
  attempt("store", .bad) { () throws(Failure) in try repository.examineStore() }
  attempt("copy on write", .notice) { () throws(Failure) in try repository.examineClones() }
  return found
}

extension Repository {
  /// Writes an object, reads it back, and says what the store is like.
  fileprivate func examineStore() throws(Failure) -> String {
    let probe = try PendingFile(in: try scratch.folder())
    try probe.write(Array("probe".utf8))
    try probe.handle.sync()
    return "can be read and written, packs: \(try store().reload())"
  }

  fileprivate func examineClones() throws(Failure) -> String {
    let from = try PendingFile(in: try scratch.folder())
    try from.write([UInt8](repeating: 1, count: 4096))
    let to = try PendingFile(in: try scratch.folder())
    guard to.handle.clone(from: from.handle) else {
      throw Failure("", why: "this file system has none: tracked files are held twice, in the store and the workspace")
    }
    return "large files share their blocks with the store"
  }
}

/// The id of a file's content, for records of what a model was trained on.
package func contentID(ofFile path: [UInt8]) throws(Failure) -> ObjectID {
  let slash = path.lastIndex(of: UInt8(ascii: "/"))
  let folder = try Folder(at: slash.map { $0 == 0 ? [path[0]] : Array(path[..<$0]) } ?? [UInt8(ascii: ".")])
  let file = try folder.open(Array(path[(slash.map { $0 + 1 } ?? 0)...]))
  let hasher = try ContentHasher()
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
  defer { buffer.deallocate() }
  while true {
    let count = try file.read(into: buffer)
    if count == 0 { return hasher.finish() }
    hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
  }
}
