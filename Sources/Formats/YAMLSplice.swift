/// Proposes texts in which one value is changed, likeliest first; whoever asks checks what they say.
struct YAMLSplice {
  let source: YAMLLines
  private let root: Node

  init(_ bytes: [UInt8], root: Node) {
    source = YAMLLines(bytes)
    self.root = root
  }

  func candidates(setting path: [String], to value: Value) -> [[UInt8]] {
    var place = Place(node: root)
    for (depth, key) in path.enumerated() {
      guard let next = step(place, key) else {
        if case .list(let items) = place.node.content { return appending(value, to: place, items) }
        return adding(
          path[depth], path[(depth + 1)...].reversed().reduce(value) { .map([ValueMember($1, $0)]) }, to: place)
      }
      if depth == path.count - 1, let own = ownMembers(of: place), own.count < place.memberCount,
        !own.contains(where: { $0.key == key })
      {
        // What a map takes in by '<<' may be shared; a member of its own goes before it.
        var map = place
        map.node.content = .map(own)
        return own.isEmpty ? [] : adding(key, value, to: map)
      }
      place = next
    }
    return replacing(place, with: value)
  }

  /// The members of a map that are written in it: what it takes in stands before.
  private func ownMembers(of place: Place) -> [Node.Member]? {
    guard case .map(let members) = place.node.content else { return nil }
    let start = place.node.position
    return members.filter { ($0.keyPosition.line, $0.keyPosition.column) >= (start.line, start.column) }
  }

  func candidates(removing path: [String]) -> [[UInt8]] {
    guard let holder = place(path.dropLast()), let key = path.last, let place = step(holder, key) else { return [] }
    if case .list(let items) = holder.node.content, let index = Int(key) {
      return removing(item: index, of: holder, items)
    }
    guard let parent = place.parent else { return [] }
    return place.inFlow ? removingInFlow(parent) : removingLines(parent)
  }

  func candidates(renaming path: [String], to key: String) -> [[UInt8]] {
    guard let parent = place(path[...])?.parent else { return [] }
    let member = parent.members[parent.index]
    let start = source.offset(of: member.keyPosition)
    let isQuoted = source.byte(start) == UInt8(ascii: "\"") || source.byte(start) == UInt8(ascii: "'")
    guard let end = isQuoted ? source.tokenEnd(from: start, inFlow: true) : start + member.key.utf8.count else {
      return []
    }
    return [source.replacing(start, to: end, with: YAML.scalar(.string(key)))]
  }

  // MARK: Finding the place

  /// A value, and where it hangs: in which map, as which member.
  struct Place {
    var node: Node
    var parent: (members: [Node.Member], index: Int)?
    var inFlow = false

    var memberCount: Int { if case .map(let members) = node.content { members.count } else { 0 } }
  }

  private func place(_ path: ArraySlice<String>) -> Place? {
    var place = Place(node: root)
    for key in path {
      guard let next = step(place, key) else { return nil }
      place = next
    }
    return place
  }

  private func step(_ place: Place, _ key: String) -> Place? {
    let inFlow = place.inFlow || startsFlow(place.node)
    switch place.node.content {
    case .map(let members):
      guard let index = members.firstIndex(where: { $0.key == key }) else { return nil }
      return Place(node: members[index].value, parent: (members, index), inFlow: inFlow)
    case .list(let items):
      guard let index = Int(key), items.indices.contains(index) else { return nil }
      return Place(node: items[index], parent: nil, inFlow: inFlow)
    case .scalar: return nil
    }
  }

  func startsFlow(_ node: Node) -> Bool {
    let first = source.byte(source.offset(of: node.position))
    return !isScalar(node) && (first == UInt8(ascii: "{") || first == UInt8(ascii: "["))
  }

  private func isScalar(_ node: Node) -> Bool {
    if case .scalar = node.content { return true }
    return false
  }

  // MARK: Setting

  func replacing(_ place: Place, with value: Value) -> [[UInt8]] {
    var candidates: [[UInt8]] = []
    let offset = source.offset(of: place.node.position)
    let isToken = isScalar(place.node) || startsFlow(place.node)
    if isToken, let end = source.tokenEnd(from: offset, inFlow: place.inFlow), place.inFlow || value.fitsOnLine {
      let space = end == offset ? " " : ""
      candidates.append(source.replacing(offset, to: end, with: space + YAML.scalar(value)))
    }
    guard let parent = place.parent, !place.inFlow else { return candidates }
    let member = parent.members[parent.index]
    let start = source.offset(of: member.keyPosition)
    let lines = block(member.key, value, indent: member.keyPosition.column - 1).utf8.drop { $0 == 0x20 }
    candidates.append(
      source.replacing(start, to: source.start(ofLine: lastLine(parent) + 1), with: String(Substring(lines))))
    return candidates
  }

