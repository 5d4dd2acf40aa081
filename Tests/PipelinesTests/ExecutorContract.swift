import Diagnostics
import Files
import Foundation
import Pipelines
import TestSupport
import Testing

/// What every executor keeps to. A new one gets a suite with a test whose arguments are `promises`.
struct ExecutorContract {
  let executor: any Executor
  let sandbox: Sandbox
  /// What jobs of this executor need besides.
  let variables: [String: String]

  init(_ executor: any Executor, sandbox: Sandbox, variables: [String: String] = [:]) {
    (self.executor, self.sandbox, self.variables) = (executor, sandbox, variables)
  }

  func job(_ commands: String..., timeout: Double? = nil, variables: [String: String] = [:]) -> Job {
    var job = Job(
      name: "job", commands: commands, folder: Array(sandbox.path.utf8),
      environment: sandbox.environment.merging(self.variables) { $1 }.merging(variables) { $1 })
    job.timeout = timeout
    return job
  }

  func run(
    _ job: Job, retries: Stage.Retries = .init(), cancellation: Cancellation = .init(),
    onOutput: () -> Void = {}
  ) throws -> (outcome: JobOutcome, output: String) {
    var output: [UInt8] = []
    let outcome = try JobRunner(executor, retries: retries, cancellation: cancellation).run(job) { bytes in
      output += bytes
      onOutput()
    }
    return (outcome, String(decoding: output, as: UTF8.self))
  }

  func commandsRunInOrderInTheirFolderWithTheirEnvironment() throws {
    let done = try run(job("pwd; echo $NAME", "x=1; echo err >&2", "echo \"[$x]\"", variables: ["NAME": "of mine"]))
    #expect(done.outcome == .succeeded)
    #expect(done.output == "\(sandbox.path)\nof mine\nerr\n[]\n")
  }

  func theFirstFailureEndsTheJob() throws {
    let failed = try run(job("echo one", "echo two; exit 7", "echo three"))
    #expect(failed.outcome == .failed(command: "echo two; exit 7", code: 7))
    #expect(failed.output == "one\ntwo\n")
    let absent = try run(job("no-such-command-at-all"))
    #expect(absent.outcome == .failed(command: "no-such-command-at-all", code: 127))
    #expect(absent.output.contains("not found"))
    #expect(try run(job("kill -9 $$")).outcome == .killed(command: "kill -9 $$", signal: 9))
  }

  func muchOutputComesWhole() throws {
    let done = try run(job("seq 200000"))
    #expect(done.outcome == .succeeded)
    #expect(done.output == (1...200_000).map { "\($0)\n" }.joined())
  }

  func standardInputIsEmpty() throws { #expect(try run(job("cat; echo end")).output == "end\n") }

  func whatIsLeftBehindEndsWithTheJob() throws {
    let done = try run(job("sleep 1000 & echo $!"))
    #expect(done.outcome == .succeeded)
    #expect(isGone(done.output))
  }

  func cancellingEndsEverythingItStarted() throws {
    for command in ["sleep 1000 & echo $!; wait", "trap '' TERM; sleep 1000 & echo $!; wait; sleep 1000"] {
      let cancellation = Cancellation()
      let done = try run(job(command, "echo next"), cancellation: cancellation, onOutput: cancellation.request)
      #expect(done.outcome == .cancelled)
      #expect(isGone(done.output))
    }
  }

  func whatTakesTooLongIsEnded() throws {
    let done = try run(job("sleep 1000 & echo $!; wait", timeout: 0.2))
    #expect(done.outcome == .timedOut(seconds: 0.2))
    #expect(isGone(done.output))
    let quick = try run(job("true", timeout: 1000))
    #expect(quick.outcome == .succeeded)
  }

  func aFailedJobIsTriedAgain() throws {
    let once = job("echo try >> tries; [ $(wc -l < tries) = 3 ]")
    #expect(try run(once, retries: .init(count: 1, delay: 0.01)).outcome == .failed(command: once.commands[0], code: 1))
    #expect(try run(once, retries: .init(count: 5, delay: 0.01)).outcome == .succeeded)
    #expect(sandbox.read("tries") == Array("try\ntry\ntry\n".utf8))
  }

  func aFailureOfTheReaderEndsTheJob() throws {
    var text = ""
    #expect(throws: Failure.self) {
      try JobRunner(executor).run(job("echo $$; sleep 1000")) { (bytes) throws(Failure) in
        text += String(decoding: bytes, as: UTF8.self)
        throw Failure("cannot write the log", why: "no space left on device")
      }
    }
    #expect(isGone(text))
  }

  /// Whether the process, whose number is the first line of `text`, comes to an end.
  func isGone(_ text: String) -> Bool {
    guard let process = Int32(text.prefix { !$0.isNewline }) else { return false }
    for _ in 0..<500 {
      // A dead process that nobody has asked about yet can still be signalled.
      let state = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8))?.split(separator: " ")
      if kill(process, 0) != 0 || state.map({ $0.count < 3 || $0[2] == "Z" }) ?? true { return true }
      usleep(10_000)
    }
    return false
  }
}

extension ExecutorContract {
  struct Promise: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let check: @Sendable (ExecutorContract) throws -> Void
  }

  static let promises = [
    Promise(testDescription: "commands run in order, in their folder, with their environment") {
      try $0.commandsRunInOrderInTheirFolderWithTheirEnvironment()
    },
    Promise(testDescription: "commands have nothing to read") { try $0.standardInputIsEmpty() },
    Promise(testDescription: "much output comes whole") { try $0.muchOutputComesWhole() },
    Promise(testDescription: "the first command that fails ends the job and is named with its status or signal") {
      try $0.theFirstFailureEndsTheJob()
    },
    Promise(testDescription: "what a job leaves behind ends with it") { try $0.whatIsLeftBehindEndsWithTheJob() },
    Promise(testDescription: "cancelling ends everything that a job started") {
      try $0.cancellingEndsEverythingItStarted()
    },
    Promise(testDescription: "a job that takes too long is ended") { try $0.whatTakesTooLongIsEnded() },
    Promise(testDescription: "a job ends when its output cannot be kept") { try $0.aFailureOfTheReaderEndsTheJob() },
    Promise(testDescription: "a failed job is tried again, so often and not more") { try $0.aFailedJobIsTriedAgain() },
  ]
}

@Suite("The local executor")
struct LocalExecutorTests {
  @Test("a job here runs, fails and ends as it does with every executor", arguments: ExecutorContract.promises)
  func contract(promise: ExecutorContract.Promise) throws {
    try promise.check(ExecutorContract(LocalExecutor(grace: 0.3), sandbox: try Sandbox()))
  }
}
