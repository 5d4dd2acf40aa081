package import Diagnostics
package import Files

/// Which files of the repository commands read and wrote, as the system saw it.
package struct FileTrace: Equatable, Sendable {
  /// What was read before anything wrote it.
  package var read: Set<RepositoryPath> = []
  /// What was written and is there at the end.
  package var written: Set<RepositoryPath> = []

  package init() {}

  /// Reads what the tracer has written to its log about commands that started in `folder`.
  package init(parsing log: [UInt8], root: [UInt8], folder: RepositoryPath) {
    var reader = FileTraceReader(root: root, folder: folder)
    reader.read(log)
    self = reader.trace
  }

  /// The program that tells what others do, `strace`; nil where `PATH` has none.
  package static func tracer(_ environment: [String: String]) -> [UInt8]? {
    for folder in (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":") {
      guard folder.hasPrefix("/"), let open = try? Folder(at: Array(folder.utf8)) else { continue }
      if let kind = try? open.stat(Array("strace".utf8))?.kind, kind == .executable || kind == .symlink {
        return open.full(Array("strace".utf8))
      }
    }
    return nil
  }

  /// `job` with each command under the tracer, which appends to the file `log`, an absolute path.
  package static func traced(_ job: Job, by tracer: [UInt8], to log: [UInt8]) -> Job {
    var job = job
    let words = [
      quoted(tracer), "-A", "-f", "-qq", "-y", "-s", "4096", "-e", "signal=none", "-e", "trace=\(calls)", "-o",
      quoted(log), "--", "/bin/sh", "-c",
    ]
    job.commands = job.commands.map { (words + [quoted(Array($0.utf8))]).joined(separator: " ") }
    return job
  }

  private static let calls =
    "open,openat,openat2,creat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,truncate,chdir"

  private static func quoted(_ text: [UInt8]) -> String {
    "'" + String(decoding: text, as: UTF8.self).replacing("'", with: "'\\''") + "'"
  }

  /// Runs `commands` in `folder`, a folder of the repository at `root`, and returns what they did, and how they ended.
  /// `output` is given what they print; `scratch` is where the record of the calls is kept meanwhile.
  package static func run(
    _ commands: [String], in folder: RepositoryPath, root: Folder, scratch: Folder, environment: [String: String],
    output: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> (trace: FileTrace, outcome: JobOutcome) {
    guard let tracer = tracer(environment) else { throw missingTracer }
    let name = Array("trace-\(uniqueName())".utf8)
    let job = Job(
      name: "trace", commands: commands, folder: try root.folder(making: folder.bytes).path, environment: environment)
    let outcome = try JobRunner(LocalExecutor()).run(
      traced(job, by: tracer, to: scratch.full(name)), output: output)
    let log = try scratch.contents(name, limit: 1 << 30) ?? []
    try scratch.remove(name)
    return (FileTrace(parsing: log, root: root.path, folder: folder), outcome)
  }

  /// What to say where there is no tracer.
  package static let missingTracer = Failure(
    "cannot trace commands", why: "the program 'strace' is not installed here", hint: "apt-get install strace")
}
