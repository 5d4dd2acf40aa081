import Diagnostics
import Objects
import Remotes
import TestSupport
import Testing

@Suite("fsck of a remote")
struct CheckTests {
  let test: GarbageBox
  var box: RemoteBox { test.box }

  init() throws {
    test = try GarbageBox()
    for number in 0..<8 {
      try box.push([box.add(["x": noise(900, seed: UInt64(number) + 50)], to: "a")], from: "a")
    }
  }

  private func check(_ clone: String = "a", data: Bool = true, resuming: Bool = false) throws -> RemoteCheck {
    try RemoteChecker(box.contents(clone), width: 2).run(data: data, resuming: resuming, progress: ProgressMeter())
  }

  @Test("an intact remote is found so, with every entry read")
  func intact() throws {
    let found = try check()
    #expect(found.findings == [] && found.read == found.objects && found.objects > 20)
    #expect(try check(data: false).read == 0)
    #expect(try box.contents("a").gaps([test.kept.id], spoiled: [:], width: 2).lacking == [])
  }

  @Test("a flipped bit of a pack is found when the data is read, and named; one of an index always")
  func flippedBits() throws {
    var random = SeededRandom(seed: 9)
    for file in try box.remoteFiles("") where !file.name.name.hasPrefix("mlrepo-") {
      let intact = try box.storage.bytes(file.name)
      let isIndex = file.name.name.hasSuffix(".idx")
      try box.damage(file.name) { $0[Int.random(in: 16..<$0.count, using: &random)] ^= 8 }
      // What this clone knows of the index does not hide it.
      let found = try check(data: !isIndex)
      #expect(found.findings.map(\.file).contains(file.name.description), "\(file.name)")
      #expect(found.findings.allSatisfy { $0.kind == .damaged })
      #expect(isIndex || found.spoiled.count == 1)
      try box.storage.put(file.name, intact)
    }
    #expect(try check().findings == [])
  }

  @Test("files that are cut, gone or strange are named, each as what it is")
  func files() throws {
    let files = try box.remoteFiles("").filter { $0.name.name.hasPrefix("pack-") }
    for file in files {
      let intact = try box.storage.bytes(file.name)
      try box.damage(file.name) { $0.removeLast() }
      let cut = try check(data: false).findings
      #expect(cut.first { $0.file == file.name.description }?.kind == .damaged, "\(file.name)")
      try box.storage.remove(file.name)
      let other = file.name.name.hasSuffix(".pack") ? ".idx" : ".pack"
      let gone = try check(data: false).findings
      #expect(gone.contains { $0.kind == .leftOver && $0.file.hasSuffix(other) }, "\(file.name)")
      try box.storage.put(file.name, intact)
    }
    try box.storage.put(.pack("strange.bin"), [1])
    let strange = try check().findings
    #expect(strange.map(\.kind) == [.unknown] && strange.map(\.file) == ["packs/strange.bin"])
  }

  @Test("what a remote lacks, in whole or of its chunks, and what is about to go, is told")
  func gaps() throws {
    let contents = try box.contents("a")
    let big = try #require(box.store("a").tree(test.kept.id).entry(named: bytes("big"))).id
    let nothing = try ContentHasher.id(of: bytes("nowhere"))
    #expect(try contents.gaps([test.kept.id, big, nothing], spoiled: [:], width: 2).lacking == [nothing])
    let chunk = try #require(contents.chunks(of: [big], width: 2).first)
    let packs = try box.remoteFiles(".pack").compactMap { ObjectID(hex: $0.name.name.dropFirst(5).dropLast(5).utf8) }
    #expect(try contents.gaps([big], spoiled: [chunk: Set(packs)], width: 2).lacking == [big])
    try test.collect([test.kept], days: 20)
    #expect(try box.contents("a").gaps([test.dropped.id], spoiled: [:], width: 2).atRisk == 1)
    #expect(try box.contents("a").secured([test.dropped.id, big], width: 2) == [big])
  }

  @Test("what a push or a look has seen is remembered, until a pack is gone")
  func memory() throws {
    let big = try #require(box.store("a").tree(test.kept.id).entry(named: bytes("big"))).id
    let contents = try box.contents("a")
    let plan = try PushPlan([test.kept], store: box.store("a"), contents: contents, options: RemoteBox.options)
    try contents.remember(plan, without: [])
    let known = try #require(try box.known("a"))
    #expect(known.holds(test.kept.id) && known.holds(big) && known.holds(test.dropped.id))
    #expect(known.memory.read == nil)
    try test.collect([test.kept], days: 20)
    try test.collect([test.kept], days: 40)
    try box.contents("a").remember()
    let later = try #require(try box.known("a"))
    #expect(later.holds(test.kept.id) && !later.holds(big) && !later.holds(test.dropped.id))
    try box.contents("a").remember(whole: [big], read: true)
    #expect(try box.known("a")?.holds(big) == true)
    #expect(try box.known("a")?.memory.read != nil)
    #expect(try box.known("b") == nil)
  }
}
