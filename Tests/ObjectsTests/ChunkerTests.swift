import Diagnostics
import Objects
import TestSupport
import Testing

@Suite("cutting large objects into chunks")
struct ChunkerTests {
  /// The chunks of `content`, which is given in pieces of `step` bytes.
  private func chunks(_ content: [UInt8], average: Int, step: Int = .max) throws -> [[UInt8]] {
    let stream = ChunkStream(Chunker(average: average))
    var found: [[UInt8]] = []
    func take(_ chunk: UnsafeRawBufferPointer) { found.append(Array(chunk)) }
    var at = 0
    while at < content.count {
      let end = min(content.count, step == .max ? content.count : at + step)
      try Array(content[at..<end]).withRaw { raw throws(Failure) in try stream.feed(raw, take) }
      at = end
    }
    try stream.finish(take)
    return found
  }

  private func random(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var random = SeededRandom(seed: seed)
    return random.bytes(count)
  }

  @Test("the cuts are those that FORMATS defines, byte by byte")
  func definition() throws {
    let gear = try (0...255).map { byte -> UInt64 in
      let id = try ContentHasher.id(of: [UInt8(byte)])
      return stride(from: 14, through: 0, by: -2).reduce(0) { sum, at in
        sum << 8 | UInt64(UInt8(String(id.hex.dropFirst(at).prefix(2)), radix: 16) ?? 0)
      }
    }
    for bits in [8, 10] {
      let (average, content) = (1 << bits, random(40_000, seed: UInt64(bits)))
      var expected: [Int] = []
      var start = 0
      while start < content.count {
        var hash: UInt64 = 0
        var length = min(content.count - start, average * 4)
        for at in average / 4..<max(average / 4, length) {
          hash = hash &* 2 &+ gear[Int(content[start + at])]
          if hash < 1 << UInt64((at < average ? 62 : 66) - bits) {
            length = at + 1
            break
          }
        }
        expected.append(length)
        start += length
      }
      #expect(try chunks(content, average: average).map(\.count) == expected)
    }
  }

  @Test("the chunks make the content, and their sizes keep within the bounds, however the bytes come")
  func whole() throws {
    let content = random(300_000) + [UInt8](repeating: 0, count: 100_000) + random(50_000, seed: 2)
    let whole = try chunks(content, average: 4096)
    #expect(whole.flatMap { $0 } == content)
    #expect(whole.dropLast().allSatisfy { (1025...16_384).contains($0.count) })
    #expect(whole.contains { $0.count == 16_384 })
    for step in [1000, 4097, 70_001] { #expect(try chunks(content, average: 4096, step: step) == whole) }
    #expect(try chunks([], average: 4096) == [])
    #expect(try chunks([1, 2, 3], average: 4096) == [[1, 2, 3]])
  }

  @Test("chunks have the average size on average")
  func average() throws {
    let sizes = try chunks(random(2_000_000), average: 1024).map(\.count)
    #expect((900...1400).contains(2_000_000 / sizes.count))
  }

  @Test("bytes inserted, removed or changed move no cut but those beside them")
  func stability() throws {
    let content = random(400_000)
    let before = Set(try chunks(content, average: 2048))
    var random = SeededRandom(seed: 3)
    for _ in 0..<40 {
      var changed = content
      let at = Int.random(in: 0..<content.count - 2000, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: changed.insert(contentsOf: random.bytes(Int.random(in: 1...1000, using: &random)), at: at)
      case 1: changed.removeSubrange(at..<at + Int.random(in: 1...1000, using: &random))
      default: changed[at] ^= 0x55
      }
      let new = try chunks(changed, average: 2048).filter { !before.contains($0) }
      #expect(new.reduce(0) { $0 + $1.count } < 40_000, "at \(at)")
    }
  }
}

@Suite("recipes")
struct RecipeTests {
  private let recipe: Recipe

  init() throws {
    var recipe = Recipe()
    for (text, size) in [("a", 70_000), ("b", 1), ("c", 64 << 20)] {
      recipe.append(Recipe.Chunk(id: try ContentHasher.id(of: Array(text.utf8)), size: size))
    }
    self.recipe = recipe
  }

  @Test("a recipe is read as it was written, and every other text is refused")
  func encoding() throws {
    let encoded = try recipe.encoded()
    #expect(encoded.count == 16 + 3 * 36 + 32 && encoded.starts(with: Array("MLRC".utf8) + [1, 0, 0, 0]))
    #expect(try Recipe(decoding: encoded) == recipe)
    #expect(try Recipe(decoding: try Recipe().encoded()) == Recipe())
    for length in 0..<encoded.count {
      #expect(failure { _ = try Recipe(decoding: Array(encoded[..<length])) }?.category == .damaged, "\(length)")
    }
    for at in encoded.indices where !(4..<8).contains(at) {
      var changed = encoded
      changed[at] ^= 0x40
      #expect(failure { _ = try Recipe(decoding: changed) }?.category == .damaged, "\(at)")
    }
    var newer = encoded
    newer[4] = 2
    #expect(failure { _ = try Recipe(decoding: newer) }?.why == "it has version 2, this mlrepo knows version 1")
  }

  @Test("an object is cut when it is larger than its largest chunk would be")
  func averages() {
    #expect(Recipe.averageChunk(size: 4 << 20, kind: .blob) == nil)
    #expect(Recipe.averageChunk(size: 4 << 20 | 1, kind: .blob) == 1 << 20)
    #expect(Recipe.averageChunk(size: 1 << 40, kind: .blob) == 1 << 20)
    #expect(Recipe.averageChunk(size: 3 << 40, kind: .blob) == 4 << 20)
    #expect(Recipe.averageChunk(size: 1 << 62, kind: .blob) == 16 << 20)
    #expect(Recipe.averageChunk(size: 256 << 10, kind: .tree) == nil)
    #expect(Recipe.averageChunk(size: 1 << 20, kind: .tree) == 64 << 10)
  }

}
