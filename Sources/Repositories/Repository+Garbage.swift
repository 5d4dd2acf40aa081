package import Diagnostics
import Files
import Git
package import Objects
package import Pipelines
import Remotes
import Workspaces

extension Repository {
  /// Decides what the store can give back: what nothing in git or the workspace refers to and what is older than the grace
  /// period. Refuses when anything that may refer to an object can't be read.
  ///
  /// With `core.numCopies`, only what so many remotes have goes; they are asked now.
  package func planGarbage() throws(Failure) -> GarbagePlan { try planGarbage(copied: copiedGarbage()) }

  /// `copied` is what may go since there are copies of it; nil when that does not matter.
  private func planGarbage(copied: Set<ObjectID>?) throws(Failure) -> GarbagePlan {
    let deadline = try deadline()
    let needed = try reachable(from: references(forgetting: true))
    return try store().planGarbage(reachable: needed, before: deadline) { copied?.contains($0) ?? true }
  }

  /// What of the garbage is on as many remotes as `core.numCopies` says; nil when that is none.
  private func copiedGarbage() throws(Failure) -> Set<ObjectID>? {
    let wanted = try settings.copies()
    if wanted == 0 { return nil }
    let garbage = try store().taken(by: planGarbage(copied: nil))
    if garbage.isEmpty { return [] }
    var copies: [ObjectID: Int] = [:]
    for remote in try settings.remotes() where !remote.url.isEmpty {
      do throws(Failure) {
        let contents = try open(remote)
        for id in try contents.secured(garbage, width: options(remote, jobs: nil).width) { copies[id, default: 0] += 1 }
      } catch  where error.category != .interrupted {
        // What cannot be asked is no copy.
        absentRemotes.append(Failure("cannot count the copies on the remote '\(remote.name)'", why: "\(error)"))
      }
    }
    return Set(copies.filter { $0.value >= wanted }.keys)
  }

  /// What is older can go, in nanoseconds since 1970.
  func deadline() throws(Failure) -> Int64 { wallClock() - (try gracePeriod()) }

  /// In nanoseconds.
  func gracePeriod() throws(Failure) -> Int64 { Int64(try settings.gracePeriodDays()) * 24 * 3600 * 1_000_000_000 }

  /// Moves what the plan names to the trash, and empties the trash of what has lain there for the grace period. Plans
  /// anew while it holds the lock, so that nothing is taken that came into use meanwhile.
  package func collectGarbage() throws(Failure) -> GarbagePlan {
    // Remotes are asked before the lock is taken; what became garbage since then stays.
    let copied = try copiedGarbage()
    return try locked("gc") { () throws(Failure) in
      let plan = try planGarbage(copied: copied)
      let durability = try settings.durability()
      let trash = try storeTop().folder(making: Array("trash".utf8), durability)
      try emptyTrash(trash)
      for user in [self] + (try otherUsers().found.map(\.repository)) {
        try user.openOperations()?.prune(before: user.operationDeadline())
      }
      if !plan.isEmpty {
        let today = try trash.folder(making: Array("\(wallClock() / 1_000_000_000)".utf8), durability)
        try takingAway { () throws(Failure) in try store().collect(plan, into: today) }
      }
      try forgetUselessRuns(before: try deadline())
      return plan
    }
  }

  /// Who needs an object.
  package struct Needs {
    /// Commits and the workspace, with the path that holds it.
    package var references: [Reference] = []
    package var operations: [Operation] = []
    /// Results that the run cache keeps.
    package var runs: [RunCache.Record] = []

    package var isEmpty: Bool { references.isEmpty && operations.isEmpty && runs.isEmpty }
  }

  /// Who needs the object `id`.
  package func explain(_ id: ObjectID) throws(Failure) -> Needs {
    var found: [Reference] = []
    /// Folders that are known not to hold it.
    var without: Set<ObjectID> = []
    for reference in try references() where reference.path != .root {
      if let path = try find(id, in: reference.content, at: reference.path, &without) {
        var reference = reference
        reference.path = path
        found.append(reference)
      }
    }
    var needing: [Operation] = []
    for operation in try operations().all() {
      for content in try contents(of: operation).found where try find(id, in: content, at: .root, &without) != nil {
        needing.append(operation)
        break
      }
    }
    var runs: [RunCache.Record] = []
    for record in try runCache().list() {
      for output in record.result.outputs where try find(id, in: output.content, at: .root, &without) != nil {
        runs.append(record)
        break
      }
    }
    return Needs(
      references: found.sorted { ($0.path, $0.commit?.hex ?? "") < ($1.path, $1.commit?.hex ?? "") },
      operations: needing, runs: runs)
  }

  private func find(
    _ id: ObjectID, in content: Content, at path: RepositoryPath, _ without: inout Set<ObjectID>, depth: Int = 0
  ) throws(Failure) -> RepositoryPath? {
    if content.id == id { return path }
    try checkDepth(depth, at: path)
    guard content.isFolder, !without.contains(content.id), try store().contains(content.id) else { return nil }
    for entry in try store().tree(content.id).entries {
      let inner = Content(kind: entry.kind, id: entry.id, size: entry.size, files: entry.files)
      if let found = try find(id, in: inner, at: path.appending(name: entry.name), &without, depth: depth + 1) {
        return found
      }
    }
    without.insert(content.id)
    return nil
  }

  /// Every object that can be reached from `references`.
  func reachable(from references: Set<Reference>) throws(Failure) -> Set<ObjectID> {
    var found: Set<ObjectID> = []
    let store = try store()
    // What must be there comes first: a folder that is visited once is visited as such.
    for reference in references.sorted(by: { $0.isRequired && !$1.isRequired }) {
      try visit(reference, &found) { id, path, isFolder throws(Failure) in
        guard isFolder else { return nil }
        // A folder the store never had, a dependency in git for instance, keeps nothing alive.
        if !reference.isRequired, try !store.contains(id) { return nil }
        do throws(Failure) {
          return try store.tree(id)
        } catch {
          throw Failure(
            "cannot tell what is needed", why: "the folder \(path) is needed and cannot be read: \(error.why)",
            hint: "mlrepo fsck", category: error.category)
        }
      }
    }
    return found
  }

  private func emptyTrash(_ trash: Folder) throws(Failure) {
    let limit = wallClock() / 1_000_000_000 - Int64(try settings.gracePeriodDays()) * 24 * 3600
    for (name, isFolder) in try trash.names() where isFolder {
      guard let time = Int64(String(decoding: name, as: UTF8.self)), time < limit else { continue }
      try trash.removeTree(name)
    }
  }
}
