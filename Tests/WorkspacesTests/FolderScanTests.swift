import Diagnostics
import Files
import Git
import Objects
import TestSupport
import Testing
import Workspaces

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite("scanning a tracked folder")
struct FolderScanTests {
  @Test("the ids are those of sha256sum, and the tree those of what is there")
  func ids() throws {
    let box = try WorkBox()
    try box.shell(
      "mkdir -p d/sub d/empty; echo one > d/a; echo two > d/sub/x; chmod +x d/sub/x; ln -s sub/x d/l; touch d/e")
    let scan = try box.scan("d")
    func id(_ text: String) throws -> ObjectID { try ContentHasher.id(of: bytes(text)) }
    #expect(try box.shell("sha256sum < d/a").hasPrefix(id("one\n").hex))
    let sub = Tree(sorted: [TreeEntry(name: bytes("x"), kind: .executable, id: try id("two\n"), size: 4)])
    let top = Tree(sorted: [
      TreeEntry(name: bytes("a"), kind: .file, id: try id("one\n"), size: 4),
      TreeEntry(name: bytes("e"), kind: .file, id: try id(""), size: 0),
      TreeEntry(name: bytes("empty"), kind: .folder, id: try ContentHasher.id(of: Tree.header), size: 0, files: 0),
      TreeEntry(name: bytes("l"), kind: .symlink, id: try id("sub/x"), size: 5),
      TreeEntry(name: bytes("sub"), kind: .folder, id: try ContentHasher.id(of: sub.encoded()), size: 4, files: 1),
    ])
    #expect(scan.problems == [])
    #expect(
      scan.content == Content(kind: .folder, id: try ContentHasher.id(of: top.encoded()), size: 13, files: 4))
    // Storing the same gives the same, and every folder can be read back.
    let added = try box.add("d")
    #expect(added.content == scan.content)
    #expect(try box.store.tree(added.content.id) == top)
    #expect(try box.store.tree(ContentHasher.id(of: sub.encoded())) == sub)
    #expect(try box.store.read(id("two\n")) == bytes("two\n"))
  }

  @Test("a second scan reads nothing, and after one edit just that file", arguments: 0..<5 as Range<UInt64>)
  func unchanged(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let box = try WorkBox()
    try Model.random(&random, size: 40).write(to: "d", in: box)
    try box.shell("echo 1 > d/edited; mkdir -p d/x/y; echo 2 > d/x/y/z")
    try box.settle()
    let first = try box.scan("d")
    #expect(first.hashed > 0)
    let second = try box.scan("d")
    #expect((second.hashed, second.content) == (0, first.content))
    try box.shell("echo 2 > d/edited")
    try box.settle()
    let third = try box.scan("d")
    #expect(third.hashed == 1)
    #expect(third.content != first.content)
    try box.shell("mv d/x/y d/moved; rm d/edited")
    try box.settle()
    #expect(try box.scan("d").content != third.content)
    let last = try box.scan("d")
    #expect(last.hashed == 0)
    #expect(last.levels.map(\.path).contains(try path("moved")))
  }

  @Test("an edit of the same size with the old modification time is seen")
  func restoredTime() throws {
    let box = try WorkBox()
    try box.shell("mkdir d; echo aaa > d/f; echo old > g; touch -d '2020-01-01 00:00:00' d/f g; touch -r d/f d/ref")
    try box.settle()
    let (folder, file) = (try box.scan("d").content, try box.add("g").content)
    try box.shell("echo bbb > d/f; echo new > g; touch -r d/ref d/f g")
    #expect(try box.scan("d").content != folder)
    #expect(try box.reader().state(of: path("g")).content?.id == ContentHasher.id(of: bytes("new\n")))
    #expect(file.id == (try ContentHasher.id(of: bytes("old\n"))))
  }

  @Test("a file as young as the scan is not trusted by the next one")
  func young() throws {
    let box = try WorkBox()
    try box.shell("mkdir d; echo old > d/old")
    try box.settle()
    try box.shell("echo young > d/young; touch -d '+1 hour' d/young")
    #expect(try box.scan("d").hashed == 2)
    let again = try box.scan("d")
    #expect(again.hashed == 1)
    #expect(try box.scan("d").content == again.content)
    // However fast one edits, no edit is missed.
    for round in 0..<50 {
      let content = bytes("round \(round % 10)")
      try box.sandbox.write(content, to: bytes("work/d/young"))
      let level = try box.scan("d").levels[0]
      let position = try #require(level.listing.index(of: bytes("young")))
      #expect(level.states[position].id == (try ContentHasher.id(of: content)))
    }
  }

  @Test("the executable bit alone changes the tree, and nothing is read for it but that file")
  func executable() throws {
    let box = try WorkBox()
    try box.shell("mkdir d; echo 1 > d/f; echo 2 > d/g")
    try box.settle()
    let before = try box.scan("d")
    try box.shell("chmod +x d/f")
    try box.settle()
    let after = try box.scan("d")
    #expect(after.content != before.content)
    #expect(after.hashed == 1)
    try box.shell("chmod 640 d/f")
    #expect(try box.scan("d").content == before.content)
  }

  @Test(
    "a link may point anywhere inside the repository, not out of it",
    arguments: [
      ("f", nil), ("sub/deeper", nil), ("../other", nil), ("./../d/f", nil), ("no where", nil),
      ("/etc/passwd", "it is a symbolic link to /etc/passwd, an absolute path"),
      ("../../outside", "it is a symbolic link to ../../outside, which leads out of the repository"),
      ("sub/../../../x", "it is a symbolic link to sub/../../../x, which leads out of the repository"),
      ("..//..", "it is a symbolic link to ..//.., which leads out of the repository"),
    ] as [(String, String?)])
  func links(target: String, why: String?) throws {
    let box = try WorkBox()
    try box.shell("mkdir d; echo 1 > d/f; ln -s '\(target)' d/link")
    let scan = try box.scan("d")
    #expect(scan.problems.map { "\($0.path): \($0.why)" } == (why.map { ["d/link: \($0)"] } ?? []))
    #expect((scan.content == nil) == (why != nil))
  }

  @Test("what cannot be versioned is named, keeps the folder from being added, and costs no second reading")
  func problems() throws {
    let box = try WorkBox()
    try box.shell("mkdir -p d/sub/.git d/.MLREPO; echo 1 > d/f; mkfifo d/sub/pipe; echo 2 > d/sub/g")
    try box.settle()
    let scan = try box.scan("d")
    #expect(scan.content == nil)
    let named = scan.problems.map { "\($0.path): \($0.why)" }.sorted()
    #expect(
      named == [
        "d/sub/pipe: it is a fifo, socket or device, not a file", "d/sub: .git: it lies inside git's own folder",
        "d: .MLREPO: it lies inside mlrepo's own folder",
      ])
    #expect(scan.hashed == 2)
    #expect(try box.scan("d").hashed == 0)
    #expect(failure { _ = try box.add("d") }?.what == "cannot add d")
    // Once they are gone, the folder is as good as any, and has the id it would have had all along.
    try box.shell("rm -r d/sub/.git d/.MLREPO d/sub/pipe; cp -a d e")
    let content = try #require(try box.scan("d").content)
    #expect(try box.scan("e").content == content)
    #expect(try box.add("d").content == content)
    #expect(try box.store.tree(content.id).entries.map(\.name) == [bytes("f"), bytes("sub")])
  }

  @Test("what cannot be read is named, and the rest is read", .enabled(if: getuid() != 0, "root reads everything"))
  func unreadable() throws {
    let box = try WorkBox()
    try box.shell("mkdir -p d/closed; echo 1 > d/f; echo 2 > d/secret; chmod 0 d/secret d/closed")
    let scan = try box.scan("d")
    #expect(scan.problems.map(\.path.text).sorted() == ["d/closed", "d/secret"])
    #expect(scan.problems.allSatisfy { $0.why == "Permission denied" })
    #expect(scan.content == nil)
  }

  @Test("ignored files and folders are not part of it")
  func ignored() throws {
    let box = try WorkBox()
    try box.shell(
      "mkdir -p d/cache/deep d/sub; echo 1 > d/f; echo 2 > d/x.tmp; echo 3 > d/cache/deep/y; echo 4 > d/sub/k.tmp; echo 5 > d/sub/x"
    )
    try box.shell("mkdir -p e/sub; echo 1 > e/f; echo 5 > e/sub/x")
    let expected = try box.scan("e").content
    box.ignore = IgnoreRules(parsing: bytes("*.tmp\ncache/\n"))
    #expect(try box.scan("d").content == expected)
    // An index written under other rules does not bring them back.
    box.ignore = IgnoreRules()
    #expect(try box.scan("d").content != expected)
    box.ignore = IgnoreRules(parsing: bytes("*.tmp\ncache/\n"))
    #expect(try box.scan("d").content == expected)
  }

  @Test("a tracked path that is a link, a fifo or nothing has no content, and says why")
  func states() throws {
    let box = try WorkBox()
    try box.shell("ln -s x link; mkfifo pipe; echo 1 > f")
    let reader = box.reader()
    #expect(
      try reader.state(of: path("link")).problems.map(\.why) == ["it is a symbolic link; git can track it itself"])
    #expect(try reader.state(of: path("pipe")).problems.map(\.why) == ["it is a fifo, socket or device, not a file"])
    #expect(try reader.state(of: path("none")).exists == false)
    #expect(
      try reader.state(of: path("f")).content == Content(kind: .file, id: ContentHasher.id(of: bytes("1\n")), size: 2))
  }

  @Test("folders nested as deep as a path can be are scanned and come back")
  func deep() throws {
    let box = try WorkBox()
    let deep = Array(repeating: "n", count: 500).joined(separator: "/")
    try box.shell("mkdir -p d/\(deep); echo 1 > d/\(deep)/f")
    let tracked = try box.add("d")
    #expect(tracked.content.files == 1)
    try box.shell("rm -r d")
    #expect(try box.checkout([tracked]).failures == [])
    #expect(try box.shell("cat d/\(deep)/f") == "1\n")
  }
}

