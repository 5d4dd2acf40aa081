package import Diagnostics
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A small pool of threads for work that blocks: hashing, reading and writing. Swift's own cooperative threads must not
/// be blocked, so this work never runs on them.
package enum Workers {
  /// The number of threads that hashing and copying use by default: one for each core.
  package static let defaultWidth = max(1, min(64, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  /// Calls `body` with ranges that together cover 0..<count, on up to `width` threads, and waits for all of them. Each
  /// thread calls `prepare` first and passes its result on. The first failure stops the rest and is thrown.
  package static func run<State>(
    count: Int, batch: Int = 1, width: Int = defaultWidth,
    prepare: @escaping @Sendable () throws(Failure) -> State,
    _ body: @escaping @Sendable (inout State, Range<Int>) throws(Failure) -> Void,
    finish: @escaping @Sendable (State) throws(Failure) -> Void = { _ throws(Failure) in }
  ) throws(Failure) {
    guard count > 0 else { return }
    let job = Job(count: count, batch: max(1, batch)) { job throws(Failure) in
      var state = try prepare()
      while let range = job.next() {
        try Interruption.check()
        try body(&state, range)
      }
      try finish(state)
    }
    let threads = min(width, (count + batch - 1) / max(1, batch)) - 1
    var started: [BackgroundThread] = []
    for _ in 0..<max(0, threads) {
      guard let thread = BackgroundThread({ job.work() }) else { break }
      started.append(thread)
    }
    job.work()
    for thread in started { thread.join() }
    if let failure = job.failure { throw failure }
  }

  /// The same without a state for each thread.
  package static func run(
    count: Int, batch: Int = 1, width: Int = defaultWidth,
    _ body: @escaping @Sendable (Range<Int>) throws(Failure) -> Void
  ) throws(Failure) {
    try run(count: count, batch: batch, width: width, prepare: { () throws(Failure) in }) {
      (_: inout Void, range) throws(Failure) in try body(range)
    }
  }
}

/// The shared side of one `Workers.run`.
private final class Job: Sendable {
  private let count: Int
  private let batch: Int
  private let cursor = Atomic<Int>(0)
  private let firstFailure = Mutex<Failure?>(nil)
  private let body: @Sendable (Job) throws(Failure) -> Void

  init(count: Int, batch: Int, body: @escaping @Sendable (Job) throws(Failure) -> Void) {
    self.count = count
    self.batch = batch
    self.body = body
  }

  var failure: Failure? { firstFailure.withLock { $0 } }

  func next() -> Range<Int>? {
    let start = cursor.add(batch, ordering: .relaxed).oldValue
    return start < count ? start..<min(count, start + batch) : nil
  }

  func work() {
    do throws(Failure) {
      try body(self)
    } catch {
      cursor.store(count, ordering: .relaxed)
      firstFailure.withLock { if $0 == nil { $0 = error } }
    }
  }
}
