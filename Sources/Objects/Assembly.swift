package import Diagnostics
import Files
import Synchronization

/// A large object that is put together from chunks, which come in any order and from any thread, and is hashed as its
/// beginning grows.
package final class Assembly: Sendable {
  package let id: ObjectID
  package let recipe: Recipe
  /// Where each chunk begins.
  private let offsets: [Int]
  private let session: StoreSession
  private let kind: ObjectKind
  private let file: PendingFile
  private let hash: TrailingHash
  private let thread: Mutex<BackgroundThread?>
  private let state: Mutex<(arrived: [Bool], complete: Int)>

  /// An object of so many bytes is hashed by a thread of its own.
  private static let manyBytes = 32 << 20
  /// The most bytes that a folder's listing may have.
  private static let largestTree = 1 << 30

  /// Fails when the store has no room for it.
  package init(_ id: ObjectID, kind: ObjectKind, _ recipe: Recipe, in session: StoreSession) throws(Failure) {
    self.id = id
    self.kind = kind
    self.recipe = recipe
    self.session = session
    guard kind != .tree || recipe.size <= Self.largestTree else { throw Self.wrong(id, "no folder is so large") }
    var offset = 0
    offsets = recipe.chunks.map { chunk in
      defer { offset += chunk.size }
      return offset
    }
    let file = try PendingFile(in: session.store.scratch(), mode: 0o600)
    try file.handle.truncate(to: recipe.size)
    self.file = file
    let hash = TrailingHash(file)
    self.hash = hash
    thread = Mutex(recipe.size < Self.manyBytes ? nil : BackgroundThread { hash.run() })
    state = Mutex((Array(repeating: false, count: recipe.chunks.count), 0))
  }

  deinit { _ = endHashing() }

  /// Waits for the thread that hashes, if there still is one.
  private func endHashing() -> Bool {
    hash.complete()
    let thread = thread.withLock { thread in
      defer { thread = nil }
      return thread
    }
    thread?.join()
    return thread != nil
  }

  /// Writes the chunk number `index`, whose bytes were verified. One that is not as long as the recipe says is left out.
  package func write(_ bytes: UnsafeRawBufferPointer, as index: Int) throws(Failure) {
    guard bytes.count == recipe.chunks[index].size else { return }
    try file.handle.writeSparsely(bytes, at: offsets[index])
    if session.store.options.durability != .off {
      file.handle.startWriteback(from: offsets[index], count: bytes.count)
    }
    session.store.progress.advance(bytes: bytes.count)
    let grown = state.withLock { state -> Int? in
      state.arrived[index] = true
      let before = state.complete
      while state.complete < state.arrived.count, state.arrived[state.complete] { state.complete += 1 }
      return state.complete > before ? state.complete : nil
    }
    if let grown { hash.advance(to: grown < offsets.count ? offsets[grown] : recipe.size) }
  }

  /// Hands the object to the session, when all chunks have come and make what the id says; throws otherwise. Call once.
  package func finish() throws(Failure) {
    if !endHashing() { hash.run() }
    let isComplete = state.withLock { $0.complete == recipe.chunks.count }
    guard isComplete, try hash.id() == id else { throw Self.wrong(id, "what its chunks make does not match its id") }
    guard try session.claim(id, size: recipe.size) else { return }
    if kind == .tree {
      session.deliver(small: [StoreSession.SmallObject(id: id, kind: kind, bytes: try content())])
      return
    }
    try file.handle.setMode(0o444)
    try session.deliver(loose: id, try file.seal(session.store.options.durability))
  }

  private func content() throws(Failure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: recipe.size)
    var failure: Failure?
    bytes.withUnsafeMutableBytes { raw in
      do throws(Failure) { _ = try file.handle.read(at: 0, into: raw) } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  private static func wrong(_ id: ObjectID, _ why: String) -> Failure {
    Failure("cannot put the object \(id.text) together", why: why, category: .damaged)
  }
}
