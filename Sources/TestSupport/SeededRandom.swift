/// Random values that are the same in every run with the same seed (SplitMix64).
package struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// Bytes that no compression makes smaller.
  package mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 32) }
  }

  /// A file name of up to `length` bytes, of which many are odd: anything but NUL and the slash may stand in it.
  package mutating func name(upTo length: Int = 12) -> [UInt8] {
    let odd: [UInt8] = [0x0a, 0x0d, 0x20, 0x21, 0x23, 0x2a, 0x3f, 0x5b, 0x5c, 0x7f, 0xc3, 0xa9, 0xff, 0x80]
    let name = (0..<Int.random(in: 1...length, using: &self)).map { _ -> UInt8 in
      Bool.random(using: &self) ? UInt8.random(in: 0x61...0x66, using: &self) : odd.randomElement(using: &self) ?? 0x78
    }
    return name
  }
}
