package import Diagnostics
import Files

extension StoreWriter {
  /// Stores the object `id` that another store has, verified on the way.
  package func store(_ id: ObjectID, kind: ObjectKind, from other: ObjectStore) throws(Failure) {
    guard let size = try other.size(of: id) else { throw ObjectStore.missing(id) }
    guard kind == .blob, size >= ObjectStore.looseThreshold else {
      _ = try store(try other.read(id), kind: kind)
      return
    }
    guard try session.claim(id, size: size) else { return }
    let file = try PendingFile(in: session.store.scratch(), mode: 0o600)
    try other.copy(id, to: file.handle)
    try file.handle.setMode(0o444)
    session.store.progress.advance(bytes: size)
    try session.deliver(loose: id, try file.seal(session.store.options.durability))
  }
}
