package import Diagnostics
import Formats

extension ModelDescription {
  /// Reads `model.json`. Every member must be there, of its type, and no other.
  ///
  /// - Parameter file: the name that errors show.
  package static func parse(_ bytes: [UInt8], file: String) throws(Failure) -> ModelDescription {
    let root = try JSON.parse(bytes, file: file, category: .damaged)
    let reader = MemberReader(file: file)
    let format = try reader.int(try reader.peek(root, "format"))
    guard format == Self.format else {
      throw Failure(
        "cannot read \(file)", why: "it is in format \(format); this version of mlrepo reads format \(Self.format)",
        hint: "train the model again, or use the version of mlrepo that wrote it")
    }
    let parts = try reader.members(
      root,
      [
        "format", "task", "target", "columns", "rounds", "parameters", "library", "training_data", "model",
      ])
    let task: ModelTask = try reader.word(parts[1])
    let library = try reader.members(parts[6], ["name", "version"])
    let data = try reader.members(parts[7], ["id", "rows"])
    let model = try reader.members(parts[8], ["file", "size", "checksum"])
    try reader.expect(library[0], "xgboost")
    try reader.expect(model[0], modelFileName)
    guard let version = XGBoostVersion(try reader.text(library[1])) else {
      throw reader.failure(library[1], "a version such as 1.7.4")
    }
    return ModelDescription(
      task: task, target: try target(parts[2], task, reader), columns: try columns(parts[3], reader),
      parameters: try reader.parameters(parts[5]), rounds: try reader.int(parts[4]), library: version,
      trainingDataID: data[0].value == .null ? nil : try reader.text(data[0]), trainingRows: try reader.int(data[1]),
      modelSize: try reader.int(model[1]), modelChecksum: try reader.text(model[2]))
  }

  private static func target(_ node: Node, _ task: ModelTask, _ reader: MemberReader) throws(Failure) -> ModelTarget {
    let parts = try reader.members(node, ["name", "type"] + (task == .regression ? [] : ["classes"]))
    let classes = task == .regression ? [] : try reader.texts(parts[2])
    guard task == .regression || classes.count >= 2, task != .binary || classes.count == 2 else {
      throw reader.failure(parts[2], "the classes of the task \(task.rawValue)")
    }
    return ModelTarget(name: try reader.text(parts[0]), type: try reader.word(parts[1]), classes: classes)
  }

  private static func columns(_ node: Node, _ reader: MemberReader) throws(Failure) -> [ModelColumn] {
    var columns: [ModelColumn] = []
    var names: Set<String> = []
    for item in try reader.items(node) {
      let type: ColumnType = try reader.word(try reader.peek(item, "type"))
      let parts = try reader.members(item, ["name", "type"] + (type == .categorical ? ["categories"] : []))
      let name = try reader.text(parts[0])
      guard names.insert(name).inserted else { throw reader.failure(parts[0], "a name that no other column has") }
      columns.append(
        ModelColumn(name: name, type: type, categories: type == .categorical ? try reader.texts(parts[2]) : []))
    }
    guard !columns.isEmpty else { throw reader.failure(node, "at least one column") }
    return columns
  }
}

/// Takes values of the expected types out of a parsed file.
private struct MemberReader {
  let file: String

  func failure(_ node: Node, _ expected: String) -> Failure {
    Failure("cannot read \(file)", why: "\(file):\(node.position): expected \(expected)", category: .damaged)
  }

  func peek(_ node: Node, _ name: String) throws(Failure) -> Node {
    guard case .map(let members) = node.content, let found = members.first(where: { $0.key == name }) else {
      throw failure(node, "a map with '\(name)'")
    }
    return found.value
  }

  /// The members called `names`, in that order. Throws if one is missing or there are others.
  func members(_ node: Node, _ names: [String]) throws(Failure) -> [Node] {
    guard case .map(let members) = node.content else { throw failure(node, "a map") }
    for member in members where !names.contains(member.key) {
      throw Failure(
        "cannot read \(file)", why: "\(file):\(member.keyPosition): '\(member.key)' does not belong here",
        category: .damaged)
    }
    var found: [Node] = []
    for name in names { found.append(try peek(node, name)) }
    return found
  }

  func items(_ node: Node) throws(Failure) -> [Node] {
    guard case .list(let items) = node.content else { throw failure(node, "a list") }
    return items
  }

  func text(_ node: Node) throws(Failure) -> String {
    guard case .scalar(.string(let text)) = node.content else { throw failure(node, "a text") }
    return text
  }

  func texts(_ node: Node) throws(Failure) -> [String] {
    var texts: [String] = []
    for item in try items(node) { texts.append(try text(item)) }
    return texts
  }

  func int(_ node: Node) throws(Failure) -> Int {
    guard case .scalar(.int(let number)) = node.content, number >= 0 else {
      throw failure(node, "a whole number that is not negative")
    }
    return number
  }

  func word<Word: RawRepresentable & CaseIterable>(_ node: Node) throws(Failure) -> Word where Word.RawValue == String {
    if case .scalar(.string(let text)) = node.content, let word = Word(rawValue: text) { return word }
    throw failure(node, "one of " + Word.allCases.map(\.rawValue).joined(separator: ", "))
  }

  func expect(_ node: Node, _ text: String) throws(Failure) {
    guard node.value == .string(text) else { throw failure(node, "'\(text)'") }
  }

  func parameters(_ node: Node) throws(Failure) -> [ValueMember] {
    guard case .map(let members) = node.value else { throw failure(node, "a map") }
    return members
  }
}
