import Diagnostics
import Files
import Objects
import Pipelines

/// Records results on a thread of its own. Waiting for the disk takes longer than most stages, so what finishes while it
/// is busy is recorded together: one barrier of the store, one operation, one writing of the locks, git's index once.
///
/// A result that is not recorded yet is lost in a crash, and its stage runs again; what the lock says, the store has.
final class GroupRecorder: Sendable {
  typealias Item = (result: StageResult, claim: StageClaim)

  /// What became of some results.
  struct Report: Sendable {
    var items: [Item]
    /// nil when they are durable and in the lock.
    var failure: Failure?
  }

  private enum Message: Sendable {
    case record(Item)
    case stop
  }

  /// Where what is to be recorded is stored. The recorder alone makes it durable: who else did might take what a result
  /// needs out of the batch that its lock is written with.
  let session: StoreSession
  private let messages: Mailbox<Message>
  /// Seconds from the end of one batch to the next.
  private static let pause = 0.1
  private let thread: BackgroundThread?

  /// `repository` is for this recorder alone, so that no two threads use it. `report` is called on its thread.
  init(
    _ repository: Repository, command: String, locks: LockCache, report: @escaping @Sendable (Report) -> Void
  ) throws(Failure) {
    let session = StoreSession(try repository.store())
    let messages = try Mailbox<Message>()
    nonisolated(unsafe) let owned = repository
    thread = BackgroundThread {
      var work = Work(repository: owned, session: session, command: command, locks: locks)
      var isOver = false
      var next = 0.0
      while !isOver {
        var items: [Item] = []
        // Short stages in a row are recorded now and then, not each at once; the end waits for nothing.
        repeat {
          let patience = items.isEmpty ? -1 : Int((next - monotonicSeconds()) * 1000) + 1
          for message in messages.receive(patience: patience) {
            if case .record(let item) = message { items.append(item) } else { isOver = true }
          }
        } while !isOver && monotonicSeconds() < next
        if !items.isEmpty { report(work.record(items)) }
        next = monotonicSeconds() + Self.pause
      }
    }
    guard thread != nil else { throw Failure("cannot run stages", why: "the system has no thread to give") }
    self.session = session
    self.messages = messages
  }

  func record(_ item: Item) { messages.send(.record(item)) }

  /// Waits until everything is recorded, or failed to be. Call once.
  func finish() {
    messages.send(.stop)
    thread?.join()
  }

  /// What the thread keeps from one batch to the next.
  private struct Work {
    let repository: Repository
    let session: StoreSession
    let command: String
    let locks: LockCache
    var operation: Operation?
    /// The stages in `operation`.
    var recorded: [StageID] = []
    /// Nothing is recorded after a failure: it may build on what was not.
    var failure: Failure?

    mutating func record(_ items: [Item]) -> Report {
      if failure == nil {
        do throws(Failure) {
          // Under a shield: what was asked to stop has stopped, and what is done shall not be lost.
          try Interruption.shielded { () throws(Failure) in try publish(items.map(\.result)) }
          for item in items { try item.claim.drop() }
        } catch {
          failure = error
        }
      }
      return Report(items: items, failure: failure)
    }

    private mutating func publish(_ results: [StageResult]) throws(Failure) {
      // What is large becomes durable before the lock is taken, so that nobody waits for it.
      if session.stored.bytes > 1 << 20 { try session.commit() }
      let recorder = StageRecorder(repository: repository)
      operation = try repository.locked(command) { () throws(Failure) in
        let log = try repository.operations()
        if let last = operation, try !log.isLast(last) { (operation, recorded) = (nil, []) }
        recorded += results.map(\.stage.id)
        return try recorder.publish(
          results, command: text, locks: locks, session: session, extending: operation) ?? operation
      }
    }

    /// The operation's name for people, the same whichever stage was done first.
    private var text: String {
      let names = recorded.sorted().map(\.text)
      if names.count <= 3 { return "\(command) \(names.joined(separator: " "))" }
      return "\(command) \(names[0]) and \(names.count - 1) more"
    }
  }
}
