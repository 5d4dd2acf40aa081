import Diagnostics
import Files
import Objects
import TestSupport
import Testing

@testable import Workspaces

@Suite("checking out from a store that is incomplete, damaged or hostile")
struct HostileCheckoutTests {
  private func id(_ text: String) throws -> ObjectID { try ContentHasher.id(of: bytes(text)) }

  /// Three files, each an object of its own, in a tracked folder.
  private func three() throws -> (WorkBox, TrackedPath) {
    let box = try WorkBox()
    try box.shell("mkdir d; printf one > d/1; printf two > d/2; printf three > d/3")
    let tracked = try box.add("d")
    return (box, tracked)
  }

  @Test("a missing object is named, and all others are written", arguments: ["rm -r d", "rm d/*", "rm d/2 d/3"])
  func missing(before: String) throws {
    let (box, tracked) = try three()
    try box.shell(before)
    try box.removeObject(id("two"))
    let plan = try box.plan([tracked])
    #expect(plan.missing == [.init(path: try path("d/2"), id: try id("two"))])
    let report = try box.execute(plan)
    #expect(report.missing == plan.missing)
    #expect(report.failures == [])
    #expect(try box.shell("cat d/*; ls d") == "onethree1\n3\n")
    // When it is back, so is the file.
    let session = StoreSession(box.store)
    _ = try session.store(bytes("two"), kind: .blob)
    try session.commit()
    try box.checkout([tracked])
    #expect(try box.shell("cat d/*") == "onetwothree")
  }

  @Test("a damaged object is never written, and all others are", arguments: ["rm -r d", "rm d/*", "rm d/2 d/3"])
  func damaged(before: String) throws {
    let (box, tracked) = try three()
    try box.shell(before)
    try box.damage(id("two"))
    let report = try box.checkout([tracked])
    #expect(report.failures.map(\.what) == ["cannot check out d/2"])
    #expect(report.failures.map(\.category) == [.damaged])
    #expect(try box.shell("cat d/*; ls d") == "onethree1\n3\n")
    #expect(try box.sandbox.shell("find tmp -type f; ls objects/damaged | wc -l") == "1\n")
    // It was put aside: now it is missing.
    #expect(try box.checkout([tracked]).missing.map(\.path) == [try path("d/2")])
  }

  @Test(
    "a tracked path whose tree is damaged or missing is left as it is; the others are checked out",
    arguments: [true, false])
  func brokenTree(isDamaged: Bool) throws {
    let (box, tracked) = try three()
    try box.shell("echo other > o")
    let other = try box.add("o")
    try box.shell("rm -r d; echo was here > d; rm o")
    let file = try box.add("d")
    if isDamaged { try box.damage(tracked.content.id) } else { try box.removeObject(tracked.content.id) }
    let report = try box.checkout([tracked, other])
    #expect(try box.shell("cat d o") == "was here\nother\n")
    if isDamaged {
      #expect(report.failures.map(\.what) == ["cannot read what the folder d holds"])
    } else {
      #expect(report.missing == [.init(path: try path("d"), id: tracked.content.id)])
    }
    #expect(report.changes.map(\.path) == [try path("o")])
    #expect(try box.reader().state(of: path("d")).content == file.content)
  }

  @Test("a folder is not taken away for a file that is missing")
  func missingFileOverFolder() throws {
    let box = try WorkBox()
    try box.shell("mkdir d; printf file > d/x")
    let asFile = try box.add("d")
    try box.shell("rm d/x; mkdir -p d/x/deep; echo 1 > d/x/deep/f")
    _ = try box.add("d")
    try box.removeObject(id("file"))
    let report = try box.checkout([asFile])
    #expect(report.missing == [.init(path: try path("d/x"), id: try id("file"))])
    #expect(report.changes == [])
    #expect(try box.shell("cat d/x/deep/f") == "1\n")
  }

  @Test(
    "a link that leads out, or is none, is refused; the rest is written",
    arguments: ["/etc/passwd", "../../x", "../d/../../x", "", "a\0b", String(repeating: "a", count: 5000)],
    [true, false])
  func hostileLinks(target: String, isAbsent: Bool) throws {
    let box = try WorkBox()
    let session = StoreSession(box.store)
    let (link, file) = (try session.store(bytes(target), kind: .blob), try session.store(bytes("fine"), kind: .blob))
    let tree = Tree(sorted: [
      TreeEntry(name: bytes("file"), kind: .file, id: file, size: 4),
      TreeEntry(name: bytes("link"), kind: .symlink, id: link, size: target.utf8.count),
    ])
    let id = try session.store(tree.encoded(), kind: .tree)
    try session.commit()
    let content = Content(kind: .folder, id: id, size: tree.size, files: tree.files)
    if !isAbsent { try box.shell("mkdir d") }
    let report = try box.checkout([TrackedPath(path: try path("d"), content: content, source: .pointer)])
    #expect(report.failures.map(\.what) == ["cannot check out d/link"])
    #expect(report.failures.map(\.category) == [.damaged])
    #expect(try box.shell("ls d; cat d/file") == "file\nfine")
  }

