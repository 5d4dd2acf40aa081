package import Diagnostics
package import Files
package import Formats
import Git
package import Pipelines

/// A stage that its pipeline file gets together with its first result, so that a failure leaves the file as it was.
package struct StageAddition: Sendable {
  package var file: RepositoryPath
  package var definition: StageDefinition
  /// Whether what it reads and makes is found by looking at what it does, beside what is said of it.
  package var isFound = false
}

/// What `run` was asked to do.
package struct RunRequest {
  /// Without a name, one is made from the command.
  package var definition: StageDefinition
  package var isNamed: Bool
  /// The pipeline file is the one of this folder.
  package var folder: RepositoryPath
  /// Whether a stage of this name may be replaced.
  package var replaces = false
  /// Whether what the command reads and makes is found by a tracer.
  package var isAuto = false
  /// Where it runs unless it says so; nil for what the settings say.
  package var executor: String?

  package init(_ definition: StageDefinition, isNamed: Bool, folder: RepositoryPath) {
    (self.definition, self.isNamed, self.folder) = (definition, isNamed, folder)
  }
}

extension Repository {
  /// Decides how a command is run as a stage. Changes nothing: `execute` writes the pipeline file when the result is there.
  /// `entry` is what that gets; nil when it has the stage already.
  package func planRun(_ request: RunRequest) throws(Failure) -> (planned: PlannedRepro, stage: Stage, entry: Value?) {
    if request.isAuto, FileTrace.tracer(environment) == nil { throw FileTrace.missingTracer }
    let file = try request.folder.appending(name: PipelineFile.name.utf8)
    var project = try project()
    var definition = request.definition
    let entries = project.stages.filter { $0.id.file == file }
    if !request.isNamed { definition.name = Self.freeName(for: definition.commands, among: entries) }
    let present = entries.first { $0.id.name.text == definition.name && $0.commands == definition.commands }
    let isAsItStands = present != nil && !request.isAuto && !request.replaces && definition.isBare
    var addition: StageAddition?
    if !isAsItStands {
      addition = StageAddition(file: file, definition: definition, isFound: request.isAuto)
      let bytes = try PipelineFile.adding(
        definition, to: try root.contents(file.bytes), file: file, lookup: FileLookup(root),
        replacing: request.replaces || present != nil)
      project.pipelines.removeAll { $0.file == file }
      project.pipelines.append(try PipelineFile.parse(bytes, file: file, lookup: FileLookup(root)))
    }
    let graph = try project.graph()
    guard let stage = graph[StageID(file: file, name: try StageName(definition.name))] else {
      throw Failure("cannot run '\(definition.name)'", why: "\(file) has no such stage")
    }
    if stage.isFrozen {
      throw Failure(
        "cannot run the stage '\(stage.id)'", why: "it is frozen",
        hint: "mlrepo stage edit \(word: stage.id) --no-frozen")
    }
    var options = ReproOptions()
    options.force = true
    options.isTraced = request.isAuto
    options.executor = request.executor
    let state = try observer(runningCommands: true).state(of: stage, lock: project.locked(stage.id))
    let plan = ReproPlan(
      graph: graph, selection: [stage.id], states: [stage.id: state], lock: project.lockedStages, force: .all)
    let planned = PlannedRepro(
      plan: plan, graph: graph, capacity: try capacity(options), states: [stage.id: state], options: options,
      executor: try executor(options), project: project, addition: addition)
    return (planned, stage, isAsItStands ? nil : Self.entry(definition))
  }

