import Files
import Objects
import TestSupport
import Testing
import Workspaces

@Suite("the stat index")
struct StatIndexTests {
  private struct Block {
    var path: RepositoryPath
    var tree: ObjectID
    var entries: [(name: [UInt8], entry: IndexEntry)]
  }

  private func random(_ random: inout SeededRandom, folders: Int, names: Int) throws -> [Block] {
    var paths: Set<RepositoryPath> = [.root]
    for _ in 0..<folders {
      let parent = paths.sorted().randomElement(using: &random) ?? .root
      paths.insert(try parent.appending(name: random.name(upTo: 5) + bytes("d")))
    }
    return try paths.sorted().map { path in
      var taken: Set<[UInt8]> = []
      for _ in 0..<Int.random(in: 0...names, using: &random) { taken.insert(random.name()) }
      let entries = try taken.sorted { $0.lexicographicallyPrecedes($1) }.map { name in
        let stat = FileStat(
          kind: FileKind(rawValue: UInt8.random(in: 0...4, using: &random)) ?? .file,
          size: Int.random(in: 0 ... .max, using: &random), modified: Int64.random(in: .min ... .max, using: &random),
          changed: Int64.random(in: .min ... .max, using: &random), inode: random.next())
        return (
          name,
          IndexEntry(
            stat: stat, id: try ContentHasher.id(of: name), isSettled: Bool.random(using: &random),
            isPlaced: Bool.random(using: &random))
        )
      }
      return Block(path: path, tree: try ContentHasher.id(of: path.bytes), entries: entries)
    }
  }

  private func write(_ blocks: [Block], in box: WorkBox) throws {
    var writer = StatIndexWriter()
    for block in blocks {
      writer.begin(block.path, tree: block.tree, size: 12, files: 3, count: block.entries.count)
      for (name, entry) in block.entries { name.withUnsafeBufferPointer { writer.add($0, entry) } }
    }
    try writer.write(as: bytes("idx"), in: box.root, scratch: box.scratch.folder())
  }

  private func find(_ name: [UInt8], _ index: StatIndex, _ block: StatIndex.Block, _ hint: inout Int) -> IndexEntry? {
    name.withUnsafeBufferPointer { index.entry($0, in: block, hint: &hint) }
  }

  @Test("what was written is found, in order, in any order, and only that", arguments: 0..<10 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let box = try WorkBox()
    let blocks = try self.random(&random, folders: 12, names: 40)
    try write(blocks, in: box)
    let index = StatIndex(bytes("idx"), in: box.root)
    #expect(try index.folders() == blocks.map(\.path))
    for block in blocks {
      let found = try #require(index.block(block.path))
      #expect((found.tree, found.size, found.files, found.count) == (block.tree, 12, 3, block.entries.count))
      #expect(index.entries(of: found).map(\.name) == block.entries.map(\.name))
      #expect(index.entries(of: found).map(\.entry) == block.entries.map(\.entry))
      var hint = 0
      for (name, entry) in block.entries { #expect(find(name, index, found, &hint) == entry) }
      for (name, entry) in block.entries.shuffled(using: &random) { #expect(find(name, index, found, &hint) == entry) }
      let known = Set(block.entries.map(\.name))
      for _ in 0..<100 {
        hint = Int.random(in: 0...block.entries.count + 2, using: &random)
        let name = random.name()
        #expect((find(name, index, found, &hint) != nil) == known.contains(name))
      }
      // In order, with holes: as when some files are gone and others new.
      hint = 0
      for (position, (name, entry)) in block.entries.enumerated() where position % 3 != 1 {
        #expect(
          find(name + bytes("~"), index, found, &hint) == block.entries.first { $0.name == name + bytes("~") }?.entry)
        hint = min(hint, position)
        #expect(find(name, index, found, &hint) == entry)
      }
    }
    #expect(index.block(try path("no/such/folder")) == nil)
    #expect(StatIndex.empty.block(.root) == nil)
    #expect(StatIndex(bytes("absent"), in: box.root).block(.root) == nil)
  }

  @Test("a damaged, cut or foreign index counts as empty")
  func damage() throws {
    var random = SeededRandom(seed: 1)
    let box = try WorkBox()
    try write(self.random(&random, folders: 1, names: 2), in: box)
    let intact = try #require(box.sandbox.read("work/idx"))
    for position in intact.indices {
      var changed = intact
      changed[position] ^= UInt8.random(in: 1...255, using: &random)
      for content in [changed, Array(intact[..<position])] {
        try box.sandbox.write(content, to: bytes("work/bad"))
        let index = StatIndex(bytes("bad"), in: box.root)
        #expect(index.block(.root) == nil)
        #expect(try index.folders() == [])
      }
    }
    try box.shell("mkdir folder; mkfifo pipe")
    #expect(StatIndex(bytes("folder"), in: box.root).block(.root) == nil)
    #expect(StatIndex(bytes("pipe"), in: box.root).block(.root) == nil)
    #expect(try StatIndex(bytes("idx"), in: box.root).folders().count == 2)
  }

  @Test("which paths were placed survives the process, and can be forgotten")
  func placed() throws {
    let box = try WorkBox()
    try box.shell("mkdir a; echo 1 > a/x; echo 2 > 'a b'; echo 3 > a.c")
    let paths = try ["a/x", "a b", "a.c"].map { try path($0) }
    let first = box.reader()
    for path in paths {
      let state = try first.state(of: path)
      try first.indexes.markPlaced(path, #require(state.content), stat: #require(state.stat))
    }
    try first.indexes.flush()
    #expect(Set(try box.reader().indexes.placed().keys) == Set(paths))
    let second = box.reader()
    try second.indexes.forget(paths[1])
    try second.indexes.flush()
    #expect(Set(try box.reader().indexes.placed().keys) == [paths[0], paths[2]])
  }

  @Test(
    "an index whose checksum is right and whose numbers are not is never read outside its bounds", arguments: 0..<14)
  func numbersOfNowhere(word: Int) throws {
    let box = try WorkBox()
    var random = SeededRandom(seed: 7)
    try write(try self.random(&random, folders: 2, names: 5), in: box)
    let intact = try #require(try box.root.contents(bytes("idx"))).dropLast(32)
    // Behind the magic bytes: the counts and offsets of the header, then the first folder's id, numbers and path.
    for value in [UInt64.max, 1 << 63, 1 << 62, 1 << 40, UInt64(intact.count)] {
      var changed = Array(intact)
      for byte in 0..<8 { changed[8 + word * 8 + byte] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(byte))) }
      let sum = try ContentHasher.id(of: changed)
      let file = Array("changed-\(value)".utf8)
      try box.root.create(file).write(
        changed + (0..<32).map { UInt8(sum.hex.dropFirst($0 * 2).prefix(2), radix: 16) ?? 0 })
      let index = StatIndex(file, in: box.root)
      for path in (try? index.folders()) ?? [] {
        guard let block = index.block(path) else { continue }
        #expect(index.entries(of: block).allSatisfy { $0.name.count <= intact.count })
      }
    }
  }
}
