import ArgumentParser
import Diagnostics
import Files
import Formats
import Git
import Objects
import Pipelines
import Repositories

struct Fsck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fsck",
    abstract: "Check that everything stored is intact and everything needed is there.",
    discussion: """
      Hashes every object again and compares it with its id, checks packs against their indexes, and looks for what \
      pointers and locks of any commit need and the store does not have. Changes nothing by itself. With --repair, damage \
      is put aside, never deleted; what is intact beside it is saved, indexes are rebuilt, what the workspace still holds \
      is stored again, and the rest of what was damaged fetched from remotes. One that was interrupted goes on where it stopped. Exits with 1 if anything is still damaged, \
      missing or unreadable. With --remote it is about a remote: its files are compared with its indexes, and these with \
      what any commit needs; with --read-data every byte of it is read as well.

      Example: mlrepo fsck || mlrepo fsck --repair
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Mend what can be mended.")
  var repair = false

  @Flag(help: "Check everything, also what an interrupted fsck has checked.")
  var restart = false

  @Option(name: .shortAndLong, help: ArgumentHelp("Check this remote, not the store.", valueName: "name"))
  var remote: String?

  @Flag(help: "Read every byte of the remote.")
  var readData = false

  @OptionGroup var report: ReportOptions

  func validate() throws {
    if repair && remote != nil { throw ValidationError("Choose one of --repair and --remote.") }
    if readData && remote == nil { throw ValidationError("--read-data needs --remote.") }
  }

  func run() throws {
    let session = try Session(global)
    if let remote { return try check(remote, session) }
    let found = try session.withProgress(report) {
      repair
        ? try session.repository.fsckAndRepair(resuming: !restart) : try session.repository.fsck(resuming: !restart)
    }
    if report.json { session.console.answer(json: json(found)) } else { try show(found, session) }
    if !found.isClean { throw ExitCode(ExitStatus.no) }
  }

  private func check(_ remote: String, _ session: Session) throws {
    let found = try session.withProgress(report) {
      try session.repository.fsckRemote(remote, data: readData, resuming: !restart)
    }
    let output = RemoteFsckOutput(report: found, console: session.console, isRead: readData)
    if report.json { session.console.answer(json: output.json) } else { output.show() }
    if !found.isClean { throw ExitCode(ExitStatus.no) }
  }

  private func show(_ report: FsckReport, _ session: Session) throws(Failure) {
    let console = session.console
    let earlier = report.store.findings.filter { $0.kind == .setAside }
    for finding in report.store.findings where finding.kind != .setAside || console.isVerbose {
      console.answer("\(finding.kind.rawValue): \(finding.file): \(finding.why)")
      if finding.kind == .damaged, let id = finding.id { NeedsOutput.show(report.needs[id], console) }
    }
    for id in report.missing {
      console.answer("missing: \(id.text)")
      NeedsOutput.show(report.needs[id], console)
    }
    if !report.elsewhere.isEmpty {
      let remotes = Set(report.elsewhere.map(\.remote)).sorted().joined(separator: ", ")
      console.tell("not here: \(Shown.count(report.elsewhere.count, "object")), known to be in \(remotes)")
      if console.isVerbose { for item in report.elsewhere { console.tell("  \(item.id.text)  \(item.remote)") } }
    }
    for item in report.unreadable { console.answer("unreadable: \(item.what): \(item.why)") }
    for item in report.unseen + report.unasked { console.remark("note: \(item.what): \(item.why)") }
    if !earlier.isEmpty, !console.isVerbose {
      console.tell("set aside earlier: \(Shown.count(earlier.count, "file")) in \(report.aside)")
    }
    if report.store.resumed > 0 {
      console.tell(
        "resumed: \(Shown.count(report.store.resumed, "object")) \(report.store.resumed == 1 ? "was" : "were") checked before"
      )
    }
    if let repair = report.repair {
      for (pack, objects) in repair.indexed {
        console.tell("repaired: rebuilt the index of \(pack), \(Shown.count(objects, "object"))")
      }
      for file in repair.orphans { console.tell("repaired: put aside \(file), whose pack is gone") }
      for (pack, objects) in repair.salvaged {
        console.tell("repaired: \(pack), \(Shown.count(objects, "object")) saved")
      }
      if repair.setAside > 0 { console.tell("repaired: put aside \(Shown.count(repair.setAside, "damaged object"))") }
      if report.healed > 0 {
        console.tell("repaired: stored \(Shown.count(report.healed, "object")) again from the workspace")
      }
      for (remote, objects) in report.fetched {
        console.tell("repaired: fetched \(Shown.count(objects, "object")) again from \(remote)")
      }
    }
    let checked = "\(Shown.count(report.store.objects, "object")), \(Shown.size(report.store.bytes))"
    console.tell(report.isClean ? "checked \(checked): all intact" : "checked \(checked): not all is well")
    if !report.missing.isEmpty || report.store.findings.contains(where: { $0.kind == .damaged }) {
      console.remark(
        repair
          ? try session.repository.settings.remotes().isEmpty
            ? "hint: add what is missing again where it still exists" : "hint: mlrepo pull"
          : "hint: 'mlrepo fsck --repair' mends what it can")
    }
  }

  private func json(_ report: FsckReport) -> Value {
    .map([
      ValueMember("clean", .bool(report.isClean)), ValueMember("objects", .int(report.store.objects)),
      ValueMember("bytes", .int(report.store.bytes)), ValueMember("resumed", .int(report.store.resumed)),
      ValueMember(
        "findings",
        .list(
          report.store.findings.map { finding in
            .map([
              ValueMember("kind", .string(finding.kind.rawValue)), ValueMember("file", .string(finding.file)),
              ValueMember("id", finding.id.map { .string($0.text) } ?? .null), ValueMember("why", .string(finding.why)),
              ValueMember("needed_by", NeedsOutput.json(finding.id.flatMap { report.needs[$0] })),
            ])
          })),
      ValueMember(
        "missing",
        .list(
          report.missing.map { id in
            .map([ValueMember("id", .string(id.text)), ValueMember("needed_by", NeedsOutput.json(report.needs[id]))])
          })),
      ValueMember(
        "elsewhere",
        .list(
          report.elsewhere.map { item in
            .map([ValueMember("id", .string(item.id.text)), ValueMember("remote", .string(item.remote))])
          })),
      ValueMember("unreadable", .list(report.unreadable.map { .string("\($0.what): \($0.why)") })),
      ValueMember("unseen", .list(report.unseen.map { .string("\($0.what): \($0.why)") })),
    ])
  }
}

struct GarbageCollect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc",
    abstract: "Take out of the store what nothing needs.",
    discussion: """
      Keeps all that any branch, tag, stash, reflog, work tree, git index or clone with the same store refers to, what \
      commands at work have stored, and all that is younger than the grace period (gc.gracePeriod, in days). Refuses if \
      any of these can't be read. What goes lies in .mlrepo/trash for another grace period. Without --yes it only shows \
      what would go. With --remote it is about a remote: what nothing needs that this clone knows of is marked, and removed \
      by a gc after the grace period, if it is still not needed then. So run 'git fetch --all' before.

      Example: mlrepo gc --yes
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(name: .shortAndLong, help: "Do it.")
  var yes = false

  @Option(name: .shortAndLong, help: ArgumentHelp("Clean up this remote, not the store.", valueName: "name"))
  var remote: String?

  @Option(help: ArgumentHelp("Say who needs this object, and do nothing else.", valueName: "id"))
  var explain: String?

  @OptionGroup var report: ReportOptions

  func validate() throws {
    if yes && explain != nil { throw ValidationError("Choose one of --yes and --explain.") }
    if remote != nil && explain != nil { throw ValidationError("Choose one of --remote and --explain.") }
  }

  func run() throws {
    let session = try Session(global)
    if let explain { return try show(needs: try ObjectID(text: explain), session) }
    if let remote { return try collect(remote, session) }
    let plan = yes ? try session.repository.collectGarbage() : try session.repository.planGarbage()
    for remote in session.repository.absentRemotes { session.console.remark("note: \(remote)") }
    if report.json { return session.console.answer(json: json(plan)) }
    let console = session.console
    if global.verbose {
      for (id, bytes, _) in plan.loose { console.tell("  \(id.text)  \(Shown.size(bytes))") }
      for file in plan.strays { console.tell("  \(PathText.escape(file.name)): left over") }
      for pack in plan.packs { console.tell("  \(pack.name): \(pack.dead) of \(pack.dead + pack.live.count) objects") }
    }
    let what = "\(Shown.count(plan.objects, "object")), \(Shown.size(plan.bytes))"
    console.tell("in use:     \(Shown.count(plan.reachable.objects, "object")), \(Shown.size(plan.reachable.bytes))")
    console.tell("too young:  \(Shown.count(plan.young.objects, "object")), \(Shown.size(plan.young.bytes))")
    if plan.spared.objects > 0 {
      let copies = "on fewer remotes than core.numCopies"
      console.tell(
        "kept:       \(Shown.count(plan.spared.objects, "object")), \(Shown.size(plan.spared.bytes)), \(copies)")
    }
    console.tell(yes ? "to trash:   \(what)" : "would go:   \(what)")
    if !plan.strays.isEmpty {
      let bytes = plan.strays.reduce(0) { $0 + $1.bytes }
      console.tell(
        "left over:  \(Shown.count(plan.strays.count, "file")), \(Shown.size(bytes)), \(yes ? "to trash" : "would go")")
    }
    if !yes, !plan.isEmpty { console.tell("nothing was changed; 'mlrepo gc --yes' does it") }
  }

  private func collect(_ remote: String, _ session: Session) throws {
    let output = RemoteGarbageOutput(
      result: try session.repository.collectRemoteGarbage(remote, dryRun: !yes), console: session.console)
    if report.json { session.console.answer(json: output.json) } else { output.show() }
    try output.throwFailures()
  }

  private func show(needs id: ObjectID, _ session: Session) throws {
    let needs = try session.repository.explain(id)
    if report.json {
      return session.console.answer(
        json: .map([
          ValueMember(
            "references",
            .list(
              needs.references.map {
                .map([
                  ValueMember("path", .string($0.path.text)),
                  ValueMember("commit", $0.commit.map { .string($0.hex) } ?? .null),
                ])
              })),
          ValueMember("operations", .list(needs.operations.map { .string($0.id) })),
          ValueMember("runs", .list(needs.runs.map { .string($0.id.short) })),
        ]))
    }
    for reference in needs.references {
      let place = reference.commit.map { "commit \($0.short)" } ?? "the workspace or git's index"
      session.console.answer("\(reference.path) in \(place)\(reference.isRequired ? "" : ", as a dependency")")
    }
    for operation in needs.operations {
      session.console.answer("operation \(operation.id): mlrepo \(operation.command)")
    }
    for run in needs.runs { session.console.answer("run \(run.id.short) of \(run.stage) in the run cache") }
    if needs.isEmpty { session.console.answer("nothing needs it") }
  }

  private func json(_ plan: GarbagePlan) -> Value {
    func amount(_ objects: Int, _ bytes: Int) -> Value {
      .map([ValueMember("objects", .int(objects)), ValueMember("bytes", .int(bytes))])
    }
    return .map([
      ValueMember("done", .bool(yes)), ValueMember("unneeded", amount(plan.objects, plan.bytes)),
      ValueMember("young", amount(plan.young.objects, plan.young.bytes)),
      ValueMember("scattered", amount(plan.scattered.objects, plan.scattered.bytes)),
      ValueMember("few_copies", amount(plan.spared.objects, plan.spared.bytes)),
      ValueMember(
        "left_over",
        .map([
          ValueMember("files", .int(plan.strays.count)),
          ValueMember("bytes", .int(plan.strays.reduce(0) { $0 + $1.bytes })),
        ])),
      ValueMember("in_use", amount(plan.reachable.objects, plan.reachable.bytes)),
    ])
  }
}
