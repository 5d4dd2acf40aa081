import Diagnostics
import Yams

/// Turns composed nodes into values: checks depth, keys and tags, and puts what aliases stand for in their places.
struct YAMLConverter {
  let source: SourceText
  /// Where the words stand that are aliases.
  private let aliases: Set<SourcePosition>
  private var anchors: [String: Anchored] = [:]
  /// What aliases may still stand for.
  private var room: Int

  private struct Anchored {
    var node: Node
    var depth: Int
    var size: Int
  }

  init(source: SourceText, aliases: Set<SourcePosition> = []) {
    self.source = source
    self.aliases = aliases
    room = source.limits.aliased
  }

  mutating func convert(_ node: Yams.Node, depth: Int) throws(Failure) -> Node {
    let position = Self.position(node.mark)
    if case .scalar(let scalar) = node, aliases.contains(position) {
      return try meant(by: scalar, at: position, depth)
    }
    let converted = try convertOwn(node, at: position, depth)
    if let anchor = node.anchor { try note(anchor.rawValue, converted, at: position) }
    return converted
  }

  private mutating func convertOwn(
    _ node: Yams.Node, at position: SourcePosition, _ depth: Int
  ) throws(Failure) -> Node {
    if node.anchor != nil, source.limits.aliased == 0 { throw source.failure(position, Self.refused) }
    switch node {
    case .scalar(let scalar):
      return Node(.scalar(try value(scalar, at: position)), at: position)
    case .sequence(let sequence):
      guard depth <= source.limits.depth else { throw source.tooDeep(position) }
      try checkTag(sequence.tag, [.implicit, .nonSpecific, .seq], position)
      var items: [Node] = []
      for item in sequence { items.append(try convert(item, depth: depth + 1)) }
      return Node(.list(items), at: position)
    case .mapping(let mapping):
      guard depth <= source.limits.depth else { throw source.tooDeep(position) }
      try checkTag(mapping.tag, [.implicit, .nonSpecific, .map], position)
      return Node(.map(try members(of: mapping, depth)), at: position)
    case .alias:
      throw source.failure(position, Self.refused)
    }
  }

  private mutating func members(of mapping: Yams.Node.Mapping, _ depth: Int) throws(Failure) -> [Node.Member] {
    var members: [Node.Member] = []
    var merged: [Node.Member] = []
    var keys: Set<String> = []
    for (key, value) in mapping {
      let isMerge = isMergeKey(key)
      let member = Node.Member(
        key: try text(ofKey: key), keyPosition: Self.position(key.mark), value: try convert(value, depth: depth + 1))
      guard keys.insert(member.key).inserted else {
        throw source.failure(member.keyPosition, "the key '\(member.key)' is already in this map")
      }
      if isMerge { merged += try mergedMembers(member.value) } else { members.append(member) }
    }
    return merged.isEmpty ? members : Self.merge(merged, with: members)
  }

  // MARK: Anchors, aliases, merge keys

  static let refused =
    "anchors (&name) and aliases (*name) are not read; write the value out, or quote it if it is meant as text"

  static func undefined(_ name: String) -> String {
    "no anchor '&\(name)' stands before the alias '*\(name)'; quote it if it is meant as text"
  }

  /// Tells where the words of a text are that are not quoted, keys included.
  static func words(in node: Yams.Node, depth: Int, _ tell: (SourcePosition) -> Void) {
    guard depth >= 0 else { return }
    switch node {
    case .scalar(let scalar): if scalar.style == .plain { tell(position(scalar.mark)) }
    case .sequence(let items): for item in items { words(in: item, depth: depth - 1, tell) }
    case .mapping(let members):
      for (key, value) in members {
        words(in: key, depth: depth - 1, tell)
        words(in: value, depth: depth - 1, tell)
      }
    case .alias: break
    }
  }

  private mutating func note(_ anchor: String, _ node: Node, at position: SourcePosition) throws(Failure) {
    let (depth, size) = Self.measure(node)
    anchors[anchor] = Anchored(node: node, depth: depth, size: size)
  }

  private static func measure(_ node: Node) -> (depth: Int, size: Int) {
    switch node.content {
    case .scalar(.string(let text)): return (0, 1 + text.utf8.count)
    case .scalar: return (0, 1)
    case .list(let items):
      let inner = items.map(measure)
      return (1 + (inner.map(\.depth).max() ?? 0), inner.reduce(1) { $0 + $1.size })
    case .map(let members):
      let inner = members.map { measure($0.value) }
      return (
        1 + (inner.map(\.depth).max() ?? 0), zip(members, inner).reduce(1) { $0 + $1.0.key.utf8.count + $1.1.size }
      )
    }
  }

