import Diagnostics
import Files
import Objects
import TestSupport
import Testing

@Suite("damage is found, named, and never handed out")
struct DamageTests {
  /// Two that compress, three that do not, one empty: every way an entry can stand in a pack.
  private static let contents: [[UInt8]] = [
    bytes(String(repeating: "abc", count: 60)), bytes(String(repeating: "x", count: 150)), bytes("raw one"),
    bytes("raw two"), bytes("a third"), [],
  ]

  private func outcomes(_ box: StoreBox, _ ids: [ObjectID]) throws -> [Outcome] {
    let store = try box.open()
    return zip(ids, Self.contents).map { Outcome.reading($0, expecting: $1, from: store) }
  }

  @Test("every flipped bit of a pack spoils the one object it lies in, and no other")
  func packBits() throws {
    let box = try StoreBox()
    let ids = try box.store(Self.contents)
    let path = try box.file(endingIn: ".pack")
    let intact = try box.content(path)
    var spoiled: [Int: Int] = [:]
    for position in intact.indices {
      for bit in 0..<8 {
        var changed = intact
        changed[position] ^= 1 << UInt8(bit)
        try box.damage(path, changed)
        let found = try outcomes(box, ids)
        try box.forgetDamage()
        let bad = found.filter { $0 != .right }
        // The pack's own header is checked by fsck (below); it says nothing of the objects. Flags of zstd that change nothing
        // may go unseen, for the bytes are right.
        #expect(bad.isEmpty || position >= 16 && bad == [.failed(.damaged)], "byte \(position), bit \(bit): \(found)")
        for index in found.indices where found[index] != .right { spoiled[index, default: 0] += 1 }
      }
    }
    #expect(Set(spoiled.keys) == Set(ids.indices))
    #expect(spoiled.values.reduce(0, +) > (intact.count - 16) * 8 - 16)
  }

  @Test("a flipped bit of an index never gives wrong bytes")
  func indexBits() throws {
    let box = try StoreBox()
    let ids = try box.store(Self.contents)
    let path = try box.file(endingIn: ".idx")
    let intact = try box.content(path)
    var noticed = 0
    for position in intact.indices {
      // Of the long table in front one bit of each byte will do.
      for bit in (24..<1048).contains(position) ? position % 8..<position % 8 + 1 : 0..<8 {
        var changed = intact
        changed[position] ^= 1 << UInt8(bit)
        try box.damage(path, changed)
        let found = try outcomes(box, ids)
        let allowed: [Outcome] = [.right, .failed(.damaged), .failed(.dataMissing)]
        #expect(found.allSatisfy { allowed.contains($0) }, "byte \(position), bit \(bit): \(found)")
        if found.contains(where: { $0 != .right }) { noticed += 1 }
      }
    }
    #expect(noticed > ids.count * 56 * 8)
  }

  @Test(
    "a pack or index cut short at any length, or gone, or longer, is a clear failure", arguments: [".pack", ".idx"])
  func truncated(suffix: String) throws {
    let box = try StoreBox()
    let ids = try box.store(Self.contents)
    let lone = try box.store([bytes("a loose one")])[0]
    let path = try box.file(endingIn: suffix)
    let intact = try box.content(path)
    for length in Array(intact.indices) + [intact.count + 1] {
      try box.damage(path, length > intact.count ? intact + [0] : Array(intact[..<length]))
      let store = try box.open()
      #expect(try outcomes(box, ids) == ids.map { _ in .failed(.damaged) })
      #expect(try store.read(lone) == bytes("a loose one"))
      #expect(try store.damagedPacks().count == 1)
    }
    try box.folder.remove(bytes(String(path.dropFirst("objects/".count))))
    // A pack without an index was never published; an index without its pack is damage.
    let expected: Outcome = .failed(suffix == ".pack" ? .damaged : .dataMissing)
    #expect(try outcomes(box, ids) == ids.map { _ in expected })
    // The data can be added again.
    let again = try box.store(Self.contents)
    #expect(try again == ids && outcomes(box, ids) == ids.map { _ in .right })
  }

  @Test("every flipped bit of a loose object is found; it is put aside and can be stored again")
  func looseBits() throws {
    let box = try StoreBox()
    let content = bytes("a loose object")
    let id = try box.store([content])[0]
    for position in content.indices {
      for bit in 0..<8 {
        var changed = content
        changed[position] ^= 1 << UInt8(bit)
        try box.damage(box.loosePath(id), changed)
        let store = try box.open()
        #expect(Outcome.reading(id, expecting: content, from: store) == .failed(.damaged))
        #expect(try !store.contains(id))
        #expect(try box.store([content]) == [id])
        #expect(Outcome.reading(id, expecting: content, from: store) == .right)
      }
    }
    #expect(try box.files().filter { $0.hasPrefix("damaged/\(id.hex)-") }.count == content.count * 8)
  }

  @Test("a loose object cut short or grown is found by every way to read it", arguments: [0, 5, 13, 15])
  func looseLength(length: Int) throws {
    let box = try StoreBox()
    let content = bytes("a loose object")
    let reads: [(ObjectStore, ObjectID) throws -> Void] = [
      { _ = try $0.read($1) }, { try $0.stream($1) { _ in } },
      { try $0.copy($1, to: Folder(at: bytes(box.sandbox.path)).openOrCreate(bytes("copy"))) },
    ]
    for read in reads {
      let id = try box.store([content])[0]
      try box.damage(box.loosePath(id), Array((content + [0]).prefix(length)))
      let store = try box.open()
      let thrown = failure { try read(store, id) }
      #expect(thrown?.what == "cannot use the object \(id.text)")
      #expect(thrown?.category == .damaged)
      #expect(thrown?.why.contains("put aside") == true)
    }
  }

