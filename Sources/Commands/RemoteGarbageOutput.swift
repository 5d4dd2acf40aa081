import Diagnostics
import Formats
import Remotes
import Repositories

/// How a gc of a remote is shown.
struct RemoteGarbageOutput {
  let result: RemoteGarbageResult
  let console: Console

  private var plan: RemoteGarbagePlan { result.plan }
  private var isDone: Bool { result.report != nil }

  func show() {
    console.tell("in use:       \(amount(plan.inUse))")
    if plan.scattered.objects > 0 { console.tell("scattered:    \(amount(plan.scattered)), unneeded beside them") }
    console.tell("too young:    \(amount(plan.young))")
    line("waiting:     ", plan.waiting, "marked earlier")
    line(isDone ? "unmarked:    " : "would unmark:", plan.unmark, "needed again")
    let copied = plan.copied.count
    if copied > 0 {
      let what =
        "\(Shown.count(copied, "object")) out of \(Shown.count(plan.rewrite.count + plan.rescue.count, "pack"))"
      console.tell("\(isDone ? "copied:      " : "would copy:  ") \(what), needed and about to go with them")
    }
    if !plan.runs.isEmpty {
      console.tell(
        "\(isDone ? "gathered:    " : "would gather:") \(Shown.count(plan.runs.count, "run")) into one batch")
    }
    line(isDone ? "marked:      " : "would mark:  ", plan.mark + plan.rewrite, "to be removed by a later gc")
    line(isDone ? "removed:     " : "would remove:", plan.remove, "marked for longer than gc.gracePeriod")
    if let spared = result.report?.spared, spared > 0 {
      console.tell("left:         \(Shown.count(spared, "pack")), unmarked by somebody else meanwhile")
    }
    if plan.isEmpty {
      console.tell("nothing to do")
    } else if !isDone {
      console.tell("nothing was changed; 'mlrepo gc --remote \(result.remote) --yes' does it")
    }
  }

  private func amount(_ amount: RemoteGarbagePlan.Amount) -> String {
    "\(Shown.count(amount.objects, "object")), \(Shown.size(amount.bytes))"
  }

  private func line(_ title: String, _ items: [RemoteGarbagePlan.Item], _ why: String) {
    if items.isEmpty { return }
    let packs = items.filter { $0.name.hasPrefix("pack-") }.count
    let runs = items.filter { $0.name.hasPrefix("runs-") }.count
    let indexes = items.count - packs - runs
    var kinds: [String] = []
    if packs > 0 { kinds.append(Shown.count(packs, "pack")) }
    if indexes > 0 { kinds.append("\(indexes) merged \(indexes == 1 ? "index" : "indexes")") }
    if runs > 0 { kinds.append("\(runs) \(runs == 1 ? "batch" : "batches") of runs") }
    let bytes = items.reduce(0) { $0 + $1.bytes }
    console.tell("\(title) \(Shown.list(kinds)), \(Shown.size(bytes)), \(why)")
    if console.isVerbose { for item in items { console.tell("  \(item.name)  \(Shown.size(item.bytes))") } }
  }

  var json: Value {
    .map([
      ValueMember("remote", .string(result.remote)), ValueMember("done", .bool(isDone)),
      ValueMember("in_use", json(plan.inUse)), ValueMember("scattered", json(plan.scattered)),
      ValueMember("young", json(plan.young)), ValueMember("waiting", json(plan.waiting)),
      ValueMember("unmark", json(plan.unmark)), ValueMember("mark", json(plan.mark + plan.rewrite)),
      ValueMember("remove", json(plan.remove)), ValueMember("copied", .int(plan.copied.count)),
      ValueMember("gathered_runs", .int(plan.runs.count)),
      ValueMember("failures", .list(result.failures.map { .string("\($0)") })),
    ])
  }

  private func json(_ amount: RemoteGarbagePlan.Amount) -> Value {
    .map([ValueMember("objects", .int(amount.objects)), ValueMember("bytes", .int(amount.bytes))])
  }

  private func json(_ items: [RemoteGarbagePlan.Item]) -> Value {
    .list(
      items.map { item in
        .map([
          ValueMember("name", .string(item.name)), ValueMember("bytes", .int(item.bytes)),
          ValueMember("objects", .int(item.objects)),
        ])
      })
  }

  /// What could not be copied is damage in the remote.
  func throwFailures() throws {
    guard let first = result.failures.first else { return }
    let shown = result.failures.prefix(20).map { "\($0)" }.joined(separator: "\n     ")
    throw Failure(
      "could not clean up the remote '\(result.remote)' wholly",
      why: "packs that hold what cannot be read stay as they are:\n     \(shown)", hint: first.hint, category: .damaged)
  }
}
