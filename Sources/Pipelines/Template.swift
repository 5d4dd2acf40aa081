import Diagnostics
import Formats

/// A node of a pipeline file in which `${…}` waits to be filled in; compiled once, filled for each stage.
indirect enum Template: Sendable {
  /// What stands between `${` and `}`: `train.lr`, `models[0].name`.
  struct Reference: Equatable, Sendable {
    var text: String
    var steps: [String]
  }

  enum Part: Equatable, Sendable {
    case text(String)
    case reference(Reference)
  }

  struct Member: Sendable {
    var key: [Part]
    var position: SourcePosition
    var value: Template
  }

  case constant(Node)
  /// A scalar that is one `${…}` and nothing else takes the value as it is, with its type.
  case reference(Reference, SourcePosition)
  case text([Part], SourcePosition)
  case list([Template], SourcePosition)
  case map([Member], SourcePosition)

  /// Compiles `node`. Throws for a `${` that no `}` ends, and for what is no reference.
  static func compile(_ node: Node, _ nodes: NodeReader) throws(Failure) -> Template {
    switch node.content {
    case .scalar(.string(let text)):
      guard let parts = try parts(of: text, at: node.position, nodes) else { return .constant(node) }
      if parts.count == 1, case .reference(let reference) = parts[0] { return .reference(reference, node.position) }
      if parts.allSatisfy({ if case .text = $0 { true } else { false } }) {
        return .constant(Node(.scalar(.string(plain(parts))), at: node.position))
      }
      return .text(parts, node.position)
    case .scalar: return .constant(node)
    case .list(let items):
      var templates: [Template] = []
      for item in items { templates.append(try compile(item, nodes)) }
      return templates.allSatisfy(\.isConstant)
        ? .constant(unescaped(node, templates)) : .list(templates, node.position)
    case .map(let members):
      var templates: [Member] = []
      for member in members {
        let key = try parts(of: member.key, at: member.keyPosition, nodes) ?? [.text(member.key)]
        templates.append(
          Member(key: key, position: member.keyPosition, value: try compile(member.value, nodes)))
      }
      return .map(templates, node.position)
    }
  }

  private var isConstant: Bool { if case .constant = self { true } else { false } }

  private static func unescaped(_ node: Node, _ items: [Template]) -> Node {
    let nodes = items.compactMap { if case .constant(let node) = $0 { node } else { nil } }
    return Node(.list(nodes), at: node.position)
  }

  private static func plain(_ parts: [Part]) -> String {
    parts.map { if case .text(let text) = $0 { text } else { "" } }.joined()
  }

  /// How many nodes it has, which is what it costs to fill it.
  var weight: Int {
    switch self {
    case .constant(let node): node.weight
    case .reference, .text: 1
    case .list(let items, _): items.reduce(1) { $0 + $1.weight }
    case .map(let members, _): members.reduce(1) { $0 + 1 + $1.value.weight }
    }
  }

  /// The member of a map whose key is `key`, without templates in it.
  func member(_ key: String) -> Template? {
    switch self {
    case .map(let members, _): members.first { $0.key == [.text(key)] }?.value
    case .constant, .reference, .text, .list: nil
    }
  }

  // MARK: Text

  /// The parts of `text`, `\${` standing for `${`; nil if it holds no `${`.
  static func parts(of text: String, at position: SourcePosition, _ nodes: NodeReader) throws(Failure) -> [Part]? {
    let bytes = Array(text.utf8)
    guard var at = opening(in: bytes, from: 0) else { return nil }
    var parts: [Part] = []
    var pending: [UInt8] = []
    var start = 0
    func flush() {
      if !pending.isEmpty { parts.append(.text(String(decoding: pending, as: UTF8.self))) }
      pending = []
    }
    while true {
      if at > start, bytes[at - 1] == UInt8(ascii: "\\") {
        pending += bytes[start..<at - 1] + [UInt8(ascii: "$"), UInt8(ascii: "{")]
        start = at + 2
      } else {
        pending += bytes[start..<at]
        flush()
        let rest = bytes[(at + 2)...]
        guard let end = rest.firstIndex(where: { $0 == UInt8(ascii: "}") || $0 == UInt8(ascii: "\n") }),
          bytes[end] == UInt8(ascii: "}")
        else {
          throw nodes.failure(at: position, "a '${' has no '}' on its line", hint: shellHint)
        }
        parts.append(.reference(try reference(String(decoding: bytes[at + 2..<end], as: UTF8.self), position, nodes)))
        start = end + 1
      }
      guard let next = opening(in: bytes, from: start) else { break }
      at = next
    }
    pending += bytes[start...]
    flush()
    return parts
  }

  static let shellHint = "for a variable of the shell, write $NAME or \\${NAME}"

  private static func opening(in bytes: [UInt8], from start: Int) -> Int? {
    var at = start
    while at + 1 < bytes.count {
      if bytes[at] == UInt8(ascii: "$"), bytes[at + 1] == UInt8(ascii: "{") { return at }
      at += 1
    }
    return nil
  }

  private static func reference(
    _ text: String, _ position: SourcePosition, _ nodes: NodeReader
  ) throws(Failure) -> Reference {
    var steps: [String] = []
    var rest = text[...]
    var isInBrackets = false
    while true {
      let word = rest.prefix { !".[]".contains($0) }
      rest = rest.dropFirst(word.count)
      let step = trimmed(word)
      let next = rest.popFirst()
      let fits = isInBrackets ? next == "]" : next != "]"
      guard !step.isEmpty, fits else { break }
      steps.append(step)
      var follows = next
      if isInBrackets { follows = rest.popFirst() }
      guard let follows else { return Reference(text: text, steps: steps) }
      guard follows == "." || follows == "[" else { break }
      isInBrackets = follows == "["
    }
    throw nodes.failure(
      at: position, "'${\(text.prefix(100))}' names no value; write it like ${train.lr} or ${models[0]}",
      hint: shellHint)
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}

extension Node {
  fileprivate var weight: Int {
    switch content {
    case .scalar: 1
    case .list(let items): items.reduce(1) { $0 + $1.weight }
    case .map(let members): members.reduce(1) { $0 + 1 + $1.value.weight }
    }
  }
}
