import Files
import Foundation
import FuzzChecks
import TestSupport
import Testing

/// The inputs in `Fixtures/Corpus`, and a few hundred made from each by chance: what `make fuzz` does for long, shortly.
@Suite struct CorpusTests {
  private static let corpus = URL(fileURLWithPath: Products.package).appending(path: "Fixtures/Corpus")

  private static func seeds(_ target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
    let folder = corpus.appending(path: target.rawValue)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
      ($0, [UInt8](try Data(contentsOf: folder.appending(path: $0))))
    }
  }

  @Test("a reader keeps its promises for every input of its corpus", arguments: FuzzTarget.allCases)
  func corpus(target: FuzzTarget) throws {
    let sandbox = try Sandbox()
    let check = FuzzCheck(target, in: try Folder(at: Array(sandbox.path.utf8)))
    let seeds = try Self.seeds(target)
    #expect(!seeds.isEmpty)
    for seed in seeds {
      #expect(throws: Never.self, "\(seed.name)") { try check.run(seed.bytes) }
    }
  }

  @Test("a reader keeps its promises for inputs changed by chance", arguments: FuzzTarget.allCases)
  func changed(target: FuzzTarget) throws {
    let sandbox = try Sandbox()
    let check = FuzzCheck(target, in: try Folder(at: Array(sandbox.path.utf8)))
    var random = SeededRandom(seed: 1)
    let seeds = try Self.seeds(target).map(\.bytes)
    for number in 0..<200 {
      let input = try Self.changed(#require(seeds.randomElement(using: &random)), by: &random)
      #expect(throws: Never.self, "number \(number): \(PathText.escape(input))") { try check.run(input) }
    }
  }

  @Test("every corpus belongs to a reader")
  func folders() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.corpus.path)
    #expect(names.sorted() == FuzzTarget.allCases.map(\.rawValue).sorted())
  }

  /// `input` with up to four places flipped, cut out, doubled or filled with bytes of any kind.
  private static func changed(_ input: [UInt8], by random: inout SeededRandom) -> [UInt8] {
    var bytes = input
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let start = Int.random(in: 0...bytes.count, using: &random)
      let range = start..<min(bytes.count, start + Int.random(in: 1...16, using: &random))
      switch Int.random(in: 0..<4, using: &random) {
      case 0 where !range.isEmpty: bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes.removeSubrange(range)
      case 2: bytes.insert(contentsOf: Array(bytes[range]), at: start)
      default: bytes.insert(contentsOf: random.bytes(range.count), at: start)
      }
    }
    return bytes
  }
}
