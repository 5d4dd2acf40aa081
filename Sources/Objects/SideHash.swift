import Diagnostics
import Dispatch
import Files
import Synchronization

/// Hashes the pieces of a large file on a thread of its own, while whoever reads them works with the same bytes.
final class SideHash: @unchecked Sendable {
  private static let pieceSize = 1 << 20
  private static let pieces = 4

  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieces * pieceSize, alignment: 4096)
  private let free = DispatchSemaphore(value: 0)
  private let filled = DispatchSemaphore(value: 0)
  /// The bytes in each piece; 0 ends the work.
  private let sizes = Mutex([Int](repeating: 0, count: pieces))
  private let result = Mutex<Result<ObjectID, Failure>?>(nil)

  init() {
    // Counted up here, because a semaphore must not end below the value it began with.
    for _ in 0..<Self.pieces { free.signal() }
  }

  deinit { buffer.deallocate() }

  private func piece(_ number: Int) -> UnsafeMutableRawBufferPointer {
    let start = number % Self.pieces * Self.pieceSize
    return UnsafeMutableRawBufferPointer(rebasing: buffer[start..<start + Self.pieceSize])
  }

  /// Reads `file` to its end, gives each piece to `body`, and returns the id of all; nil, and nothing is read, when there is
  /// no thread to be had.
  func stream(
    _ file: borrowing FileHandle, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> ObjectID? {
    guard let thread = BackgroundThread({ self.run() }) else { return nil }
    var number = 0
    do throws(Failure) {
      while true {
        free.wait()
        let piece = piece(number)
        let count = try file.read(into: piece)
        if count == 0 { break }
        let full = number
        number += 1
        submit(full, count)
        try body(UnsafeRawBufferPointer(rebasing: piece[..<count]))
      }
    } catch {
      submit(number, 0)
      thread.join()
      throw error
    }
    submit(number, 0)
    thread.join()
    return try result.withLock { $0 }?.get()
  }

  private func submit(_ number: Int, _ count: Int) {
    sizes.withLock { $0[number % Self.pieces] = count }
    filled.signal()
  }

  private func run() {
    do throws(Failure) {
      let id = try hash()
      result.withLock { $0 = .success(id) }
    } catch {
      result.withLock { $0 = .failure(error) }
      pass()
    }
  }

  /// Takes pieces without hashing them, so that their reader comes to the end.
  private func pass() {
    var number = 0
    while true {
      filled.wait()
      if sizes.withLock({ $0[number % Self.pieces] }) == 0 { return }
      free.signal()
      number += 1
    }
  }

  private func hash() throws(Failure) -> ObjectID {
    let hasher = try ContentHasher()
    var number = 0
    while true {
      filled.wait()
      let count = sizes.withLock { $0[number % Self.pieces] }
      if count == 0 { return hasher.finish() }
      hasher.update(UnsafeRawBufferPointer(rebasing: piece(number)[..<count]))
      free.signal()
      number += 1
    }
  }
}
