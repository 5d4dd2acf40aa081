import Diagnostics
import Formats
import Objects
import Remotes
import Repositories

/// How a check of a remote is shown.
struct RemoteFsckOutput {
  let report: RemoteFsckReport
  let console: Console
  /// Whether all bytes were read.
  let isRead: Bool

  func show() {
    for finding in report.check.findings {
      let object = finding.id.map { " (\($0.text))" } ?? ""
      console.answer("\(finding.kind.rawValue): \(finding.file): \(finding.why)\(object)")
    }
    for id in report.missing {
      console.answer("missing: \(id.text)\(report.isHere.contains(id) ? ", which the store has" : "")")
      NeedsOutput.show(report.needs[id], console)
    }
    for item in report.unreadable { console.answer("unreadable: \(item.what): \(item.why)") }
    for item in report.unseen { console.remark("note: \(item.what): \(item.why)") }
    let check = report.check
    if check.resumed > 0 { console.tell("resumed: \(Shown.count(check.resumed, "entry", "entries")) checked before") }
    let what =
      "\(Shown.count(check.packs, "pack")), \(Shown.count(check.objects, "entry", "entries")), \(Shown.size(check.bytes))"
    let how = isRead ? "read" : "looked at"
    console.tell("\(how) \(what): \(report.isClean ? "all is well" : "not all is well")")
    if report.atRisk > 0 {
      console.remark(
        "note: \(Shown.count(report.atRisk, "needed object")) in packs that a gc is about to remove; "
          + "'mlrepo gc --remote \(report.remote) --yes' keeps what this clone needs")
    }
    if check.findings.contains(where: { $0.kind == .damaged }) {
      console.remark(
        "hint: take the damaged files out of the remote, then 'mlrepo push --all-commits -r \(report.remote)' where the data is"
      )
    } else if !report.isHere.isEmpty {
      console.remark("hint: 'mlrepo push --all-commits -r \(report.remote)' sends what the store has")
    } else if !report.missing.isEmpty {
      console.remark("hint: push from a clone that has what is missing")
    }
  }

  var json: Value {
    let check = report.check
    return .map([
      ValueMember("remote", .string(report.remote)), ValueMember("clean", .bool(report.isClean)),
      ValueMember("packs", .int(check.packs)), ValueMember("entries", .int(check.objects)),
      ValueMember("bytes", .int(check.bytes)), ValueMember("read", .int(check.read)),
      ValueMember("resumed", .int(check.resumed)), ValueMember("at_risk", .int(report.atRisk)),
      ValueMember(
        "findings",
        .list(
          check.findings.map { finding in
            .map([
              ValueMember("kind", .string(finding.kind.rawValue)), ValueMember("file", .string(finding.file)),
              ValueMember("id", finding.id.map { .string($0.text) } ?? .null), ValueMember("why", .string(finding.why)),
            ])
          })),
      ValueMember(
        "missing",
        .list(
          report.missing.map { id in
            .map([
              ValueMember("id", .string(id.text)), ValueMember("here", .bool(report.isHere.contains(id))),
              ValueMember("needed_by", NeedsOutput.json(report.needs[id])),
            ])
          })),
      ValueMember("unreadable", .list(report.unreadable.map { .string("\($0.what): \($0.why)") })),
      ValueMember("unseen", .list(report.unseen.map { .string("\($0.what): \($0.why)") })),
    ])
  }
}
