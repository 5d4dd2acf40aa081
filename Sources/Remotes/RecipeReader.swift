import Diagnostics
import Objects
import Synchronization

/// Reads the recipes of large objects.
struct RecipeReader {
  private let reader: RemoteReader

  init(_ contents: RemoteContents, width: Int) { reader = RemoteReader(contents: contents, width: width) }

  /// The recipes of `ids`, and why others cannot be had.
  func recipes(_ ids: [ObjectID]) throws(Failure) -> (found: [ObjectID: Recipe], failures: [ObjectID: Failure]) {
    let found = Mutex<(recipes: [ObjectID: Recipe], failures: [ObjectID: Failure])>(([:], [:]))
    let failures = try reader.read(ids, prepare: { () throws(Failure) in }) { _, arrival throws(Failure) in
      do throws(Failure) {
        let recipe = try Recipe(decoding: arrival.bytes)
        found.withLock { $0.recipes[arrival.entry.id] = recipe }
      } catch {
        found.withLock { $0.failures[arrival.entry.id] = error }
      }
    }
    return found.withLock { ($0.recipes, $0.failures.merging(failures) { $1 }) }
  }

  /// Those of `ids` whose recipes can be read and whose chunks are all there.
  func complete(_ ids: [ObjectID], unmarked: Bool) throws(Failure) -> Set<ObjectID> {
    var complete: Set<ObjectID> = []
    for (id, recipe) in try recipes(ids).found {
      if recipe.chunks.allSatisfy({ reader.contents.find($0.id, unmarked: unmarked) != nil }) { complete.insert(id) }
    }
    return complete
  }
}
