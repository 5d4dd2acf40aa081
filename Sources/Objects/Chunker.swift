/// Where a large object is cut: content-defined chunking (FastCDC with normalised chunking), so that a change moves only
/// the cuts beside it and all other chunks stay what they were.
///
/// A chunk ends behind the first of its bytes, from `least` on, at which the rolling hash is small: below 2^(62-k) before
/// the average size 2^k is reached, below 2^(66-k) from there on; at the latest it ends with `most` bytes. The hash is 0
/// before the byte at `least`, and with each byte it is doubled and `gear[byte]` added, modulo 2^64.
package struct Chunker: Sendable {
  package let average: Int
  package var least: Int { average / 4 }
  package var most: Int { average * 4 }
  private let early: UInt64
  private let late: UInt64

  /// `average` is a power of two, from 256 bytes to 16 MiB.
  package init(average: Int) {
    let bits = min(24, max(8, average.trailingZeroBitCount))
    self.average = 1 << bits
    early = 1 << (62 - UInt64(bits))
    late = 1 << (66 - UInt64(bits))
  }

  /// How far the search for a chunk's end has come.
  struct Search {
    var at: Int
    var hash: UInt64 = 0
  }

  /// The search in a new chunk.
  var start: Search { Search(at: least) }

  /// Goes on with `search` in the `count` bytes of a chunk that are there so far. Returns the chunk's length; nil when more
  /// bytes are needed to tell.
  func end(_ bytes: UnsafePointer<UInt8>, count: Int, _ search: inout Search) -> Int? {
    let end = min(count, most)
    return gear.withUnsafeBufferPointer { gear in
      guard let gear = gear.baseAddress else { return nil }
      if let found = Self.scan(bytes, &search, to: min(end, average), early, gear) { return found }
      if search.at < average { return nil }
      if let found = Self.scan(bytes, &search, to: end, late, gear) { return found }
      return count >= most ? most : nil
    }
  }

  @inline(__always)
  private static func scan(
    _ bytes: UnsafePointer<UInt8>, _ search: inout Search, to end: Int, _ limit: UInt64, _ gear: UnsafePointer<UInt64>
  ) -> Int? {
    var (at, hash) = (search.at, search.hash)
    while at &+ 4 <= end {
      let first = hash &<< 1 &+ gear[Int(bytes[at])]
      let second = first &<< 1 &+ gear[Int(bytes[at &+ 1])]
      let third = second &<< 1 &+ gear[Int(bytes[at &+ 2])]
      hash = third &<< 1 &+ gear[Int(bytes[at &+ 3])]
      if first < limit { return at &+ 1 }
      if second < limit { return at &+ 2 }
      if third < limit { return at &+ 3 }
      if hash < limit { return at &+ 4 }
      at &+= 4
    }
    while at < end {
      hash = hash &<< 1 &+ gear[Int(bytes[at])]
      at &+= 1
      if hash < limit { return at }
    }
    (search.at, search.hash) = (max(at, search.at), hash)
    return nil
  }
}

/// For each byte the first 8 bytes of its SHA-256, as a little-endian number.
private let gear: [UInt64] = (0...255).map { (byte: UInt8) in
  guard let id = try? ContentHasher.id(of: [byte]) else { preconditionFailure("OpenSSL offers no SHA-256") }
  return PackFormat.idBytes(id)[..<8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
}
