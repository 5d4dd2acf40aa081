import Diagnostics
import Files
import Objects
import TestSupport
import Testing

/// What two folders have in common is passed over unread; nothing else may be.
@Suite("lines of trees")
struct TreeLinesTests {
  /// What is left of both when each common stretch is skipped before an entry of each is read.
  private func unskipped(_ a: Tree, _ b: Tree) throws -> (a: [TreeEntry], b: [TreeEntry]) {
    var (left, right) = (try TreeLines(a.encoded()), try TreeLines(b.encoded()))
    var found: (a: [TreeEntry], b: [TreeEntry]) = ([], [])
    while true {
      TreeLines.skipCommon(&left, &right)
      let (x, y) = (try left.next(), try right.next())
      if let x { found.a.append(x) }
      if let y { found.b.append(y) }
      if x == nil, y == nil { return found }
    }
  }

  @Test("entries that are in one folder only are never skipped", arguments: 0..<40 as Range<UInt64>)
  func differences(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var names: Set<[UInt8]> = []
    for _ in 0..<Int.random(in: 0...60, using: &random) { names.insert(random.name(upTo: 20)) }
    let ids = [try ContentHasher.id(of: [1]), try ContentHasher.id(of: [2])]
    let entries = names.sorted { $0.lexicographicallyPrecedes($1) }.map {
      TreeEntry(name: $0, kind: .file, id: ids[0], size: Int.random(in: 0...2000, using: &random))
    }
    var changed = entries
    for _ in 0..<Int.random(in: 0...3, using: &random) where !changed.isEmpty {
      let at = Int.random(in: 0..<changed.count, using: &random)
      if Bool.random(using: &random) { changed[at].id = ids[1] } else { changed.remove(at: at) }
    }
    let found = try unskipped(Tree(sorted: entries), Tree(sorted: changed))
    #expect(Set(entries).subtracting(changed).isSubset(of: found.a))
    #expect(Set(changed).subtracting(entries).isSubset(of: found.b))
    if entries == changed { #expect(found.a.isEmpty && found.b.isEmpty) }
  }

  @Test("a name out of order behind a skipped stretch is refused")
  func order() throws {
    let id = try ContentHasher.id(of: [])
    let entry = { (name: String) in TreeEntry(name: bytes(name), kind: .file, id: id, size: 1) }
    var left = try TreeLines(Tree(sorted: [entry("a"), entry("m"), entry("b")]).encoded())
    var right = try TreeLines(Tree(sorted: [entry("a"), entry("m"), entry("z")]).encoded())
    TreeLines.skipCommon(&left, &right)
    #expect(failure { _ = try left.next() }?.why == "its names are not in order")
    #expect(try right.next()?.name == bytes("z"))
  }
}
