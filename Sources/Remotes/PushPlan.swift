package import Diagnostics
import Files
package import Objects

/// An object that a remote shall hold.
package struct PushItem: Hashable, Sendable {
  package var id: ObjectID
  package var kind: ObjectKind
  /// Bytes.
  package var size: Int
}

/// What a push will send.
package struct PushPlan: Sendable {
  /// Trees, each after those above it, then blobs as they lie in their folders: what is asked for together lies together.
  package var items: [PushItem] = []
  /// What the remote has already.
  package var present = (objects: 0, bytes: 0)
  /// How many of these the store lacks.
  package var onlyThere = 0
  /// Large objects that the remote has with all their chunks.
  package var whole: [ObjectID] = []
  /// What neither the store nor the remote has.
  package var missing: [ObjectID] = []

  /// Bytes of the objects to send, before chunks that the remote has are left out and the rest is compressed.
  package var bytes: Int { items.reduce(0) { $0 + $1.size } }
}

extension PushPlan {
  /// Finds what `roots` need that the remote lacks. Nothing is taken for present because something above it is: each
  /// object is looked for in the indexes, and each chunk of a large one.
  package init(
    _ roots: [Content], store: ObjectStore, contents: RemoteContents, options: TransferOptions
  ) throws(Failure) {
    var lacking: [PushItem] = []
    var recipes: [PushItem] = []
    for item in try walk(roots, store, has: { contents.contains($0) }) {
      switch contents.find(item.id, unmarked: true)?.record.kind {
      case nil: lacking.append(item)
      case .recipe?, .treeRecipe?: recipes.append(item)
      case .blob?, .tree?: try note(item, store)
      }
    }
    let complete = try RecipeReader(contents, width: options.width).complete(
      recipes.map(\.id), unmarked: true, fresh: false)
    for item in recipes {
      if complete.contains(item.id) { try note(item, store) } else { lacking.append(item) }
      if complete.contains(item.id) { whole.append(item.id) }
    }
    for item in lacking {
      if try store.contains(item.id) { items.append(item) } else { missing.append(item.id) }
    }
  }

  private mutating func note(_ item: PushItem, _ store: ObjectStore) throws(Failure) {
    present.objects += 1
    present.bytes += item.size
    if try !store.contains(item.id) { onlyThere += 1 }
  }

  /// All objects that `roots` need: trees by breadth, then blobs. A tree that is not in the store is missing if the remote
  /// has not got it; else what is below it isn't known, and was pushed from elsewhere.
  private mutating func walk(
    _ roots: [Content], _ store: ObjectStore, has: (ObjectID) -> Bool
  ) throws(Failure) -> [PushItem] {
    var seen: Set<ObjectID> = []
    var trees: [PushItem] = []
    var blobs: [PushItem] = []
    var level: [ObjectID] = []
    for root in roots where seen.insert(root.id).inserted {
      if root.isFolder {
        level.append(root.id)
      } else {
        blobs.append(PushItem(id: root.id, kind: .blob, size: root.size))
      }
    }
    while !level.isEmpty {
      var below: [ObjectID] = []
      for id in level {
        guard try store.contains(id), let size = try store.size(of: id) else {
          if has(id) { onlyThere += 1 } else { missing.append(id) }
          continue
        }
        trees.append(PushItem(id: id, kind: .tree, size: size))
        for entry in try store.tree(id).entries where seen.insert(entry.id).inserted {
          if entry.kind == .folder {
            below.append(entry.id)
          } else {
            blobs.append(PushItem(id: entry.id, kind: .blob, size: entry.size))
          }
        }
      }
      level = below
    }
    return trees + blobs
  }
}
