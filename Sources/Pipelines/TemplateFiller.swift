import Diagnostics
import Formats

/// Fills templates in. It counts what it makes, so that a small file cannot make a large pipeline.
struct TemplateFiller {
  /// How a scalar that is one `${…}` takes a value.
  enum Style {
    /// As it is.
    case typed
    /// Scalars as text.
    case text
    /// Scalars as text, a map as options of a command.
    case command
  }

  /// How many bytes of text all templates of a file may make.
  static let textLimit = 64 << 20
  /// How many nodes.
  static let nodeLimit = 4_000_000

  let nodes: NodeReader
  private var text = 0
  private var made = 0

  init(nodes: NodeReader) { self.nodes = nodes }

  /// Fills `template`; `what` names it in failures.
  mutating func fill(
    _ template: Template, _ scope: TemplateScope, _ style: Style, _ what: String
  ) throws(Failure) -> Node {
    switch template {
    case .constant(let node): return node
    case .reference(let reference, let position):
      let value = try look(reference, scope, position, what)
      return try node(value, style, position, reference)
    case .text(let parts, let position):
      let text = try fill(parts, scope, style, position, what)
      return Node(.scalar(.string(text)), at: position)
    case .list(let items, let position):
      var filled: [Node] = []
      for item in items { filled.append(try fill(item, scope, style, what)) }
      return Node(.list(filled), at: position)
    case .map(let members, let position):
      return try map(members, position, scope, what) { _ in .typed }
    }
  }

  /// Fills a stage, whose fields take text, values or commands; leaves out those of `skipped`.
  mutating func fillStage(
    _ template: Template, _ scope: TemplateScope, _ what: String, skipping skipped: Set<String> = []
  ) throws(Failure) -> Node {
    guard case .map(let members, let position) = template else { return try fill(template, scope, .typed, what) }
    let wanted = skipped.isEmpty ? members : members.filter { !skipped.contains($0.key.plain ?? "") }
    return try map(wanted, position, scope, what) { Self.styles[$0] ?? .typed }
  }

  private static let styles: [String: Style] = [
    "cmd": .command, "wdir": .text, "desc": .text, "deps": .text, "params": .text, "outs": .text, "metrics": .text,
    "plots": .text, "after": .text, "env": .text, "environment": .text, "executor": .text,
  ]

  private mutating func map(
    _ members: [Template.Member], _ position: SourcePosition, _ scope: TemplateScope, _ what: String,
    style: (String) -> Style
  ) throws(Failure) -> Node {
    var filled: [Node.Member] = []
    filled.reserveCapacity(members.count)
    var hasFilledKey = false
    for member in members {
      let key: String
      if let plain = member.key.plain {
        key = plain
      } else {
        key = try fill(member.key, scope, .text, member.position, what)
        hasFilledKey = true
      }
      let value = try fill(member.value, scope, style(key), what)
      filled.append(Node.Member(key: key, keyPosition: member.position, value: value))
    }
    if hasFilledKey {
      var seen: Set<String> = []
      if let twice = filled.first(where: { !seen.insert($0.key).inserted }) {
        throw nodes.failure(at: twice.keyPosition, "the key '\(twice.key)' is in this map twice once it is filled in")
      }
    }
    try count(nodes: filled.count)
    return Node(.map(filled), at: position)
  }

  private mutating func fill(
    _ parts: [Template.Part], _ scope: TemplateScope, _ style: Style, _ position: SourcePosition, _ what: String
  ) throws(Failure) -> String {
    var result = ""
    for part in parts {
      switch part {
      case .text(let text): result += text
      case .reference(let reference):
        let value = try look(reference, scope, position, what)
        let text = style == .command ? TemplateText.arguments(value) : TemplateText.scalar(value)
        guard let text else { throw unfit(reference, value, style, position) }
        result += text
      }
    }
    try count(text: result.utf8.count)
    return result
  }

  private mutating func node(
    _ value: Value, _ style: Style, _ position: SourcePosition, _ reference: Template.Reference
  ) throws(Failure) -> Node {
    switch (value, style) {
    case (.list(let items), _):
      var filled: [Node] = []
      for item in items { filled.append(try node(item, style, position, reference)) }
      try count(nodes: items.count)
      return Node(.list(filled), at: position)
    case (.map, .command):
      guard let text = TemplateText.arguments(value) else { throw unfit(reference, value, style, position) }
      try count(text: text.utf8.count)
      return Node(.scalar(.string(text)), at: position)
    case (.map(let members), _):
      var filled: [Node.Member] = []
      for member in members {
        let value = try node(member.value, .typed, position, reference)
        filled.append(Node.Member(key: member.key, keyPosition: position, value: value))
      }
      try count(nodes: members.count)
      return Node(.map(filled), at: position)
    case (.string, _), (_, .typed): break
    default:
      if let text = TemplateText.scalar(value) { return Node(.scalar(.string(text)), at: position) }
    }
    if case .string(let string) = value { try count(text: string.utf8.count) }
    return Node(.scalar(value), at: position)
  }

  private func look(
    _ reference: Template.Reference, _ scope: TemplateScope, _ position: SourcePosition, _ what: String
  ) throws(Failure) -> Value {
    if let value = scope.value(reference) { return value }
    let meant = scope.nearest(to: reference).map { "; did you mean '\($0)'?" }
    throw nodes.failure(
      at: position, "'${\(reference.text.prefix(100))}' in \(what) stands for nothing\(meant ?? "")",
      hint: meant == nil ? Template.shellHint : nil)
  }

  private func unfit(
    _ reference: Template.Reference, _ value: Value, _ style: Style, _ position: SourcePosition
  ) -> Failure {
    let why = style == .command ? "which nests lists too deep for a command line" : "which cannot be part of a text"
    return nodes.failure(at: position, "'${\(reference.text.prefix(100))}' is \(value.kind), \(why)")
  }

  /// Counts nodes that are made; throws when they are too many.
  mutating func count(nodes count: Int) throws(Failure) {
    let (sum, overflow) = made.addingReportingOverflow(count)
    made = sum
    guard !overflow, made <= Self.nodeLimit else {
      throw nodes.failure(
        at: nil, "its templates make more than \(Self.nodeLimit) values; make fewer or smaller stages")
    }
  }

  private mutating func count(text count: Int) throws(Failure) {
    text += count
    guard text <= Self.textLimit else {
      throw nodes.failure(at: nil, "its templates make more than \(Self.textLimit >> 20) MiB of text")
    }
  }
}

extension [Template.Part] {
  /// The text of a key without templates.
  var plain: String? {
    guard count <= 1 else { return nil }
    guard let first else { return "" }
    if case .text(let text) = first { return text }
    return nil
  }
}
