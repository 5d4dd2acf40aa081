/// A table while its document is read. How it came to be decides who may still add to it.
final class TOMLTable {
  enum Origin {
    /// A part of a `[header]` before its last, so far.
    case implied
    /// A `[header]`, or the document itself.
    case header
    /// A part of a dotted key before its last.
    case dotted
  }

  enum Item {
    case value(Node)
    case table(TOMLTable)
    /// `[[header]]`; never empty.
    case tables([TOMLTable])
  }

  struct Member {
    var key: TOMLKey
    var item: Item
  }

  var origin: Origin
  let position: SourcePosition
  /// How many tables hold this one, itself counted.
  let depth: Int
  private(set) var members: [Member] = []
  private var places: [String: Int] = [:]

  init(_ origin: Origin, at position: SourcePosition, depth: Int) {
    self.origin = origin
    self.position = position
    self.depth = depth
  }

  subscript(key: String) -> Item? { places[key].map { members[$0].item } }

  /// Adds a member, or replaces the one of this key.
  func set(_ key: TOMLKey, _ item: Item) {
    if let place = places[key.text] {
      members[place].item = item
    } else {
      places[key.text] = members.count
      members.append(Member(key: key, item: item))
    }
  }

  /// The table as it stands, with all that it holds.
  var node: Node {
    let nodes = members.map { member in
      let value: Node =
        switch member.item {
        case .value(let node): node
        case .table(let table): table.node
        case .tables(let tables): Node(.list(tables.map(\.node)), at: tables.first?.position ?? position)
        }
      return Node.Member(key: member.key.text, keyPosition: member.key.position, value: value)
    }
    return Node(.map(nodes), at: position)
  }
}

/// One part of a dotted key.
struct TOMLKey {
  var text: String
  var position: SourcePosition
}
