/// A set of ids for millions of them: 40 bytes each, where `Set` takes up to 85, and twice as much while it grows.
struct ObjectIDSet: Sendable {
  /// In the order in which they came, in blocks, so that growing copies none.
  private var blocks: [[ObjectID]] = []
  /// Where each is found: its position plus one at a place that its first bytes say, or behind it.
  private var table: [UInt32] = []
  private(set) var count = 0
  private static let blockSize = 4096

  var isEmpty: Bool { count == 0 }

  func contains(_ id: ObjectID) -> Bool { !table.isEmpty && table[slot(of: id)] != 0 }

  /// Adds `id`. Returns false when it was there.
  mutating func insert(_ id: ObjectID) -> Bool {
    if count * 10 >= table.count * 7 { grow() }
    let slot = slot(of: id)
    if table[slot] != 0 { return false }
    if count % Self.blockSize == 0 {
      blocks.append([])
      blocks[blocks.count - 1].reserveCapacity(Self.blockSize)
    }
    blocks[blocks.count - 1].append(id)
    count += 1
    table[slot] = UInt32(count)
    return true
  }

  mutating func formUnion(_ other: ObjectIDSet) { for id in other { _ = insert(id) } }

  /// Where `id` stands in the table, or the free place where it would.
  private func slot(of id: ObjectID) -> Int {
    let mask = table.count - 1
    var slot = Int(truncatingIfNeeded: id.prefix) & mask
    while table[slot] != 0, self[Int(table[slot]) - 1] != id { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    table = Array(repeating: 0, count: Swift.max(64, table.count * 2))
    for position in 0..<count { table[slot(of: self[position])] = UInt32(position + 1) }
  }

  private subscript(position: Int) -> ObjectID { blocks[position / Self.blockSize][position % Self.blockSize] }
}

extension ObjectIDSet: Sequence {
  func makeIterator() -> FlattenSequence<[[ObjectID]]>.Iterator { blocks.joined().makeIterator() }
}
