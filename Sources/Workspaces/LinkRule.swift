package import Diagnostics
package import Files
import Objects
import Synchronization

/// Which symbolic links may be versioned and checked out: those that stay inside the repository, also by way of other
/// links, be they checked out with them or in the workspace already.
///
/// A target may climb at its start, from the folder that holds the link. Where it climbs again behind a name, that name
/// may be a link itself, and the system goes up from where that one leads; such targets are followed step by step.
package final class LinkRule: Sendable {
  private let root: Folder
  private let store: ObjectStore
  private let tracked: [RepositoryPath: ObjectID]
  /// Links that an operation brings back: they stood there before, wherever they led.
  private let own: Set<RepositoryPath>
  /// Folders that were looked at, by their trees.
  private let folders = Mutex<[ObjectID: Tree]>([:])

  /// The rule for a checkout of `targets`.
  init(_ targets: [(path: RepositoryPath, content: Content?)], from store: ObjectStore, in root: Folder) {
    (self.root, self.store) = (root, store)
    tracked = Dictionary(
      targets.compactMap { path, content in content.flatMap { $0.isFolder ? (path, $0.id) : nil } },
      uniquingKeysWith: { first, _ in first })
    own = Set(targets.compactMap { path, content in content?.kind == .symlink ? path : nil })
  }

  /// Returns why a link at `path` must not point to `target`, or nil if it may.
  func brokenRule(_ target: [UInt8], of path: RepositoryPath) throws(Failure) -> String? {
    if own.contains(path) { return nil }
    if let broken = Self.brokenText(target, of: path) { return broken }
    return try Self.brokenChain(target, of: path) { path throws(Failure) in try self.target(of: path) }
  }

  /// Returns which rule the target breaks by its text alone.
  static func brokenText(_ target: [UInt8], of path: RepositoryPath) -> String? {
    if target.first == slash { return "it is a symbolic link to \(shown(target)), an absolute path" }
    if target.isEmpty || target.contains(0) { return "it is a symbolic link to nothing" }
    var depth = path.components.count - 1
    for part in parts(target) {
      if isUp(part) { depth -= 1 } else { depth += 1 }
      if depth < 0 { return "it is a symbolic link to \(shown(target)), which leads out of the repository" }
    }
    return nil
  }

  /// Returns which rule the target breaks when the links on its way are followed; `link` gives the target of the link at
  /// a path, nil where there is none.
  static func brokenChain(
    _ target: [UInt8], of path: RepositoryPath, _ link: (RepositoryPath) throws(Failure) -> [UInt8]?
  ) throws(Failure) -> String? {
    guard climbsBehindName(target) else { return nil }
    let byAnother =
      "it is a symbolic link to \(shown(target)), which leads out of the repository by way of another link"
    var at = path.parent
    var ahead = Array(parts(target).reversed())
    var followed = 0
    while let part = ahead.popLast() {
      if isUp(part) {
        if at.isRoot { return byAnother }
        at = at.parent
        continue
      }
      // A name that no tracked path can have is no link of ours.
      guard let next = try? at.appending(name: part) else { return nil }
      guard let inner = try link(next) else {
        at = next
        continue
      }
      followed += 1
      // The system gives up there as well, so a loop leads nowhere.
      if followed > 40 { return nil }
      if inner.first == slash { return byAnother }
      ahead += parts(inner).reversed()
    }
    return nil
  }

  /// Whether the target goes up behind a name.
  static func climbsBehindName(_ target: [UInt8]) -> Bool { parts(target).drop(while: isUp).contains(where: isUp) }

  private static func parts(_ target: [UInt8]) -> [ArraySlice<UInt8>] {
    target.split(separator: slash).filter { !$0.elementsEqual(".".utf8) }
  }

  /// Why a link that stands at `path` in the workspace leads out of it; nil for one that does not, and for what is none.
  package static func leadsOut(_ path: RepositoryPath, in root: Folder) throws(Failure) -> String? {
    guard let target = target(of: path, in: root) else { return nil }
    if let broken = brokenText(target, of: path) { return broken }
    return try brokenChain(target, of: path) { Self.target(of: $0, in: root) }
  }

  private static func shown(_ target: [UInt8]) -> String { PathText.escape(target.prefix(200)) }

  private static func isUp(_ part: ArraySlice<UInt8>) -> Bool { part.elementsEqual("..".utf8) }

  /// The target of the link that will stand at `path`.
  private func target(of path: RepositoryPath) throws(Failure) -> [UInt8]? {
    var owner = path
    while tracked[owner] == nil, !owner.isRoot { owner = owner.parent }
    guard var id = tracked[owner], let below = path.relative(to: owner) else { return Self.target(of: path, in: root) }
    for name in below.components {
      guard let entry = try folder(id).entry(named: name) else { return nil }
      if entry.kind == .symlink { return try store.read(entry.id, limit: 4096) }
      guard entry.kind == .folder else { return nil }
      id = entry.id
    }
    return nil
  }

  /// The target of the link that stands at `path` in the workspace.
  static func target(of path: RepositoryPath, in root: Folder) -> [UInt8]? {
    guard (try? root.stat(path.bytes))?.kind == .symlink else { return nil }
    return try? root.linkTarget(path.bytes)
  }

  private func folder(_ id: ObjectID) throws(Failure) -> Tree {
    if let known = folders.withLock({ $0[id] }) { return known }
    let tree = try store.tree(id)
    folders.withLock { $0[id] = tree }
    return tree
  }
}

private let slash = UInt8(ascii: "/")
