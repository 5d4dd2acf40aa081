import Diagnostics
import Files

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A job that was handed to Slurm.
final class SlurmJob: RunningJob {
  private let job: Job
  private let number: String
  /// The job's own folder.
  private let folder: Folder
  private let cluster: SlurmCluster
  private let grace: Double
  /// Whose folder this one is in, for as long as it lives.
  private let executor: SlurmExecutor
  /// How much of the output was passed on.
  private var passed = 0
  private var isOver = false
  private var isCancelled = false
  /// Whether the cluster has taken note of that.
  private var isCancelKnown = false
  private var files = BackOff(from: 0.1, to: 1)
  private var questions = BackOff(from: 1, to: 10)
  /// When Slurm said that the job is over, but its own report was not there.
  private var missedSince: Double?
  private var silentSince: Double?
  /// Seconds that a report may need through a network file system.
  private static let reportDelay = 5.0
  /// Seconds without a sign of life from either the job or the cluster.
  private static let longestSilence = 1800.0
  private static let numberName = Array("number".utf8)

  private(set) var isWaiting = true

  init(_ job: Job, number: String, folder: Folder, cluster: SlurmCluster, grace: Double, of executor: SlurmExecutor) {
    (self.job, self.number, self.folder, self.cluster, self.grace) = (job, number, folder, cluster, grace)
    self.executor = executor
    // For whoever has to end it when this process can't.
    try? folder.create(Self.numberName).write(Array(number.utf8))
  }

  /// Nothing of it may go on writing when nobody waits for it any more.
  deinit {
    if !isOver {
      cluster.cancel(number, in: folder.path, job.environment)
      Self.awaitEnd(of: number, in: folder, cluster, job.environment, seconds: grace + 10)
    }
    for name in (try? folder.names()) ?? [] { try? folder.remove(name.name) }
  }

  var handle: String { "Slurm job \(number)" }

  func cancel() {
    if !isCancelled {
      isCancelled = true
      files = BackOff(from: 0.1, to: 0.3)
      questions = BackOff(from: 0.2, to: 2)
    }
    if !isCancelKnown { isCancelKnown = cluster.cancel(number, in: folder.path, job.environment) }
  }

