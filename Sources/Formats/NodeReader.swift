package import Diagnostics

/// Takes a file's nodes apart strictly: an unknown key or a value of another type is a failure that names file, line and
/// column, what was expected, and for keys the nearest known one.
package struct NodeReader: Sendable {
  package let file: String
  package let category: FailureCategory

  package init(file: String, category: FailureCategory = .failed) {
    self.file = file
    self.category = category
  }

  package func failure(at position: SourcePosition?, _ why: String, hint: String? = nil) -> Failure {
    .reading(file, at: position, why, hint: hint, category: category)
  }

  /// The members of `node`, a map; `what` names it in failures.
  package func map(_ node: Node, _ what: String) throws(Failure) -> [Node.Member] {
    guard case .map(let members) = node.content else { throw mismatch(node, what, "a map") }
    return members
  }

  /// The members of `node`, a map that holds no other keys than `known`.
  package func map(_ node: Node, _ what: String, known: [String]) throws(Failure) -> [String: Node] {
    var found: [String: Node] = [:]
    for member in try map(node, what) {
      guard known.contains(member.key) else { throw unknown(member, what, known) }
      found[member.key] = member.value
    }
    return found
  }

  package func list(_ node: Node, _ what: String) throws(Failure) -> [Node] {
    guard case .list(let items) = node.content else { throw mismatch(node, what, "a list") }
    return items
  }

  package func string(_ node: Node, _ what: String) throws(Failure) -> String {
    guard case .scalar(.string(let string)) = node.content else { throw mismatch(node, what, "text") }
    return string
  }

  package func bool(_ node: Node, _ what: String) throws(Failure) -> Bool {
    guard case .scalar(.bool(let bool)) = node.content else { throw mismatch(node, what, "true or false") }
    return bool
  }

  /// A whole number that is not negative.
  package func count(_ node: Node, _ what: String) throws(Failure) -> Int {
    guard case .scalar(.int(let int)) = node.content, int >= 0 else {
      throw mismatch(node, what, "a whole number that is not negative")
    }
    return int
  }

  package func unknown(_ member: Node.Member, _ what: String, _ known: [String]) -> Failure {
    let meant = nearest(member.key, among: known).map { "; did you mean '\($0)'?" }
    let all = "; known are \(known.joined(separator: ", "))"
    return failure(at: member.keyPosition, "unknown key '\(member.key)' in \(what)\(meant ?? all)")
  }

  private func mismatch(_ node: Node, _ what: String, _ expected: String) -> Failure {
    let found: String
    switch node.content {
    case .scalar(let value): found = value == .null ? "nothing" : "\(value.kind) (\(value.text.prefix(40)))"
    case .list: found = "a list"
    case .map: found = "a map"
    }
    return failure(at: node.position, "\(what) should be \(expected), but is \(found)")
  }
}
