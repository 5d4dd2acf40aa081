import Diagnostics
import Files
import Pipelines

extension StageRun {
  /// The job under the tracer, and the file its record goes to; the job itself when nothing is traced.
  func traced(_ job: Job) throws(Failure) -> (job: Job, log: [UInt8]?) {
    guard options.isTraced else { return (job, nil) }
    guard let tracer = FileTrace.tracer(environment) else { throw FileTrace.missingTracer }
    let scratch = try repository.scratch.folder()
    let log = Array("trace-\(uniqueName())".utf8)
    return (FileTrace.traced(job, by: tracer, to: scratch.full(log)), log)
  }

  /// What the stage's commands did; nil when they were not traced.
  func trace(of ended: Running) throws(Failure) -> FileTrace? {
    guard let log = ended.trace else { return nil }
    let scratch = try repository.scratch.folder()
    let trace = FileTrace(
      parsing: try scratch.contents(log, limit: 1 << 30) ?? [], root: repository.root.path,
      folder: ended.work.stage.workingFolder)
    try scratch.remove(log)
    return trace
  }

  /// Tells what the stage has read and written without saying so.
  func tell(_ trace: FileTrace, of stage: Stage, _ before: StageState) {
    let outputs = stage.outputs.map(\.path)
    let inputs = stage.inputs(before) + outputs
    let read = trace.read.filter { path in !inputs.contains { path.isInside($0) } }.sorted()
    let written = trace.written.filter { path in !outputs.contains { path.isInside($0) } }.sorted()
    report.undeclared.append((stage.id, read, written))
    event(.traced(stage.id, read: read, written: written))
  }
}

extension Stage {
  /// The files and folders that the stage says it reads; `state` has the matches of its patterns.
  func inputs(_ state: StageState) -> [RepositoryPath] {
    var found = dependencies + params.map(\.file) + (state.items ?? [:]).keys
    for source in sources {
      switch source {
      case .glob: if case .files(let files)? = state.sources[source] { found += files.keys }
      case .lines(let path, _, _), .matches(let path, _), .query(let path, _): found.append(path)
      case .command: break
      }
    }
    for case .file(let path) in probes { found.append(path) }
    return found
  }
}
