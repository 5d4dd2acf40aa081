import Diagnostics
import Files
import Objects
import TestSupport
import Testing

private let threshold = ObjectStore.looseThreshold

@Suite("storing and reading")
struct StoreTests {
  @Test(
    "files of every size come back as they were",
    arguments: [0, 1, 127, 128, 129, threshold - 1, threshold, threshold + 1, (1 << 20) + 1, 3 << 20], [true, false])
  func roundTrip(size: Int, isCompressible: Bool) throws {
    var random = SeededRandom(seed: UInt64(size))
    let box = try StoreBox()
    let content = isCompressible ? [UInt8](repeating: 0x61, count: size) : random.bytes(size)
    try box.sandbox.write(content, to: bytes("f"))
    let session = StoreSession(try box.open())
    let writer = try StoreWriter(session)
    let (id, stat) = try writer.store(box.open("f"))
    let hashed = try writer.hash(box.open("f"))
    #expect(id == (try ContentHasher.id(of: content)))
    #expect(hashed.id == id)
    #expect(stat.size == size)
    // Company, so that small ones go into a pack.
    for number in 0..<6 { _ = try writer.store(bytes("company \(number)"), kind: .blob) }
    writer.finish()
    try session.commit()

    let store = try box.open()
    #expect(try store.contains(id))
    #expect(try store.size(of: id) == size)
    #expect(try store.read(id) == content)
    #expect(try box.files().contains { $0.hasPrefix("loose/") } == (size >= threshold))
    let target = try Folder(at: bytes(box.sandbox.path)).create(bytes("copy"))
    try store.copy(id, to: target)
    #expect(box.sandbox.read("copy") == content)
    var streamed: [UInt8] = []
    try store.stream(id) { streamed += $0 }
    #expect(streamed == content)
    if size > 0 {
      #expect(failure { _ = try store.read(id, limit: size - 1) }?.why == "it is larger than \(size - 1) bytes")
    }
  }

  @Test("a few small objects become files, many become one pack for each writer", arguments: [1, 4, 5, 6, 300])
  func packing(count: Int) throws {
    let box = try StoreBox()
    let contents = (0..<count).map { bytes("object \($0)") }
    let ids = try box.store(contents)
    let files = try box.files()
    #expect(files.count == (count < 5 ? count : 2))
    #expect(files.filter { $0.hasSuffix(".pack") }.count == (count < 5 ? 0 : 1))
    let store = try box.open()
    #expect(zip(ids, contents).allSatisfy { Outcome.reading($0, expecting: $1, from: store) == .right })
    #expect(try box.sandbox.shell("find objects -type f ! -perm 444") == "")
    #expect(try box.sandbox.shell("ls tmp/*") == "")
  }

  @Test("two writers of one session make a pack each, and share what they both have")
  func writers() throws {
    let box = try StoreBox()
    let session = StoreSession(try box.open())
    let writers = [try StoreWriter(session), try StoreWriter(session)]
    for (index, writer) in writers.enumerated() {
      for number in 0..<10 { _ = try writer.store(bytes("own \(index) \(number)"), kind: .blob) }
      for number in 0..<10 { _ = try writer.store(bytes("shared \(number)"), kind: .blob) }
      writer.finish()
    }
    #expect(session.stored == (30, 20 * 7 + 10 * 8))
    try session.commit()
    #expect(try box.files().filter { $0.hasSuffix(".pack") }.count == 2)
    let store = try box.open()
    for number in 0..<10 {
      #expect(try store.contains(ContentHasher.id(of: bytes("shared \(number)"))))
      #expect(try store.contains(ContentHasher.id(of: bytes("own 1 \(number)"))))
    }
  }

