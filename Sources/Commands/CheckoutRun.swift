import Diagnostics
import Files
import Formats
import Objects
import Repositories
import Workspaces

/// Checks out and tells what became of it, for the commands that do.
struct CheckoutRun {
  let session: Session
  let report: ReportOptions
  let isVerbose: Bool
  let dryRun: Bool
  /// Outputs that are never pushed: that they are missing is no failure.
  var unpushed: [RepositoryPath] = []
  /// What to do about data that is not here.
  var remedy = "add the data again where it still exists; 'mlrepo fsck' tells which paths and commits need it"
  /// What the JSON says before.
  var members: [ValueMember] = []

  func run(_ paths: [RepositoryPath], force: Bool) throws {
    let plan = try session.withProgress(report) {
      try session.repository.planCheckout(paths, force: force)
    }
    if dryRun {
      var expected = CheckoutReport()
      (expected.changes, expected.kept, expected.missing) = (plan.changes, plan.kept, plan.missing)
      (expected.keptIgnored, expected.failures) = (plan.keptIgnored, plan.failures)
      let unsaved = plan.unsaved.filter(\.isOverwritten)
      if report.json { return session.console.answer(json: json(expected, unsaved: unsaved.map(\.path))) }
      for item in unsaved {
        let what = item.isIgnored ? "ignored" : "not in the store"
        session.console.tell("unsaved  \(item.path)  (\(what): \(force ? "it is stored first" : "needs --force"))")
      }
      showChanges(of: expected, session.console)
      for item in plan.missing { session.console.tell("missing  \(item.path)  (\(item.id.text))") }
      if plan.isEmpty { session.console.tell("nothing to do") }
      return
    }
    let done = try session.withProgress(report) { try session.repository.checkout(plan, for: paths, force: force) }
    if report.json { session.console.answer(json: json(done)) } else { show(done, session.console) }
    try throwProblems(of: done)
  }

  private func show(_ done: CheckoutReport, _ console: Console) {
    for (path, id) in done.saved {
      console.tell("saved    \(path)  (get it back with: mlrepo cat \(id.text))")
    }
    showChanges(of: done, console)
    if done.changes.isEmpty, done.missing.isEmpty, done.failures.isEmpty {
      console.tell("nothing to do: the workspace is as recorded")
    } else if done.written.files > 0 {
      console.tell("wrote \(Shown.count(done.written.files, "file")), \(Shown.size(done.written.bytes))")
    }
  }

  /// At most this many files are named; a folder of a hundred thousand does not scroll past.
  private static let shownLimit = 50

  private func showChanges(of done: CheckoutReport, _ console: Console) {
    let changes = done.changes
    let limit = isVerbose ? Int.max : Self.shownLimit
    for change in changes.prefix(limit) { console.tell("\(Shown.column(change.kind.rawValue, 8)) \(change.path)") }
    if changes.count > limit { console.tell("and \(changes.count - limit) more (-v names all)") }
    for path in done.kept { console.tell("kept     \(path)  (not in the store)") }
    for item in done.missing where unpushed.contains(where: { item.path.isInside($0) }) {
      console.tell("left out \(item.path)  (never pushed; its stage makes it)")
    }
    for path in done.keptIgnored { console.tell("kept     \(path)  (ignored)") }
  }

  /// What could not be checked out is an error, though the rest was done.
  private func throwProblems(of done: CheckoutReport) throws {
    var lines = done.failures.map { "\($0.what): \($0.why)" }
    let missing = done.missing.filter { item in !unpushed.contains { item.path.isInside($0) } }
    lines += missing.map { "\($0.path): the store does not have \($0.id.text)" }
    guard !lines.isEmpty else { return }
    let shown = lines.prefix(20).joined(separator: "\n     ")
    let isDamaged = done.failures.contains { $0.category == .damaged }
    let isMissing = !missing.isEmpty || done.failures.contains { $0.category == .dataMissing }
    throw Failure(
      "cannot check out everything",
      why: "\(Shown.count(lines.count, "path")) could not be restored; the rest is done:\n     \(shown)",
      hint: done.failures.first?.hint ?? remedy,
      category: isDamaged ? .damaged : isMissing ? .dataMissing : .partlyDone)
  }

  private func json(_ done: CheckoutReport, unsaved: [RepositoryPath] = []) -> Value {
    .map(
      members + [
        ValueMember("dry_run", .bool(dryRun)), ValueMember("unsaved", .list(unsaved.map { .string($0.text) })),
        ValueMember(
          "changes",
          .list(
            done.changes.map {
              .map([ValueMember("path", .string($0.path.text)), ValueMember("change", .string($0.kind.rawValue))])
            })),
        ValueMember(
          "saved",
          .list(
            done.saved.map {
              .map([ValueMember("path", .string($0.path.text)), ValueMember("id", .string($0.id.text))])
            })),
        ValueMember("kept", .list((done.kept + done.keptIgnored).map { .string($0.text) })),
        ValueMember(
          "missing",
          .list(
            done.missing.map {
              .map([ValueMember("path", .string($0.path.text)), ValueMember("id", .string($0.id.text))])
            })),
        ValueMember("files", .int(done.written.files)), ValueMember("bytes", .int(done.written.bytes)),
      ])
  }
}
