import Files
import Formats
import Objects

/// Which inputs of a stage a step before it may still write, so that what they hold now says nothing.
struct Unsettled {
  var path: (RepositoryPath) -> Bool
  var source: (Stage.Source) -> Bool
  /// The items of its `map`.
  var items: Bool
}

extension RunReason {
  /// Everything in which `now` differs from `then`, in a fixed order. What a path in `unsettled` holds is left out, because
  /// a stage that runs before will write it anew.
  static func differences(
    _ now: StageState, _ then: LockedStage, unsettled: Unsettled
  ) -> [RunReason] {
    var reasons: [RunReason] = []
    if now.commands != then.commands { reasons.append(.commandChanged(old: then.commands, new: now.commands)) }
    if now.workingFolder != then.workingFolder {
      reasons.append(.folderChanged(old: then.workingFolder, new: now.workingFolder))
    }
    reasons += params(now, then, unsettled)
    reasons += dependencies(now, then, unsettled)
    reasons += sources(now, then, unsettled)
    reasons += items(now, then, unsettled)
    reasons += variables(now, then)
    reasons += outputs(now, then)
    return reasons
  }

  /// The dependencies of a stage that never ran which are not there and which nothing will make.
  static func missing(_ now: StageState, unsettled: Unsettled) -> [RunReason] {
    let files = now.dependencies.filter { $0.value == .missing && !unsettled.path($0.key) }.keys.sorted()
    let sources = now.sources.filter { $0.value == .missing && !unsettled.source($0.key) }.keys
    return files.map { .dependency($0, .missing) }
      + sources.sorted { $0.text < $1.text }.map { .source($0, .whole(.missing)) }
  }

  private static func dependencies(
    _ now: StageState, _ then: LockedStage, _ unsettled: Unsettled
  ) -> [RunReason] {
    let old = Dictionary(then.dependencies.map { ($0.path, $0.id) }) { first, _ in first }
    return Set(old.keys).union(now.dependencies.keys).sorted().compactMap { path in
      switch (old[path], now.dependencies[path]) {
      case (nil, .missing?): unsettled.path(path) ? .dependency(path, .added) : .dependency(path, .missing)
      case (nil, _): .dependency(path, .added)
      case (_, nil): .dependency(path, .removed)
      case (_, .missing?): unsettled.path(path) ? nil : .dependency(path, .deleted)
      case (let then?, .present(let id)?): id == then || unsettled.path(path) ? nil : .dependency(path, .modified)
      }
    }
  }

  private static func sources(
    _ now: StageState, _ then: LockedStage, _ unsettled: Unsettled
  ) -> [RunReason] {
    let old = Dictionary(then.sources.map { ($0.source, $0.content) }) { first, _ in first }
    return Set(old.keys).union(now.sources.keys).sorted { $0.text < $1.text }.compactMap { source in
      let waits = unsettled.source(source)
      switch (old[source], now.sources[source]) {
      case (nil, .missing?): return .source(source, .whole(waits ? .added : .missing))
      case (nil, _): return .source(source, .whole(.added))
      case (_, nil): return .source(source, .whole(.removed))
      case (let then?, let now?) where waits || then.isSame(as: now): return nil
      case (_, .missing?): return .source(source, .whole(.deleted))
      case (.files(let then)?, .files(let now)?):
        return .source(source, .files(FileChanges(then.mapValues(\.id), now.mapValues(\.id))))
      default: return .source(source, .whole(.modified))
      }
    }
  }

  private static func items(
    _ now: StageState, _ then: LockedStage, _ unsettled: Unsettled
  ) -> [RunReason] {
    let old = Dictionary((then.items ?? []).map { ($0.path, $0.id) }) { first, _ in first }
    let changes = FileChanges(old, (now.items ?? [:]).mapValues(\.id))
    return changes.isEmpty || unsettled.items ? [] : [.items(changes)]
  }

  private static func variables(_ now: StageState, _ then: LockedStage) -> [RunReason] {
    Set(now.variables.keys).union(then.variables.keys).sorted().compactMap { name in
      switch (then.variables[name], now.variables[name]) {
      case (nil, _): .variable(name, .added)
      case (_, nil): .variable(name, .removed)
      case (let old?, let new?): old == new ? nil : .variable(name, new == nil ? .deleted : .modified)
      }
    }
  }

  /// Where the environment is not the one of the last run. A probe that was not looked at tells nothing.
  static func drift(_ now: StageState, _ then: LockedStage) -> [RunReason] {
    then.probes.compactMap { locked in
      guard let new = now.probes[locked.probe], new?.id != locked.result?.id else { return nil }
      return .environment(locked.probe, old: locked.result, new: new)
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
    _ now: StageState, _ then: LockedStage, _ unsettled: Unsettled
  ) -> [RunReason] {
    Set(then.params.keys).union(now.params.keys).sorted().filter { !unsettled.path($0) }.flatMap {
      file -> [RunReason] in
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