  @Test("equal content is stored once, in one session and in the next", arguments: [10, threshold + 10])
  func once(size: Int) throws {
    let box = try StoreBox()
    try box.sandbox.write([UInt8](repeating: 7, count: size), to: bytes("a"))
    try box.sandbox.shell("cp a b")
    for round in 0..<2 {
      let session = StoreSession(try box.open())
      let writer = try StoreWriter(session)
      let ids = [try writer.store(box.open("a")).id, try writer.store(box.open("b")).id]
      writer.finish()
      try session.commit()
      #expect(ids[0] == ids[1])
      #expect(session.stored.objects == (round == 0 ? 1 : 0))
      #expect(try box.files() == ["loose/\(ids[0].hex.prefix(2))/\(ids[0].hex.dropFirst(2))"])
    }
  }

  @Test("a tree is read back, and a blob is not taken for one")
  func trees() throws {
    let box = try StoreBox()
    let tree = Tree(sorted: [TreeEntry(name: bytes("a"), kind: .file, id: try ContentHasher.id(of: []), size: 0)])
    let ids = try box.store([tree.encoded()], kind: .tree) + box.store([bytes("not a tree")])
    let store = try box.open()
    #expect(try store.tree(ids[0]) == tree)
    let expected = Failure(
      "cannot read the folder \(ids[1].text)", why: "it does not start and end as a folder's listing does",
      hint: "check the store with 'mlrepo fsck'", category: .damaged)
    #expect(failure { _ = try store.tree(ids[1]) } == expected)
  }

  @Test("an object that is not there is named as missing by every way to read it")
  func missing() throws {
    let box = try StoreBox()
    let store = try box.open()
    let id = try ContentHasher.id(of: bytes("never stored"))
    #expect(try !store.contains(id))
    #expect(try store.size(of: id) == nil)
    let target = try Folder(at: bytes(box.sandbox.path)).create(bytes("copy"))
    #expect(failure { _ = try store.read(id) } == ObjectStore.missing(id))
    #expect(failure { try store.copy(id, to: target) } == ObjectStore.missing(id))
    #expect(failure { try store.stream(id) { _ in } } == ObjectStore.missing(id))
    #expect(ObjectStore.missing(id).category == .dataMissing)
  }

  @Test("a session that is dropped leaves no object and no file")
  func dropped() throws {
    let box = try StoreBox()
    try box.sandbox.write([UInt8](repeating: 1, count: threshold * 2), to: bytes("large"))
    let store = try box.open()
    func begin() throws -> [ObjectID] {
      let session = StoreSession(store)
      let writer = try StoreWriter(session)
      var ids = try (0..<20).map { try writer.store(bytes("small \($0)"), kind: .blob) }
      ids.append(try writer.store(box.open("large")).id)
      writer.finish()
      #expect(try ids.allSatisfy { try !store.contains($0) })
      return ids
    }
    let ids = try begin()
    #expect(try ids.allSatisfy { try !store.contains($0) })
    #expect(try box.files().isEmpty)
    #expect(try box.sandbox.shell("find tmp -type f") == "")
    // What was dropped can be stored after all.
    try box.store((0..<20).map { bytes("small \($0)") })
    #expect(try store.contains(ids[0]))
  }

  @Test("an open store sees what another process adds later, packs and files", arguments: [1, 20])
  func others(count: Int) throws {
    let box = try StoreBox()
    let reader = try box.open()
    for round in 0..<3 {
      let contents = (0..<count).map { bytes("round \(round) \($0)") }
      let ids = try contents.map { try ContentHasher.id(of: $0) }
      #expect(try ids.allSatisfy { try !reader.contains($0) })
      try box.store(contents)
      #expect(try ids.allSatisfy { try reader.contains($0) })
      #expect(try reader.read(ids[0]) == contents[0])
    }
  }

