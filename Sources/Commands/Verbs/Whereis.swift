import ArgumentParser
import Files
import Formats
import Repositories

struct Whereis: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "whereis",
    abstract: "Say which remotes are known to hold a path.",
    discussion: """
      Tells for the store and each remote how much of what is recorded of the path is there, and when the remote was last \
      looked at. Asks no remote: what push, fetch, 'fsck --remote' and 'gc --remote' last saw counts.

      Example: mlrepo whereis data/train
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Tracked paths, or parts of tracked folders; all by default.", completion: .file())
  var paths: [String] = []

  @OptionGroup var report: ReportOptions

  func run() throws {
    let session = try Session(global)
    let found = try session.repository.whereis(session.paths(paths))
    if report.json { return session.console.answer(json: .list(found.map(json))) }
    let width = found.flatMap(\.places).map { ($0.remote ?? Self.store).count }.max() ?? 0
    for item in found {
      let rest = item.isComplete ? "" : " and what is in folders whose listing is not here"
      session.console.answer("\(item.path): \(Shown.count(item.objects, "object"))\(rest)")
      for place in item.places {
        session.console.answer("  \(Shown.column(place.remote ?? Self.store, width))  \(text(place, of: item))")
      }
    }
  }

  private static let store = "store"

  private func text(_ place: Whereabouts.Place, of item: Whereabouts) -> String {
    if place.remote != nil, place.listed == nil { return "not known: nothing was pushed to it or fetched from it yet" }
    let held =
      place.held == item.objects
      ? (item.isComplete ? "all" : "all that is known of")
      : place.held == 0 ? "nothing" : "\(place.held) of \(item.objects)"
    let listed = place.listed.map { ", as of \(Shown.time($0, offset: 0))" } ?? ""
    let read = place.read.map { ", all bytes of it read \(Shown.time($0, offset: 0))" } ?? ""
    return held + listed + read
  }

  private func json(_ item: Whereabouts) -> Value {
    .map([
      ValueMember("path", .string(item.path.text)), ValueMember("objects", .int(item.objects)),
      ValueMember("complete", .bool(item.isComplete)),
      ValueMember(
        "places",
        .list(
          item.places.map { place in
            .map([
              ValueMember("remote", place.remote.map(Value.string) ?? .null), ValueMember("objects", .int(place.held)),
              ValueMember("all", .bool(place.held == item.objects && item.isComplete)),
              ValueMember("listed", place.listed.map { .int(Int($0)) } ?? .null),
              ValueMember("read", place.read.map { .int(Int($0)) } ?? .null),
            ])
          })),
    ])
  }
}
