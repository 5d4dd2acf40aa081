import Diagnostics
import Files
import Objects
import TestSupport
import Testing

@Suite("trees")
struct TreeTests {
  static let id = String(repeating: "0f", count: 32)

  @Test("decode is the inverse of encode on random trees", arguments: 0..<20 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var names: Set<[UInt8]> = []
    for _ in 0..<Int.random(in: 0...40, using: &random) { names.insert(random.name(upTo: 30)) }
    let entries = try names.sorted { $0.lexicographicallyPrecedes($1) }.map { name in
      let kind = [FileKind.file, .executable, .symlink, .folder].randomElement(using: &random) ?? .file
      return TreeEntry(
        name: name, kind: kind, id: try ContentHasher.id(of: random.bytes(8)),
        size: Int.random(in: 0...999_999_999_999, using: &random),
        files: kind == .folder ? Int.random(in: 0...9999, using: &random) : 1)
    }
    let tree = Tree(sorted: entries)
    let decoded = try Tree(decoding: tree.encoded())
    #expect(decoded == tree)
    #expect(decoded.entries == entries)
    #expect(decoded.size == entries.map(\.size).reduce(0, +))
    #expect(decoded.files == entries.map(\.files).reduce(0, +))
    #expect(decoded.encoded() == tree.encoded())
    for entry in entries { #expect(tree.entry(named: entry.name) == entry) }
    #expect(tree.entry(named: bytes("no such name, it is too long to be")) == nil)
  }

  @Test("the encoding is text that anybody can read")
  func format() throws {
    let id = try ContentHasher.id(of: [])
    let tree = Tree(sorted: [
      TreeEntry(name: bytes("a b"), kind: .file, id: id, size: 0),
      TreeEntry(name: bytes("bin"), kind: .folder, id: id, size: 12, files: 3),
      TreeEntry(name: bytes("l\n"), kind: .symlink, id: id, size: 7),
      TreeEntry(name: bytes("x\\") + [0xff], kind: .executable, id: id, size: 1),
    ])
    let expected = """
      mlrepo tree 1
      f \(id.hex) 0 a b
      d \(id.hex) 12 3 bin
      l \(id.hex) 7 l\\0a
      x \(id.hex) 1 x\\5c\\ff

      """
    #expect(String(decoding: tree.encoded(), as: UTF8.self) == expected)
    #expect(Tree(sorted: []).encoded() == bytes("mlrepo tree 1\n"))
    #expect(try Tree(decoding: bytes("mlrepo tree 1\n")) == Tree(sorted: []))
  }

  @Test(
    "every deviation from the one encoding is refused",
    arguments: [
      ("", "it does not start and end as a folder's listing does"),
      ("mlrepo tree 2\n", "it does not start and end as a folder's listing does"),
      ("mlrepo tree 1", "it does not start and end as a folder's listing does"),
      ("mlrepo tree 1\nf ID 1 a", "it does not start and end as a folder's listing does"),
      ("mlrepo tree 1\n\n", "it has a line that is no entry"),
      ("mlrepo tree 1\nf ID 1 a\n\n", "it has a line that is no entry"),
      ("mlrepo tree 1\nf ID 1 a\ntrailing\n", "it has a line that is no entry"),
      ("mlrepo tree 1\nz ID 1 a\n", "it has a line that is no entry"),
      ("mlrepo tree 1\nF ID 1 a\n", "it has a line that is no entry"),
      ("mlrepo tree 1\nf  ID 1 a\n", "it has a line that is no entry"),
      ("mlrepo tree 1\nf 00 1 a\n", "it has a line that is no entry"),
      ("mlrepo tree 1\nf ID1 a\n", "it has a line that is no entry"),
      ("mlrepo tree 1\nf ID 1 b\nf ID 1 a\n", "its names are not in order"),
      ("mlrepo tree 1\nf ID 1 a\nf ID 1 a\n", "its names are not in order"),
      ("mlrepo tree 1\nf ID 1 a\nd ID 1 1 a\n", "its names are not in order"),
      ("mlrepo tree 1\nf ID 01 a\n", "a size is not a number in its one form"),
      ("mlrepo tree 1\nf ID 00 a\n", "a size is not a number in its one form"),
      ("mlrepo tree 1\nf ID -1 a\n", "a size is not a number in its one form"),
      ("mlrepo tree 1\nf ID +1 a\n", "a size is not a number in its one form"),
      ("mlrepo tree 1\nf ID 1x a\n", "a size is not a number in its one form"),
      ("mlrepo tree 1\nf ID  1 a\n", "a size is not a number in its one form"),
      ("mlrepo tree 1\nf ID 9999999999999999999 a\n", "a size is not a number in its one form"),
      ("mlrepo tree 1\nd ID 1 a\n", "a size is missing"),
      ("mlrepo tree 1\nd ID 1 01 a\n", "a size is not a number in its one form"),
      ("mlrepo tree 1\nf ID 123\n", "a size is missing"),
      ("mlrepo tree 1\nf ID 1 \\41\n", "a name is not in its one form"),
      ("mlrepo tree 1\nf ID 1 a\\\n", "a name is not in its one form"),
      ("mlrepo tree 1\nf ID 1 \\0A\n", "a name is not in its one form"),
      ("mlrepo tree 1\nf ID 1 a\tb\n", "a name is not in its one form"),
      ("mlrepo tree 1\nf ID 1 a\r\n", "a name is not in its one form"),
      ("mlrepo tree 1\nf ID 1 \n", "it has a line that is no entry"),
      ("mlrepo tree 1\nf ID 10 \n", "the name '' cannot be used: a part of it is empty"),
      ("mlrepo tree 1\nf ID 1 a/b\n", "a name holds a slash"), ("mlrepo tree 1\nf ID 1 /\n", "a name holds a slash"),
      ("mlrepo tree 1\nf ID 1 ..\n", "the name '..' cannot be used: '..' would climb out of the repository"),
      ("mlrepo tree 1\nd ID 1 1 .\n", "the name '.' cannot be used: '.' is not allowed in it"),
      ("mlrepo tree 1\nd ID 1 1 .GIT\n", "the name '.GIT' cannot be used: it lies inside git's own folder"),
      ("mlrepo tree 1\nd ID 1 1 .mlrepo\n", "the name '.mlrepo' cannot be used: it lies inside mlrepo's own folder"),
      ("mlrepo tree 1\nf ID 1 a\\00\n", "the name 'a\\00' cannot be used: it holds a NUL byte"),
    ])
  func refused(text: String, why: String) {
    let encoded = bytes(text.replacing("ID", with: Self.id))
    let expected = Failure(
      "cannot read a folder's listing", why: why, hint: "check the store with 'mlrepo fsck'", category: .damaged)
    #expect(failure { _ = try Tree(decoding: encoded) } == expected)
  }

  @Test("a name that is too long, and bytes that are no UTF-8, are refused")
  func oddBytes() {
    let line = bytes("mlrepo tree 1\nf \(Self.id) 1 ")
    #expect(failure { _ = try Tree(decoding: line + [0xff, 0x0a]) }?.why == "a name is not in its one form")
    let long = [UInt8](repeating: 0x61, count: 256)
    #expect(failure { _ = try Tree(decoding: line + long + [0x0a]) }?.why.hasSuffix("longer than 255 bytes") == true)
  }

  @Test("sizes that add up to more than there can be are refused, not trapped on")
  func overflow() {
    let lines = (10..<20).map { "f \(Self.id) 999999999999999999 n\($0)\n" }
    let text = "mlrepo tree 1\n" + lines.joined()
    #expect(
      failure { _ = try Tree(decoding: bytes(text)) }?.why == "its sizes add up to more than there can be")
  }

  @Test("no change of one byte decodes to the same tree", arguments: [1, 2] as [UInt64])
  func flips(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let names = (0..<3).map { _ in random.name() + random.bytes(2).filter { $0 > 0x2f } }
    let entries = try Set(names).sorted { $0.lexicographicallyPrecedes($1) }.map {
      TreeEntry(name: $0, kind: .file, id: try ContentHasher.id(of: $0), size: $0.count)
    }
    let (tree, encoded) = (Tree(sorted: entries), Tree(sorted: entries).encoded())
    for position in encoded.indices {
      for bit in 0..<8 {
        var changed = encoded
        changed[position] ^= 1 << UInt8(bit)
        if let decoded = try? Tree(decoding: changed) {
          #expect(decoded != tree)
          #expect(decoded.encoded() == changed)
        }
      }
      #expect(
        (try? Tree(decoding: Array(encoded[..<position])))?.encoded() ?? Array(encoded[..<position])
          == Array(encoded[..<position]))
    }
  }
}
