import Files
import Formats
import Git
import Pipelines
import Repositories

/// How `repro --explain` is shown.
struct ReproExplanation {
  let explained: [StageExplanation]

  func show(on console: Console) {
    for stage in explained {
      console.answer("\(console.styled(stage.step.stage.text, .bold)): \(stage.step.action.word)")
      if let commit = stage.lockedSince { console.answer("  last run recorded at \(Self.shown(commit))") }
      if case .runIfChanged = stage.step.action {
        for line in stage.step.action.lines { console.answer("  \(line)") }
      }
      for item in stage.items {
        console.answer("  \(item.reason.text)")
        for line in item.details { console.answer("    \(line)") }
        if let commit = item.recordedSince { console.answer("    recorded since \(Self.shown(commit))") }
        if let commit = item.lastLikeNow { console.answer("    as it is now, last recorded at \(Self.shown(commit))") }
      }
    }
  }

  var json: Value {
    .list(
      explained.map { stage in
        .map([
          ValueMember("stage", .string(stage.step.stage.text)),
          ValueMember("action", .string(stage.step.action.word)),
          ValueMember("recorded", Self.json(stage.lockedSince)),
          ValueMember(
            "reasons",
            .list(
              stage.items.map { item in
                .map([
                  ValueMember("text", .string(item.reason.text)),
                  ValueMember("details", .list(item.details.map(Value.string))),
                  ValueMember("recorded_since", Self.json(item.recordedSince)),
                  ValueMember("last_like_now", Self.json(item.lastLikeNow)),
                ])
              })),
        ])
      })
  }

  private static func shown(_ commit: CommitInfo) -> String {
    "commit \(commit.id.short), \(Shown.time(commit.time, offset: commit.offset)): \(commit.summary)"
  }

  private static func json(_ commit: CommitInfo?) -> Value { commit.map { .string($0.id.hex) } ?? .null }
}