@Suite("comparing folders")
struct TreeComparisonTests {
  private struct Difference: Equatable {
    var kind: TreeChange.Kind
    var path: RepositoryPath
  }

  /// What differs between two dictionaries.
  private func differences(_ old: Model, _ new: Model) -> [Difference] {
    Set(old.items.keys).union(new.items.keys).sorted().compactMap { path in
      switch (old.items[path], new.items[path]) {
      case let (before, after) where before == after: nil
      case (nil, _): Difference(kind: .added, path: path)
      case (_, nil): Difference(kind: .deleted, path: path)
      default: Difference(kind: .modified, path: path)
      }
    }
  }

  @Test("the changes are those between two dictionaries", arguments: 0..<30 as Range<UInt64>)
  func model(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let box = try WorkBox()
    let old = try Model.random(&random)
    var new = old
    try new.edit(&random)
    try old.write(to: "a", in: box)
    try new.write(to: "b", in: box)
    let (a, b) = (try box.add("a").content.id, try box.add("b").content.id)
    let stored = StoredTrees(box.store)
    let changes = try TreeComparison.changes(from: stored, a, to: stored, b, at: .root)
    #expect(changes.map { Difference(kind: $0.kind, path: $0.path) } == differences(old, new))
    #expect(changes.allSatisfy { ($0.old == nil) == ($0.kind == .added) && ($0.new == nil) == ($0.kind == .deleted) })
    let scanned = try TreeComparison.changes(from: ScannedTrees(box.scan("a")), 0, to: stored, b, at: .root)
    #expect(scanned == changes)
    let back = try TreeComparison.changes(from: stored, b, to: ScannedTrees(box.scan("a")), 0, at: .root)
    #expect(back.map { Difference(kind: $0.kind, path: $0.path) } == differences(new, old))
    #expect(try TreeComparison.changes(from: stored, a, to: stored, a, at: .root) == [])
    let nothing: ObjectID? = nil
    let all = try TreeComparison.changes(from: stored, nothing, to: stored, a, at: path("top"))
    #expect(
      all.map(\.path)
        == old.items.keys.sorted().map { RepositoryPath.root.appending($0) }.compactMap {
          try? path("top").appending($0)
        })
  }

  @Test("a folder that cannot be read is named")
  func unreadable() throws {
    let box = try WorkBox()
    let stored = StoredTrees(box.store)
    let thrown = failure {
      _ = try TreeComparison.changes(from: stored, ObjectID.zero, to: stored, ObjectID.zero, at: path("data"))
    }
    #expect(thrown?.what == "cannot read what the folder data holds")
    #expect(thrown?.category == .dataMissing)
  }
}
