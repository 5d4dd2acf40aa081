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
      is put aside, never deleted; what is intact beside it is saved, indexes are rebuilt, and what the workspace still \
      holds is stored again. One that was interrupted goes on where it stopped. Exits with 1 if anything is still damaged, \
      missing or unreadable.

      Example: mlrepo fsck || mlrepo fsck --repair
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Mend what can be mended.")
  var repair = false

  @Flag(help: "Check everything, also what an interrupted fsck has checked.")
  var restart = false

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let found = try session.withProgress(report) {
      repair
        ? try session.repository.fsckAndRepair(resuming: !restart) : try session.repository.fsck(resuming: !restart)
    }
    if report.json { session.console.answer(json: json(found)) } else { show(found, session.console) }
    if !found.isClean { throw ExitCode(ExitStatus.no) }
  }

  private func show(_ report: FsckReport, _ console: Console) {
    let earlier = report.store.findings.filter { $0.kind == .setAside }
    for finding in report.store.findings where finding.kind != .setAside || console.isVerbose {
      console.answer("\(finding.kind.rawValue): \(finding.file): \(finding.why)")
      if finding.kind == .damaged, let id = finding.id { show(report.needs[id], console) }
    }
    for id in report.missing {
      console.answer("missing: \(id.text)")
      show(report.needs[id], console)
    }
    for item in report.unreadable { console.answer("unreadable: \(item.what): \(item.why)") }
    for item in report.unseen { console.remark("note: \(item.what): \(item.why)") }
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
    }
    let checked = "\(Shown.count(report.store.objects, "object")), \(Shown.size(report.store.bytes))"
    console.tell(report.isClean ? "checked \(checked): all intact" : "checked \(checked): not all is well")
    if !report.missing.isEmpty || report.store.findings.contains(where: { $0.kind == .damaged }) {
      console.remark(
        repair
          ? "hint: add what is missing again where it still exists" : "hint: 'mlrepo fsck --repair' mends what it can")
    }
  }

  /// So many paths, and so many commits of each, are named; --json and -v name all.
  private static let fewNeeds = 10

  private func show(_ needs: [Need]?, _ console: Console) {
    guard let needs, !needs.isEmpty else { return }
    let limit = console.isVerbose ? Int.max : Self.fewNeeds
    for need in needs.prefix(limit) {
      var places = need.commits.prefix(limit).map(\.short)
      if need.commits.count > limit { places.append("\(need.commits.count - limit) more") }
      let commits = places.isEmpty ? "" : (need.isCurrent ? ", and" : "") + " at \(Shown.list(places))"
      let place = need.place.map { " of \(PathText.escape($0))" } ?? ""
      let undo = need.operations.isEmpty ? "" : ", to take back \(Shown.list(Array(need.operations.prefix(limit))))"
      console.answer("  needed by \(need.path)\(place)\(need.isCurrent ? " in the workspace" : "")\(commits)\(undo)")
    }
    if needs.count > limit { console.answer("  and by \(Shown.count(needs.count - limit, "more path"))") }
  }

  private func json(_ needs: [Need]?) -> Value {
    .list(
      (needs ?? []).map { need in
        .map([
          ValueMember("path", .string(need.path.text)),
          ValueMember("clone", need.place.map { .string(PathText.escape($0)) } ?? .null),
          ValueMember("workspace", .bool(need.isCurrent)),
          ValueMember("commits", .list(need.commits.map { .string($0.hex) })),
          ValueMember("operations", .list(need.operations.map(Value.string))),
        ])
      })
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
              ValueMember("needed_by", json(finding.id.flatMap { report.needs[$0] })),
            ])
          })),
      ValueMember(
        "missing",
        .list(
          report.missing.map { id in
            .map([ValueMember("id", .string(id.text)), ValueMember("needed_by", json(report.needs[id]))])
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
      what would go.

      Example: mlrepo gc --yes
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(name: .shortAndLong, help: "Do it.")
  var yes = false

  @Option(help: ArgumentHelp("Say who needs this object, and do nothing else.", valueName: "id"))
  var explain: String?

  @OptionGroup var report: ReportOptions

  func validate() throws {
    if yes && explain != nil { throw ValidationError("Choose one of --yes and --explain.") }
  }

  func run() throws {
    let session = try Session(global)
    if let explain { return try show(needs: try ObjectID(text: explain), session) }
    let plan = yes ? try session.repository.collectGarbage() : try session.repository.planGarbage()
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
    console.tell(yes ? "to trash:   \(what)" : "would go:   \(what)")
    if !plan.strays.isEmpty {
      let bytes = plan.strays.reduce(0) { $0 + $1.bytes }
      console.tell(
        "left over:  \(Shown.count(plan.strays.count, "file")), \(Shown.size(bytes)), \(yes ? "to trash" : "would go")")
    }
    if !yes, !plan.isEmpty { console.tell("nothing was changed; 'mlrepo gc --yes' does it") }
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
