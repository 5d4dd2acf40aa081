package import Diagnostics
package import Files
import Formats

/// Edits of a pipeline file's text: comments, order and style of all that is not meant stay. Each returns the new content,
/// and throws if that would not be a valid pipeline file. What its templates name is taken from `lookup`.
extension PipelineFile {
  /// Adds a stage at the end. `bytes` is the present content, nil if there is none. Throws if the stage exists, unless
  /// `replacing`.
  package static func adding(
    _ definition: StageDefinition, to bytes: [UInt8]?, file: RepositoryPath, lookup: FileLookup = .nothing,
    replacing: Bool = false
  ) throws(Failure) -> [UInt8] {
    let name = try StageName(definition.name)
    let what = "cannot add the stage '\(name)'"
    let present = try parse(bytes ?? [], file: file, lookup: lookup)
    if !replacing, let stage = present.stages.first(where: { ($0.group ?? $0.id.name.text) == name.text }) {
      throw Failure(
        what, why: "\(file.text):\(stage.position): there is a stage of this name",
        hint: "--force replaces it")
    }
    var edit = try YAMLEdit(bytes ?? [], file: file.text)
    try edit.set(["stages", name.text], to: definition.value)
    return try checked(edit.bytes, file, lookup, what)
  }

  /// Changes the entry `name` of `stages`; of a `foreach` that is what stands below `do`.
  package static func editing(
    _ name: String, _ changes: StageChanges, in bytes: [UInt8], file: RepositoryPath, lookup: FileLookup = .nothing
  ) throws(Failure) -> [UInt8] {
    let what = "cannot edit the stage '\(name)'"
    var editor = StageEditor(edit: try YAMLEdit(bytes, file: file.text), name: name, what: what)
    try editor.apply(changes)
    return try checked(editor.edit.bytes, file, lookup, what)
  }

  /// Takes the entries `names` of `stages` away.
  package static func removing(
    _ names: [String], from bytes: [UInt8], file: RepositoryPath, lookup: FileLookup = .nothing
  ) throws(Failure) -> [UInt8] {
    var edit = try YAMLEdit(bytes, file: file.text)
    for name in names { try edit.remove(["stages", name]) }
    return try checked(edit.bytes, file, lookup, "cannot remove the stage '\(names.joined(separator: "', '"))'")
  }

  private static func checked(
    _ bytes: [UInt8], _ file: RepositoryPath, _ lookup: FileLookup, _ what: String
  ) throws(Failure) -> [UInt8] {
    do throws(Failure) {
      _ = try parse(bytes, file: file, lookup: lookup)
    } catch {
      throw Failure(what, why: error.why, hint: error.hint)
    }
    return bytes
  }
}

/// Carries out the changes of one stage.
private struct StageEditor {
  var edit: YAMLEdit
  var name: String
  let what: String

  /// Where the stage's fields stand.
  private var place: [String] {
    let entry = ["stages", name]
    return node(entry + ["do"]) == nil ? entry : entry + ["do"]
  }

  mutating func apply(_ changes: StageChanges) throws(Failure) {
    for (list, text) in changes.removed { try remove(text, from: list) }
    for (key, items) in changes.added.lists { for item in items { try add(item, to: key) } }
    if let commands = changes.commands {
      let value: Value = commands.count == 1 ? .string(commands[0]) : .list(commands.map(Value.string))
      try edit.set(place + ["cmd"], to: value)
    }
    for field in changes.settings.described + changes.settings.running { try set(field) }
    if let new = changes.name, new != name { try rename(to: new) }
  }

  private mutating func set(_ field: StageSettings.Field) throws(Failure) {
    let path = place + field.path
    if let value = field.value { return try edit.set(path, to: value) }
    if node(path) != nil { try edit.remove(path) }
    if field.path.count > 1, case .map(let rest)? = node(path.dropLast())?.content, rest.isEmpty {
      try edit.remove(path.dropLast())
    }
  }

