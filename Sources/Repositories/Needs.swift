import Diagnostics
package import Files
package import Git
import Objects
import Workspaces

/// A path that needs an object, and where it does.
package struct Need: Equatable, Sendable {
  package var path: RepositoryPath
  /// Whether it stands so in the workspace or git's index.
  package var isCurrent = false
  /// The commits in which it stands so, children before parents.
  package var commits: [CommitID] = []
  /// The operations that could not be taken back or finished without it, where nothing else needs it.
  package var operations: [String] = []
  /// The root of the clone or work tree that needs it, when that is another than this one.
  package var place: [UInt8]?
}

extension Repository {
  /// Every path that needs one of `wanted` and that the store must have, in the workspace and at each commit that anybody
  /// can get back. Costs a walk over the whole history: for when something is amiss.
  func needs(of wanted: Set<ObjectID>, others: [Repository]) throws(Failure) -> [ObjectID: [Need]] {
    guard !wanted.isEmpty else { return [:] }
    var finder = NeedFinder(store: try store(), wanted: wanted)
    try addNeeds(to: &finder, place: nil)
    for other in others {
      // The work trees of one clone have one history, which is told once.
      let isClone = try other.git().commonFolder != git().commonFolder
      try other.addNeeds(to: &finder, place: other.root.path, withHistory: isClone)
    }
    var found = finder.sorted
    var rest = NeedFinder(store: try store(), wanted: wanted.subtracting(found.keys))
    try addOperations(to: &rest, place: nil)
    for other in others { try other.addOperations(to: &rest, place: other.root.path) }
    found.merge(rest.sorted) { need, _ in need }
    return found
  }

  private func addOperations(to finder: inout NeedFinder, place: [UInt8]?) throws(Failure) {
    if finder.wanted.isEmpty { return }
    for operation in try recordedOperations() {
      for found in try finder.needs(in: operation) { finder.note(found, for: operation, place) }
    }
  }

  private func addNeeds(
    to finder: inout NeedFinder, place: [UInt8]?, withHistory: Bool = true
  ) throws(Failure) {
    let (prefix, git) = (try gitPrefix(), try git())
    for path in try projectFiles() {
      guard let bytes = try root.contents(path.bytes) else { continue }
      for found in try finder.needs(in: path, bytes) { finder.note(found, at: nil, place) }
    }
    guard withHistory else { return }
    for entry in try git.stagedEntries(matching: ReferenceCollector.isPart) {
      for found in try finder.needs(in: entry, of: git, prefix) { finder.note(found, at: nil, place) }
    }
    var known: [TreeID: [GitEntry]] = [:]
    try git.walk(from: Array(git.reachableRoots().commits)) { (commit) throws(Failure) in
      let entries = try git.entries(in: git.tree(of: commit), remembering: &known) { name, id throws(Failure) in
        guard ReferenceCollector.isPart(name) else { return false }
        return try finder.concerns(GitEntry(path: name, id: id, kind: .file), of: git)
      }
      for entry in entries {
        for found in try finder.needs(in: entry, of: git, prefix) { finder.note(found, at: commit, place) }
      }
      return true
    }
  }
}

/// Finds the paths that lead to certain objects.
private struct NeedFinder {
  typealias Found = (path: RepositoryPath, id: ObjectID)

  let store: ObjectStore
  let wanted: Set<ObjectID>
  private var needs: [ObjectID: [Key: Need]] = [:]
  /// For each folder that was looked at, where the wanted objects lie in it.
  private var below: [ObjectID: [Found]] = [:]
  /// For each pointer and lock of git's, by name and id: whether it leads to a wanted object.
  private var concerned: [GitEntry: Bool] = [:]
  private var parsed: [GitEntry: [Found]] = [:]

  private struct Key: Hashable {
    var path: RepositoryPath
    var place: [UInt8]?
  }

  init(store: ObjectStore, wanted: Set<ObjectID>) {
    self.store = store
    self.wanted = wanted
  }

