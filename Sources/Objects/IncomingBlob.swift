package import Diagnostics
import Files

/// A blob whose bytes come one after the other, from a server for instance: hashed while they arrive, in memory while it is
/// small, else in a file.
package final class IncomingBlob {
  private let session: StoreSession
  private let hasher: ContentHasher
  private var small: [UInt8] = []
  private var file: PendingFile?
  package private(set) var size = 0

  package init(in session: StoreSession) throws(Failure) {
    self.session = session
    hasher = try ContentHasher()
  }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    hasher.update(bytes)
    let offset = size
    size += bytes.count
    if file == nil {
      if size < ObjectStore.looseThreshold {
        small.append(contentsOf: bytes)
        return
      }
      let started = try PendingFile(in: session.store.scratch(), mode: 0o600)
      try small.withRaw { raw throws(Failure) in try started.handle.writeSparsely(raw) }
      small = []
      file = started
    }
    guard let file else { return }
    try file.handle.writeSparsely(bytes)
    if session.store.options.durability != .off { file.handle.startWriteback(from: offset, count: bytes.count) }
    try Interruption.check()
  }

  /// Forgets what has come: it is sent anew from the start.
  package func restart() {
    hasher.reset()
    (small, file, size) = ([], nil, 0)
  }

  /// Hands the blob to the session. Call once.
  package func finish() throws(Failure) -> ObjectID {
    guard let file else { return try session.store(small, kind: .blob) }
    try file.handle.truncate(to: size)
    let id = hasher.finish()
    if try session.claim(id, size: size) {
      try file.handle.setMode(0o444)
      try session.deliver(loose: id, try file.seal(session.store.options.durability))
    }
    return id
  }
}