  private mutating func rename(to new: String) throws(Failure) {
    if node(["stages", new]) != nil {
      throw Failure(what, why: "there is a stage '\(new)'", hint: "choose another name")
    }
    try edit.rename(["stages", name], to: new)
    let old = name
    name = new
    guard case .map(let stages)? = node(["stages"])?.content else { return }
    for stage in stages {
      for path in [["stages", stage.key, "after"], ["stages", stage.key, "do", "after"]] {
        for (index, item) in items(path).enumerated() where item.value == .string(old) {
          try edit.set(path + [String(index)], to: .string(new))
        }
      }
    }
  }

  // MARK: Lists

  private mutating func add(_ item: Value, to key: String) throws(Failure) {
    let path = place + [key]
    let present = items(path)
    if case .string(let text) = item, present.contains(where: { Self.names($0.value).first == Self.plain(text) }) {
      return
    }
    if present.isEmpty { return try edit.set(path, to: .list([item])) }
    try edit.set(path + [String(present.count)], to: item)
  }

  private mutating func remove(_ text: String, from list: StageChanges.List) throws(Failure) {
    var isFound = false
    if list == .param {
      isFound = try removeParam(text)
    } else {
      for key in list.keys {
        let path = place + [key]
        guard let index = items(path).firstIndex(where: { Self.names($0.value).contains(Self.plain(text)) }) else {
          continue
        }
        try remove(index, of: path)
        isFound = true
      }
    }
    if isFound { return }
    let known = list.keys.flatMap { items(place + [$0]) }.flatMap { Self.names($0.value) }
    let meant = nearest(text, among: known).map { "; did you mean '\($0)'?" }
    let all = known.isEmpty ? "; it has none" : "; it has \(known.map { "'\($0)'" }.joined(separator: ", "))"
    throw Failure(what, why: "'\(text)' is no \(list.rawValue) of it\(meant ?? all)")
  }

  private mutating func remove(_ index: Int, of path: [String]) throws(Failure) {
    try edit.remove(items(path).count == 1 ? path : path + [String(index)])
  }

  private mutating func removeParam(_ text: String) throws(Failure) -> Bool {
    let (file, keys) = StageItems.parts(ofParam: text)
    let path = place + ["params"]
    var missing = keys
    for (index, item) in items(path).enumerated().reversed() {
      guard case .map(let members) = item.content else {
        let key = item.value.text
        if file == nil || Self.plain(file ?? "") == PipelineFile.standardParams, missing.contains(key) {
          missing.removeAll { $0 == key }
          try remove(index, of: path)
        }
        continue
      }
      for member in members where Self.plain(member.key) == Self.plain(file ?? PipelineFile.standardParams) {
        let inner = path + [String(index), member.key]
        for (place, key) in items(inner).enumerated().reversed() where missing.contains(key.value.text) {
          missing.removeAll { $0 == key.value.text }
          try edit.remove(inner + [String(place)])
        }
        guard keys.isEmpty || (items(inner).isEmpty && !member.value.isEmpty) else { continue }
        if members.count > 1 { try edit.remove(inner) } else { try remove(index, of: path) }
        if keys.isEmpty { return true }
      }
    }
    return missing.isEmpty && !keys.isEmpty
  }

  /// What a user may call an item: the path of an output with options, the pattern of a glob.
  private static func names(_ item: Value) -> [String] {
    switch item {
    case .map(let members): members.prefix(1).flatMap { [plain($0.key)] + names($0.value) }
    case .string(let text): [plain(text)]
    default: []
    }
  }

  /// A path without `./` before it and `/` behind it.
  private static func plain(_ text: String) -> String {
    var text = text[...]
    while text.hasPrefix("./"), text.count > 2 { text = text.dropFirst(2) }
    while text.hasSuffix("/"), text.count > 1 { text = text.dropLast() }
    return String(text)
  }

  private func items(_ path: [String]) -> [Node] {
    if case .list(let items)? = node(path)?.content { items } else { [] }
  }

  private func node(_ path: some Collection<String>) -> Node? {
    var node = edit.root
    for key in path {
      switch node.content {
      case .map(let members):
        guard let member = members.first(where: { $0.key == key }) else { return nil }
        node = member.value
      case .list(let items):
        guard let index = Int(key), items.indices.contains(index) else { return nil }
        node = items[index]
      case .scalar: return nil
      }
    }
    return node
  }
}
