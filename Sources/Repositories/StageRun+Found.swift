import Diagnostics
import Files
import Pipelines

extension StageRun {
  /// Records a stage with the dependencies and outputs that its run has shown.
  func recordFound(_ trace: FileTrace, _ ended: Running) throws(Failure) {
    guard var addition else { return }
    let stage = ended.work.stage
    let what = "cannot record the stage '\(stage.id)'"
    let found = try repository.extended(addition.definition, of: stage, ended.before, by: trace)
    if let path = found.both.first {
      throw Failure(
        what, why: "its command reads \(path) and then writes it, so it is neither a dependency nor an output",
        hint: "let it write another file, or say that it goes on with that one: --out-persist \(shell: path)",
        category: .stageFailed)
    }
    addition.definition = found.definition
    let whole = try stageOf(addition, as: stage.id, what)
    // What was not known before could not be hashed before; but no inode changed since is no file changed since.
    let new = whole.dependencies.filter { !stage.dependencies.contains($0) }
    for path in trace.read where new.contains(where: path.isInside) {
      guard let stat = try repository.root.stat(path.bytes), stat.changed < ended.startTime else {
        throw tainted(stage, "its dependency \(path) changed while it ran", hint: "run it again")
      }
    }
    observer.forgetWhatWasSeen()
    let before = try observer.state(of: whole, lock: nil)
    self.addition = addition
    report.added = whole
    var held = ended.held
    for output in project.locked(stage.id)?.outputs ?? [] where held[output.path] == nil {
      held[output.path] = output.content
    }
    try record(whole, before, held, RunKey(whole, before), ended.claim)
  }

  /// The stage as its pipeline file will have it, which must fit to all others.
  private func stageOf(_ addition: StageAddition, as id: StageID, _ what: String) throws(Failure) -> Stage {
    var edits = FileEdits(in: repository.root)
    try repository.write(addition, into: &edits)
    guard let bytes = edits.wanted[addition.file] ?? nil else { throw Failure(what, why: "there is no pipeline file") }
    var project = project
    project.pipelines.removeAll { $0.file == addition.file }
    project.pipelines.append(
      try PipelineFile.parse(bytes, file: addition.file, lookup: FileLookup(repository.root)))
    do throws(Failure) {
      guard let stage = try project.graph()[id] else { throw Failure(what, why: "its pipeline file lacks it") }
      return stage
    } catch {
      throw Failure(what, why: error.why, hint: "say what it makes with -o, and what it reads with -d, without --auto")
    }
  }
}
