import Files
import Formats

extension RunReason {
  /// Everything in which `now` differs from `then`, in a fixed order. What a path in `unsettled` holds is left out, because
  /// a stage that runs before will write it anew.
  static func differences(
    _ now: StageState, _ then: LockedStage, unsettled: (RepositoryPath) -> Bool
  ) -> [RunReason] {
    var reasons: [RunReason] = []
    if now.commands != then.commands { reasons.append(.commandChanged(old: then.commands, new: now.commands)) }
    if now.workingFolder != then.workingFolder {
      reasons.append(.folderChanged(old: then.workingFolder, new: now.workingFolder))
    }
    reasons += params(now, then, unsettled)
    reasons += dependencies(now, then, unsettled)
    reasons += outputs(now, then)
    return reasons
  }

  /// The dependencies of a stage that never ran which are not there and which nothing will make.
  static func missing(_ now: StageState, unsettled: (RepositoryPath) -> Bool) -> [RunReason] {
    now.dependencies.filter { $0.value == .missing && !unsettled($0.key) }.keys.sorted().map {
      .dependency($0, .missing)
    }
  }

  private static func dependencies(
    _ now: StageState, _ then: LockedStage, _ unsettled: (RepositoryPath) -> Bool
  ) -> [RunReason] {
    let old = Dictionary(then.dependencies.map { ($0.path, $0.id) }) { first, _ in first }
    return Set(old.keys).union(now.dependencies.keys).sorted().compactMap { path in
      switch (old[path], now.dependencies[path]) {
      case (nil, .missing?): unsettled(path) ? .dependency(path, .added) : .dependency(path, .missing)
      case (nil, _): .dependency(path, .added)
      case (_, nil): .dependency(path, .removed)
      case (_, .missing?): unsettled(path) ? nil : .dependency(path, .deleted)
      case (let then?, .present(let id)?): id == then || unsettled(path) ? nil : .dependency(path, .modified)
      }
    }
  }

  private static func outputs(_ now: StageState, _ then: LockedStage) -> [RunReason] {
    let old = Dictionary(then.outputs.map { ($0.path, $0.id) }) { first, _ in first }
    return Set(old.keys).union(now.outputs.keys).sorted().compactMap { path in
      switch (old[path], now.outputs[path]) {
      case (nil, _): .output(path, .added)
      case (_, nil): .output(path, .removed)
      case (_, .missing?), (_, .restorable?): .output(path, .deleted)
      case (_, .notInStore?): .output(path, .notInStore)
      case (let then?, .present(let id)?): id == then ? nil : .output(path, .modified)
      }
    }
  }

  private static func params(
    _ now: StageState, _ then: LockedStage, _ unsettled: (RepositoryPath) -> Bool
  ) -> [RunReason] {
    Set(then.params.keys).union(now.params.keys).sorted().filter { !unsettled($0) }.flatMap { file -> [RunReason] in
      let old = then.params[file] ?? [:]
      let new = now.params[file] ?? [:]
      let keys = Set(old.keys).union(new.keys).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      return keys.flatMap { key in changes(file, key, old[key], new[key] ?? nil) }
    }
  }

  /// One reason for each leaf that differs, so that a change deep in a map names just that value.
  private static func changes(_ file: RepositoryPath, _ key: String, _ old: Value?, _ new: Value?) -> [RunReason] {
    if let old, let new {
      if old.isSame(as: new) { return [] }
      if case .map(let before) = old, case .map(let after) = new {
        let keys = before.map(\.key) + after.map(\.key).filter { key in !before.contains { $0.key == key } }
        return keys.flatMap { member in
          changes(
            file, "\(key).\(member)", before.first { $0.key == member }?.value, after.first { $0.key == member }?.value)
        }
      }
    } else if old == nil, new == nil {
      return []
    }
    return [.param(file: file, key: key, old: old, new: new)]
  }
}
