package import Diagnostics

/// A stage's commands, ready to run somewhere.
package struct Job: Sendable {
  /// What people call it, for queues and messages.
  package var name: String
  /// Shell commands, run one after the other until one fails.
  package var commands: [String]
  /// The absolute path of the folder they run in.
  package var folder: [UInt8]
  package var environment: [String: String]
  package var resources = Stage.Resources()
  /// Seconds it may take; for executors that have to say so beforehand. Whoever waits for the job ends it then.
  package var timeout: Double?

  package init(name: String, commands: [String], folder: [UInt8], environment: [String: String]) {
    self.name = name
    self.commands = commands
    self.folder = folder
    self.environment = environment
  }
}

/// How a job ended.
package enum JobOutcome: Equatable, Sendable {
  case succeeded
  /// The command and its exit code.
  case failed(command: String, code: Int)
  /// The command and the signal that ended it.
  case killed(command: String, signal: Int)
  /// It took longer than it may; everything it started is gone.
  case timedOut(seconds: Double)
  /// Its place failed it: the machine died, or an administrator took it away. Says so in words that follow the job's name.
  case lost(why: String)
  /// Somebody asked it to stop; everything it started is gone.
  case cancelled
}

/// A place where jobs run. It only starts commands and says how they ended: what is up to date, how often a job is tried
/// and how long it may take is not its business. `ExecutorContract` in the tests is what all of them keep to.
package protocol Executor: Sendable {
  /// Whether its jobs use the processors and the memory of this machine.
  var usesThisMachine: Bool { get }

  func start(_ job: Job) throws(Failure) -> any RunningJob
}

/// A job that was started. Used by one thread; letting it go ends whatever still runs of it.
package protocol RunningJob: AnyObject {
  /// What the executor knows it by: a process, a number in a queue. For messages.
  var handle: String { get }

  /// Whether it has not begun yet. The time that a job waits is not counted as its own.
  var isWaiting: Bool { get }

  /// Waits until there is news, for up to `patience` milliseconds. Gives what the job printed meanwhile to `output`, and
  /// returns how it ended once it has, after all it printed.
  func poll(
    patience: Int, output: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> JobOutcome?

  /// Asks the job to end with all it has started, and ends it if it does not. The outcome still comes from `poll`.
  func cancel()
}

extension RunningJob {
  package var isWaiting: Bool { false }
}
