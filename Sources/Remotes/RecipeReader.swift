import Diagnostics
import Objects
import Synchronization

/// Reads the recipes of large objects.
struct RecipeReader {
  private let reader: RemoteReader

  init(_ contents: RemoteContents, width: Int) { reader = RemoteReader(contents: contents, width: width) }

  /// The recipes of `ids`, and why others cannot be had. With `fresh`, what was read before does not count.
  func recipes(
    _ ids: [ObjectID], fresh: Bool
  ) throws(Failure) -> (found: [ObjectID: Recipe], failures: [ObjectID: Failure]) {
    let (contents, cache) = (reader.contents, RecipeCache(reader.contents.cache))
    var known: [ObjectID: Recipe] = [:]
    if !fresh {
      for id in ids { known[id] = contents.find(id).flatMap { cache.recipe(id, in: $0.pack.id) } }
    }
    let found = Mutex<(recipes: [ObjectID: Recipe], failures: [ObjectID: Failure])>((known, [:]))
    let unknown = ids.filter { known[$0] == nil }
    let failures = try reader.read(unknown, prepare: { () throws(Failure) in }) { _, arrival throws(Failure) in
      do throws(Failure) {
        let (id, recipe) = (arrival.entry.id, try Recipe(decoding: arrival.bytes))
        found.withLock { $0.recipes[id] = recipe }
        if let pack = contents.find(id)?.pack.id { cache.keep(recipe, id, in: pack) }
      } catch {
        found.withLock { $0.failures[arrival.entry.id] = error }
      }
    }
    return found.withLock { ($0.recipes, $0.failures.merging(failures) { $1 }) }
  }

  /// Those of `ids` whose recipes can be read, or were read before unless `fresh`, and whose chunks are all there.
  func complete(_ ids: [ObjectID], unmarked: Bool, fresh: Bool) throws(Failure) -> Set<ObjectID> {
    var complete: Set<ObjectID> = []
    for (id, recipe) in try recipes(ids, fresh: fresh).found {
      if recipe.chunks.allSatisfy({ reader.contents.find($0.id, unmarked: unmarked) != nil }) { complete.insert(id) }
    }
    return complete
  }
}