  @Test("an object of many megabytes is verified while it is read, and whoever reads it may stop")
  func large() throws {
    let box = try StoreBox()
    try box.sandbox.shell("seq 5000000 > large")
    let session = StoreSession(try box.open())
    let writer = try StoreWriter(session)
    let id = try writer.store(box.open("large")).id
    writer.finish()
    try session.commit()
    let hasher = try ContentHasher()
    try box.open().stream(id) { piece throws(Failure) in hasher.update(piece) }
    #expect(hasher.finish() == id)
    let stop = Failure("stopped", why: "enough")
    var pieces = 0
    let failed = failure {
      try box.open().stream(id) { _ throws(Failure) in
        pieces += 1
        if pieces == 7 { throw stop }
      }
    }
    #expect(failed == stop)
    try box.sandbox.shell(
      "cd objects/loose/*/; chmod u+w *; printf X | dd of=$(ls) bs=1 seek=35000000 conv=notrunc status=none")
    #expect(failure { try box.open().stream(id) { _ in } }?.category == .damaged)
  }

  @Test("many sessions at once, in several threads, lose nothing")
  func concurrent() throws {
    let box = try StoreBox()
    let contents = (0..<200).map { bytes("content \($0 % 120)") } + [[UInt8](repeating: 3, count: threshold)]
    try Workers.run(count: 8, width: 8) { range throws(Failure) in
      for number in range {
        do {
          let session = StoreSession(try box.open())
          for content in contents[(number * 20)...] { _ = try session.store(content, kind: .blob) }
          try session.commit()
        } catch let error as Failure {
          throw error
        } catch {
          throw Failure("unexpected", why: "\(error)")
        }
      }
    }
    let store = try box.open()
    for content in contents {
      #expect(Outcome.reading(try ContentHasher.id(of: content), expecting: content, from: store) == .right)
    }
    #expect(try store.damagedPacks().isEmpty)
    #expect(try box.sandbox.shell("find tmp -type f") == "")
  }
}

@Suite("files that cannot be stored")
struct StoreWriterTests {
  @Test("a fifo and a folder are refused, and what is stored next has its right id")
  func notRegular() throws {
    let box = try StoreBox()
    try box.sandbox.shell("mkfifo pipe; mkdir d; printf content > f")
    let writer = try StoreWriter(StoreSession(box.open()))
    for name in ["pipe", "d"] {
      let expected = Failure(
        "cannot store \(box.sandbox.absolute(name))", why: "it is not a regular file", category: .failed)
      #expect(failure { _ = try writer.store(box.open(name)) } == expected)
      #expect(failure { _ = try writer.hash(box.open(name)) } == expected)
      #expect(try writer.store(box.open("f")).id == ContentHasher.id(of: bytes("content")))
    }
  }

  @Test(
    "a file that changes while it is stored is refused; what was stored is what it once held", .timeLimit(.minutes(1)))
  func changing() throws {
    let box = try StoreBox()
    let folder = try Folder(at: bytes(box.sandbox.path))
    try box.sandbox.write([UInt8](repeating: 0, count: 8 << 20), to: bytes("log"))
    let done = Flag()
    try Workers.run(count: 2, width: 2) { range throws(Failure) in
      for number in range where number == 0 {
        // It grows and shrinks all the time.
        let file = try folder.openOrCreate(bytes("log"))
        var size = 8 << 20
        while !done.isSet {
          size = size == 8 << 20 ? (8 << 20) - 4096 : 8 << 20
          try file.truncate(to: size)
        }
      }
      for number in range where number == 1 {
        defer { done.set() }
        try refusedAtLast(box, folder)
      }
    }
    #expect(done.isSet)
  }

  private func refusedAtLast(_ box: StoreBox, _ folder: Folder) throws(Failure) {
    let sizes = try [8 << 20, (8 << 20) - 4096].map { size throws(Failure) in
      try ContentHasher.id(of: [UInt8](repeating: 0, count: size))
    }
    for _ in 0..<500 {
      do throws(Failure) {
        let store: ObjectStore
        do { store = try box.open() } catch { throw Failure("cannot open", why: "\(error)") }
        let id = try StoreWriter(StoreSession(store)).store(folder.open(bytes("log"))).id
        #expect(sizes.contains(id))
      } catch {
        #expect(error.why == "it keeps changing while it is read")
        return
      }
    }
    Issue.record("a file that never rests was never refused")
  }
}