  /// Runs `definition`'s command once, as it is, and returns it with what it was seen to read and make. `output` is given
  /// what the command prints. Nothing is recorded.
  package func propose(
    _ definition: StageDefinition, in folder: RepositoryPath, replacing: Bool,
    output: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> (definition: StageDefinition, entry: Value, both: [RepositoryPath]) {
    let file = try folder.appending(name: PipelineFile.name.utf8)
    let what = "cannot tell what the stage '\(definition.name)' reads and makes"
    let bytes = try PipelineFile.adding(
      definition, to: try root.contents(file.bytes), file: file, lookup: FileLookup(root), replacing: replacing)
    let pipeline = try PipelineFile.parse(bytes, file: file, lookup: FileLookup(root))
    guard let stage = pipeline.stages.first(where: { $0.id.name.text == definition.name }) else {
      throw Failure(what, why: "\(file) has no such stage")
    }
    let state = try observer(runningCommands: false).state(of: stage, lock: nil)
    let (trace, outcome) = try FileTrace.run(
      stage.commands, in: stage.workingFolder, root: root, scratch: try scratch.folder(), environment: environment,
      output: output)
    try Interruption.check()
    guard outcome == .succeeded else {
      throw Failure(
        what, why: "its command has to succeed for that, and did not", hint: "correct the command, or leave out --auto",
        category: .stageFailed)
    }
    let found = try extended(definition, of: stage, state, by: trace)
    return (found.definition, Self.entry(found.definition), found.both)
  }

  /// `definition` with what `trace` shows beside what it says itself.
  func extended(
    _ definition: StageDefinition, of stage: Stage, _ state: StageState, by trace: FileTrace
  ) throws(Failure) -> (definition: StageDefinition, both: [RepositoryPath]) {
    let (inputs, outputs) = (stage.inputs(state), stage.outputs.map(\.path))
    let folder = stage.workingFolder
    let proposal = try TraceProposal(trace, root: root, folder: folder) { path in
      (inputs + outputs).contains { path.isInside($0) }
    }
    var definition = definition
    definition.items.dependencies += proposal.dependencies.map { StagePath.text(of: $0, from: folder) }
    for path in proposal.outputs {
      // What git has already it keeps.
      let isCached = try git().trackedPaths(under: gitPath(path), limit: 1).isEmpty
      definition.items.outputs.append(.init(path: StagePath.text(of: path, from: folder), isCached: isCached))
    }
    return (definition, proposal.both)
  }

  /// Writes the description of a stage into its pipeline file as that is now.
  func write(_ addition: StageAddition, into edits: inout FileEdits) throws(Failure) {
    edits.write(
      addition.file,
      try PipelineFile.adding(
        addition.definition, to: try root.contents(addition.file.bytes), file: addition.file, lookup: FileLookup(root),
        replacing: true))
  }

  private static func entry(_ definition: StageDefinition) -> Value {
    .map([ValueMember("stages", .map([ValueMember(definition.name, definition.value)]))])
  }

  /// `run-` and the word that says most of the command; with a number behind it if a stage with another command has that.
  private static func freeName(for commands: [String], among stages: [Stage]) -> String {
    let base = "run-" + word(of: commands.first ?? "")
    for number in 1... {
      let name = number == 1 ? base : "\(base)-\(number)"
      let holder = stages.first { ($0.group ?? $0.id.name.text) == name }
      if holder == nil || holder?.group == nil && holder?.commands == commands { return name }
    }
    return base
  }

  /// The name of the program, or of the script that an interpreter is given, without folder and ending.
  private static func word(of command: String) -> String {
    let interpreters = ["python", "python3", "sh", "bash", "Rscript", "node", "perl", "ruby", "julia", "env", "time"]
    let words = command.split(whereSeparator: \.isWhitespace).filter { !$0.hasPrefix("-") && !$0.contains("=") }
    func name(_ word: Substring) -> String {
      let file = word.split(separator: "/").last ?? word
      let stem = file.split(separator: ".").first ?? file
      return String(
        stem.unicodeScalars.filter {
          $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_".unicodeScalars.contains($0))
        }.map(Character.init))
    }
    let meant = words.map(name).filter { !$0.isEmpty }
    return String((meant.first { !interpreters.contains($0) } ?? meant.first ?? "command").prefix(40))
  }
}

extension StageDefinition {
  /// Whether nothing but its command is said.
  fileprivate var isBare: Bool { items.isEmpty && settings.isEmpty }
}
