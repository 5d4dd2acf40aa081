import Diagnostics
import Dispatch
import Files
import Synchronization

/// Hashes a file while another thread is still writing it, some way behind the writer. What is hashed is read back from
/// the file, so the id is of the bytes that were written.
final class TrailingHash: Sendable {
  private let file: PendingFile
  private let written = Atomic<Int>(0)
  private let isComplete = Atomic<Bool>(false)
  private let news = DispatchSemaphore(value: 0)
  private let result = Mutex<Result<ObjectID, Failure>?>(nil)

  init(_ file: PendingFile) { self.file = file }

  /// Tells that the file now holds `size` bytes, none of which will change.
  func advance(to size: Int) {
    written.store(size, ordering: .releasing)
    news.signal()
  }

  /// Tells that no more will come.
  func complete() {
    isComplete.store(true, ordering: .releasing)
    news.signal()
  }

  /// The id of the file; after `run` has returned.
  func id() throws(Failure) -> ObjectID {
    guard let result = result.withLock({ $0 }) else {
      throw Failure("cannot hash a file", why: "its hash was asked for too early", category: .bug)
    }
    return try result.get()
  }

  /// Hashes until the file is complete.
  func run() {
    do throws(Failure) {
      let id = try hash()
      result.withLock { $0 = .success(id) }
    } catch {
      result.withLock { $0 = .failure(error) }
    }
  }

  private func hash() throws(Failure) -> ObjectID {
    let hasher = try ContentHasher()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { buffer.deallocate() }
    var offset = 0
    while true {
      let end = isComplete.load(ordering: .acquiring)
      let size = written.load(ordering: .acquiring)
      if offset == size {
        if end { return hasher.finish() }
        news.wait()
        continue
      }
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, size - offset)])
      guard try file.handle.read(at: offset, into: part) == part.count else {
        throw Failure("cannot hash a file", why: "what was written to it cannot be read back")
      }
      hasher.update(UnsafeRawBufferPointer(part))
      offset += part.count
    }
  }
}
