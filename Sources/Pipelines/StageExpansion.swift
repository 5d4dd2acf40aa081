import Diagnostics
import Files
import Formats

/// Makes the stages that one entry of `stages` stands for: one, or one for each item of its `foreach` or `matrix`.
struct StageExpansion {
  struct Made {
    var name: StageName
    var group: String?
    /// The fields of the stage, templates filled in.
    var fields: Node
  }

  /// An item of a group: what stands behind the `@`, and what templates call it.
  struct Item {
    var name: String
    var value: Value
    var key: String?
  }

  let file: RepositoryPath
  let nodes: NodeReader
  let variables: TemplateVariables
  /// The files whose values templates can name, those of single stages included.
  private(set) var files: [RepositoryPath]
  var filler: TemplateFiller

  init(file: RepositoryPath, nodes: NodeReader, variables: TemplateVariables) {
    self.file = file
    self.nodes = nodes
    self.variables = variables
    files = variables.files
    filler = TemplateFiller(nodes: nodes)
  }

  /// `node` with its templates filled in.
  mutating func filled(_ node: Node, _ what: String) throws(Failure) -> Node {
    try filler.fill(try Template.compile(node, nodes), variables.scope, .typed, what)
  }

  /// Hands each stage of `member` to `body`, in order. Throws before the first if they are more than `room`.
  mutating func expand(
    _ member: Node.Member, room: Int, body: (Made) throws(Failure) -> Void
  ) throws(Failure) {
    if let broken = StageName.brokenRule(ofGroup: member.key) { throw nodes.failure(at: member.keyPosition, broken) }
    let what = "stage '\(member.key)'"
    let fields = try nodes.map(member.value, what)
    if fields.contains(where: { $0.key == "foreach" || $0.key == "do" }) {
      let group = try nodes.map(member.value, what, known: ["foreach", "do"])
      guard let over = group["foreach"], let definition = group["do"] else {
        let missing = group["do"] == nil ? "'foreach', but no 'do'" : "'do', but no 'foreach'"
        throw nodes.failure(at: member.keyPosition, "\(what) has \(missing)")
      }
      let items = try foreachItems(over, of: member, room: room)
      try expand(definition, of: member, items, body)
    } else if let matrix = fields.first(where: { $0.key == "matrix" }) {
      try expand(member.value, of: member, try matrixItems(matrix.value, of: member, room: room), body)
    } else {
      try checkRoom(1, room, of: member)
      let template = try Template.compile(member.value, nodes)
      let variables = try self.variables(for: template, fields, variables.scope, reserved: [], what)
      let made = try filler.fillStage(template, (variables ?? self.variables).scope, what, skipping: Self.groupKeys)
      try body(Made(name: try StageName(member.key), group: nil, fields: made))
    }
  }

  private static let groupKeys: Set<String> = ["vars", "matrix"]

  private mutating func expand(
    _ definition: Node, of member: Node.Member, _ items: [Item], _ body: (Made) throws(Failure) -> Void
  ) throws(Failure) {
    let template = try Template.compile(definition, nodes)
    let (cost, overflow) = template.weight.multipliedReportingOverflow(by: items.count)
    try filler.count(nodes: overflow ? Int.max : cost)
    let fields = try nodes.map(definition, "stage '\(member.key)'")
    var scope = variables.scope
    var names: Set<String> = []
    for item in items {
      let name = "\(member.key)@\(item.name)"
      if let broken = StageName.brokenRule(name) { throw nodes.failure(at: member.keyPosition, broken) }
      guard names.insert(name).inserted else {
        throw nodes.failure(at: member.keyPosition, "stage '\(member.key)' makes two stages '\(name)'")
      }
      scope.set(item)
      let reserved: Set<String> = item.key == nil ? ["item"] : ["item", "key"]
      let what = "stage '\(name)'"
      var own = try variables(for: template, fields, scope, reserved: reserved, what)?.scope
      own?.set(item)
      let made = try filler.fillStage(template, own ?? scope, what, skipping: Self.groupKeys)
      try body(Made(name: try StageName(name), group: member.key, fields: made))
    }
  }

