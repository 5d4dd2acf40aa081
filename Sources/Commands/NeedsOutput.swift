import Files
import Formats
import Git
import Repositories

/// How who needs an object is shown.
enum NeedsOutput {
  /// So many paths, and so many commits of each, are named; --json and -v name all.
  private static let fewNeeds = 10

  static func show(_ needs: [Need]?, _ console: Console) {
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

  static func json(_ needs: [Need]?) -> Value {
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
}
