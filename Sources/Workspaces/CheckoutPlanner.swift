package import Diagnostics
package import Files
import Objects

/// Makes a `CheckoutPlan`.
package struct CheckoutPlanner {
  private let reader: WorkspaceReader
  private let store: ObjectStore
  private let force: Bool
  private var plan = CheckoutPlan()
  private var ignored: IgnoredContent?
  /// Folders that must go because a file takes their name: nothing in them can be left lying.
  private var inTheWay: [RepositoryPath] = []
  /// Folders that a file should replace, which is missing: they stay.
  private var staying: [RepositoryPath] = []

  /// Plans how the workspace comes to hold `wanted`, and no longer holds `unwanted`, paths that mlrepo placed and that
  /// are tracked no more. With `force`, content that is not in the store does not stop it: it is stored first. Of a folder
  /// in `parts` only what lies at or below the paths given there is looked after.
  package static func plan(
    wanted: [TrackedPath], unwanted: [RepositoryPath], parts: [RepositoryPath: [RepositoryPath]] = [:],
    reader: WorkspaceReader, force: Bool
  ) throws(Failure) -> CheckoutPlan {
    var planner = CheckoutPlanner(reader: reader, force: force)
    for path in unwanted {
      var one = CheckoutPlanner(reader: reader, force: force)
      try one.drop(path)
      try one.noteWhatIsThere(path)
      planner.plan.append(one.plan)
    }
    for tracked in wanted {
      // Each with a plan of its own: what cannot be planned to the end must not be begun.
      var one = CheckoutPlanner(reader: reader, force: force)
      do throws(Failure) {
        try one.want(tracked, parts[tracked.path])
        try one.noteWhatIsThere(tracked.path)
        planner.plan.append(one.plan)
      } catch  where error.category == .dataMissing || error.category == .damaged {
        planner.plan.failures.append(error)
      }
    }
    return planner.plan
  }

  private init(reader: WorkspaceReader, force: Bool) {
    self.reader = reader
    self.force = force
    store = reader.context.store
  }

  private mutating func want(_ tracked: TrackedPath, _ parts: [RepositoryPath]?) throws(Failure) {
    let state = try reader.state(of: tracked.path)
    if state.held == tracked.content { return }
    let wanted = tracked.content
    guard try store.contains(wanted.id) else {
      plan.missing.append(.init(path: tracked.path, id: wanted.id))
      return
    }
    plan.targets.append((tracked.path, wanted))
    if wanted.isFolder, state.scan != nil || !state.exists && parts != nil {
      ignored = try IgnoredContent(in: state.scan, root: reader.context.root)
      let scanned = ScannedTrees(state.scan ?? FolderScan(path: tracked.path))
      let changes = try TreeComparison.changes(
        from: scanned, state.scan == nil ? nil : 0, to: StoredTrees(store), wanted.id, at: tracked.path)
      for change in changes where Self.concerns(change.path, parts) {
        if !blocked(change, by: state.problems) { try apply(change) }
      }
    } else {
      try replace(tracked.path, state, with: wanted)
    }
  }

  private mutating func noteWhatIsThere(_ path: RepositoryPath) throws(Failure) {
    let state = try reader.state(of: path)
    guard state.exists else { return }
    func note(_ target: RepositoryPath) {
      if let found = target.relative(to: path).flatMap({ state.seen(at: $0) }) { plan.seen[target] = found }
    }
    for target in plan.removals { note(target) }
    for step in plan.writes {
      switch step {
      case .write(let target, _), .setExecutable(let target, _): note(target)
      default: continue
      }
    }
  }

  private static func concerns(_ path: RepositoryPath, _ parts: [RepositoryPath]?) -> Bool {
    parts?.contains { path.isInside($0) } ?? true
  }

  /// Whether something that can't be read stands where `change` would write. It is not overwritten: nobody could save it.
  private mutating func blocked(_ change: TreeChange, by problems: [FolderScan.Problem]) -> Bool {
    guard let problem = problems.first(where: { change.path.isInside($0.path) }) else { return false }
    if change.path == problem.path {
      plan.failures.append(
        Failure(
          "cannot check out \(problem.path)", why: "what is there cannot be read: \(problem.why)",
          hint: "make it readable, or take it away", category: .partlyDone))
    }
    return true
  }

  /// The tracked path itself appears or changes its kind or bytes.
  private mutating func replace(_ path: RepositoryPath, _ state: PathState, with wanted: Content) throws(Failure) {
    let entry = TreeEntry(
      name: Array(path.name), kind: wanted.kind, id: wanted.id, size: wanted.size, files: wanted.files)
    note(state.exists ? .modified : .added, path, entry)
    if let scan = state.scan {
      inTheWay.append(path)
      plan.folderRemovals.append(path)
      ignored = try IgnoredContent(in: scan, root: reader.context.root)
      try clearIgnored(at: path)
      for change in try Self.everything(in: scan, at: path, store) { try apply(change) }
      for problem in scan.problems { plan.unsaved.append(.init(path: problem.path, isOverwritten: true)) }
    } else if let content = state.content {
      if content.id == entry.id { return plan.writes.append(.setExecutable(path, entry.kind == .executable)) }
      try requireSaved(path, content.id)
      if entry.kind == .folder { plan.removals.append(path) }
    } else if state.exists {
      plan.unsaved.append(.init(path: path, isOverwritten: true))
      if entry.kind == .folder { plan.removals.append(path) }
    }
    wanted.isFolder ? try writeFolder(path, wanted) : plan.writes.append(.write(path, entry))
  }

  /// A folder that is wholly absent is written aside and appears at once; unless something in it is missing, then what
  /// there is appears piece by piece.
  private mutating func writeFolder(_ path: RepositoryPath, _ content: Content) throws(Failure) {
    let missing = try missingFiles(in: content.id, at: path)
    if missing.isEmpty { return plan.writes.append(.writeFolder(path, content)) }
    plan.missing += missing
    let absent = Set(missing.map(\.path))
    plan.newFolders.append(path)
    let nothing: ObjectID? = nil
    for change in try TreeComparison.changes(
      from: StoredTrees(store), nothing, to: StoredTrees(store), content.id, at: path)
    {
      guard let new = change.new, !absent.contains(change.path) else { continue }
      if new.kind == .folder {
        plan.newFolders.append(change.path)
      } else {
        plan.writes.append(.write(change.path, new))
      }
    }
  }

  /// Looks through a stored folder one listing at a time: there may be millions of files.
  private func missingFiles(
    in folder: ObjectID, at path: RepositoryPath, depth: Int = 0
  ) throws(Failure) -> [CheckoutPlan.Missing] {
    try checkDepth(depth, at: path)
    var missing: [CheckoutPlan.Missing] = []
    let tree = try naming(path) { () throws(Failure) in try store.tree(folder) }
    for entry in tree.entries {
      if entry.kind == .folder {
        missing += try missingFiles(in: entry.id, at: try path.appending(name: entry.name), depth: depth + 1)
      } else if try !store.contains(entry.id) {
        missing.append(.init(path: try path.appending(name: entry.name), id: entry.id))
      }
    }
    return missing
  }

  private mutating func apply(_ change: TreeChange) throws(Failure) {
    switch change.kind {
    case .added:
      guard let new = change.new, try write(change.path, new) else { return }
    case .deleted:
      guard let old = change.old, try remove(change.path, old) else { return }
    case .modified:
      guard let old = change.old, let new = change.new, try exchange(change.path, old, new) else { return }
    }
    plan.changes.append(change)
  }

  /// Returns whether there is anything to tell of it.
  private mutating func remove(_ path: RepositoryPath, _ old: TreeEntry) throws(Failure) -> Bool {
    if staying.contains(where: { path.isInside($0) }) { return false }
    if old.kind == .folder {
      plan.folderRemovals.append(path)
      if !inTheWay.contains(where: { path.isInside($0) }) { plan.keptIgnored += ignored?.directly(in: path) ?? [] }
      return false
    }
    let isSaved = try store.contains(old.id)
    let mustGo = inTheWay.contains { path.isInside($0) }
    if !isSaved {
      guard mustGo || force else {
        plan.kept.append(path)
        return false
      }
      plan.unsaved.append(.init(path: path, isOverwritten: mustGo))
    }
    plan.removals.append(path)
    return true
  }

  private mutating func exchange(
    _ path: RepositoryPath, _ old: TreeEntry, _ new: TreeEntry
  ) throws(Failure) -> Bool {
    let bothFiles = [old.kind, new.kind].allSatisfy { $0 == .file || $0 == .executable }
    if bothFiles, old.id == new.id {
      plan.writes.append(.setExecutable(path, new.kind == .executable))
      return true
    }
    if new.kind != .folder, try !store.contains(new.id) {
      plan.missing.append(.init(path: path, id: new.id))
      if old.kind == .folder { staying.append(path) }
      return false
    }
    if old.kind == .folder {
      inTheWay.append(path)
      plan.folderRemovals.append(path)
      try clearIgnored(at: path)
    } else {
      try requireSaved(path, old.id)
      if new.kind == .folder { plan.removals.append(path) }
    }
    return try write(path, new)
  }

  private mutating func write(_ path: RepositoryPath, _ entry: TreeEntry) throws(Failure) -> Bool {
    if entry.kind == .folder {
      if ignored?.hasFile(at: path) == true { try clearIgnored(at: path) }
      plan.newFolders.append(path)
      return false
    }
    guard try store.contains(entry.id) else {
      plan.missing.append(.init(path: path, id: entry.id))
      return false
    }
    if try isThere(entry, at: path) { return false }
    try clearIgnored(at: path)
    plan.writes.append(.write(path, entry))
    return true
  }

  /// Whether an ignored file at `path` holds what is wanted there.
  private func isThere(_ entry: TreeEntry, at path: RepositoryPath) throws(Failure) -> Bool {
    guard let found = try ignored?.all(at: path), found.count == 1, found[0].stat.kind == entry.kind,
      entry.kind != .symlink
    else { return false }
    return try reader.state(of: path).content?.id == entry.id
  }

  /// Plans that what is ignored at and below `path` makes room: it is named first, or stored with force.
  private mutating func clearIgnored(at path: RepositoryPath) throws(Failure) {
    let all = try ignored?.all(at: path) ?? []
    let parents = Set(all.map(\.path.parent))
    for (found, stat) in all {
      if stat.kind == .folder {
        plan.folderRemovals.append(found)
        if !parents.contains(found) { plan.emptyIgnored.append(found) }
        continue
      }
      plan.unsaved.append(.init(path: found, isOverwritten: true, isIgnored: true))
      plan.removals.append(found)
      plan.seen[found] = CheckoutPlan.Seen(stat: stat, id: nil)
    }
  }

  private mutating func requireSaved(_ path: RepositoryPath, _ id: ObjectID) throws(Failure) {
    if try !store.contains(id) { plan.unsaved.append(.init(path: path, isOverwritten: true)) }
  }

  /// What mlrepo placed for another commit and nothing tracks any more.
  private mutating func drop(_ path: RepositoryPath) throws(Failure) {
    let state = try reader.state(of: path)
    let keptBefore = plan.kept.count
    if let scan = state.scan {
      for change in try Self.everything(in: scan, at: path, store) { try apply(change) }
      plan.kept += scan.problems.map(\.path)
      plan.folderRemovals.append(path)
    } else if let content = state.held {
      let entry = TreeEntry(name: Array(path.name), kind: content.kind, id: content.id, size: content.size)
      if try remove(path, entry) { note(.deleted, path, nil) }
    }
    if plan.kept.count == keptBefore { plan.targets.append((path, nil)) }
  }

  private static func everything(
    in scan: FolderScan, at path: RepositoryPath, _ store: ObjectStore
  ) throws(Failure) -> [TreeChange] {
    let nothing: ObjectID? = nil
    return try TreeComparison.changes(from: ScannedTrees(scan), 0, to: StoredTrees(store), nothing, at: path)
  }

  private mutating func note(_ kind: TreeChange.Kind, _ path: RepositoryPath, _ new: TreeEntry?) {
    plan.changes.append(TreeChange(kind: kind, path: path, old: nil, new: new))
  }
}
