package import Diagnostics

/// A stage's commands, ready to run somewhere.
package struct Job: Sendable {
  /// Shell commands, run one after the other until one fails.
  package var commands: [String]
  /// The absolute path of the folder they run in.
  package var folder: [UInt8]
  package var environment: [String: String]

  package init(commands: [String], folder: [UInt8], environment: [String: String]) {
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
  /// The user asked to stop; everything the job started is gone.
  case interrupted
}

/// A place where jobs run. It only starts commands and says how they ended; what is up to date is not its business.
package protocol Executor: Sendable {
  /// Runs the job to its end. `output` is given what it prints, as it comes. When the user asks to stop, ends the job
  /// with all it has started.
  func run(_ job: Job, output: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) -> JobOutcome
}
