import CSystem
import Diagnostics
import Files

/// A Slurm cluster, asked through the programs that every one of them has: `sbatch`, `scontrol` and `scancel`.
struct SlurmCluster: Sendable {
  /// Where a job stands.
  enum State: Equatable, Sendable {
    case waiting(reason: String)
    case atWork
    /// It is over and nothing of it runs: Slurm's word for how, and where it ran.
    case over(String, reason: String, nodes: String)
    /// Slurm does not know it, or does not know it any more.
    case unknown
  }

  /// What each `sbatch` is told besides what the stage needs.
  let options: [String]
  /// The longest that a program may take, in seconds: they wait for a controller that does not answer.
  private static let patience = 60.0

  /// Hands in the script `job` of `folder` and returns the number Slurm gives it.
  func submit(_ job: Job, in folder: [UInt8], grace: Double) throws(Failure) -> String {
    // The variables of the job travel with it, beside the command line, where nobody sees or splits them.
    var arguments = ["sbatch", "--parsable", "--export=ALL", "--no-requeue", "--output=/dev/null"]
    arguments += ["--job-name=\(Self.name(job.name))", "--nodes=1", "--ntasks=1"]
    arguments += ["--cpus-per-task=\(max(1, job.resources.cpus))"]
    if let memory = job.resources.memory { arguments.append("--mem=\(max(1, (memory + 0xfffff) >> 20))M") }
    if job.resources.gpus > 0 { arguments.append("--gres=gpu:\(job.resources.gpus)") }
    // Whoever waits for the job ends it in time; this is for when nobody does any more.
    if let timeout = job.timeout { arguments.append("--time=\(Int(min((timeout + grace) / 60, 1e7)) + 2)") }
    arguments += options + [String(decoding: SlurmScript.name, as: UTF8.self)]
    let answer = try run(arguments, in: folder, Self.cleaned(job.environment))
    // A number, and the name of the cluster behind a semicolon where there are several.
    let number = answer.text.split(separator: "\n").compactMap { $0.split(separator: ";").first }
      .first { !$0.isEmpty && $0.allSatisfy { ("0"..."9").contains($0) } }
    guard answer.status == 0, let number else { throw Self.failure(job, answer) }
    return String(number)
  }

  /// nil when the cluster does not answer.
  func state(of job: String, in folder: [UInt8], _ environment: [String: String]) throws(Failure) -> State? {
    let answer = try run(["scontrol", "--oneliner", "show", "job", job], in: folder, Self.cleaned(environment))
    guard answer.status == 0 else { return answer.text.contains("Invalid job id") ? .unknown : nil }
    func field(_ name: String) -> String {
      let words = answer.text.split { $0 == " " || $0.isNewline }
      return words.first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.utf8.count + 1)) } ?? ""
    }
    switch field("JobState") {
    case "": return nil
    case "PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "RESV_DEL_HOLD", "SPECIAL_EXIT":
      return .waiting(reason: field("Reason"))
    case let state where Self.endings.contains(state):
      return .over(state, reason: field("Reason"), nodes: field("NodeList"))
    default: return .atWork
    }
  }

  /// Asks for the end of a job. Returns whether the cluster took note.
  @discardableResult
  func cancel(_ job: String, in folder: [UInt8], _ environment: [String: String]) -> Bool {
    (try? run(["scancel", job], in: folder, Self.cleaned(environment)))?.status == 0
  }

  private static let endings: Set = [
    "BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "LAUNCH_FAILED", "NODE_FAIL", "OUT_OF_MEMORY",
    "PREEMPTED", "REVOKED", "TIMEOUT",
  ]

  /// What Slurm shows in its lists, without what its own lists would be split at.
  private static func name(_ name: String) -> String {
    String(name.map { $0.isLetter || $0.isNumber || "._-/:@".contains($0) ? $0 : "-" })
  }

  /// Without the variables that are options of `sbatch`, or those of the job that this process itself may run in.
  private static func cleaned(_ environment: [String: String]) -> [String: String] {
    environment.filter { name, _ in
      name == "SLURM_CONF" || !(name.hasPrefix("SLURM_") || name.hasPrefix("SBATCH_"))
    }
  }

  private static func failure(_ job: Job, _ answer: (status: Int, text: String)) -> Failure {
    let what = "cannot run '\(job.name)' through Slurm"
    if answer.status == 127 {
      return Failure(
        what, why: "there is no sbatch here", hint: "install Slurm's programs, or run it with '--executor local'")
    }
    let lines = answer.text.split(separator: "\n").map { line in
      ["sbatch: error: ", "sbatch: fatal: ", "sbatch: "].first { line.hasPrefix($0) }.map { line.dropFirst($0.count) }
        ?? line
    }
    let why = lines.last.map(String.init) ?? "sbatch ended with \(answer.status)"
    let isAway = ["contact", "connect", "Zero Bytes", "configuration", "timed out"].contains { why.contains($0) }
    return Failure(
      what, why: isAway ? "the cluster does not answer: \(why)" : "it was rejected: \(why)",
      hint: isAway ? "sinfo" : "correct 'resources' of the stage, or the settings executor.slurm.*")
  }

  private func run(
    _ arguments: [String], in folder: [UInt8], _ environment: [String: String]
  ) throws(Failure) -> (status: Int, text: String) {
    let process = try LocalProcess(["/usr/bin/env"] + arguments, in: folder, environment)
    var printed: [UInt8] = []
    let deadline = monotonicSeconds() + Self.patience
    var isOver = false
    do throws(Failure) {
      while !isOver, monotonicSeconds() < deadline {
        isOver = try process.forward(patience: 100) { bytes in
          if printed.count < 1 << 20 { printed += bytes }
        }
      }
    } catch {
      process.end()
      throw error
    }
    let status = process.end()
    if !isOver { return (1, "\(arguments[0]): error: timed out") }
    let code = Int(mlrepo_exit_code(status))
    return (code < 0 ? 1 : code, String(decoding: printed, as: UTF8.self))
  }
}
