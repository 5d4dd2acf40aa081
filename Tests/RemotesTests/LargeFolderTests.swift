import Diagnostics
import Files
import Objects
import Remotes
import TestSupport
import Testing

@Suite("large folders and marks")
struct LargeFolderTests {
  let box: RemoteBox

  init() throws { box = try RemoteBox() }

  /// Stores a folder of `count` small files, of which the one at `changed` is other than usual.
  private func folder(of count: Int, changed: Int? = nil, to name: String = "a") throws -> Content {
    let session = StoreSession(try box.store(name))
    let writer = try StoreWriter(session)
    var entries: [TreeEntry] = []
    for number in 0..<count {
      let content = bytes(number == changed ? "changed" : "content of \(number)")
      let id = try writer.store(content, kind: .blob)
      let digits = String(number + 1_000_000)
      entries.append(TreeEntry(name: bytes("file-\(digits)"), kind: .file, id: id, size: content.count))
    }
    writer.finish()
    let tree = Tree(sorted: entries)
    let id = try session.store(tree.encoded(), kind: .tree)
    try session.commit()
    return Content(kind: .folder, id: id, size: tree.size, files: tree.files)
  }

  @Test("one changed file in a large folder sends the file and a part of the folder's listing")
  func oneOfMany() throws {
    let first = try folder(of: 6000)
    try box.push([first], from: "a")
    let before = Set(try box.remoteFiles(".pack").map(\.name))
    let second = try folder(of: 6000, changed: 3000)
    let report = try box.push([second], from: "a").report
    #expect(report.objects == 2)
    // The listing alone has half a megabyte. Indexes are not counted: sometimes it is time to merge them.
    let sent = try box.remoteFiles(".pack").filter { !before.contains($0.name) }.reduce(0) { $0 + $1.size }
    #expect(sent < 250_000 && report.reused > 250_000)
    #expect(try box.fetch(second, into: "b").objects == 6001)
    #expect(try box.store("b").tree(second.id).files == 6000)
  }

  @Test("objects that lie together come with few requests, a single one with as few")
  func requests() throws {
    let root = try folder(of: 6000)
    try box.push([root], from: "a")
    let all = CountingStorage(box.storage)
    #expect(try box.fetch(root, into: "b", from: all).objects == 6001)
    #expect(all.readCount < 16)
    let one = CountingStorage(box.storage)
    let store = try box.store("c")
    let fetch = try Fetch(store, from: box.contents("c", one), width: 2)
    let tree = try #require(try fetch.tree(root.id))
    try fetch.objects([tree.entries[4000].id])
    #expect(try store.read(tree.entries[4000].id) == bytes("content of 4000"))
    #expect(one.readCount < 10)
  }

  @Test("what a gc is about to remove can be fetched, and a push sends it again")
  func marks() throws {
    let root = try folder(of: 20)
    try box.push([root], from: "a")
    for pack in try box.remoteFiles(".pack") {
      try box.storage.put(#require(RemoteName(.marks, String(pack.name.name.dropLast(5)))), [])
    }
    #expect(try box.fetch(root, into: "b").objects == 21)
    let more = try folder(of: 21)
    let (plan, report) = try box.push([root, more], from: "a")
    #expect(plan.present.objects == 0 && report.objects == 23)
    for mark in try box.storage.list(.marks) {
      for ending in [".idx", ".pack"] { try box.storage.remove(.pack(mark.name.name + ending)) }
    }
    #expect(try box.fetch(root, into: "c").failures.isEmpty)
  }

  @Test("a remote of a newer format is refused, and so is a newer index")
  func newer() throws {
    let root = try folder(of: 8)
    try box.push([root], from: "a")
    try box.storage.put(.pack("mlrepo-remote-2"), [])
    #expect(failure { _ = try box.contents("b") }?.why == "its format is version 2, this mlrepo knows version 1")
    try box.storage.remove(.pack("mlrepo-remote-2"))
    #expect(try !box.contents("b").isNew)
    var body = Array(try box.storage.bytes(#require(try box.remoteFiles(".idx").first).name).dropLast(32))
    body[4] = 2
    let id = try ContentHasher.id(of: body)
    var sum = [UInt8](repeating: 0, count: 32)
    sum.withUnsafeMutableBytes { if let base = $0.baseAddress { id.store(to: base) } }
    try box.storage.put(.pack("merged-\(id.hex).idx"), body + sum)
    #expect(failure { _ = try box.contents("b") }?.category == .remote)
  }
}
