import Diagnostics
import Objects
import Synchronization

/// A large object on its way: one thread cuts it, others hash its chunks, in any order.
final class LargeObject: Sendable {
  let item: PushItem

  private struct State {
    var chunks: [Recipe.Chunk?] = []
    /// Chunks that are not hashed yet, and one for the object's end.
    var missing = 1
    var isWhole = false
  }

  private let state = Mutex(State())

  init(_ item: PushItem) { self.item = item }

  /// Notes that there is another chunk. Returns its number.
  func expectChunk() -> Int {
    state.withLock { state in
      state.chunks.append(nil)
      state.missing += 1
      return state.chunks.count - 1
    }
  }

  /// Returns the recipe if this was the last that was missing of a whole object.
  func set(_ chunk: Recipe.Chunk, at number: Int) -> Recipe? { advance { $0.chunks[number] = chunk } }

  /// Notes that there are no more chunks. The object is whole when its bytes make its id.
  func end(isWhole: Bool) -> Recipe? { advance { $0.isWhole = isWhole } }

  private func advance(_ change: (inout sending State) -> Void) -> Recipe? {
    state.withLock { state in
      change(&state)
      state.missing -= 1
      guard state.missing == 0, state.isWhole else { return nil }
      var recipe = Recipe()
      for chunk in state.chunks.compactMap(\.self) { recipe.append(chunk) }
      return recipe
    }
  }
}

/// The bytes of a chunk, in memory that is used for one chunk after another.
final class ChunkBytes: @unchecked Sendable {
  private var buffer: UnsafeMutableRawBufferPointer
  private var count = 0
  private(set) var object: LargeObject
  private(set) var number = 0

  /// Buffers that nobody uses just now.
  final class Pool: Sendable {
    private let free = Mutex<[ChunkBytes]>([])

    func take(_ bytes: UnsafeRawBufferPointer, of object: LargeObject) -> ChunkBytes {
      let chunk = free.withLock { $0.popLast() } ?? ChunkBytes(object)
      chunk.fill(bytes, object)
      return chunk
    }

    func put(_ chunk: ChunkBytes) { free.withLock { $0.append(chunk) } }
  }

  private init(_ object: LargeObject) {
    self.object = object
    buffer = .allocate(byteCount: 0, alignment: 4096)
  }

  deinit { buffer.deallocate() }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: buffer[..<count]) }

  private func fill(_ bytes: UnsafeRawBufferPointer, _ object: LargeObject) {
    if buffer.count < bytes.count {
      buffer.deallocate()
      buffer = .allocate(byteCount: bytes.count, alignment: 4096)
    }
    buffer.copyMemory(from: bytes)
    (count, self.object, number) = (bytes.count, object, object.expectChunk())
  }
}
