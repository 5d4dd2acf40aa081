package import Diagnostics
import Dispatch
import Synchronization

extension Workers {
  /// Calls `produce` on this thread with a function that hands items to up to `width` threads; at most `room` items wait.
  /// Each thread calls `prepare` first, `body` with each item it takes, and `finish` at the end. Returns when all items are
  /// done. The first failure, of either side, stops the rest and is thrown.
  package static func feed<Item: Sendable, State>(
    room: Int, width: Int, prepare: @escaping @Sendable () throws(Failure) -> State,
    _ body: @escaping @Sendable (inout State, Item) throws(Failure) -> Void,
    finish: @escaping @Sendable (State) throws(Failure) -> Void,
    from produce: ((Item) throws(Failure) -> Void) throws(Failure) -> Void
  ) throws(Failure) {
    let queue = Queue<Item>(room: room, takers: width)
    var threads: [BackgroundThread] = []
    for _ in 0..<width {
      let thread = BackgroundThread {
        queue.reporting { () throws(Failure) in
          var state = try prepare()
          while let item = queue.take() { try body(&state, item) }
          try finish(state)
        }
      }
      guard let thread else { break }
      threads.append(thread)
    }
    if threads.isEmpty {
      var state = try prepare()
      try produce { item throws(Failure) in try body(&state, item) }
      return try finish(state)
    }
    queue.reporting { () throws(Failure) in try produce { item throws(Failure) in try queue.put(item) } }
    queue.close()
    for thread in threads { thread.join() }
    if let failure = queue.failure { throw failure }
  }
}

/// Items on their way from one thread to several.
private final class Queue<Item: Sendable>: Sendable {
  private struct State {
    var items: [Item] = []
    var failure: Failure?
  }

  private let state = Mutex(State())
  private let free = DispatchSemaphore(value: 0)
  private let filled = DispatchSemaphore(value: 0)
  private let takers: Int

  init(room: Int, takers: Int) {
    self.takers = takers
    // Counted up here, because a semaphore must not end below the value it began with.
    for _ in 0..<max(1, room) { free.signal() }
  }

  var failure: Failure? { state.withLock { $0.failure } }

  func put(_ item: Item) throws(Failure) {
    free.wait()
    let failure = state.withLock { state in
      if state.failure == nil { state.items.append(item) }
      return state.failure
    }
    if let failure { throw failure }
    filled.signal()
  }

  /// The next item; nil when there will be none.
  func take() -> Item? {
    filled.wait()
    let item = state.withLock { $0.failure == nil && !$0.items.isEmpty ? $0.items.removeFirst() : nil }
    if item != nil { free.signal() }
    return item
  }

  /// Has those who take get nil when nothing is left.
  func close() { for _ in 0..<takers { filled.signal() } }

  /// Does `work`; its failure ends the work of all.
  func reporting(_ work: () throws(Failure) -> Void) {
    do throws(Failure) {
      try work()
    } catch {
      state.withLock { if $0.failure == nil { $0.failure = error } }
      close()
      free.signal()
    }
  }
}
