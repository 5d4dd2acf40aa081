import Diagnostics
import Git
import TestSupport
import Testing

@Suite struct IndexTests {
  @Test("staging adds, updates and removes, for any name, even an ignored one")
  func stage() throws {
    let sandbox = try Sandbox.repository(
      "echo old > changed; echo 1 > gone; echo 1 > other; git add .; git commit -qm one; rm gone; echo new > changed")
    let odd: [UInt8] = [0x64, 0x2f, 0xff, 0x0a]
    try sandbox.write([7], to: odd)
    try sandbox.write("*.mlr\n", to: ".gitignore")
    try sandbox.write("x", to: "data.mlr")
    try sandbox.shell("ln -s nowhere link; echo x > run; chmod +x run")
    let git = try sandbox.git()
    let names = ["changed", "gone", "data.mlr", "link", "run", "never"].map(bytes) + [odd]
    try git.stage(names)
    #expect(
      try sandbox.shell("git -c core.quotePath=true status --porcelain --no-renames")
        == "M  changed\nA  \"d/\\377\\n\"\nA  data.mlr\nD  gone\nA  link\nA  run\n?? .gitignore\n")
    let entries = try git.indexEntries { _ in true }
    let kinds = Dictionary(uniqueKeysWithValues: entries.map { ($0.path, $0.kind) })
    #expect(
      kinds == [
        bytes("changed"): .file, odd: .file, bytes("data.mlr"): .file, bytes("link"): .symlink,
        bytes("other"): .file, bytes("run"): .executable,
      ])
    try sandbox.shell("git fsck --strict; test ! -e .git/index.lock")
  }

  @Test("the first file of a new repository is staged, though there is no index yet")
  func firstFile() throws {
    let sandbox = try Sandbox.repository("echo 1 > f; test ! -e .git/index")
    try sandbox.git().stage([bytes("f")])
    #expect(try sandbox.shell("git status --porcelain") == "A  f\n")
  }

  @Test("what git forgets stays in the work tree")
  func remove() throws {
    let sandbox = try Sandbox.repository("echo 1 > a; echo 2 > b; git add .; git commit -qm one")
    let git = try sandbox.git()
    try git.removeFromIndex([bytes("a"), bytes("nothing")])
    #expect(try sandbox.shell("git status --porcelain") == "D  a\n?? a\n")
    try git.removeFromIndex([])
  }

  @Test("a failure in the middle leaves the index as it was")
  func failing() throws {
    let sandbox = try Sandbox.repository("mkdir folder; echo 1 > a")
    let git = try sandbox.git()
    #expect(failure { try git.stage([bytes("a"), bytes("folder")]) }?.why == "it is a folder")
    #expect(failure { try git.stage([bytes("a"), bytes("gone\0b")]) }?.why == "it holds a NUL byte")
    #expect(failure { try git.stage([bytes("a"), bytes("../home/.gitconfig")]) } != nil)
    #expect(try sandbox.shell("git status --porcelain; ls .git | grep lock || true") == "?? a\n")
  }

  @Test("while another git command holds the index, the failure says so")
  func locked() throws {
    let sandbox = try Sandbox.repository("echo 1 > a; : > .git/index.lock")
    let git = try sandbox.git()
    let lock = sandbox.path + "/.git/index.lock"
    #expect(
      failure { try git.stage([bytes("a")]) }
        == Failure(
          "cannot change git's index", why: "another git command is at work, or one died and left '\(lock)'",
          hint: "if no git command is running: rm '\(lock)'", category: .locked))
    #expect(sandbox.read(".git/index.lock") == [])  // It belongs to the other command.
  }

  @Test("what git itself staged since the repository was opened is kept")
  func concurrent() throws {
    let sandbox = try Sandbox.repository("echo 1 > a; echo 2 > b; echo 3 > c")
    let git = try sandbox.git()
    try git.stage([bytes("a")])
    try sandbox.shell("git add b")
    try git.stage([bytes("c")])
    #expect(try git.trackedPaths(under: []) == ["a", "b", "c"].map(bytes))
  }

  @Test("a file changed just after git looked at it is still seen as changed once the index was rewritten")
  func racilyClean() throws {
    let sandbox = try Sandbox.repository("echo 1 > new")
    // Same size and same time as the index: only by the index's own time can git tell that it must look again.
    try sandbox.shell(
      "echo aa > f; touch -d @1700000000 f; git add f; echo bb > f; touch -d @1700000000 f .git/index")
    try sandbox.git().stage([bytes("new")])
    #expect(try sandbox.shell("git status --porcelain") == "AM f\nA  new\n")
  }

  @Test("and so is one that was changed before git wrote the index, but in the same second")
  func racilyCleanWithinTheSecond() throws {
    let sandbox = try Sandbox.repository("echo 1 > new; git config core.trustctime false")
    // Most builds of git compare whole seconds, libgit2 smaller parts.
    try sandbox.shell(
      "echo aa > f; touch -d @1700000000.2 f; git add f; echo bb > f; touch -d @1700000000.3 f")
    try sandbox.shell("touch -d @1700000000.5 .git/index")
    try sandbox.git().stage([bytes("new")])
    #expect(try sandbox.shell("git status --porcelain") == "AM f\nA  new\n")
  }

  @Test("tracked files are listed below a folder, up to a limit")
  func tracked() throws {
    let sandbox = try Sandbox.repository(
      "mkdir -p d/e dd; for f in d/1 d/e/2 d.x dd/3 top; do echo x > $f; done; git add .; echo y > untracked")
    let git = try sandbox.git()
    #expect(try git.trackedPaths(under: bytes("d")) == ["d/1", "d/e/2"].map(bytes))
    #expect(try git.trackedPaths(under: bytes("top")) == [bytes("top")])
    #expect(try git.trackedPaths(under: bytes("untracked")).isEmpty)
    #expect(try git.trackedPaths(under: [], limit: 2) == ["d.x", "d/1"].map(bytes))
    #expect(try git.trackedPaths(under: [], limit: 0).isEmpty)
    #expect(try ["d/1", "d", "untracked"].map { try git.isTracked(bytes($0)) } == [true, false, false])
  }

  @Test("an index of a linked work tree is its own")
  func linkedWorkTree() throws {
    let sandbox = try Sandbox()
    try sandbox.shell(
      "git init -q main; cd main; git commit -q --allow-empty -m one; git worktree add -q ../other; echo 1 > ../other/f"
    )
    try sandbox.git("other").stage([bytes("f")])
    #expect(try sandbox.shell("git -C main status --porcelain; git -C other status --porcelain") == "A  f\n")
  }

  @Test("a split index is refused with the command that joins it")
  func splitIndex() throws {
    let sandbox = try Sandbox.repository("echo 1 > f; git add f; git update-index --split-index")
    let refused = failure { _ = try sandbox.git().isTracked(bytes("f")) }
    #expect(refused?.hint == "git update-index --no-split-index")
  }

  @Test("git's ignore rules are asked for files and folders")
  func ignored() throws {
    let sandbox = try Sandbox.repository("mkdir -p d/e; printf '*.log\\n/out/\\n!keep.log\\n' > .gitignore")
    try sandbox.write("/x\n", to: "d/.gitignore")
    let git = try sandbox.git()
    let asked: [(String, Bool)] = [
      ("a.log", false), ("keep.log", false), ("out", true), ("out", false), ("out/inner/f", false), ("d/x", false),
      ("d/e/x", false), ("d", true), ("", true),
    ]
    let answers = try asked.map { try git.isIgnored(bytes($0.0), isFolder: $0.1) }
    #expect(answers == [true, false, true, false, true, true, false, false, false])
  }
}