  @Test(
    "a link that leads out by way of another link is refused; the rest is written",
    arguments: [
      ["s/up": "..", "s/out": "up/../.."], ["a": "b/../..", "b": "."], ["a": "b/../..", "b": "c", "c": "."],
    ])
  func chains(links: [String: String]) throws {
    let box = try WorkBox()
    let session = StoreSession(box.store)
    let tracked = try hostile(links, in: session)
    let report = try box.checkout([tracked])
    #expect(report.failures.map(\.category) == [.damaged])
    let why = ", which leads out of the repository by way of another link"
    #expect(report.failures.allSatisfy { $0.why.hasSuffix(why) })
    #expect(report.failures.count == 1)
    #expect(try box.shell("find d -type l | wc -l") == "\(links.count - 1)\n")
  }

  @Test("links in a loop lead nowhere, so they may be, and following them ends")
  func loops() throws {
    let box = try WorkBox()
    let links = ["a": "b/../x", "b": "c/../a", "c": "a/../b/../c", "self": "self/../self/../..", "s/x": "../a/../b"]
    let report = try box.checkout([hostile(links, in: StoreSession(box.store))])
    #expect(report.failures.map(\.what) == [])
    #expect(try box.shell("find d -type l | wc -l") == "5\n")
    #expect(try box.add("d").content.files == 5)
  }

  @Test("a link out by way of another link is refused when it is added, though it was there before the other")
  func addedChains() throws {
    let box = try WorkBox()
    try box.shell("mkdir -p d/s/deep/er; ln -s deep/er d/s/up; ln -s up/../../.. d/s/out")
    _ = try box.add("d")
    try box.settle()
    _ = try box.scan("d")
    try box.shell("rm d/s/up; ln -s .. d/s/up")
    let state = try box.reader().store(path("d"), in: StoreSession(box.store))
    #expect(
      state.problems == [
        .init(
          path: try path("d/s/out"),
          why: "it is a symbolic link to up/../../.., which leads out of the repository by way of another link")
      ])
    #expect(state.content == nil)
  }

  /// A tracked folder `d` in the store with these links, as somebody else's repository may have it.
  private func hostile(_ links: [String: String], in session: StoreSession) throws -> TrackedPath {
    var entries: [TreeEntry] = []
    var inner: [TreeEntry] = []
    for (name, target) in links.sorted(by: { $0.key < $1.key }) {
      let id = try session.store(bytes(target), kind: .blob)
      let last = name.hasPrefix("s/") ? String(name.dropFirst(2)) : name
      let entry = TreeEntry(name: bytes(last), kind: .symlink, id: id, size: target.utf8.count)
      if name.hasPrefix("s/") { inner.append(entry) } else { entries.append(entry) }
    }
    if !inner.isEmpty {
      let tree = Tree(sorted: inner)
      let id = try session.store(tree.encoded(), kind: .tree)
      entries.append(TreeEntry(name: bytes("s"), kind: .folder, id: id, size: tree.size, files: tree.files))
      entries.sort { $0.name.lexicographicallyPrecedes($1.name) }
    }
    let tree = Tree(sorted: entries)
    let id = try session.store(tree.encoded(), kind: .tree)
    try session.commit()
    return TrackedPath(
      path: try path("d"), content: Content(kind: .folder, id: id, size: tree.size, files: tree.files), source: .pointer
    )
  }

  @Test("nothing is written through a link that somebody put in the place of a folder")
  func linkOnTheWay() throws {
    let box = try WorkBox()
    try box.shell("mkdir -p a/d; echo 1 > a/d/f; mkdir ../outside")
    let tracked = try box.add("a/d/f")
    try box.shell("rm -r a; ln -s ../outside a")
    #expect(failure { try box.checkout([tracked], force: true) }?.why == "a part of the path is a symbolic link")
    #expect(try box.sandbox.shell("ls outside") == "")
  }
}