  func poll(
    patience: Int, output: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> JobOutcome? {
    guard files.isDue else {
      usleep(UInt32(max(0, min(Double(patience) / 1000, files.left)) * 1e6))
      return nil
    }
    // First the report, then the output: what was printed before it is complete.
    let report = try Self.report(in: folder)
    if try forward(output) { files.restart() }
    if let report {
      isOver = true
      return outcome(report)
    }
    guard questions.isDue else { return nil }
    let ended = try askCluster()
    if ended != nil { isOver = true }
    return ended
  }

  /// Cancels what a process that died has left in `folder`, and waits for its end.
  static func cancelLeftover(
    in folder: Folder, cluster: SlurmCluster, _ environment: [String: String]
  ) throws(Failure) {
    guard let bytes = try folder.contents(numberName), try report(in: folder) == nil else { return }
    let number = String(decoding: bytes, as: UTF8.self)
    guard !number.isEmpty, number.allSatisfy({ ("0"..."9").contains($0) }) else { return }
    cluster.cancel(number, in: folder.path, environment)
    awaitEnd(of: number, in: folder, cluster, environment, seconds: 40)
  }

  private static func awaitEnd(
    of number: String, in folder: Folder, _ cluster: SlurmCluster, _ environment: [String: String], seconds: Double
  ) {
    let deadline = monotonicSeconds() + seconds
    var round = 0
    while monotonicSeconds() < deadline {
      if (try? report(in: folder)) != nil { return }
      if round % 5 == 1 {
        switch try? cluster.state(of: number, in: folder.path, environment) {
        case .over, .unknown: return
        case .waiting, .atWork, nil: break
        }
      }
      round += 1
      usleep(100_000)
    }
  }

  // MARK: - The job's files

  private static func report(in folder: Folder) throws(Failure) -> SlurmScript.Report? {
    // A network file system remembers for a while that a file was not there, but not what a folder holds.
    guard try folder.list().index(of: SlurmScript.exitName) != nil else { return nil }
    return try folder.contents(SlurmScript.exitName, limit: 1000).flatMap(SlurmScript.Report.init)
  }

  /// Passes on what was printed since; returns whether there was anything.
  private func forward(_ output: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) -> Bool {
    // Opened anew each time: that is when a network file system looks for what others have written.
    guard let file = try folder.openIfPresent(SlurmScript.outputName) else { return false }
    isWaiting = false
    let start = passed
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try file.read(at: passed, into: buffer)
      if count == 0 { return passed > start }
      passed += count
      try output(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  private func outcome(_ report: SlurmScript.Report) -> JobOutcome {
    if isCancelled { return .cancelled }
    switch report {
    case .done: return .succeeded
    case .failed(let position, let status):
      let command = job.commands.indices.contains(position) ? job.commands[position] : job.name
      // A shell tells of signals in this way, and cannot tell them from a command that ends with such a status.
      return (129...192).contains(status)
        ? .killed(command: command, signal: status - 128) : .failed(command: command, code: status)
    case .noFolder:
      return .lost(why: "\(PathText.escape(job.folder)) is not there on the machine that Slurm chose; \(Self.rule)")
    case .stopped:
      return .lost(why: Self.words(for: finalState(), number))
    }
  }

  // MARK: - What Slurm says

  /// Why a job was stopped is known when Slurm is done with it.
  private func finalState() -> SlurmCluster.State {
    let deadline = monotonicSeconds() + Self.reportDelay
    while true {
      let state = (try? cluster.state(of: number, in: folder.path, job.environment)) ?? .atWork
      if case .over = state { return state }
      if state == .unknown || monotonicSeconds() >= deadline || Interruption.isRequested { return state }
      usleep(200_000)
    }
  }

  private func askCluster() throws(Failure) -> JobOutcome? {
    let state = try cluster.state(of: number, in: folder.path, job.environment)
    switch state {
    case nil:
      let since = silentSince ?? monotonicSeconds()
      silentSince = since
      if monotonicSeconds() - since < Self.longestSilence { return nil }
      throw Failure(
        "cannot tell how '\(job.name)' does", why: "Slurm has not answered for half an hour",
        hint: "squeue -j \(number)")
    case .waiting, .atWork:
      (silentSince, missedSince) = (nil, nil)
      return nil
    case .over, .unknown:
      if isCancelled { return .cancelled }
      let since = missedSince ?? monotonicSeconds()
      missedSince = since
      questions = BackOff(from: 0.5, to: 0.5)
      if monotonicSeconds() - since < Self.reportDelay, !Self.isFinal(state) { return nil }
      return .lost(why: Self.words(for: state ?? .unknown, number))
    }
  }

  /// Whether no report can come any more.
  private static func isFinal(_ state: SlurmCluster.State?) -> Bool {
    guard case .over(let word, _, _) = state else { return false }
    return word == "NODE_FAIL" || word == "BOOT_FAIL"
  }

  private static let rule = "the cluster has to see the repository under the same path as this machine"

  private static func words(for state: SlurmCluster.State, _ number: String) -> String {
    let job = "Slurm job \(number)"
    guard case .over(let word, let reason, let nodes) = state else {
      if case .unknown = state { return "Slurm does not know its job \(number) any more" }
      return "somebody stopped \(job)"
    }
    let because = ["", "None", "(null)"].contains(reason) ? "" : " (\(reason))"
    return switch word {
    case "CANCELLED": "somebody cancelled \(job)"
    case "NODE_FAIL", "BOOT_FAIL": "the node \(nodes) of \(job) failed"
    case "OUT_OF_MEMORY": "\(job) used more memory than it asked for; see 'resources' of the stage"
    case "TIMEOUT", "DEADLINE": "\(job) reached the time limit that Slurm sets it"
    case "PREEMPTED": "\(job) had to make room for others"
    default: "\(job) ended on \(nodes) without a word\(because); \(rule)"
    }
  }
}

/// When to look again: seldom after a while.
private struct BackOff {
  private let first: Double
  private let most: Double
  private var delay: Double
  private var next: Double

  init(from first: Double, to most: Double) {
    (self.first, self.most, delay) = (first, most, first)
    next = monotonicSeconds() + first
  }

  /// Seconds until it is time.
  var left: Double { next - monotonicSeconds() }

  /// Whether it is time; if so, the next time comes later.
  var isDue: Bool {
    mutating get {
      let now = monotonicSeconds()
      guard now >= next else { return false }
      next = now + delay
      delay = min(delay * 1.3, most)
      return true
    }
  }

  mutating func restart() {
    delay = first
    next = monotonicSeconds() + first
  }
}
