import Files
package import Formats
import Objects

extension LockedStage {
  /// The entry as a lock has it.
  package var value: Value { .map(members) }

  /// The entry's members in the order in which a lock has them.
  var members: [ValueMember] {
    var members = [ValueMember("cmd", .list(commands.map(Value.string)))]
    if !workingFolder.isRoot { members.append(ValueMember("wdir", .string(workingFolder.text))) }
    if !dependencies.isEmpty { members.append(ValueMember("deps", list(dependencies))) }
    if !sources.isEmpty { members.append(ValueMember("sources", .list(sources.map(\.value)))) }
    if !params.isEmpty {
      let files = params.sorted { $0.key < $1.key }.map { file, values in
        let sorted = values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return ValueMember(file.text, .map(sorted.map { ValueMember($0.key, $0.value) }))
      }
      members.append(ValueMember("params", .map(files)))
    }
    if !variables.isEmpty { members.append(ValueMember("env", Self.value(ofVariables: variables))) }
    if !probes.isEmpty { members.append(ValueMember("environment", .list(probes.map(\.value)))) }
    if let items { members.append(ValueMember("items", list(items))) }
    if !outputs.isEmpty { members.append(ValueMember("outs", list(outputs))) }
    return members
  }

  /// By name, in the order of the bytes.
  static func value(ofVariables variables: [String: ObjectID?]) -> Value {
    let sorted = variables.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    return .map(sorted.map { ValueMember($0.key, $0.value.map { .string($0.text) } ?? .null) })
  }

  private func list(_ paths: [LockedPath]) -> Value { .list(paths.sorted { $0.path < $1.path }.map(\.value)) }
}

extension LockedPath {
  fileprivate var value: Value {
    var members = [
      ValueMember("path", .string(path.text)), ValueMember("id", .string(id.text)), ValueMember("size", .int(size)),
    ]
    if let files { members.append(ValueMember("files", .int(files))) }
    if !isCached { members.append(ValueMember("cache", .bool(false))) }
    if isExecutable { members.append(ValueMember("executable", .bool(true))) }
    return .map(members)
  }
}

extension Stage.Source {
  /// What tells one source of a stage from another.
  var members: [ValueMember] {
    switch self {
    case .glob(let pattern): [ValueMember("glob", .string(PathText.escape(pattern)))]
    case .lines(let path, let first, let last):
      [
        ValueMember("lines", .string(path.text)), ValueMember("first", .int(first)), ValueMember("last", .int(last)),
      ]
    case .matches(let path, let expression):
      [ValueMember("matches", .string(path.text)), ValueMember("expression", .string(expression))]
    case .command(let command): [ValueMember("command", .string(command))]
    case .query(let path, let sql):
      [ValueMember("query", .string(path.text)), ValueMember("sql", .string(sql))]
    }
  }
}

extension LockedSource {
  fileprivate var value: Value {
    var members = source.members
    switch content {
    case .files(let files):
      let sorted = files.sorted { $0.key < $1.key }
      members.append(
        ValueMember("files", .list(sorted.map { LockedPath(path: $0.key, content: $0.value).value })))
    case .bytes(let id, let size, let file):
      members += [ValueMember("id", .string(id.text)), ValueMember("size", .int(size))]
      if let file { members.append(ValueMember("file", .string(file.text))) }
    case .missing, .unknown: break
    }
    return .map(members)
  }

  /// What a stage gets to see of it: of a file with lines, not the file.
  var keyValue: Value {
    var members = source.members
    switch content {
    case .files(let files):
      let sorted = files.sorted { $0.key < $1.key }
      members += sorted.map { ValueMember("file \($0.key.text)", .string($0.value.id.text)) }
    case .bytes(let id, _, _): members.append(ValueMember("id", .string(id.text)))
    case .missing, .unknown: break
    }
    return .map(members)
  }
}

extension LockedProbe {
  fileprivate var value: Value {
    var members = probe.members
    if let result {
      members += [ValueMember("id", .string(result.id.text)), ValueMember("size", .int(result.size))]
      if let line = result.line { members.append(ValueMember("line", .string(line))) }
    }
    return .map(members)
  }

  var keyValue: Value {
    .map(probe.members + [ValueMember("id", result.map { .string($0.id.text) } ?? .null)])
  }
}

extension Stage.Probe {
  var members: [ValueMember] {
    switch self {
    case .file(let path): [ValueMember("file", .string(path.text))]
    case .command(let command): [ValueMember("command", .string(command))]
    }
  }
}
