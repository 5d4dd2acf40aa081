package import Diagnostics
package import Files
import Objects

/// Lets files of the workspace whose content has just been stored share the store's file, where `core.links` prefers hard
/// or symbolic links: data is not held twice then.
///
/// The content is copied into the store first and linked back, never the other way round: a file that another program may
/// have open for writing does not become an object.
package enum StoredLinks {
  /// Replaces the large files at and below `path`, as `state` found them, by links. What changed meanwhile, what is
  /// executable and what lies in packs stays as it is.
  package static func place(
    at path: RepositoryPath, state: PathState, reader: WorkspaceReader, scratch: Scratch
  ) throws(Failure) {
    let store = reader.context.store
    guard store.prefersLinks else { return }
    let place = Displacement(root: reader.context.root, store: store, scratch: try scratch.folder())
    var fresh: [RepositoryPath: IndexEntry] = [:]
    for (below, seen) in try files(state) {
      let file = path.appending(below)
      let begun = wallClock()
      guard let id = seen.id, seen.stat.kind == .file, seen.stat.size >= ObjectStore.looseThreshold,
        try !store.isLink(seen.stat, to: id), try link(file, seen, id, in: place),
        let stat = try reader.context.root.stat(file.bytes)
      else { continue }
      fresh[below] = IndexEntry(stat: stat, id: id, isSettled: stat.isSettled(at: begun))
    }
    guard !fresh.isEmpty else { return }
    if let single = fresh[.root], let content = state.content {
      try reader.indexes.remember(path, single)
      try reader.indexes.markPlaced(path, content, stat: single.stat)
    }
    try reader.refresh(path, fresh: fresh)
    try store.flushVerified()
  }

  private static func link(
    _ path: RepositoryPath, _ seen: CheckoutPlan.Seen, _ id: ObjectID, in place: Displacement
  ) throws(Failure) -> Bool {
    let name = Array(uniqueName().utf8)
    guard try place.store.link(id, as: name, in: place.scratch) else { return false }
    guard try place.place(name, holding: id, at: path, over: seen) == .done else {
      try? place.scratch.remove(name)
      return false
    }
    if let stat = try place.root.stat(path.bytes) { try place.store.noteRename(of: id, to: stat) }
    return true
  }

  private static func files(
    _ state: PathState
  ) throws(Failure) -> [(below: RepositoryPath, seen: CheckoutPlan.Seen)] {
    guard let scan = state.scan else {
      return state.seen(at: .root).map { [(.root, $0)] } ?? []
    }
    var found: [(below: RepositoryPath, seen: CheckoutPlan.Seen)] = []
    for level in scan.levels {
      for (index, entry) in level.listing.entries.enumerated() where entry.stat.size >= ObjectStore.looseThreshold {
        let below = try level.path.appending(name: level.listing.name(index))
        found.append((below, CheckoutPlan.Seen(stat: entry.stat, id: level.states[index].id)))
      }
    }
    return found
  }
}
