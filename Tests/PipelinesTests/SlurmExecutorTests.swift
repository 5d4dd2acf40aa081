import Diagnostics
import Files
import Foundation
import TestSupport
import Testing

@testable import Pipelines

/// The cluster that `make test` starts; nil when there is none.
private let configuration = ProcessInfo.processInfo.environment["MLREPO_TEST_SLURM"].flatMap { $0.isEmpty ? nil : $0 }

@Suite("The Slurm executor", .enabled(if: configuration != nil, "no Slurm cluster was started: see .ci/slurm"))
struct SlurmExecutorTests {
  private let sandbox: Sandbox
  private let variables: [String: String]

  init() throws {
    sandbox = try Sandbox()
    variables = ["SLURM_CONF": configuration ?? ""]
  }

  private var environment: [String: String] { sandbox.environment.merging(variables) { $1 } }

  private func executor(_ options: [String] = []) throws -> SlurmExecutor {
    try SlurmExecutor(
      parent: Folder(at: Array(sandbox.path.utf8)), options: options, environment: environment, grace: 0.3)
  }

  private func contract(_ options: [String] = []) throws -> ExecutorContract {
    ExecutorContract(try executor(options), sandbox: sandbox, variables: variables)
  }

  @Test(
    "a job in the cluster runs, fails and ends as it does with every executor", arguments: ExecutorContract.promises)
  func keeps(promise: ExecutorContract.Promise) throws { try promise.check(contract()) }

  @Test("a job gets the resources and the options it asked for")
  func resources() throws {
    let contract = try contract(["--comment=from-the-settings"])
    var job = contract.job(
      "scontrol --oneliner show job $SLURM_JOB_ID | tr ' ' '\\n' | grep -E '^(JobName|CPUs/Task|MinMemoryNode|Comment)='"
    )
    job.name = "path/to: a $(stage)"
    job.resources = Stage.Resources(cpus: 2, memory: (20 << 20) + 1)
    let done = try contract.run(job)
    #expect(done.outcome == .succeeded)
    #expect(
      Set(done.output.split(separator: "\n"))
        == ["JobName=path/to:-a---stage-", "CPUs/Task=2", "MinMemoryNode=21M", "Comment=from-the-settings"])
  }

  @Test("variables that are options of sbatch stay away from it")
  func variablesOfSbatch() throws {
    let contract = try contract()
    let job = contract.job("echo ${SBATCH_PARTITION-none}", variables: ["SBATCH_PARTITION": "no-such-partition"])
    #expect(try contract.run(job).output == "none\n")
  }

  @Test("folders, values and commands with quotes, percent signs and line breaks arrive as they are")
  func quoting() throws {
    let contract = try contract()
    let name = "it's %j \"$HOME\"\n;"
    try sandbox.write("", to: "\(name)/file")
    var job = contract.job(
      "printf '%s|' \"$VALUE\" '\n'\nls", variables: ["VALUE": "it's, a=\"$(b)\"\nline,%j"])
    job.folder += Array("/\(name)".utf8)
    #expect(try contract.run(job).output == "it's, a=\"$(b)\"\nline,%j|\n|file\n")
  }

  @Test("a job that Slurm rejects fails at once with Slurm's reason")
  func rejection() throws {
    let contract = try contract(["--partition=no-such-partition"])
    #expect(
      throws: Failure(
        "cannot run 'job' through Slurm",
        why: "it was rejected: Batch job submission failed: Invalid partition name specified",
        hint: "correct 'resources' of the stage, or the settings executor.slurm.*")
    ) { try contract.run(contract.job("true")) }
  }

  @Test("a job that somebody else cancels is lost, and says by whom")
  func cancelledElsewhere() throws {
    let contract = try contract()
    let done = try contract.run(contract.job("echo $SLURM_JOB_ID; scancel $SLURM_JOB_ID; sleep 1000"))
    let number = done.output.prefix { $0.isNumber }
    #expect(done.outcome == .lost(why: "somebody cancelled Slurm job \(number)"))
  }

  @Test("time in the queue is not counted as the job's")
  func waiting() throws {
    let contract = try contract(["--begin=now+2"])
    #expect(try contract.run(contract.job("true", timeout: 1)).outcome == .succeeded)
  }

  @Test("a job in a folder that its machine does not have is lost")
  func folderIsElsewhere() throws {
    let contract = try contract()
    var job = contract.job("true")
    try sandbox.write("", to: "gone/file")
    job.folder += Array("/gone".utf8)
    let running = try executor(["--begin=now+1"]).start(job)
    try FileManager.default.removeItem(atPath: sandbox.absolute("gone"))
    var outcome: JobOutcome?
    while outcome == nil { outcome = try running.poll(patience: 100) { _ in } }
    #expect(
      outcome
        == .lost(
          why: "\(sandbox.path)/gone is not there on the machine that Slurm chose; "
            + "the cluster has to see the repository under the same path as this machine"))
  }

  @Test("what a killed process left in the queue is cancelled by the next")
  func leftoversOfTheDead() throws {
    // As a killed process leaves it: a folder that nobody has locked, with a job at work.
    let contract = try contract()
    let job = contract.job("echo $$; sleep 1000")
    let folder = try Folder(at: Array(sandbox.path.utf8)).folder(making: Array("slurm/dead/1".utf8))
    try folder.create(SlurmScript.name).write(SlurmScript.text(for: job, in: folder.path, grace: 0.3))
    let number = try SlurmCluster(options: []).submit(job, in: folder.path, grace: 0.3)
    try folder.create(Array("number".utf8)).write(Array(number.utf8))
    var printed: [UInt8] = []
    while printed.isEmpty {
      usleep(20_000)
      printed = try folder.contents(SlurmScript.outputName) ?? []
    }
    _ = try executor()
    #expect(contract.isGone(String(decoding: printed, as: UTF8.self)))
    #expect(!FileManager.default.fileExists(atPath: sandbox.absolute("slurm/dead")))
  }

}

@Suite("Slurm without a cluster")
struct SlurmTests {
  @Test("where there is no sbatch, a job says what to do")
  func noSbatch() throws {
    let sandbox = try Sandbox()
    let executor = try SlurmExecutor(parent: Folder(at: Array(sandbox.path.utf8)), environment: [:])
    let job = Job(
      name: "train", commands: ["true"], folder: Array(sandbox.path.utf8), environment: ["PATH": sandbox.path])
    #expect(
      throws: Failure(
        "cannot run 'train' through Slurm", why: "there is no sbatch here",
        hint: "install Slurm's programs, or run it with '--executor local'")
    ) { try executor.start(job) }
  }

  @Test("a report is understood whole or not at all")
  func reports() {
    #expect(SlurmScript.Report(Array("done\n".utf8)) == .done)
    #expect(SlurmScript.Report(Array("failed 2 7\n".utf8)) == .failed(command: 2, status: 7))
    #expect(SlurmScript.Report(Array("stopped\n".utf8)) == .stopped)
    #expect(SlurmScript.Report(Array("no-folder\n".utf8)) == .noFolder)
    for text in ["", "failed", "failed x 7", "failed 1", "else"] {
      #expect(SlurmScript.Report(Array(text.utf8)) == nil)
    }
  }
}
