import Diagnostics
import Files
import TestSupport
import Testing

@Suite("a folder contains every walk below it")
struct FolderTests {
  @Test(
    "a symbolic link on the way is refused by every operation",
    arguments: ["out/secret", "in/f", "real/loop/real/f"])
  func linkOnTheWay(path: String) throws {
    let sandbox = try Sandbox()
    try sandbox.shell(
      "mkdir -p top/real outside; echo x > outside/secret; echo y > top/real/f; cd top; ln -s ../outside out; ln -s real in; ln -s .. real/loop"
    )
    let top = try sandbox.open("top")
    let target = bytes(path)
    let attempts: [(String, () throws -> Void)] = [
      ("open", { _ = try top.open(target) }), ("contents", { _ = try top.contents(target) }),
      ("stat", { _ = try top.stat(target) }), ("create", { _ = try top.create(target + bytes("2")) }),
      ("openOrCreate", { _ = try top.openOrCreate(target) }), ("remove", { try top.remove(target) }),
      ("removeTree", { try top.removeTree(target) }), ("makeLink", { try top.makeLink(target, to: bytes("x")) }),
      ("linkTarget", { _ = try top.linkTarget(target) }), ("setMode", { try top.setMode(target, 0o600) }),
      ("rename", { try top.rename(target, to: bytes("moved")) }),
      ("replace", { try top.replace(target, with: [1], scratch: top) }),
      ("folder", { _ = try top.folder(making: target) }),
    ]
    for (name, attempt) in attempts {
      #expect(failure { try attempt() }?.why == "a part of the path is a symbolic link", "\(name)")
    }
    #expect(
      try sandbox.shell("cat outside/secret top/real/f; ls -A outside top/real")
        == "x\ny\noutside:\nsecret\n\ntop/real:\nf\nloop\n")
  }

  @Test(
    "'..' and absolute paths are refused by every operation",
    arguments: ["..", "a/..", "../outside", "a/../../outside"])
  func climbing(path: String) throws {
    let sandbox = try Sandbox()
    try sandbox.shell("mkdir -p top/a; echo x > outside; chmod 640 outside")
    let top = try sandbox.open("top")
    let target = bytes(path)
    let attempts: [(String, () throws -> Void)] = [
      ("open", { _ = try top.open(target) }), ("stat", { _ = try top.stat(target) }),
      ("folder", { _ = try top.folder(target) }), ("create", { _ = try top.create(target) }),
      ("remove", { try top.remove(target) }), ("removeTree", { try top.removeTree(target) }),
      ("makeLink", { try top.makeLink(target, to: bytes("x")) }), ("setMode", { try top.setMode(target, 0o777) }),
      ("rename", { try top.rename(bytes("a"), to: target) }),
    ]
    // `a/..` is the folder itself: the kernel may allow what never leaves it.
    for (name, attempt) in attempts where !(path == "a/.." && ["open", "folder", "setMode"].contains(name)) {
      #expect(failure { try attempt() } != nil, "\(name)")
    }
    #expect(failure { _ = try top.open(bytes("/etc/passwd")) }?.why == "the path leads out of the repository")
    #expect(try sandbox.shell("cat outside; stat -c %a outside; ls top") == "x\n640\na\n")
  }

  @Test("opening a fifo does not wait for a writer", .timeLimit(.minutes(1)))
  func fifo() throws {
    let sandbox = try Sandbox()
    try sandbox.shell("mkfifo pipe")
    let folder = try sandbox.open()
    #expect(try folder.open(bytes("pipe")).stat().kind == .special)
    #expect(try folder.stat(bytes("pipe"))?.kind == .special)
  }

  @Test("what is absent is nil, not an error")
  func absent() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", to: "file")
    let folder = try sandbox.open()
    for path in ["no", "no/where", "file/below"] {
      #expect(try folder.stat(bytes(path)) == nil)
      #expect(try folder.contents(bytes(path)) == nil)
      try folder.remove(bytes(path))
      try folder.removeTree(bytes(path))
    }
    #expect(try folder.folderIfPresent(bytes("no")) == nil)
    #expect(failure { _ = try folder.open(bytes("no")) }?.why == "No such file or directory")
  }

  @Test("stat tells the kinds apart and a link's target is its bytes")
  func kinds() throws {
    let sandbox = try Sandbox()
    try sandbox.shell("echo abc > f; echo x > x; chmod +x x; ln -s 'no where' l; mkdir d; mkfifo p")
    let folder = try sandbox.open()
    let kinds = try ["f", "x", "l", "d", "p", ""].map { try folder.stat(bytes($0))?.kind }
    #expect(kinds == [.file, .executable, .symlink, .folder, .special, .folder])
    #expect(try folder.stat(bytes("f"))?.size == 4)
    #expect(try folder.linkTarget(bytes("l")) == bytes("no where"))
  }

  @Test("a replaced file keeps its mode, and nothing is left beside it", arguments: ["755", "644", "600", "750"])
  func replaceKeepsMode(mode: String) throws {
    let sandbox = try Sandbox()
    try sandbox.shell("mkdir scratch; echo old > f; chmod \(mode) f; ln f before")
    let folder = try sandbox.open()
    try folder.replace(bytes("f"), with: bytes("new"), scratch: sandbox.open("scratch"))
    // The old file itself was never written to: whoever has it open reads on in it.
    #expect(try sandbox.shell("cat f before; stat -c ' %a' f; ls scratch") == "newold\n \(mode)\n")
  }

  @Test("replacing a link replaces the link, not what it points to")
  func replaceLink() throws {
    let sandbox = try Sandbox()
    try sandbox.shell("mkdir scratch; echo safe > target; ln -s target f")
    try sandbox.open().replace(bytes("f"), with: bytes("new"), scratch: sandbox.open("scratch"))
    #expect(try sandbox.shell("cat target f; stat -c ' %F' f") == "safe\nnew regular file\n")
  }

  @Test("removing a tree removes links and leaves what they point to")
  func removeTree() throws {
    let sandbox = try Sandbox()
    try sandbox.shell(
      "mkdir -p t/a/b other; echo x > other/f; ln -s ../../other t/a/link; echo y > t/a/b/$'odd\\n'; ln -s other l")
    let folder = try sandbox.open()
    try folder.removeTree(bytes("t"))
    try folder.removeTree(bytes("l"))
    #expect(try sandbox.shell("find . | sort") == ".\n./other\n./other/f\n")
  }

  @Test("folders are made with their parents, and made again without complaint")
  func making() throws {
    let sandbox = try Sandbox()
    let folder = try sandbox.open()
    _ = try folder.folder(making: bytes("a/b/c"))
    let made = try folder.folder(making: bytes("a/b/c/d"))
    #expect(made.path == bytes(sandbox.absolute("a/b/c/d")))
    #expect(try folder.folder(making: bytes("a/b")).names().map(\.name) == [bytes("c")])
    try sandbox.write("x", to: "file")
    #expect(failure { _ = try folder.folder(making: bytes("file/a")) }?.why == "Not a directory")
  }

  @Test("a file larger than the limit is refused, one of just the limit is read")
  func limits() throws {
    let sandbox = try Sandbox()
    try sandbox.write("12345", to: "f")
    let folder = try sandbox.open()
    #expect(try folder.contents(bytes("f"), limit: 5) == bytes("12345"))
    #expect(failure { _ = try folder.contents(bytes("f"), limit: 4) }?.why == "it is larger than 4 bytes")
    // A file of the system says it has no size, and has content all the same.
    #expect(try Folder(at: bytes("/proc/self")).contents(bytes("status"))?.starts(with: bytes("Name:")) == true)
    #expect(failure { _ = try Folder(at: bytes("/proc/self")).contents(bytes("status"), limit: 9) } != nil)
  }
}