  private func adding(_ key: String, _ value: Value, to place: Place) -> [[UInt8]] {
    guard case .map(let members) = place.node.content, let first = members.first else {
      return filling(place, with: .map([ValueMember(key, value)]))
    }
    if place.inFlow || startsFlow(place.node) {
      let offset = source.offset(of: place.node.position)
      guard let end = source.tokenEnd(from: offset, inFlow: true), end > offset else { return [] }
      let pair = Substring(YAML.scalar(.map([ValueMember(key, value)])).utf8.dropFirst().dropLast())
      return [source.replacing(end - 1, to: end - 1, with: ", \(pair)")]
    }
    let line = lastLine((members, members.count - 1), commentsToo: first.keyPosition.column > 1) + 1
    return [source.inserting(block(key, value, indent: first.keyPosition.column - 1), beforeLine: line)]
  }

  /// Gives a place that holds nothing, or a map without members, the members of `value`.
  private func filling(_ place: Place, with value: Value) -> [[UInt8]] {
    guard let parent = place.parent else {
      return place.inFlow ? [] : [source.inserting(YAML.emit(value), beforeLine: source.lineCount + 1)]
    }
    let offset = source.offset(of: place.node.position)
    guard !place.inFlow, let end = source.tokenEnd(from: offset, inFlow: false) else {
      return replacing(place, with: value)
    }
    let indent = parent.members[parent.index].keyPosition.column + 1
    let lead = String(repeating: " ", count: indent)
    let lines = YAML.emit(value).split(separator: "\n").map { "\(lead)\($0)\n" }.joined()
    let emptied = YAMLLines(source.replacing(source.trimmed(offset), to: end, with: ""))
    return [emptied.inserting(lines, beforeLine: place.node.position.line + 1)]
  }

  private func block(_ key: String, _ value: Value, indent: Int) -> String {
    let lead = String(repeating: " ", count: indent)
    let lines = YAML.emit(.map([ValueMember(key, value)])).split(separator: "\n", omittingEmptySubsequences: false)
    return lines.dropLast().map { "\(lead)\($0)\n" }.joined()
  }

  // MARK: Removing

  private func removingLines(_ parent: (members: [Node.Member], index: Int)) -> [[UInt8]] {
    let member = parent.members[parent.index]
    let start = source.offset(of: member.keyPosition)
    let lineStart = source.start(ofLine: member.keyPosition.line)
    let end = source.start(ofLine: lastLine(parent) + 1)
    var candidates = [source.replacing(lineStart, to: end, with: "")]
    if parent.members.count == 1 { candidates.append(source.replacing(start, to: end, with: "{}\n")) }
    if parent.index + 1 < parent.members.count {
      let next = source.offset(of: parent.members[parent.index + 1].keyPosition)
      candidates.append(source.replacing(start, to: next, with: ""))
    }
    return candidates
  }

  private func removingInFlow(_ parent: (members: [Node.Member], index: Int)) -> [[UInt8]] {
    func end(_ index: Int) -> Int? {
      source.tokenEnd(from: source.offset(of: parent.members[index].value.position), inFlow: true)
    }
    let start = source.offset(of: parent.members[parent.index].keyPosition)
    if parent.index + 1 < parent.members.count {
      let next = source.offset(of: parent.members[parent.index + 1].keyPosition)
      return [source.replacing(start, to: next, with: "")]
    }
    guard let last = end(parent.index) else { return [] }
    guard parent.index > 0, let before = end(parent.index - 1) else {
      return [source.replacing(start, to: last, with: "")]
    }
    return [source.replacing(before, to: last, with: "")]
  }

  /// The last line of a member of a block map: what is indented deeper than its key, and a list's items at the key's own
  /// level. Comments and empty lines that follow at the key's level belong to what comes next, unless nothing does (`commentsToo`).
  func lastLine(_ parent: (members: [Node.Member], index: Int), commentsToo: Bool = false) -> Int {
    let member = parent.members[parent.index]
    let indent = member.keyPosition.column - 1
    let limit =
      parent.index + 1 < parent.members.count
      ? parent.members[parent.index + 1].keyPosition.line : source.lineCount + 1
    var last = member.keyPosition.line
    guard last + 1 < limit else { return last }
    for line in (last + 1)..<limit {
      let text = source.line(line)
      let lead = text.prefix { $0 == UInt8(ascii: " ") }.count
      let content = text.dropFirst(lead)
      if content.isEmpty { continue }
      let isItem = content.first == UInt8(ascii: "-") && lead == indent && isList(member.value)
      let isOwnComment = commentsToo && lead == indent && content.first == UInt8(ascii: "#")
      if lead > indent || isOwnComment || (isItem && !content.starts(with: "---".utf8)) {
        last = line
      } else if content.first != UInt8(ascii: "#") {
        break
      }
    }
    return last
  }

  private func isList(_ node: Node) -> Bool {
    if case .list = node.content { return true }
    return false
  }
}

extension Value {
  /// Whether the value is written on the line of its key: a scalar, an empty collection, or a list of scalars.
  fileprivate var fitsOnLine: Bool {
    switch self {
    case .map(let members): members.isEmpty
    case .list(let items):
      items.allSatisfy {
        switch $0 {
        case .list, .map: false
        default: true
        }
      }
    default: true
    }
  }
}
