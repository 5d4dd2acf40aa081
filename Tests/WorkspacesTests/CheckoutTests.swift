import Diagnostics
import Files
import Objects
import TestSupport
import Testing

@testable import Workspaces

@Suite("checking out")
struct CheckoutTests {
  @Test("any edits are undone, and nothing that was edited is lost", arguments: 0..<40 as Range<UInt64>)
  func model(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let box = try WorkBox()
    let wanted = try Model.random(&random)
    try wanted.write(to: "d", in: box)
    let tracked = try box.add("d")
    var edited = wanted
    try edited.edit(&random)
    try edited.write(to: "d", in: box)

    let gentle = try box.plan([tracked])
    #expect(try Model.read("d", in: box) == edited)
    if gentle.unsaved.isEmpty {
      _ = try box.execute(gentle)
      var expected = wanted
      for kept in gentle.kept {
        var below = try #require(kept.relative(to: path("d")))
        while !below.isRoot {
          expected.items[below] = edited.items[below]
          below = below.parent
        }
      }
      #expect(try Model.read("d", in: box) == expected)
    }
    let forced = try box.plan([tracked], force: true)
    let report = try box.execute(forced)
    #expect(try Model.read("d", in: box) == wanted)
    #expect(report.failures == [])
    #expect(report.missing == [])
    for item in edited.items.values {
      let content: [UInt8]
      switch item {
      case .file(let bytes, _): content = bytes
      case .link(let target): content = target
      case .folder: continue
      }
      #expect(try box.store.read(ContentHasher.id(of: content)) == content)
    }
    #expect(report.saved.map(\.path).sorted() == forced.unsaved.map(\.path).sorted())
    // Planning again finds nothing to do.
    #expect(try box.plan([tracked]).isEmpty)
    #expect(try box.scan("d").content == tracked.content)
    try box.settle()
    _ = try box.scan("d")
    #expect(try box.scan("d").hashed == 0)
    #expect(try box.sandbox.shell("find tmp -mindepth 2") == "")
  }

  @Test("a folder that is absent is written aside and appears at once; its files need no hashing after")
  func wholeFolder() throws {
    let box = try WorkBox()
    try box.shell("mkdir -p deep/er/d; cd deep/er/d; for i in $(seq 4000); do echo $i > $i; done")
    let tracked = try box.add("deep/er/d")
    try box.shell("rm -r deep")
    let plan = try box.plan([tracked])
    #expect(plan.steps == [.writeFolder(try path("deep/er/d"), tracked.content)])
    #expect(plan.changes.map(\.path) == [try path("deep/er/d")])
    let report = try box.execute(plan)
    #expect(report.written.files == 4000)
    #expect(report.written.bytes == tracked.content.size)
    let scan = try box.scan("deep/er/d")
    #expect(scan.content == tracked.content)
    // All but those of the last moment.
    #expect(scan.hashed < 4000)
  }

  @Test("single files come back with their content, their mode and the folders above them", arguments: [true, false])
  func singleFile(isExecutable: Bool) throws {
    let box = try WorkBox()
    try box.shell("mkdir -p a/b; echo content > a/b/f; chmod \(isExecutable ? "755" : "644") a/b/f")
    let tracked = try box.add("a/b/f")
    try box.shell("rm -r a")
    let report = try box.checkout([tracked])
    #expect(report.changes.map(\.kind) == [.added])
    #expect(try box.shell("cat a/b/f; stat -c %a a/b/f") == "content\n\(isExecutable ? "755" : "644")\n")
    #expect(try box.plan([tracked]).isEmpty)
    #expect(try box.reader().indexes.placed().keys.map(\.text) == ["a/b/f"])
  }

