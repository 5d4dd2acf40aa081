import Objects
import Synchronization

/// Packs that one thread has begun and another may go on with.
final class BegunPacks: Sendable {
  private let packs = Mutex<[Begun]>([])
  private let limit: Int

  /// Only one thread has it at a time.
  private struct Begun: @unchecked Sendable {
    let pack: PackBuffer
  }

  init(limit: Int) { self.limit = limit }

  func put(_ pack: PackBuffer) {
    let begun = Begun(pack: pack)
    packs.withLock { $0.append(begun) }
  }

  func takeBegun() -> PackBuffer? { packs.withLock { $0.popLast() }?.pack }
  func take() -> PackBuffer { takeBegun() ?? PackBuffer(limit: limit) }
}
