import Diagnostics
import Objects
import Synchronization

/// Chunks that need not come from a remote, because they are parts of large objects in the store: of earlier versions,
/// mostly. Which those are made of, the recipes tell that were read before.
struct LocalChunks: Sendable {
  private struct Place {
    var object: ObjectID
    var offset: Int
    var size: Int
  }

  private let store: ObjectStore
  private let places: [ObjectID: Place]

  /// Looks for the chunks `wanted`.
  init(_ wanted: Set<ObjectID>, in store: ObjectStore, _ recipes: RecipeCache) throws(Failure) {
    self.store = store
    var found: [ObjectID: Place] = [:]
    for (object, pack) in recipes.known() where try store.contains(object) {
      guard found.count < wanted.count, let recipe = recipes.recipe(object, in: pack) else { continue }
      var offset = 0
      for chunk in recipe.chunks {
        if wanted.contains(chunk.id) { found[chunk.id] = Place(object: object, offset: offset, size: chunk.size) }
        offset += chunk.size
      }
    }
    places = found
  }

  func has(_ id: ObjectID) -> Bool { places[id] != nil }

  /// The verified bytes of a chunk; nil when they are not there after all.
  func bytes(_ id: ObjectID) throws(Failure) -> [UInt8]? {
    guard let place = places[id], place.size <= Recipe.mostInChunk,
      let bytes = try store.unverifiedPart(place.object, place.offset..<(place.offset + place.size)),
      try ContentHasher.id(of: bytes) == id
    else { return nil }
    return bytes
  }
}