  @Test("a mode alone is set without writing")
  func modeOnly() throws {
    let box = try WorkBox()
    try box.shell("mkdir d; echo 1 > d/f; echo 2 > d/x; chmod 755 d/x; echo 3 > g")
    let tracked = [try box.add("d"), try box.add("g")]
    try box.shell("chmod +x d/f g; chmod -x d/x")
    let plan = try box.plan(tracked)
    #expect(
      plan.steps == [
        .setExecutable(try path("d/f"), false), .setExecutable(try path("d/x"), true),
        .setExecutable(try path("g"), false),
      ])
    let before = try box.shell("stat -c %i d/f d/x g")
    #expect(try box.execute(plan).written.files == 0)
    #expect(try box.shell("stat -c %a d/f d/x g") == "644\n755\n644\n")
    #expect(try box.shell("stat -c %i d/f d/x g") == before)
  }

  @Test("content that is not in the store is named before anything is touched, and stored first with force")
  func unsaved() throws {
    let box = try WorkBox()
    try box.shell("mkdir d; echo 1 > d/f; echo 2 > d/g; echo 3 > single")
    let tracked = [try box.add("d"), try box.add("single")]
    try box.shell("echo edited > d/f; echo also > single; rm d/g; ln -s nowhere d/g")
    let before = try box.shell("stat -c '%n %i %Z' d d/* single")
    let plan = try box.plan(tracked)
    #expect(plan.unsaved == (try ["d/f", "d/g", "single"].map { .init(path: try path($0), isOverwritten: true) }))
    #expect(try box.shell("stat -c '%n %i %Z' d d/* single") == before)
    let report = try box.checkout(tracked, force: true)
    #expect(try box.shell("cat d/f d/g single") == "1\n2\n3\n")
    let saved = try report.saved.map { "\($0.path): \(String(decoding: try box.store.read($0.id), as: UTF8.self))" }
    #expect(saved == ["d/f: edited\n", "d/g: nowhere", "single: also\n"])
  }

  @Test("what is in the way and cannot be stored stops the checkout before it begins")
  func fifoInTheWay() throws {
    let box = try WorkBox()
    try box.shell("echo 1 > t; echo 2 > other")
    let tracked = [try box.add("other"), try box.add("t")]
    try box.shell("rm t; mkdir t; mkfifo t/pipe; rm other")
    #expect(try box.plan(tracked).unsaved == [.init(path: try path("t/pipe"), isOverwritten: true)])
    #expect(failure { try box.checkout(tracked, force: true) }?.why == "it is not a regular file")
    #expect(try box.shell("ls; stat -c %F t/pipe") == "t\nfifo\n")
  }

  @Test("extra files go if the store has them, and stay if it has not")
  func extraFiles() throws {
    let box = try WorkBox()
    try box.shell("mkdir d; echo 1 > d/f")
    let tracked = try box.add("d")
    try box.shell("mkdir -p d/new d/saved; echo mine > d/new/x; echo 1 > d/saved/copy")
    let plan = try box.plan([tracked])
    #expect(plan.kept == [try path("d/new/x")])
    #expect(plan.unsaved == [])
    _ = try box.execute(plan)
    #expect(try box.shell("find d | sort") == "d\nd/f\nd/new\nd/new/x\n")
    let report = try box.checkout([tracked], force: true)
    #expect(try box.shell("find d | sort") == "d\nd/f\n")
    #expect(try report.saved.map { try box.store.read($0.id) } == [bytes("mine\n")])
  }

  @Test("what is tracked no more goes if the store has it, and stays if it has not")
  func unwanted() throws {
    let box = try WorkBox()
    try box.shell("mkdir d e; echo 1 > d/f; echo 2 > e/f; echo 3 > g; echo 4 > h")
    for name in ["d", "e", "g", "h"] { _ = try box.add(name) }
    try box.shell("echo mine > e/new; echo edited > h")
    let gone = try ["d", "e", "g", "h"].map { try path($0) }
    let report = try box.checkout([], unwanted: gone)
    #expect(report.kept == [try path("e/new"), try path("h")])
    #expect(try box.shell("find . -type f | sort; cat e/new h") == "./e/new\n./h\nmine\nedited\n")
  }

  @Test(
    "a file takes a folder's place, and a folder a file's, wherever they are",
    arguments: ["d", "d/inner"])
  func switches(name: String) throws {
    let box = try WorkBox()
    try box.shell(
      "mkdir -p d; echo other > d/other; echo 1 > x; rm -rf \(name); mkdir -p \(name)/s; echo 2 > \(name)/s/f")
    let asFolder = try box.add("d")
    try box.shell("rm -r \(name); echo a file > \(name)")
    let asFile = try box.add("d")
    for tracked in [asFolder, asFile, asFolder] {
      let report = try box.checkout([tracked])
      #expect(report.saved.isEmpty && report.failures.isEmpty)
      #expect(try box.reader().state(of: path("d")).content == tracked.content)
    }
    // A link in the place of either is stored first.
    for (number, tracked) in [asFolder, asFile].enumerated() {
      try box.shell("rm -r \(name); ln -s somewhere/\(number) \(name)")
      #expect(try box.plan([tracked]).unsaved.map(\.path) == [try path(name)])
      let report = try box.checkout([tracked], force: true)
      #expect(try report.saved.map { try box.store.read($0.id) } == [bytes("somewhere/\(number)")])
      #expect(try box.reader().state(of: path("d")).content == tracked.content)
    }
  }

  @Test("links come back as links, pointing where they did")
  func links() throws {
    let box = try WorkBox()
    try box.shell("mkdir -p d/s; echo 1 > d/f; ln -s f d/l; ln -s ../f d/s/up; ln -s 'no where' d/dangling")
    let tracked = try box.add("d")
    try box.shell("rm d/l d/dangling; echo file > d/dangling")
    _ = try box.checkout([tracked], force: true)
    #expect(try box.shell("readlink d/l d/s/up d/dangling") == "f\n../f\nno where\n")
    try box.shell("rm -r d")
    try box.checkout([tracked])
    #expect(try box.shell("readlink d/l d/s/up d/dangling; cat d/l") == "f\n../f\nno where\n1\n")
  }
}
