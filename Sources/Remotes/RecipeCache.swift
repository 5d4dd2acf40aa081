import Diagnostics
import Files
import Objects

/// The recipes of one remote as they were read or sent, beside its indexes: `recipes/OBJECT-PACK`, the digits of the object
/// and of the pack that has the recipe. What is no recipe counts for nothing.
struct RecipeCache: Sendable {
  static let name = Array("recipes".utf8)
  private let home: IndexCache

  init(_ home: IndexCache) { self.home = home }

  private static func name(_ id: ObjectID, _ pack: ObjectID) -> [UInt8] {
    name + [UInt8(ascii: "/")] + id.hexBytes + [UInt8(ascii: "-")] + pack.hexBytes
  }

  /// The recipe of the object `id` that stands in `pack`; nil when it is not known.
  func recipe(_ id: ObjectID, in pack: ObjectID) -> Recipe? {
    guard let bytes = try? home.folder.contents(Self.name(id, pack), limit: Recipe.mostBytes) else { return nil }
    return try? Recipe(decoding: bytes)
  }

  /// Keeps a recipe. It is a cache: nothing is lost when that fails.
  func keep(_ recipe: Recipe, _ id: ObjectID, in pack: ObjectID) {
    try? write(recipe.encoded(), Self.name(id, pack))
  }

  private func write(_ bytes: [UInt8], _ name: [UInt8]) throws(Failure) {
    _ = try home.folder.folder(making: Self.name)
    let pending = try PendingFile(in: home.scratch.folder())
    try pending.write(bytes)
    try pending.publish(as: name, in: home.folder)
  }

  /// All that are known, by object and pack.
  func known() -> [(id: ObjectID, pack: ObjectID)] {
    guard let folder = try? home.folder.folderIfPresent(Self.name), let names = try? folder.names() else { return [] }
    return names.compactMap { name, _ in
      guard name.count == 129, name[64] == UInt8(ascii: "-"), let id = ObjectID(hex: name[..<64]),
        let pack = ObjectID(hex: name[65...])
      else { return nil }
      return (id, pack)
    }
  }

  /// Forgets the recipes in packs that the remote does not have any more.
  func forget(allBut isThere: (ObjectID) -> Bool) {
    for (id, pack) in known() where !isThere(pack) { try? home.folder.remove(Self.name(id, pack)) }
  }
}
