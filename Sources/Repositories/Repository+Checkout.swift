package import Diagnostics
package import Files
import Git
import Objects
package import Workspaces

extension Repository {
  /// Plans how the workspace comes to match pointers and locks: all of them, or those that `paths` name, hold or lie in.
  package func planCheckout(_ paths: [RepositoryPath], force: Bool) throws(Failure) -> CheckoutPlan {
    plannedAfter = try lastCollection()
    try healFromRemote()
    var project = try project()
    let lookup = lookupInIndexToo()
    for (path, bytes) in try deletedProjectFiles() { try project.add(path, bytes, lookup) }
    let tracked = project.tracked
    let reader = try reader()
    let known = Set(tracked.map(\.path))
    var unwanted = try reader.indexes.placed().keys.filter { !known.contains($0) }.sorted()
    // Something tracked now may lie in a folder that was tracked as a whole before, or the other way round; git may also
    // have taken a path over. Neither is left over.
    let git = try git()
    var left: [RepositoryPath] = []
    for path in unwanted where !known.contains(where: { $0.isInside(path) || path.isInside($0) }) {
      if try git.trackedPaths(under: gitPath(path), limit: 1).isEmpty { left.append(path) }
    }
    unwanted = left
    guard !paths.isEmpty else {
      return try CheckoutPlanner.plan(wanted: tracked, unwanted: unwanted, reader: reader, force: force)
    }
    var wanted: [TrackedPath] = []
    var dropped: [RepositoryPath] = []
    var parts: [RepositoryPath: [RepositoryPath]] = [:]
    let paths = paths.map { Self.named($0, in: project) }
    for path in paths {
      let chosen = tracked.filter { $0.path.isInside(path) || path.isInside($0.path) }
      let gone = unwanted.filter { $0.isInside(path) }
      if chosen.isEmpty, gone.isEmpty, !path.isRoot {
        throw try notTracked(path, in: project, verb: "check out")
      }
      wanted += chosen.filter { !wanted.contains($0) }
      if let owner = chosen.first(where: { path.isInside($0.path) && path != $0.path }) {
        if let below = path.relative(to: owner.path), try root.stat(path.bytes) == nil,
          try store().contains(owner.content.id), try entry(in: owner, at: below) == nil
        {
          throw Self.notInFolder(path, of: owner)
        }
        parts[owner.path, default: []].append(path)
      }
      dropped += gone.filter { !dropped.contains($0) }
    }
    // Who names a folder means all of it, whatever else is named.
    parts = parts.filter { owner, _ in !paths.contains { owner.isInside($0) } }
    return try CheckoutPlanner.plan(wanted: wanted, unwanted: dropped, parts: parts, reader: reader, force: force)
  }

  /// The tracked path that a user means, who may name its pointer.
  static func named(_ path: RepositoryPath, in project: Project) -> RepositoryPath {
    PointerFile.trackedPath(of: path).flatMap { project.pointers[$0] == nil ? nil : $0 } ?? path
  }

  /// Carries out the plan for `paths`. Throws before anything is touched when it would overwrite content that is not in
  /// the store and `force` is off; with `force` that content is stored first. What another command did since the plan was
  /// made, a gc among them, leads to a new plan.
  package func checkout(
    _ plan: CheckoutPlan, for paths: [RepositoryPath], force: Bool
  ) throws(Failure) -> CheckoutReport {
    try checkOverwritten(plan, force: force)
    if plan.isEmpty, plan.targets.isEmpty, try deletedProjectFiles().isEmpty { return CheckoutReport(of: plan) }
    var data = try dataMoves(of: plan)
    return try locked("checkout") { () throws(Failure) in
      var plan = plan
      let isCurrent = try plan.isCurrent(in: root)
      let hasCollected = try hasCollectedSincePlanning()
      if !isCurrent || hasCollected {
        try reader().forgetWhatWasSeen()
        plan = try planCheckout(paths, force: force)
        try checkOverwritten(plan, force: force)
        data = try dataMoves(of: plan)
      }
      var edits = FileEdits(in: root)
      for (path, bytes) in try deletedProjectFiles() { edits.write(path, bytes) }
      var report = CheckoutReport()
      try publishRepeatable("checkout", edits, data: data) { () throws(Failure) in
        report = try CheckoutExecution.run(plan, reader: try reader(), scratch: scratch)
      }
      return report
    }
  }

  private func checkOverwritten(_ plan: CheckoutPlan, force: Bool) throws(Failure) {
    let overwritten = plan.unsaved.filter(\.isOverwritten)
    guard !force, !overwritten.isEmpty else { return }
    let shown = overwritten.prefix(20).map { $0.isIgnored ? "\($0.path)  (ignored)" : $0.path.text }
      .joined(separator: "\n     ")
    let more = overwritten.count > 20 ? "\n     and \(overwritten.count - 20) more" : ""
    if overwritten.allSatisfy(\.isIgnored) {
      throw Failure(
        "cannot check out", why: "files that .mlrepoignore excludes are in the way:\n     \(shown)\(more)",
        hint:
          "take them away; or 'mlrepo checkout --force' stores them and goes ahead, and 'mlrepo undo' brings them back")
    }
    throw Failure(
      "cannot check out", why: "the store does not have what would be overwritten:\n     \(shown)\(more)",
      hint: "'mlrepo add' or 'mlrepo commit' keeps it as a version; 'mlrepo checkout --force' stores it and goes ahead")
  }

  /// What the plan does to tracked paths, for the operation log, with all that goes in the store.
  func dataMoves(of plan: CheckoutPlan) throws(Failure) -> [Operation.DataMove] {
    var moves: [Operation.DataMove] = []
    for (path, content) in plan.targets {
      moves.append(.init(path: path, before: try storedContent(of: path), after: content))
    }
    for path in plan.unsaved.filter(\.isIgnored).map(\.path) + plan.emptyIgnored {
      if let held = try storedContent(of: path) { moves.append(.init(path: path, before: held, after: nil)) }
    }
    return moves
  }

  /// Pointers, pipeline files and locks, and the ignore files beside what they track, that git's index has and the
  /// workspace has lost, with their content: 'rm -rf data' takes them along with the data.
  func deletedProjectFiles() throws(Failure) -> [(path: RepositoryPath, bytes: [UInt8])] {
    let prefix = try gitPrefix()
    let git = try git()
    let ignoreName = Array(".gitignore".utf8)
    let entries = try git.indexEntries { path in
      let name = path[(path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
      return Project.isPart(name) || name.elementsEqual(ignoreName)
    }
    var parts = Project()
    let lookup = lookupInIndexToo()
    var found: [RepositoryPath: [UInt8]] = [:]
    for entry in entries {
      guard let path = try? RepositoryPath(validating: entry.path).relative(to: prefix),
        try root.stat(path.bytes) == nil
      else { continue }
      found[path] = try git.blob(entry.id)
    }
    guard !found.isEmpty else { return [] }
    for entry in entries where !entry.path.suffix(ignoreName.count).elementsEqual(ignoreName) {
      guard let path = try? RepositoryPath(validating: entry.path).relative(to: prefix) else { continue }
      if let bytes = try root.contents(path.bytes) {
        try parts.add(path, bytes, lookup)
      } else {
        try parts.add(path, try git.blob(entry.id), lookup)
      }
    }
    let folders = Set(parts.tracked.map(\.path.parent))
    return found.filter { path, _ in !path.name.elementsEqual(ignoreName) || folders.contains(path.parent) }
      .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
