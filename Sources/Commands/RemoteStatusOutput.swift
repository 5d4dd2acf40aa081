import Files
import Formats
import Repositories

/// How the comparison with a remote is shown.
struct RemoteStatusOutput {
  let console: Console

  func show(_ status: RemoteStatus, asJSON: Bool) {
    if asJSON { return console.answer(json: json(status)) }
    if status.isNew { console.tell("Nothing has been pushed to \(status.remote) yet.") }
    let toPush = status.paths.filter { $0.toPush > 0 }
    if !toPush.isEmpty {
      console.tell("Not on \(status.remote) ('mlrepo push' sends it):")
      for path in toPush {
        console.tell("  \(path.path)  \(Shown.count(path.toPush, "object")), \(Shown.size(path.bytesToPush))")
      }
    }
    let toFetch = status.paths.filter { $0.toFetch > 0 }
    if !toFetch.isEmpty {
      console.tell("Only on \(status.remote) ('mlrepo pull' brings it):")
      for path in toFetch { console.tell("  \(path.path)") }
    }
    let lost = status.paths.filter { $0.lost > 0 }
    if !lost.isEmpty {
      console.tell("Neither here nor on \(status.remote):")
      for path in lost { console.tell("  \(path.path)  \(Shown.count(path.lost, "object"))") }
    }
    if status.isClean { console.tell("All that is recorded is here and on \(status.remote).") }
  }

  private func json(_ status: RemoteStatus) -> Value {
    .map([
      ValueMember("remote", .string(status.remote)), ValueMember("clean", .bool(status.isClean)),
      ValueMember(
        "paths",
        .list(
          status.paths.map {
            .map([
              ValueMember("path", .string($0.path.text)), ValueMember("push", .int($0.toPush)),
              ValueMember("push_bytes", .int($0.bytesToPush)), ValueMember("fetch", .int($0.toFetch)),
              ValueMember("lost", .int($0.lost)),
            ])
          })),
    ])
  }
}
