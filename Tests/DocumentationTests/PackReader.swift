import TestSupport

/// Reads a pack and its index by what ARCHITECTURE.md says of them, and by nothing else of the program.
struct PackReader {
  struct Entry {
    var id: String
    var kind: UInt8
    /// The object's bytes; nil if they are compressed.
    var bytes: [UInt8]?
  }

  private let pack: [UInt8]
  private let index: [UInt8]

  init(pack: [UInt8], index: [UInt8]) {
    self.pack = pack
    self.index = index
  }

  var startsAsItShould: Bool {
    pack.starts(with: Array("MLPK".utf8) + [1, 0, 0, 0] + [UInt8](repeating: 0, count: 8))
      && index.starts(with: Array("MLIX".utf8) + [1, 0, 0, 0])
  }

  var count: Int { number(index, 8, 8) }
  var packSize: Int { number(index, 16, 8) }
  var indexBody: [UInt8] { Array(index.dropLast(32)) }
  var indexChecksum: String { hex(index.suffix(32)) }

  /// How many objects have an id whose first byte is `byte` or lower.
  func running(_ byte: Int) -> Int { number(index, 24 + 4 * byte, 4) }

  /// The records of the index, each read with the entry that it points to; nil where the two disagree.
  func entries() -> [Entry?] {
    (0..<count).map { position in
      let record = 1048 + 64 * position
      let offset = number(index, record + 32, 8)
      let stored = number(index, record + 40, 8)
      let header = index[record..<record + 32] + index[(record + 40)..<(record + 64)]
      guard pack[offset..<offset + 56].elementsEqual(header) else { return nil }
      let isRaw = index[record + 57] == 0
      let bytes = isRaw ? Array(pack[(offset + 56)..<(offset + 56 + stored)]) : nil
      return Entry(id: hex(index[record..<record + 32]), kind: index[record + 56], bytes: bytes)
    }
  }

  private func number(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> Int {
    bytes[offset..<offset + size].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}

func hex(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}
