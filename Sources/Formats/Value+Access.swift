extension Value {
  /// The member at a dotted path such as `train.max_depth` or `layers.0.units`; nil if there is none.
  ///
  /// A key that itself holds dots is found too; where both readings exist, the shorter key wins.
  package subscript(path path: String) -> Value? {
    find(path.split(separator: ".", omittingEmptySubsequences: false)[...])
  }

  private func find(_ path: ArraySlice<Substring>) -> Value? {
    guard let first = path.first else { return self }
    switch self {
    case .list(let items):
      guard let index = Int(first), items.indices.contains(index) else { return nil }
      return items[index].find(path.dropFirst())
    case .map(let members):
      for length in 1...path.count {
        let key = path.prefix(length).joined(separator: ".")
        guard let member = members.first(where: { $0.key == key }) else { continue }
        if let value = member.value.find(path.dropFirst(length)) { return value }
      }
      return nil
    default: return nil
    }
  }

  /// Every leaf with its dotted path, in the order of the file. Maps are descended into; a list, and a map without
  /// members, is one leaf. A value that is itself a leaf has the empty path.
  package func flattened() -> [(key: String, value: Value)] {
    var leaves: [(key: String, value: Value)] = []
    collect(prefix: nil, into: &leaves)
    return leaves
  }

  private func collect(prefix: String?, into leaves: inout [(key: String, value: Value)]) {
    guard case .map(let members) = self, !(members.isEmpty && prefix != nil) else {
      return leaves.append((prefix ?? "", self))
    }
    for member in members {
      member.value.collect(prefix: prefix.map { "\($0).\(member.key)" } ?? member.key, into: &leaves)
    }
  }

  /// The value as a person would write it in YAML, on one line: `0.1`, `1e-05`, `'3'` for the string and `3` for the number.
  package var text: String {
    switch self {
    case .float(let double) where double.isFinite: double.description
    case .string(let string): YAMLString.quoted(string, inFlow: true, strictly: false)
    case .list(let items): "[\(items.map(\.text).joined(separator: ", "))]"
    case .map(let members):
      "{\(members.map { "\(Value.string($0.key).text): \($0.value.text)" }.joined(separator: ", "))}"
    default: YAML.scalar(self)
    }
  }

  /// What kind of value this is, for messages: `a number`, `a list`.
  package var kind: String {
    switch self {
    case .null: "nothing"
    case .bool: "true or false"
    case .int: "a whole number"
    case .float: "a number"
    case .string: "text"
    case .list: "a list"
    case .map: "a map"
    }
  }

  /// Whether both are the same value of the same type. Unlike `==`, NaN is the same as NaN: it did not change.
  package func isSame(as other: Value) -> Bool {
    switch (self, other) {
    case (.float(let a), .float(let b)): a == b || (a.isNaN && b.isNaN)
    case (.list(let a), .list(let b)): a.count == b.count && zip(a, b).allSatisfy { $0.isSame(as: $1) }
    case (.map(let a), .map(let b)):
      a.count == b.count && zip(a, b).allSatisfy { $0.key == $1.key && $0.value.isSame(as: $1.value) }
    default: self == other
    }
  }
}
