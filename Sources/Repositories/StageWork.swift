import Diagnostics
import Files
import Objects
import Pipelines
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The commands of one stage at work, on threads of their own: once, or once for each item of a stage with `map`.
final class StageWork: Sendable {
  enum Message: Sendable {
    case output(StageID, [UInt8])
    case retrying(StageID, String)
    case ended(StageID, Result<JobOutcome, Failure>)
  }

  let stage: Stage
  let log: StageLog
  private let job: Job
  private let items: [String]?
  /// The graphics processors that each thread's jobs may use; of a thread that has none here, those that all may.
  private let devices: [[String]]
  private let executor: any Executor
  private let root: Folder
  private let send: @Sendable (Message) -> Void
  private let cancellation = Cancellation()
  private let state = Mutex(State())
  private let threads = Mutex<[BackgroundThread]>([])
  /// Bytes of output that nobody has looked at yet.
  private let backlog = Atomic<Int>(0)
  private static let mostWaiting = 4 << 20

  private struct State {
    var nextItem = 0
    var working = 0
    var outcome: Result<JobOutcome, Failure> = .success(.succeeded)
    var failedItem: String?
  }

  /// The item whose turn it was when the stage failed.
  var failedItem: String? { state.withLock { $0.failedItem } }

  /// `devices` are the graphics processors of each thread. `items` are what `MLREPO_ITEM` names in turn; nil runs the commands once.
  init(
    _ stage: Stage, job: Job, items: [String]?, devices: [[String]], log: StageLog, executor: any Executor,
    root: Folder,
    send: @escaping @Sendable (Message) -> Void
  ) {
    (self.stage, self.job, self.items, self.devices, self.log) = (stage, job, items, devices, log)
    (self.executor, self.root, self.send) = (executor, root, send)
  }

  /// The outcome in the words of the pipeline, when the commands ran under a tracer.
  func untraced(_ outcome: JobOutcome) -> JobOutcome {
    func own(_ command: String) -> String {
      job.commands.firstIndex(of: command).map { stage.commands[$0] } ?? command
    }
    return switch outcome {
    case .failed(let command, let code): .failed(command: own(command), code: code)
    case .killed(let command, let signal): .killed(command: own(command), signal: signal)
    case .succeeded, .timedOut, .lost, .cancelled: outcome
    }
  }

  /// Starts on `width` threads. `ended` is sent when all is over.
  func start(width: Int) throws(Failure) {
    let count = max(1, min(width, items?.count ?? 1))
    state.withLock { $0.working = count }
    for number in 0..<count {
      guard let thread = BackgroundThread({ self.run(number) }) else {
        if number == 0 { throw Failure("cannot run the stage '\(stage.id)'", why: "the system has no thread to give") }
        for _ in number..<count { endThread() }
        break
      }
      threads.withLock { $0.append(thread) }
    }
  }

  /// Waits for the threads, after `ended` was sent.
  func join() {
    let started = threads.withLock { threads in
      defer { threads = [] }
      return threads
    }
    for thread in started { thread.join() }
  }

  /// What `output` brought has been looked at.
  func consumed(_ count: Int) { backlog.subtract(count, ordering: .relaxed) }

  private func run(_ number: Int) {
    while let job = nextJob(number) {
      let outcome: Result<JobOutcome, Failure>
      do throws(Failure) { outcome = .success(try run(job)) } catch { outcome = .failure(error) }
      guard outcome == .success(.succeeded) else {
        let item = job.environment["MLREPO_ITEM"]
        state.withLock { state in
          guard state.outcome == .success(.succeeded) else { return }
          (state.outcome, state.failedItem) = (outcome, items == nil ? nil : item)
        }
        // The other items of the stage are for nothing now.
        cancellation.request()
        break
      }
    }
    endThread()
  }

  private func endThread() {
    let outcome = state.withLock { state in
      state.working -= 1
      return state.working == 0 ? state.outcome : nil
    }
    if let outcome { send(.ended(stage.id, outcome)) }
  }

  private func nextJob(_ number: Int) -> Job? {
    let at = state.withLock { state in
      defer { state.nextItem += 1 }
      return state.nextItem
    }
    guard at < items?.count ?? 1, !cancellation.isRequested || items == nil else { return nil }
    var job = job
    if devices.indices.contains(number) {
      job.environment[Machine.visibleDevices] = devices[number].joined(separator: ",")
    }
    if let items { job.environment["MLREPO_ITEM"] = items[at] }
    return job
  }

  private func run(_ job: Job) throws(Failure) -> JobOutcome {
    try JobRunner(executor, retries: stage.retries, cancellation: cancellation).run(job) { bytes throws(Failure) in
      try pass(bytes)
    } retry: { outcome, delay throws(Failure) in
      let text =
        "\(outcome.text(item: items == nil ? nil : job.environment["MLREPO_ITEM"])); tried again in \(delay.shortText) s"
      try Array("mlrepo: \(text)\n".utf8).withRaw { raw throws(Failure) in try log.append(raw) }
      send(.retrying(stage.id, text))
      // Each try starts as the first did.
      if items == nil {
        for output in stage.outputs where !output.isKept { try root.removeTree(output.path.bytes) }
      }
    }
  }

  /// A stage that prints faster than anybody looks waits, as it would for a terminal.
  private func pass(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    try log.append(bytes)
    backlog.add(bytes.count, ordering: .relaxed)
    send(.output(stage.id, Array(bytes)))
    while backlog.load(ordering: .relaxed) > Self.mostWaiting, !cancellation.isRequested { usleep(5000) }
  }
}

extension JobOutcome {
  /// How the job ended, in words.
  func text(item: String?) -> String {
    let item = item.map { " for the item \($0)" } ?? ""
    return switch self {
    case .succeeded: "it succeeded\(item)"
    case .failed(let command, let code): "'\(command)' exited with \(code)\(item)"
    case .killed(let command, let signal): "'\(command)' was ended by signal \(signal)\(item)"
    case .timedOut(let seconds): "it took longer than its timeout of \(seconds.shortText) s\(item)"
    case .lost(let why): "\(why)\(item)"
    case .cancelled: "interrupted"
    }
  }
}

extension Double {
  /// `5`, `0.25`: without what adds nothing.
  var shortText: String { self == rounded() && abs(self) < 1e15 ? "\(Int(self))" : "\(self)" }
}
