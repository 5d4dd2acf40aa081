package import Diagnostics
package import Files
import Objects

/// Makes files of the workspace independent of the store's.
package enum PrivateCopy {
  /// Replaces the file `path`, another name of a file, by one of its own with the same bytes. `seen` is what stands there.
  static func make(of path: RepositoryPath, _ seen: CheckoutPlan.Seen?, in place: Displacement) throws(Failure) {
    let source = try place.root.open(path.bytes)
    try replace(path, seen, in: place) { copy throws(Failure) in
      let mode = try copy.permissions()
      if try source.stat().kind == .executable { try copy.setMode(mode | (mode & 0o444) >> 2) }
      if copy.clone(from: source) { return }
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
      defer { buffer.deallocate() }
      while true {
        let count = try source.read(into: buffer)
        if count == 0 { break }
        try copy.writeSparsely(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
      try copy.truncate(to: source.stat().size)
    }
  }

  private static func replace(
    _ path: RepositoryPath, _ seen: CheckoutPlan.Seen?, in place: Displacement,
    _ fill: (borrowing FileHandle) throws(Failure) -> Void
  ) throws(Failure) {
    let name = Array(uniqueName().utf8)
    let copy = try place.scratch.create(name)
    do throws(Failure) {
      try fill(copy)
      try copy.sync(place.store.options.durability)
      let id: ObjectID
      if let known = seen?.id { id = known } else { id = try StoreWriter(StoreSession(place.store)).hash(copy).id }
      try place.place(name, holding: id, at: path, over: seen).check(path, doing: "replace")
    } catch {
      try? place.scratch.remove(name)
      throw error
    }
    try place.root.folder(path.parent).sync(place.store.options.durability)
  }

  /// Replaces links into the store, at `path` and below it, by copies that can be edited. Returns which. To look for hard
  /// links each file is opened.
  @discardableResult
  package static func replaceLinks(
    at path: RepositoryPath, state: PathState, in context: ScanContext, scratch: Scratch, hardLinks: Bool = true
  ) throws(Failure) -> [RepositoryPath] {
    var replaced: [RepositoryPath] = []
    let place = Displacement(root: context.root, store: context.store, scratch: try scratch.folder())
    for (file, seen) in try files(at: path, state) {
      if seen.stat.kind == .symlink {
        guard let id = context.store.linkedObject(try context.root.linkTarget(file.bytes)) else { continue }
        try replace(file, seen, in: place) { copy throws(Failure) in try context.store.copy(id, to: copy) }
      } else {
        guard hardLinks, try context.root.open(file.bytes).linkCount() > 1 else { continue }
        try make(of: file, seen, in: place)
      }
      replaced.append(file)
    }
    return replaced
  }

  private static func files(
    at path: RepositoryPath, _ state: PathState
  ) throws(Failure) -> [(path: RepositoryPath, seen: CheckoutPlan.Seen)] {
    guard let scan = state.scan else {
      return state.stat.map { [(path, CheckoutPlan.Seen(stat: $0, id: state.content?.id))] } ?? []
    }
    var found: [(path: RepositoryPath, seen: CheckoutPlan.Seen)] = []
    for level in scan.levels {
      for (index, entry) in level.listing.entries.enumerated() where entry.stat.kind != .folder {
        let file = try path.appending(level.path).appending(name: level.listing.name(index))
        found.append((file, CheckoutPlan.Seen(stat: entry.stat, id: level.states[index].id)))
      }
    }
    return found
  }
}
