package import Diagnostics
package import Files
import Formats
import Objects
import Pipelines
package import Workspaces

package struct MoveReport: Sendable {
  package var from: RepositoryPath
  /// With the name it got in a folder it was moved into.
  package var to: RepositoryPath
  /// Stages whose dependencies were rewritten.
  package var rewritten: [String] = []
  /// Stages whose command still names the old path.
  package var commandsToEdit: [String] = []
}

extension Repository {
  /// Stops tracking `paths`: their pointers go. The data stays, unless `withData`; then it goes too, stored first if the
  /// store does not have it.
  package func remove(_ paths: [RepositoryPath], withData: Bool) throws(Failure) -> [TrackedPath] {
    let collection = try lastCollection()
    let project = try project()
    var removed: [TrackedPath] = []
    for path in Set(paths).sorted() {
      let tracked = PointerFile.trackedPath(of: path).flatMap { project.pointers[$0] == nil ? nil : $0 } ?? path
      guard let pointer = project.pointers[tracked] else { throw try notTracked(path, in: project, verb: "remove") }
      removed.append(TrackedPath(path: tracked, content: pointer.content, source: .pointer))
    }
    let reader = try reader()
    let unwanted = withData ? removed.map(\.path) : []
    let plan = try CheckoutPlanner.plan(wanted: [], unwanted: unwanted, reader: reader, force: true)
    var data: [Operation.DataMove] = []
    for path in unwanted { data.append(.init(path: path, before: try storedContent(of: path), after: nil)) }
    try locked("remove", since: collection) { () throws(Failure) in
      var edits = FileEdits(in: root)
      for tracked in removed {
        edits.remove(try PointerFile.path(of: tracked.path))
        try edits.unignore(tracked.path)
      }
      let names = removed.map(\.path.text).joined(separator: " ")
      try publish("remove \(names)", edits, data: data) { () throws(Failure) in
        _ = try CheckoutExecution.run(plan, reader: reader, scratch: scratch)
      }
      for tracked in removed { try release(tracked.path) }
      try reader.indexes.flush()
    }
    return removed
  }

  /// Renames a tracked path: data, pointer, ignore lines, and the dependencies of stages that name it.
  package func move(_ from: RepositoryPath, to: RepositoryPath) throws(Failure) -> MoveReport {
    let collection = try lastCollection()
    let project = try project()
    guard let pointer = project.pointers[from] else { throw try notTracked(from, in: project, verb: "move") }
    var to = to
    if try root.stat(to.bytes)?.kind == .folder, project.pointers[to] == nil { to = try to.appending(name: from.name) }
    let what = "cannot move \(from) to \(to)"
    guard from != to else { throw Failure(what, why: "it is there already", category: .usage) }
    if try root.stat(to.bytes) != nil || project.pointers[to] != nil {
      throw Failure(what, why: "\(to) exists", hint: "choose another name, or take it away first")
    }
    if to.isInside(from) { throw Failure(what, why: "a folder cannot move into itself") }
    if let owner = project.tracked.first(where: { to.isInside($0.path) }) {
      throw Failure(what, why: "\(owner.path) is tracked as a whole")
    }
    let newPointer = PointerFile(
      name: Array(to.name), content: pointer.content, description: pointer.description, meta: pointer.meta,
      origin: pointer.origin)
    let pointerPath = try PointerFile.path(of: to)
    var edits = FileEdits(in: root)
    let report = try editPipelines(&edits, moving: from, to: to, in: project)
    try edits.ignore(to)
    try edits.unignore(from)
    edits.write(pointerPath, newPointer.encoded())
    edits.remove(try PointerFile.path(of: from))
    let held = try storedContent(of: from)
    let data = [
      Operation.DataMove(path: from, before: held, after: nil), Operation.DataMove(path: to, before: nil, after: held),
    ]
    return try locked("move", since: collection) { () throws(Failure) in
      try publish("move \(from) \(to)", edits, data: data) { () throws(Failure) in
        _ = try root.folder(making: to.parent.bytes)
        if held != nil { try root.rename(from.bytes, to: to.bytes) }
      }
      let reader = try reader()
      try reader.indexes.forget(from)
      reader.forgetWhatWasSeen()
      if let stat = try reader.state(of: to).stat { try reader.indexes.markPlaced(to, pointer.content, stat: stat) }
      try reader.indexes.flush()
      return report
    }
  }

  private func editPipelines(
    _ edits: inout FileEdits, moving from: RepositoryPath, to: RepositoryPath, in project: Project
  ) throws(Failure) -> MoveReport {
    var report = MoveReport(from: from, to: to)
    for pipeline in project.pipelines {
      guard let bytes = try root.contents(pipeline.file.bytes) else { continue }
      var edit = try YAMLEdit(bytes, file: pipeline.file.text)
      for stage in pipeline.stages {
        var isTouched = false
        for (index, path) in stage.dependencies.enumerated() {
          guard let below = path.relative(to: from) else { continue }
          let text = StagePath.text(of: to.appending(below), from: stage.workingFolder)
          try edit.set(["stages", stage.id.name.text, "deps", String(index)], to: .string(text))
          isTouched = true
        }
        if isTouched { report.rewritten.append(stage.id.text) }
        if stage.commands.contains(where: { $0.contains(from.text) }) { report.commandsToEdit.append(stage.id.text) }
      }
      if edit.bytes != bytes { edits.write(pipeline.file, edit.bytes) }
    }
    return report
  }

  /// The failure for a path that is not tracked, with the nearest one that is.
  func notTracked(_ path: RepositoryPath, in project: Project, verb: String) throws(Failure) -> Failure {
    let tracked = project.tracked
    let what = "cannot \(verb) \(path)"
    if let output = tracked.first(where: { $0.path == path }), case .stage(let stage) = output.source {
      return Failure(
        what, why: "it is an output of the stage '\(stage)'",
        hint: "edit mlrepo.yaml, then run: mlrepo repro \(word: stage)"
      )
    }
    if let owner = tracked.first(where: { path.isInside($0.path) }) {
      return Failure(what, why: "it is tracked as a part of \(owner.path)", hint: "mlrepo \(verb) \(shell: owner.path)")
    }
    let meant = nearest(path.text, among: tracked.map(\.path.text)).map { "; did you mean '\($0)'?" } ?? ""
    return Failure(what, why: "it is not tracked here\(meant)", hint: "mlrepo ls")
  }
}
