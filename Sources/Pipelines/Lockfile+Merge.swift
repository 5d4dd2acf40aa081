import Formats

extension Lockfile {
  /// Merges what two sides made of `base`, stage by stage: where one side alone changed a stage, that is taken. A stage
  /// that both changed, each in another way, stands in the result twice, between git's conflict markers.
  package static func merging(
    base: Lockfile, ours: Lockfile, theirs: Lockfile
  ) -> (bytes: [UInt8], conflicts: [StageName]) {
    var merged = Lockfile()
    var conflicts: [StageName] = []
    let names = Set(base.stages.keys).union(ours.stages.keys).union(theirs.stages.keys).sorted()
    for name in names {
      let (was, our, their) = (base.stages[name], ours.stages[name], theirs.stages[name])
      if our == their || their == was {
        merged.stages[name] = our
      } else if our == was {
        merged.stages[name] = their
      } else {
        conflicts.append(name)
      }
    }
    if conflicts.isEmpty { return (merged.encoded(), []) }
    var text = Array("\(heading)version: \(version)\nstages:\n".utf8)
    for name in names {
      if conflicts.contains(name) {
        text += marker("<<<<<<< ours") + ours.block(name) + marker("=======")
        text += theirs.block(name) + marker(">>>>>>> theirs")
      } else {
        text += merged.block(name)
      }
    }
    return (text, conflicts)
  }

  private static func marker(_ text: String) -> [UInt8] { Array("\(text)\n".utf8) }

  /// The lines of one stage; none if it is not there.
  private func block(_ name: StageName) -> [UInt8] {
    guard let stage = stages[name] else { return [] }
    let text = YAML.emit(.map([ValueMember("stages", .map([ValueMember(name.text, stage.value)]))]))
    return Array(text.utf8.drop { $0 != UInt8(ascii: "\n") }.dropFirst())
  }
}
