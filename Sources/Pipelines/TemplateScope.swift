import Diagnostics
import Formats

/// The names that templates can use, and where each came from.
struct TemplateScope: Sendable {
  private struct Layer: Sendable {
    var origin: String
    var values: [ValueMember]
  }

  private var values: [String: Value] = [:]
  /// What was merged, in order.
  private var layers: [Layer] = []

  /// The value that `reference` leads to; nil if there is none.
  func value(_ reference: Template.Reference) -> Value? {
    guard var value = values[reference.steps[0]] else { return nil }
    for step in reference.steps.dropFirst() {
      guard let next = value.child(step) else { return nil }
      value = next
    }
    return value
  }

  /// What to use instead of `reference`, which leads nowhere, if a name that is known comes near.
  func nearest(to reference: Template.Reference) -> String? {
    guard let first = values[reference.steps[0]] else {
      return Formats.nearest(reference.steps[0], among: values.keys.sorted()).map { name in
        "${\(([name] + reference.steps.dropFirst()).joined(separator: "."))}"
      }
    }
    var value = first
    for (depth, step) in reference.steps.enumerated().dropFirst() {
      if let next = value.child(step) {
        value = next
        continue
      }
      guard case .map(let members) = value, let name = Formats.nearest(step, among: members.map(\.key)) else {
        return nil
      }
      return "${\((reference.steps[..<depth] + [name] + reference.steps[(depth + 1)...]).joined(separator: "."))}"
    }
    return nil
  }

  /// Sets `name` for what is filled in next, in place of what files say.
  mutating func set(_ name: String, _ value: Value) { values[name] = value }

  /// Adds `members`; maps of one name come together. Returns the dotted name of a value that is there already, and where
  /// it came from, and adds nothing then.
  mutating func merge(_ members: [ValueMember], from origin: String) -> (name: String, origin: String)? {
    var merged = values
    for member in members {
      guard let known = merged[member.key] else {
        merged[member.key] = member.value
        continue
      }
      var clash: [String] = []
      guard let both = known.merged(with: member.value, clash: &clash) else {
        let path = [member.key] + clash.reversed()
        return (path.joined(separator: "."), self.origin(of: path) ?? "this pipeline")
      }
      merged[member.key] = both
    }
    values = merged
    layers.append(Layer(origin: origin, values: members))
    return nil
  }

  private func origin(of path: [String]) -> String? {
    layers.first { layer in
      var value = Value.map(layer.values)
      for step in path {
        guard let next = value.child(step) else { return false }
        value = next
      }
      return true
    }?.origin
  }
}

extension Value {
  /// The member or item that one step of a reference leads to; a negative index counts from the end.
  fileprivate func child(_ step: String) -> Value? {
    switch self {
    case .map(let members): return members.first { $0.key == step }?.value
    case .list(let items):
      guard let index = Int(step) else { return nil }
      let place = index < 0 ? items.count + index : index
      return items.indices.contains(place) ? items[place] : nil
    default: return nil
    }
  }

  /// Both maps in one; nil, and the way to the clash from its end, if both hold a value that is no map.
  fileprivate func merged(with other: Value, clash: inout [String]) -> Value? {
    guard case .map(var members) = self, case .map(let added) = other else { return nil }
    var places = Dictionary(members.enumerated().map { ($1.key, $0) }) { first, _ in first }
    for member in added {
      if let place = places[member.key] {
        guard let both = members[place].value.merged(with: member.value, clash: &clash) else {
          clash.append(member.key)
          return nil
        }
        members[place].value = both
      } else {
        places[member.key] = members.count
        members.append(member)
      }
    }
    return .map(members)
  }
}