  /// What the stage itself adds with `vars`, whose files lie in the folder it runs in; nil if it adds nothing.
  private mutating func variables(
    for template: Template, _ fields: [Node.Member], _ scope: TemplateScope, reserved: Set<String>, _ what: String
  ) throws(Failure) -> TemplateVariables? {
    guard let node = fields.first(where: { $0.key == "vars" })?.value, !node.isEmpty else { return nil }
    var folder = file.parent
    if let template = template.member("wdir") {
      let node = try filler.fill(template, scope, .text, what)
      folder = try StageReader.path(node, "'wdir'", in: folder, nodes, orRoot: true)
    }
    var variables = variables
    variables.reserved = reserved
    try variables.load(node, in: folder)
    for file in variables.files where !files.contains(file) { files.append(file) }
    return variables
  }

  // MARK: Items

  private mutating func foreachItems(
    _ node: Node, of member: Node.Member, room: Int
  ) throws(Failure) -> [Item] {
    let value = try filled(node, "'foreach' of stage '\(member.key)'").value
    switch value {
    case .map(let members):
      try checkRoom(members.count, room, of: member)
      return members.map { Item(name: $0.key, value: $0.value, key: $0.key) }
    case .list(let values):
      try checkRoom(values.count, room, of: member)
      let texts = values.compactMap(TemplateText.scalar)
      let names = texts.count == values.count ? texts : values.indices.map(String.init)
      return zip(names, values).map { Item(name: $0, value: $1) }
    default:
      throw nodes.failure(at: node.position, "'foreach' should be a list or a map, but is \(value.kind)")
    }
  }

  /// Every combination, the last key varying fastest, as DVC orders and names them.
  private mutating func matrixItems(_ node: Node, of member: Node.Member, room: Int) throws(Failure) -> [Item] {
    let value = try filled(node, "'matrix' of stage '\(member.key)'").value
    guard case .map(let axes) = value else {
      throw nodes.failure(at: node.position, "'matrix' should be a map of lists, but is \(value.kind)")
    }
    var count = 1
    for axis in axes {
      guard case .list(let values) = axis.value else {
        throw nodes.failure(
          at: node.position, "'\(axis.key)' in 'matrix' should be a list, but is \(axis.value.kind)")
      }
      let (product, overflow) = count.multipliedReportingOverflow(by: values.count)
      count = overflow ? Int.max : product
    }
    try checkRoom(count, room, of: member)
    var items = [Item(name: "", value: .map([]))]
    for axis in axes {
      guard case .list(let values) = axis.value else { continue }
      items = items.flatMap { item in
        values.enumerated().map { index, value in item.adding(axis.key, value, at: index) }
      }
    }
    return axes.isEmpty ? [] : items
  }

  private func checkRoom(_ count: Int, _ room: Int, of member: Node.Member) throws(Failure) {
    guard count > room else { return }
    let most = "a pipeline file holds at most \(PipelineFile.stageLimit) stages"
    let why =
      count == 1 ? most : "stage '\(member.key)' stands for \(count == .max ? "too many" : String(count)), and \(most)"
    throw nodes.failure(at: member.keyPosition, why)
  }
}

extension TemplateScope {
  fileprivate mutating func set(_ item: StageExpansion.Item) {
    set("item", item.value)
    if let key = item.key { set("key", .string(key)) }
  }
}

extension StageExpansion.Item {
  fileprivate func adding(_ axis: String, _ value: Value, at index: Int) -> StageExpansion.Item {
    let word = TemplateText.scalar(value) ?? "\(axis)\(index)"
    let joined = key == nil ? word : "\(name)-\(word)"
    guard case .map(let members) = self.value else { return self }
    return StageExpansion.Item(name: joined, value: .map(members + [ValueMember(axis, value)]), key: joined)
  }
}
