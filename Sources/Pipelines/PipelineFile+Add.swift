package import Diagnostics
package import Files
import Formats

/// A stage as a user describes it on the command line; paths are relative to the working folder, as the file has them.
package struct StageDefinition: Sendable {
  package struct Output: Sendable {
    package var path: String
    package var isCached: Bool
    package var isKept: Bool

    package init(path: String, isCached: Bool = true, isKept: Bool = false) {
      self.path = path
      self.isCached = isCached
      self.isKept = isKept
    }
  }

  package var name: String
  package var commands: [String]
  package var workingFolder: String?
  package var dependencies: [String] = []
  /// Each `key,key` of `params.yaml`, `file:key,key`, or `file:` for the whole file.
  package var params: [String] = []
  package var outputs: [Output] = []
  package var metrics: [Output] = []
  package var alwaysChanged = false
  package var summary: String?

  package init(name: String, commands: [String]) {
    self.name = name
    self.commands = commands
  }
}

extension PipelineFile {
  /// Returns the content of the pipeline file `file` with the stage added: at the end, comments and order kept. `bytes` is
  /// its present content, nil if there is none. Throws if the stage exists, unless `replacing`, and if the result would not
  /// be a valid pipeline file; what its templates name is taken from `lookup`.
  package static func adding(
    _ definition: StageDefinition, to bytes: [UInt8]?, file: RepositoryPath, lookup: FileLookup = .nothing,
    replacing: Bool = false
  ) throws(Failure) -> [UInt8] {
    let name = try StageName(definition.name)
    let present = try parse(bytes ?? [], file: file, lookup: lookup)
    if !replacing, let stage = present.stages.first(where: { $0.id.name == name }) {
      throw Failure(
        "cannot add the stage '\(name)'", why: "\(file.text):\(stage.position): there is a stage of this name",
        hint: "mlrepo stage add --force -n \(name) … replaces it")
    }
    var edit = try YAMLEdit(bytes ?? [], file: file.text)
    try edit.set(["stages", name.text], to: definition.value)
    do {
      _ = try parse(edit.bytes, file: file, lookup: lookup)
    } catch {
      throw Failure("cannot add the stage '\(name)'", why: error.why, hint: error.hint)
    }
    return edit.bytes
  }
}

extension StageDefinition {
  /// The stage as the pipeline file writes it.
  var value: Value {
    var members: [ValueMember] = []
    func add(_ key: String, _ items: [Value]) {
      if !items.isEmpty { members.append(ValueMember(key, .list(items))) }
    }
    if let summary { members.append(ValueMember("desc", .string(summary))) }
    if let workingFolder { members.append(ValueMember("wdir", .string(workingFolder))) }
    let commands = commands.map(Value.string)
    members.append(ValueMember("cmd", commands.count == 1 ? commands[0] : .list(commands)))
    add("deps", dependencies.map(Value.string))
    add("params", paramValues)
    add("outs", outputs.map(value))
    add("metrics", metrics.map(value))
    if alwaysChanged { members.append(ValueMember("always_changed", .bool(true))) }
    return .map(members)
  }

  private var paramValues: [Value] {
    params.flatMap { param -> [Value] in
      guard let colon = param.lastIndex(of: ":") else { return keys(param[...]) }
      let keys = keys(param[param.index(after: colon)...])
      let file = String(param[..<colon])
      return [.map([ValueMember(file, keys.isEmpty ? .null : .list(keys))])]
    }
  }

  private func keys(_ text: Substring) -> [Value] { text.split(separator: ",").map { .string(String($0)) } }

  private func value(_ output: Output) -> Value {
    var options: [ValueMember] = []
    if !output.isCached { options.append(ValueMember("cache", .bool(false))) }
    if output.isKept { options.append(ValueMember("persist", .bool(true))) }
    return options.isEmpty ? .string(output.path) : .map([ValueMember(output.path, .map(options))])
  }
}
