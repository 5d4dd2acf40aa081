package import Diagnostics

/// Changes single values of a YAML file by splicing its text: comments, order and style of everything else stay.
///
/// After each change the text is read again and compared with the value that was meant, so an edit either does exactly
/// what it says or throws and changes nothing.
package struct YAMLEdit {
  /// The text as edited so far.
  package private(set) var bytes: [UInt8]
  /// What the text holds.
  package private(set) var root: Node
  private let file: String

  package init(_ bytes: [UInt8], file: String) throws(Failure) {
    root = try YAML.parse(bytes, file: file, limits: .people)
    self.bytes = bytes
    self.file = file
  }

  /// Sets the value at `path`, a key (or list index) per level. Members that are missing are added at the end of their map;
  /// so is an item whose index is the number of items.
  package mutating func set(_ path: [String], to value: Value) throws(Failure) {
    guard !path.isEmpty, let expected = root.value.replacing(path[...], with: value) else {
      throw cannotEdit(path, "a value on the way there is neither a map nor a list that has this item")
    }
    try apply(YAMLSplice(bytes, root: root).candidates(setting: path, to: value), path, expected)
  }

  /// Removes the member or item at `path`. Throws if there is none.
  package mutating func remove(_ path: [String]) throws(Failure) {
    guard !path.isEmpty, let expected = root.value.replacing(path[...], with: nil) else {
      throw cannotEdit(path, "there is no such member")
    }
    try apply(YAMLSplice(bytes, root: root).candidates(removing: path), path, expected)
  }

  /// Gives the member at `path` another key; its value and its place stay.
  package mutating func rename(_ path: [String], to key: String) throws(Failure) {
    guard let expected = root.value.renaming(path[...], to: key) else {
      throw cannotEdit(path, "there is no such member, or one that is called '\(key)' already")
    }
    try apply(YAMLSplice(bytes, root: root).candidates(renaming: path, to: key), path, expected)
  }

  private mutating func apply(_ candidates: [[UInt8]], _ path: [String], _ expected: Value) throws(Failure) {
    for candidate in candidates {
      guard let node = try? YAML.parse(candidate, file: file, limits: .people), node.value.isSame(as: expected) else {
        continue
      }
      (bytes, root) = (candidate, node)
      return
    }
    let isShared = YAML.mayShareValues(bytes)
    throw cannotEdit(
      path,
      isShared
        ? "it is shared with other values by an anchor (&name) and aliases (*name)"
        : "it is written in a form that cannot be changed without touching other values")
  }

  private func cannotEdit(_ path: [String], _ why: String) -> Failure {
    Failure("cannot change \(path.joined(separator: ".")) in \(file)", why: why, hint: "edit \(file) by hand")
  }
}

extension Value {
  /// This value with the one at `path` replaced, added, or (`with: nil`) removed; nil if there is no such place.
  fileprivate func replacing(_ path: ArraySlice<String>, with new: Value?) -> Value? {
    guard let key = path.first else { return new }
    let rest = path.dropFirst()
    switch self {
    case .map(var members):
      guard let index = members.firstIndex(where: { $0.key == key }) else {
        guard let added = Value.null.nesting(rest, new) else { return nil }
        return .map(members + [ValueMember(key, added)])
      }
      if rest.isEmpty, new == nil {
        members.remove(at: index)
      } else {
        guard let value = members[index].value.replacing(rest, with: new) else { return nil }
        members[index].value = value
      }
      return .map(members)
    case .list(var items):
      guard let index = Int(key), index >= 0, index <= items.count else { return nil }
      if index == items.count {
        guard rest.isEmpty, let new else { return nil }
        return .list(items + [new])
      }
      if rest.isEmpty, new == nil {
        items.remove(at: index)
      } else {
        guard let value = items[index].replacing(rest, with: new) else { return nil }
        items[index] = value
      }
      return .list(items)
    case .null: return nesting(path, new)
    default: return nil
    }
  }

  fileprivate func renaming(_ path: ArraySlice<String>, to name: String) -> Value? {
    guard let key = path.first, case .map(var members) = self,
      let index = members.firstIndex(where: { $0.key == key })
    else { return nil }
    if path.count == 1 {
      if members.contains(where: { $0.key == name }) { return nil }
      members[index].key = name
    } else {
      guard let value = members[index].value.renaming(path.dropFirst(), to: name) else { return nil }
      members[index].value = value
    }
    return .map(members)
  }

  private func nesting(_ path: ArraySlice<String>, _ value: Value?) -> Value? {
    value.map { value in path.reversed().reduce(value) { .map([ValueMember($1, $0)]) } }
  }
}
