package import Diagnostics
package import Files
package import Git
package import Objects
import Workspaces

/// One tracked path that differs between two states of the repository.
package struct PathDifference: Sendable {
  package enum Kind: String, Sendable {
    case added, deleted, modified, renamed
  }

  package var kind: Kind
  package var path: RepositoryPath
  /// Where it was before it was renamed.
  package var oldPath: RepositoryPath?
  package var old: Content?
  package var new: Content?
  /// What differs in a folder, file by file; nil when one side's listing is not in the store.
  package var changes: [FileDifference]? = []
}

/// One file in a tracked folder, or an empty folder, that differs.
package struct FileDifference: Sendable {
  package var kind: PathDifference.Kind
  package var path: RepositoryPath
  package var oldPath: RepositoryPath?
  package var old: TreeEntry?
  package var new: TreeEntry?
}

extension Repository {
  /// A state of the repository to compare: a commit, or the workspace as it is.
  package enum Side: Sendable {
    case commit(CommitID)
    case workspace
    /// Before the first commit: nothing at all.
    case nothing
  }

  /// The side a user means by a revision; nil stands for the workspace.
  package func side(_ revision: String?) throws(Failure) -> Side {
    guard let revision else { return .workspace }
    if revision == "HEAD", try git().headCommit() == nil { return .nothing }
    return .commit(try git().resolveCommit(revision))
  }

  /// What differs between `old` and `new`, path by path. A path whose content went elsewhere unchanged is renamed.
  package func diff(from old: Side, to new: Side) throws(Failure) -> [PathDifference] {
    let before = try contents(of: old)
    let after = try contents(of: new)
    var found: [PathDifference] = []
    for path in Set(before.keys).union(after.keys).sorted() {
      let (was, now) = (before[path], after[path])
      if was?.content == now?.content { continue }
      let kind: PathDifference.Kind = was == nil ? .added : now == nil ? .deleted : .modified
      var difference = PathDifference(kind: kind, path: path, old: was?.content, new: now?.content)
      difference.changes = try folderChanges(was, now, at: path).map(Self.files)
      found.append(difference)
    }
    return Self.withRenames(found)
  }

  private struct Held {
    var content: Content
    /// For a folder in the workspace.
    var scan: FolderScan?
  }

  private func contents(of side: Side) throws(Failure) -> [RepositoryPath: Held] {
    var found: [RepositoryPath: Held] = [:]
    switch side {
    case .nothing: break
    case .commit(let commit):
      for tracked in try project(at: commit).tracked { found[tracked.path] = Held(content: tracked.content) }
    case .workspace:
      let reader = try reader()
      for tracked in try project().tracked {
        let state = try reader.state(of: tracked.path)
        if let content = state.content {
          found[tracked.path] = Held(content: content, scan: state.scan)
        } else if let problem = state.problems.first {
          throw Failure("cannot compare the workspace", why: "\(problem.path): \(problem.why)")
        }
      }
    }
    return found
  }

  private func folderChanges(_ old: Held?, _ new: Held?, at path: RepositoryPath) throws(Failure) -> [TreeChange]? {
    let stored = StoredTrees(try store())
    let (oldID, newID) = (old.flatMap(Self.folderID), new.flatMap(Self.folderID))
    if oldID == nil, newID == nil { return [] }
    do throws(Failure) {
      switch (old?.scan, new?.scan) {
      case (nil, nil): return try TreeComparison.changes(from: stored, oldID, to: stored, newID, at: path)
      case (nil, let scan?): return try TreeComparison.changes(from: stored, oldID, to: ScannedTrees(scan), 0, at: path)
      case (let scan?, nil): return try TreeComparison.changes(from: ScannedTrees(scan), 0, to: stored, newID, at: path)
      case (let a?, let b?):
        return try TreeComparison.changes(from: ScannedTrees(a), 0, to: ScannedTrees(b), 0, at: path)
      }
    } catch  where error.category == .dataMissing {
      return nil
    }
  }

  private static func folderID(_ held: Held) -> ObjectID? { held.content.isFolder ? held.content.id : nil }

  /// The files among `changes`, those that went elsewhere unchanged as renamed.
  private static func files(_ changes: [TreeChange]) -> [FileDifference] {
    var deleted: [TreeEntry: [RepositoryPath]] = [:]
    func content(_ entry: TreeEntry?) -> TreeEntry? {
      // Empty files are alike without being the same.
      guard var entry, entry.kind != .folder, entry.size > 0 else { return nil }
      entry.name = []
      return entry
    }
    for change in changes.reversed() where change.kind == .deleted {
      if let old = content(change.old) { deleted[old, default: []].append(change.path) }
    }
    var result: [FileDifference] = []
    var gone: Set<RepositoryPath> = []
    for change in changes {
      if let entry = change.old ?? change.new, entry.kind == .folder, entry.files > 0, change.kind != .modified {
        continue
      }
      let kind: PathDifference.Kind =
        switch change.kind {
        case .added: .added
        case .deleted: .deleted
        case .modified: .modified
        }
      var file = FileDifference(kind: kind, path: change.path, old: change.old, new: change.new)
      if kind == .added, let new = content(change.new), let from = deleted[new]?.popLast() {
        (file.kind, file.oldPath, file.old) = (.renamed, from, change.new)
        gone.insert(from)
      }
      result.append(file)
    }
    return result.filter { $0.kind != .deleted || !gone.contains($0.path) }
  }

  /// Joins what went and what came with the same content.
  private static func withRenames(_ found: [PathDifference]) -> [PathDifference] {
    var deleted: [Content: [PathDifference]] = [:]
    for difference in found where difference.kind == .deleted {
      if let old = difference.old { deleted[old, default: []].append(difference) }
    }
    var renamed: Set<RepositoryPath> = []
    var result: [PathDifference] = []
    for difference in found where difference.kind == .added {
      guard let new = difference.new, let from = deleted[new]?.popLast() else { continue }
      renamed.formUnion([difference.path, from.path])
      result.append(
        PathDifference(kind: .renamed, path: difference.path, oldPath: from.path, old: new, new: new, changes: []))
    }
    result += found.filter { !renamed.contains($0.path) }
    return result.sorted { $0.path < $1.path }
  }
}
