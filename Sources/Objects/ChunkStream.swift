package import Diagnostics

/// Cuts bytes that come piece by piece into chunks. Holds one chunk in memory at most, and the piece behind it.
package final class ChunkStream {
  private let chunker: Chunker
  private let buffer: UnsafeMutableRawBufferPointer
  private var filled = 0
  private var search: Chunker.Search

  package init(_ chunker: Chunker) {
    self.chunker = chunker
    buffer = .allocate(byteCount: chunker.most, alignment: 4096)
    search = chunker.start
  }

  deinit { buffer.deallocate() }

  /// Takes the next bytes and calls `emit` with each chunk that is complete.
  package func feed(
    _ piece: UnsafeRawBufferPointer, _ emit: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    var rest = piece
    while !rest.isEmpty {
      let count = min(rest.count, buffer.count - filled)
      UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyMemory(from: .init(rebasing: rest[..<count]))
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      filled += count
      try emitComplete(emit)
    }
  }

  /// Gives what is left to `emit`, as the last chunk.
  package func finish(_ emit: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
    if filled > 0 { try emit(UnsafeRawBufferPointer(rebasing: buffer[..<filled])) }
    filled = 0
    search = chunker.start
  }

  private func emitComplete(_ emit: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
    guard let base = buffer.baseAddress else { return }
    var done = 0
    while true {
      let start = UnsafePointer((base + done).assumingMemoryBound(to: UInt8.self))
      guard let length = chunker.end(start, count: filled - done, &search) else { break }
      try emit(UnsafeRawBufferPointer(start: base + done, count: length))
      done += length
      search = chunker.start
    }
    if done == 0 { return }
    base.copyMemory(from: base + done, byteCount: filled - done)
    filled -= done
  }
}
