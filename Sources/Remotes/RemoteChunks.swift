package import Diagnostics
package import Objects
import Synchronization

extension RemoteContents {
  /// The chunks that the recipes of `ids` name: those of every copy of a recipe, since a reader may come upon any of them.
  /// Throws when no copy of one can be read.
  package func chunks(of ids: Set<ObjectID>, width: Int) throws(Failure) -> Set<ObjectID> {
    var seen: Set<RecipePlace> = []
    var entries: [RemoteEntry] = []
    for index in indexes {
      for position in 0..<index.count where ids.contains(index.id(position)) {
        guard let (pack, record) = index.record(position), record.kind.isRecipe,
          listing.packs[pack.id] == pack.size, seen.insert(RecipePlace(pack: pack.id, id: record.id)).inserted
        else { continue }
        entries.append(RemoteEntry(pack: pack, record: record))
      }
    }
    let found = Mutex<(chunks: Set<ObjectID>, read: Set<ObjectID>)>(([], []))
    let failed = try RemoteReader(contents: self, width: width).read(
      RemoteReader.batches(entries), { () throws(Failure) in },
      { _, arrival throws(Failure) in
        guard let recipe = try? Recipe(decoding: arrival.bytes) else { return }
        found.withLock { found in
          found.chunks.formUnion(recipe.chunks.map(\.id))
          found.read.insert(arrival.entry.id)
        }
      }, { _ throws(Failure) in })
    let (chunks, read) = found.withLock { $0 }
    if let lost = entries.first(where: { !read.contains($0.record.id) }) {
      let why = failed.first { $0.id == lost.record.id }?.why.why
      throw Failure(
        "cannot tell what the large object \(lost.record.id.text) needs",
        why: why ?? "its recipe in pack-\(lost.pack.id.short)… of \(storage.place) is damaged",
        hint: "take packs/pack-\(lost.pack.id.hex).pack out of the remote, then push from a clone that has the data",
        category: .damaged)
    }
    return chunks
  }
}

private struct RecipePlace: Hashable {
  var pack: ObjectID
  var id: ObjectID
}
