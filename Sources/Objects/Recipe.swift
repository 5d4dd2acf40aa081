package import Diagnostics

/// How a large object is put together from chunks, each of them a blob.
///
/// The encoding: `MLRC`, u32 version 1, u64 size of the object, then for each chunk its id (32 bytes) and u32 its size,
/// then the SHA-256 of all before it, since the id of a recipe's entry is not its own. A recipe stands in a pack under the id of the object that it makes.
package struct Recipe: Equatable, Sendable {
  package struct Chunk: Equatable, Sendable {
    package var id: ObjectID
    package var size: Int

    package init(id: ObjectID, size: Int) {
      self.id = id
      self.size = size
    }
  }

  /// Bytes of the object.
  package private(set) var size = 0
  package private(set) var chunks: [Chunk] = []

  package init() {}

  package mutating func append(_ chunk: Chunk) {
    chunks.append(chunk)
    size += chunk.size
  }

  private static let magic = Array("MLRC".utf8)
  private static let version: UInt32 = 1
  private static let headerSize = 16
  private static let entrySize = 36
  /// The most chunks that a recipe may have: least size and average differ by a factor of four.
  private static let mostChunks = 4 << 20
  /// The most bytes that a chunk may have.
  package static let mostInChunk = 64 << 20
  /// The most bytes that the encoding may have.
  package static let mostBytes = headerSize + mostChunks * entrySize + PackFormat.checksumSize

  package func encoded() throws(Failure) -> [UInt8] {
    let body = [UInt8](unsafeUninitializedCapacity: Self.headerSize + chunks.count * Self.entrySize) { buffer, count in
      let raw = UnsafeMutableRawBufferPointer(buffer)
      raw.copyBytes(from: Self.magic)
      raw.storeBytes(of: Self.version.littleEndian, toByteOffset: 4, as: UInt32.self)
      raw.storeBytes(of: UInt64(size).littleEndian, toByteOffset: 8, as: UInt64.self)
      var at = Self.headerSize
      for chunk in chunks {
        if let base = raw.baseAddress { chunk.id.store(to: base + at) }
        raw.storeBytes(of: UInt32(chunk.size).littleEndian, toByteOffset: at + 32, as: UInt32.self)
        at += Self.entrySize
      }
      count = at
    }
    return body + PackFormat.idBytes(try ContentHasher.id(of: body))
  }

  /// Reads an encoded recipe; throws for anything else.
  package init(decoding bytes: [UInt8]) throws(Failure) {
    let bodySize = bytes.count - PackFormat.checksumSize
    let version = bodySize >= Self.headerSize ? Self.number(bytes, 4, 4) : 0
    guard bytes.starts(with: Self.magic), version > 0 else { throw Self.damaged("it does not start as one") }
    guard version == Self.version else {
      throw Failure(
        "cannot read a recipe", why: "it has version \(version), this mlrepo knows version \(Self.version)",
        hint: "use a newer mlrepo", category: .damaged)
    }
    let (count, rest) = (bodySize - Self.headerSize).quotientAndRemainder(dividingBy: Self.entrySize)
    guard rest == 0, count <= Self.mostChunks else { throw Self.damaged("its length is not that of one") }
    let sum = PackFormat.idBytes(try ContentHasher.id(of: Array(bytes[..<bodySize])))
    guard bytes[bodySize...].elementsEqual(sum) else { throw Self.damaged("its bytes do not match its checksum") }
    chunks.reserveCapacity(count)
    bytes.withUnsafeBytes { raw in
      for index in 0..<count {
        guard let at = raw.baseAddress.map({ $0 + Self.headerSize + index * Self.entrySize }) else { return }
        let size = UInt32(littleEndian: at.loadUnaligned(fromByteOffset: 32, as: UInt32.self))
        append(Chunk(id: ObjectID(loading: at), size: Int(size)))
      }
    }
    guard chunks.allSatisfy({ (1...Self.mostInChunk).contains($0.size) }), UInt64(size) == Self.number(bytes, 8, 8)
    else {
      throw Self.damaged("the sizes of its chunks are not right")
    }
  }

  private static func number(_ bytes: [UInt8], _ at: Int, _ count: Int) -> UInt64 {
    bytes[at..<(at + count)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func damaged(_ why: String) -> Failure {
    Failure("cannot read a recipe", why: why, hint: nil, category: .damaged)
  }
}

extension Recipe {
  /// The average size of the chunks of an object; nil for one that is kept whole.
  ///
  /// Blobs are cut into chunks of 1 MiB on average, trees, of which a change touches few lines, into 64 KiB; both when they
  /// are larger than the largest chunk. The average doubles until there are no more than 2^20 chunks on average.
  package static func averageChunk(size: Int, kind: ObjectKind, blobAverage: Int = 1 << 20) -> Int? {
    var average = kind == .tree ? 64 << 10 : blobAverage
    guard size > average * 4 else { return nil }
    while size / average > 1 << 20, average < 16 << 20 { average *= 2 }
    return average
  }
}
