package import Diagnostics
package import Files
import Objects
import Remotes

/// Where the content of a path is, as far as this clone knows.
package struct Whereabouts: Sendable {
  package struct Place: Sendable {
    /// The remote's name; nil for the store.
    package var remote: String?
    /// How many of the objects are there.
    package var held = 0
    /// When the remote was last looked at, and when all its bytes were last read, in seconds since 1970; nil if never.
    package var listed: Int64?
    package var read: Int64?
  }

  package var path: RepositoryPath
  /// How many objects it is made of; those below folders whose listing is not here are not counted.
  package var objects: Int
  /// Whether the listing of every folder is here.
  package var isComplete: Bool
  package var places: [Place]
}

extension Repository {
  /// Where the content of each of `paths`, as it is recorded, is known to be. Asks no remote: what push, fetch, fsck and gc
  /// last saw of each counts.
  package func whereis(_ paths: [RepositoryPath]) throws(Failure) -> [Whereabouts] {
    var selection = Selection()
    selection.paths = paths
    let store = try store()
    let remotes = try settings.remotes()
    var known: [KnownRemote?] = []
    for remote in remotes { known.append(try self.known(remote)) }
    var found: [Whereabouts] = []
    for item in try wanted(selection, for: "find") {
      let (path, content) = try chosenPart(of: item, for: "find")
      var (ids, isComplete): (Set<ObjectID>, Bool) = ([], true)
      let reference = Reference(path: path, content: content, commit: nil)
      try visit(reference, &ids) { id, _, isFolder throws(Failure) in
        guard isFolder else { return nil }
        if try store.contains(id) { return try store.tree(id) }
        isComplete = false
        return nil
      }
      found.append(
        try Whereabouts(
          path: path, objects: ids.count, isComplete: isComplete, places: places(of: ids, zip(remotes, known))))
    }
    return found
  }

  private func places(
    of ids: Set<ObjectID>, _ remotes: some Sequence<(RemoteConfig, KnownRemote?)>
  ) throws(Failure) -> [Whereabouts.Place] {
    var places = [Whereabouts.Place(remote: nil)]
    for id in ids where try store().contains(id) { places[0].held += 1 }
    for (remote, known) in remotes {
      var place = Whereabouts.Place(remote: remote.name)
      if let known {
        place.held = ids.count { known.holds($0) }
        place.listed = known.memory.listed / 1_000_000_000
        place.read = known.memory.read.map { $0 / 1_000_000_000 }
      }
      places.append(place)
    }
    return places
  }
}
