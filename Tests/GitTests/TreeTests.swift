import Diagnostics
import Git
import TestSupport
import Testing

@Suite struct TreeTests {
  @Test("names are bytes: what is no text comes back as it was committed")
  func oddNames() throws {
    let sandbox = try Sandbox.repository()
    let names: [[UInt8]] = [[0xff, 0x0a], bytes("a b\\c"), bytes("fo\"o'"), bytes("d\u{fc}r/\u{fc}")]
    for name in names { try sandbox.write([1], to: name) }
    try sandbox.shell("git add -A; git commit -qm odd")
    let git = try sandbox.git()
    let head = try git.resolveCommit("HEAD")
    #expect(try Set(git.entries(in: head) { _ in true }.map(\.path)) == Set(names))
    for name in names { #expect(try git.blob(at: name, in: head) == [1]) }
  }

  @Test("entries come in git's order with their kinds, and the filter sees whole paths")
  func entries() throws {
    let sandbox = try Sandbox.repository(
      """
      mkdir -p a/b; echo 1 > a/b/x.mlr; echo 2 > a.mlr; ln -s a.mlr link.mlr; echo 3 > run.mlr; chmod +x run.mlr
      echo 4 > other; git add -A; git commit -qm files
      """)
    let git = try sandbox.git()
    var seen: [[UInt8]] = []
    let found = try git.entries(in: git.resolveCommit("HEAD")) { path in
      seen.append(path)
      return path.suffix(4).elementsEqual(".mlr".utf8)
    }
    #expect(found.map(\.path) == ["a.mlr", "a/b/x.mlr", "link.mlr", "run.mlr"].map(bytes))
    #expect(found.map(\.kind) == [.file, .file, .symlink, .executable])
    #expect(try git.blob(found[1].id) == bytes("1\n"))
    #expect(seen.map { String(decoding: $0, as: UTF8.self) } == ["a.mlr", "a/b/x.mlr", "link.mlr", "other", "run.mlr"])
  }

  @Test("a file that a commit lacks is nil, and so is a folder")
  func absent() throws {
    let sandbox = try Sandbox.repository("mkdir d; echo 1 > d/f; git add .; git commit -qm one")
    let git = try sandbox.git()
    let head = try git.resolveCommit("HEAD")
    for path in ["nothing", "d", "d/f/g", "d/g", ""] { #expect(try git.blob(at: bytes(path), in: head) == nil) }
    #expect(try git.blob(at: [0x64, 0], in: head) == nil)
    #expect(
      try git.blobID(at: bytes("d/f"), in: head) == BlobID(hex: bytes("d00491fd7e5bb6fa28c517a0bb32b8b506539d4d")))
  }

  @Test("with a set of seen trees, each folder of a history is read once")
  func seenTrees() throws {
    let sandbox = try Sandbox.repository(
      """
      mkdir a b; echo 1 > a/f; echo 1 > b/f; git add .; git commit -qm one
      echo 2 > b/f; git commit -qam two
      """)
    let git = try sandbox.git()
    var seen: Set<TreeID>? = []
    let new = try git.entries(in: git.tree(of: git.resolveCommit("HEAD")), skipping: &seen) { _ in true }
    let old = try git.entries(in: git.tree(of: git.resolveCommit("HEAD~1")), skipping: &seen) { _ in true }
    #expect(new.map(\.path) == [bytes("a/f"), bytes("b/f")])
    #expect(old.isEmpty)  // Both its folders equal `a`, which was read.
  }

  @Test("an object that git lost is a failure, not an absent file")
  func lostBlob() throws {
    let sandbox = try Sandbox.repository("echo 1 > f; git add .; git commit -qm one")
    try sandbox.shell("rm -f .git/objects/d0/0491fd7e5bb6fa28c517a0bb32b8b506539d4d")
    let git = try sandbox.git()
    let head = try git.resolveCommit("HEAD")
    #expect(failure { _ = try git.blob(at: bytes("f"), in: head) }?.what == "cannot read the blob d00491f from git")
  }

  @Test("ids are read from exactly 40 digits and written as lower case")
  func ids() {
    let hex = "00ff" + String(repeating: "aB", count: 18)
    let id = CommitID(hex: bytes(hex))
    #expect(id?.hex == hex.lowercased())
    #expect(id?.short == "00ffaba")
    #expect(id.flatMap { CommitID(bytes: $0.bytes) } == id)
    #expect(CommitID(hex: bytes(String(hex.dropLast()))) == nil)
    #expect(CommitID(hex: bytes(hex.replacing("f", with: "g"))) == nil)
    #expect(CommitID(bytes: [1, 2]) == nil)
  }
}

@Suite("Work trees and whole histories")
struct WorkTreeTests {
  @Test("every work tree knows all others, and the one they were made from")
  func workTrees() throws {
    let sandbox = try Sandbox.repository("git commit -q --allow-empty -m one; git worktree add -q ../side; rm -rf gone")
    try sandbox.shell("git worktree add -q ../gone; rm -r ../gone")
    let parent = String(sandbox.path.dropLast("/work".count))
    let (main, side) = (try sandbox.git(), try sandbox.git("../side"))
    #expect(!main.isLinked && side.isLinked)
    #expect(try main.mainWorkTree() == bytes(sandbox.path) && side.mainWorkTree() == bytes(sandbox.path))
    let gone = GitWorkTree(path: bytes("\(parent)/gone"), isThere: false)
    #expect(try main.otherWorkTrees() == [gone, GitWorkTree(path: bytes("\(parent)/side"), isThere: true)])
    #expect(try side.otherWorkTrees() == [GitWorkTree(path: bytes(sandbox.path), isThere: true), gone])
  }

  @Test("a bare repository has no main work tree, nor has one whose git folder lies elsewhere")
  func noMain() throws {
    let sandbox = try Sandbox()
    try sandbox.shell(
      """
      mkdir store; git init -q --separate-git-dir="$PWD/store/git" apart && cd apart
      git commit -q --allow-empty -m one && git worktree add -q ../one && cd ..
      git clone -q --bare apart bare.git && cd bare.git && git worktree add -q ../two -b two
      """)
    #expect(try sandbox.git("one").mainWorkTree() == nil)
    #expect(try sandbox.git("two").mainWorkTree() == nil)
    #expect(try sandbox.git("apart").mainWorkTree() == bytes(sandbox.absolute("apart")))
  }

  @Test("over a history each tree is asked once, and each commit gets its whole answer")
  func remembered() throws {
    let sandbox = try Sandbox.repository(
      """
      mkdir -p a/b c; echo 1 > a/b/x; echo 2 > a/y; echo 3 > c/x; git add .; git commit -qm one
      echo 4 > c/x; git mv a d; git add .; git commit -qm two
      """)
    let git = try sandbox.git()
    var known: [TreeID: [GitEntry]] = [:]
    var asked = 0
    func paths(_ revision: String) throws -> [String] {
      let tree = try git.tree(of: git.resolveCommit(revision))
      return try git.entries(in: tree, remembering: &known) { name, _ in
        asked += 1
        return name == bytes("x")
      }.map { String(decoding: $0.path, as: UTF8.self) }
    }
    #expect(try paths("HEAD") == ["c/x", "d/b/x"])
    #expect(asked == 3)
    #expect(try paths("HEAD~1") == ["a/b/x", "c/x"])
    #expect(asked == 4)
  }
}