  var sorted: [ObjectID: [Need]] {
    needs.mapValues { found in
      found.values.sorted { ($0.path, $0.place == nil ? 0 : 1) < ($1.path, $1.place == nil ? 0 : 1) }
    }
  }

  mutating func note(_ found: Found, at commit: CommitID?, _ place: [UInt8]?) {
    let key = Key(path: found.path, place: place)
    var need = needs[found.id]?[key] ?? Need(path: found.path, place: place)
    if let commit {
      if need.commits.last != commit { need.commits.append(commit) }
    } else {
      need.isCurrent = true
    }
    needs[found.id, default: [:]][key] = need
  }

  mutating func note(_ found: Found, for operation: Operation, _ place: [UInt8]?) {
    let key = Key(path: found.path, place: place)
    var need = needs[found.id]?[key] ?? Need(path: found.path, place: place)
    if need.operations.last != operation.id { need.operations.append(operation.id) }
    needs[found.id, default: [:]][key] = need
  }

  /// Where the wanted objects lie that the operation would bring back.
  mutating func needs(in operation: Operation) throws(Failure) -> [Found] {
    var found: [Found] = []
    for change in operation.files {
      for id in Set([change.before, change.after].compactMap { $0 }) {
        if wanted.contains(id) {
          found.append((change.path, id))
        } else if ReferenceCollector.isPart(change.path.bytes), try store.contains(id) {
          found += try needs(in: change.path, store.read(id, limit: 64 << 20))
        }
      }
    }
    for move in operation.data {
      for content in [move.before, move.after].compactMap({ $0 }) {
        for inner in try find(in: content.id, isFolder: content.isFolder, depth: 0) {
          found.append((move.path.appending(inner.path), inner.id))
        }
      }
    }
    return found
  }

  /// Whether a pointer or lock of this name and content leads to a wanted object; the same wherever it lies.
  mutating func concerns(_ entry: GitEntry, of git: GitRepository) throws(Failure) -> Bool {
    if let known = concerned[entry] { return known }
    let concerns = try !needs(in: RepositoryPath(validating: entry.path), git.blob(entry.id)).isEmpty
    concerned[entry] = concerns
    return concerns
  }

  mutating func needs(
    in entry: GitEntry, of git: GitRepository, _ prefix: RepositoryPath
  ) throws(Failure) -> [Found] {
    if let known = parsed[entry] { return known }
    guard let path = try RepositoryPath(validating: entry.path).relative(to: prefix) else { return [] }
    let found = try needs(in: path, git.blob(entry.id))
    parsed[entry] = found
    return found
  }

  /// Where the wanted objects lie that the pointer or lock `file` refers to. One that cannot be read is told elsewhere.
  mutating func needs(in file: RepositoryPath, _ bytes: [UInt8]) throws(Failure) -> [Found] {
    let references: [Reference]
    do throws(Failure) {
      references = try Reference.all(in: file, bytes, nil)
    } catch  where error.category == .damaged {
      return []
    }
    var found: [Found] = []
    for reference in references where reference.isRequired {
      for inner in try find(in: reference.content.id, isFolder: reference.content.isFolder, depth: 0) {
        found.append((reference.path.appending(inner.path), inner.id))
      }
    }
    return found
  }

  private mutating func find(in id: ObjectID, isFolder: Bool, depth: Int) throws(Failure) -> [Found] {
    if wanted.contains(id) { return [(.root, id)] }
    guard isFolder else { return [] }
    if let known = below[id] { return known }
    try checkDepth(depth, at: .root)
    var found: [Found] = []
    if try store.contains(id) {
      for entry in try store.tree(id).entries {
        let inner = try find(in: entry.id, isFolder: entry.kind == .folder, depth: depth + 1)
        if inner.isEmpty { continue }
        let name = try RepositoryPath.root.appending(name: entry.name)
        found += inner.map { (name.appending($0.path), $0.id) }
      }
    }
    below[id] = found
    return found
  }
}