  @Test("objects in each other's place are found")
  func swapped() throws {
    let box = try StoreBox()
    let ids = try box.store([bytes("first"), bytes("other")])
    try box.damage(box.loosePath(ids[0]), bytes("other"))
    try box.damage(box.loosePath(ids[1]), bytes("first"))
    let store = try box.open()
    #expect(Outcome.reading(ids[0], expecting: bytes("first"), from: store) == .failed(.damaged))
    #expect(Outcome.reading(ids[1], expecting: bytes("other"), from: store) == .failed(.damaged))

    let packed = try box.store(Self.contents)
    let path = try box.file(endingIn: ".pack")
    let pack = try box.content(path)
    // 'raw one' and 'raw two' stand side by side, each with a header of 56 bytes; exchanging them whole keeps each entry
    // true to itself, only not where the index says.
    let entry = 56 + bytes("raw one").count
    let start = try #require(pack.indices.first { pack[$0...].starts(with: bytes("raw one")) }) - 56
    let middle = start + entry
    let exchanged = pack[..<start] + pack[middle..<middle + entry] + pack[start..<middle] + pack[(middle + entry)...]
    try box.damage(path, Array(exchanged))
    #expect(try outcomes(box, packed) == [.right, .right, .failed(.damaged), .failed(.damaged), .right, .right])
  }

  @Test("a damaged object that several threads read at once fails each of them alike")
  func manyReaders() throws {
    let box = try StoreBox()
    let content = [UInt8](repeating: 5, count: 100_000)
    for _ in 0..<10 {
      let id = try box.store([content])[0]
      try box.damage(box.loosePath(id), content.dropLast() + [6])
      let store = try box.open()
      let seen = Results()
      try Workers.run(count: 8, width: 8) { range throws(Failure) in
        for _ in range { seen.add(Outcome.reading(id, expecting: content, from: store)) }
      }
      // Who comes when it is already put aside finds it missing.
      #expect(seen.all.allSatisfy { $0 == .failed(.damaged) || $0 == .failed(.dataMissing) })
      #expect(seen.all.contains(.failed(.damaged)))
    }
  }

  @Test("a name in the store that is no pack is left alone")
  func strangers() throws {
    let box = try StoreBox()
    let ids = try box.store(Self.contents)
    try box.sandbox.shell("cd objects/packs; touch pack-x.idx note.idx pack-y.pack; mkdir pack-z.idx")
    #expect(try outcomes(box, ids) == ids.map { _ in .right })
    #expect(try box.open().damagedPacks().count == 2)
  }

  @Test(
    "fsck finds a flip of any byte of a pack and of its index, and a repair saves the rest", arguments: ["pack", "idx"])
  func fsckFinds(ending: String) throws {
    let box = try StoreBox()
    let ids = try box.store(Self.contents)
    let path = try box.file(endingIn: ".\(ending)")
    let intact = try box.content(path)
    for position in stride(from: 0, to: intact.count, by: 7) {
      var changed = intact
      changed[position] ^= 0x55
      try box.damage(path, changed)
      let check = try box.open().check()
      #expect(check.findings.contains { $0.kind == .damaged }, "byte \(position)")
    }
    var changed = intact
    changed[intact.count / 2] ^= 0x55
    try box.damage(path, changed)
    let store = try box.open()
    _ = try store.repair(try store.check())
    let after = try box.open().check()
    #expect(!after.findings.contains { $0.kind == .damaged })
    #expect(try outcomes(box, ids).filter { $0 == .right }.count >= ids.count - 1)
  }

  @Test("a damaged object in a pack can be stored again, and is read from its new place")
  func packedAgain() throws {
    let box = try StoreBox()
    let ids = try box.store(Self.contents)
    let path = try box.file(endingIn: ".pack")
    var changed = try box.content(path)
    changed[changed.count - 1] ^= 1
    try box.damage(path, changed)
    let spoiled = try #require(try outcomes(box, ids).firstIndex { $0 != .right })
    #expect(try !box.open().contains(ids[spoiled]))
    #expect(try box.store([Self.contents[spoiled]]) == [ids[spoiled]])
    #expect(try box.open().read(ids[spoiled]) == Self.contents[spoiled])
  }

  @Test("a damaged object is healed from a source that has it, and only from that")
  func healed() throws {
    let box = try StoreBox()
    let content = [UInt8](repeating: 7, count: ObjectStore.looseThreshold)
    let id = try box.store([content])[0]
    try box.damage(box.loosePath(id), content.dropLast() + [8])
    let store = try box.open()
    store.heal(from: Shelf(contents: [[1, 2, 3]]))
    #expect(failure { _ = try store.read(id) }?.category == .damaged)
    store.heal(from: Shelf(contents: [content]))
    #expect(try store.read(id) == content)
    #expect(try box.open().read(id) == content)
  }
}

/// A source that has a few contents.
private struct Shelf: ObjectSource {
  let contents: [[UInt8]]

  func fetch(_ id: ObjectID, into session: StoreSession) throws(Failure) -> Bool {
    for content in contents where try ContentHasher.id(of: content) == id {
      _ = try session.store(content, kind: .blob)
      return true
    }
    return false
  }
}