  private mutating func meant(
    by scalar: Yams.Node.Scalar, at position: SourcePosition, _ depth: Int
  ) throws(Failure) -> Node {
    guard source.limits.aliased > 0 else { throw source.failure(position, Self.refused) }
    // The first letter stands for the asterisk.
    let name = String(scalar.string.dropFirst())
    guard scalar.anchor == nil, scalar.tag.rawValue.isEmpty, let anchored = anchors[name] else {
      throw source.failure(position, Self.undefined(name))
    }
    guard depth + anchored.depth - 1 <= source.limits.depth else { throw source.tooDeep(position) }
    room -= anchored.size
    guard room >= 0 else {
      throw source.failure(
        position, "aliases stand for more than \(source.limits.aliased) values and letters up to here")
    }
    return Node(anchored.node.content, at: position)
  }

  private func isMergeKey(_ key: Yams.Node) -> Bool {
    guard source.limits.aliased > 0, case .scalar(let scalar) = key else { return false }
    return scalar.string == "<<" && scalar.style == .plain
  }

  private func mergedMembers(_ node: Node) throws(Failure) -> [Node.Member] {
    switch node.content {
    case .map(let members): return members
    case .list(let items):
      var members: [Node.Member] = []
      for item in items {
        guard case .map(let more) = item.content else { throw notMerged(item) }
        members += more
      }
      return members
    case .scalar: throw notMerged(node)
    }
  }

  private func notMerged(_ node: Node) -> Failure {
    source.failure(node.position, "'<<' takes in a map, or a list of maps; this is neither")
  }

  /// A map's own members go before those that it takes in, and of these the first of a key before the next.
  private static func merge(_ merged: [Node.Member], with own: [Node.Member]) -> [Node.Member] {
    var members: [Node.Member] = []
    var places: [String: Int] = [:]
    for member in merged where places[member.key] == nil {
      places[member.key] = members.count
      members.append(member)
    }
    for member in own {
      if let place = places[member.key] { members[place] = member } else { members.append(member) }
    }
    return members
  }

  // MARK: Parts

  private static func position(_ mark: Mark?) -> SourcePosition {
    SourcePosition(line: mark?.line ?? 1, column: mark?.column ?? 1)
  }

  private func text(ofKey key: Yams.Node) throws(Failure) -> String {
    let position = Self.position(key.mark)
    guard case .scalar(let scalar) = key else { throw source.failure(position, "a list or map cannot be a key") }
    if key.anchor != nil || aliases.contains(position) {
      throw source.failure(
        position, source.limits.aliased == 0 ? Self.refused : "a key can have no anchor and be no alias")
    }
    return scalar.string
  }

  private func checkTag(_ tag: Tag, _ known: [Tag.Name], _ position: SourcePosition) throws(Failure) {
    guard known.contains(where: { $0.rawValue == tag.rawValue }) else {
      throw source.failure(position, "the tag '\(tag.rawValue)' is not read; leave it out")
    }
  }

  private func value(_ scalar: Yams.Node.Scalar, at position: SourcePosition) throws(Failure) -> Value {
    let tag = scalar.tag.rawValue
    if tag == Tag.Name.str.rawValue || tag == Tag.Name.nonSpecific.rawValue { return .string(scalar.string) }
    guard let value = YAMLScalar.resolve(scalar.string) else {
      throw source.failure(position, YAMLScalar.tooLarge(scalar.string))
    }
    let fits: Bool
    switch (tag, value) {
    case ("", _): return scalar.style == .plain ? value : .string(scalar.string)
    case (Tag.Name.int.rawValue, .int), (Tag.Name.bool.rawValue, .bool), (Tag.Name.null.rawValue, .null),
      (Tag.Name.float.rawValue, .float):
      return value
    case (Tag.Name.float.rawValue, .int(let int)): return .float(Double(int))
    case (Tag.Name.int.rawValue, _), (Tag.Name.bool.rawValue, _), (Tag.Name.null.rawValue, _),
      (Tag.Name.float.rawValue, _):
      fits = false
    default: fits = true
    }
    let why = fits ? "is not read; leave it out" : "does not fit '\(scalar.string)'"
    throw source.failure(position, "the tag '\(tag)' \(why)")
  }
}
