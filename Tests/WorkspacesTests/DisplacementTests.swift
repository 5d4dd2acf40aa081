import Diagnostics
import Files
import Objects
import Synchronization
import TestSupport
import Testing

@testable import Workspaces

@Suite("replacing a file while others write it")
struct DisplacementTests {
  private func displacement(_ box: WorkBox) throws -> Displacement {
    Displacement(root: box.root, store: box.store, scratch: try box.scratch.folder())
  }

  /// Makes `new` in the scratch folder, with the content "new".
  private func makeNew(in place: Displacement) throws { try place.scratch.create(bytes("new")).write(bytes("new")) }

  private let new: ObjectID

  init() throws { new = try ContentHasher.id(of: bytes("new")) }

  private func seen(_ name: String, in box: WorkBox) throws -> CheckoutPlan.Seen? {
    try box.reader().state(of: path(name)).seen(at: .root)
  }

  @Test("what was seen is replaced or taken away, and nothing is left beside", arguments: [true, false])
  func plain(isReplaced: Bool) throws {
    let box = try WorkBox()
    try box.shell("echo old > f")
    let place = try displacement(box)
    let seen = try seen("f", in: box)
    if isReplaced {
      try makeNew(in: place)
      #expect(try place.place(bytes("new"), holding: new, at: path("f"), over: seen) == .done)
      #expect(try box.shell("cat f") == "new")
    } else {
      #expect(try place.takeAway(path("f"), seen) == .done)
      #expect(try box.shell("ls") == "")
      #expect(try place.takeAway(path("f"), seen) == .done)
    }
    #expect(try place.scratch.names().isEmpty)
  }

  @Test(
    "what is not as it was seen stays",
    arguments: ["echo other > f", "rm f; echo mine > f", "rm f; mkdir f", "rm f; ln -s x f", "chmod +x f"])
  func changed(change: String) throws {
    let box = try WorkBox()
    try box.shell("echo old > f")
    let place = try displacement(box)
    let seen = try seen("f", in: box)
    try box.shell(change)
    let before = try box.shell("stat -c '%i %Y %s' f")
    try makeNew(in: place)
    #expect(try place.place(bytes("new"), holding: new, at: path("f"), over: seen) == .changed(saved: nil))
    #expect(try place.takeAway(path("f"), seen) == .changed(saved: nil))
    #expect(try box.shell("stat -c '%i %Y %s' f") == before)
  }

  @Test("where nothing was, nothing that came since is replaced")
  func appeared() throws {
    let box = try WorkBox()
    let place = try displacement(box)
    try makeNew(in: place)
    try box.shell("echo mine > f")
    #expect(try place.place(bytes("new"), holding: new, at: path("f"), over: nil) == .changed(saved: nil))
    #expect(try box.shell("cat f; rm f") == "mine\n")
    #expect(try place.place(bytes("new"), holding: new, at: path("f"), over: nil) == .done)
    #expect(try box.shell("cat f") == "new")
  }

  #if os(Linux)
    @Test("a file that somebody has open for writing is neither replaced nor taken away")
    func openForWriting() throws {
      let box = try WorkBox()
      try box.shell("echo old > f")
      let place = try displacement(box)
      let seen = try seen("f", in: box)
      try makeNew(in: place)
      do {
        let writer = try box.root.openOrCreate(bytes("f"))
        let refusal = try place.place(bytes("new"), holding: new, at: path("f"), over: seen)
        #expect(refusal == .open(saved: nil))
        #expect(
          failure { try refusal.check(path("f")) }
            == Failure(
              "cannot check out f", why: "another program has it open for writing",
              hint: "run the command again when nothing writes there"))
        #expect(try place.takeAway(path("f"), seen) == .open(saved: nil))
        try writer.write(bytes("later"))
      }
      #expect(try box.shell("cat f") == "later")
    }
  #endif

  @Test("a program that replaces or edits a file all the time loses nothing to a checkout", arguments: [true, false])
  func race(isReplacing: Bool) throws {
    var options = StoreOptions()
    options.durability = .off
    let box = try WorkBox(options: options)
    try box.shell("echo 'version a' > f")
    let one = try box.add("f")
    try box.shell("echo 'version b' > f")
    let other = try box.add("f")
    // Nobody else writes: what the writer does not find again was replaced by a checkout, which must have stored it.
    // While a checkout runs the writer may see what is about to go back, so it looks again when none does.
    let script = """
      i=0
      while [ ! -e ../stop ]; do
        i=$((i+1))
        \(isReplacing ? "echo \"mine $i\" > ../mine; mv -T ../mine f" : "echo \"mine $i\" > f")
        sleep 0.00$((i % 5))
        read -r found < f
        [ "$found" = "mine $i" ] && continue
        touch ../ask
        until [ -e ../quiet ] || [ -e ../stop ]; do sleep 0.001; done
        read -r found < f
        [ "$found" = "mine $i" ] || echo "mine $i" >> ../replaced
        rm -f ../ask ../quiet
      done
      """
    let sandbox = box.sandbox
    let writer = BackgroundThread { _ = try? sandbox.shell(script, in: "work") }
    for round in 0..<80 {
      // A refusal is as good: then nothing was replaced.
      _ = try? box.checkout([round.isMultiple(of: 2) ? one : other], force: true)
      try sandbox.shell("if [ -e ask ]; then touch quiet; while [ -e quiet ]; do sleep 0.001; done; fi")
    }
    try sandbox.shell("touch stop")
    writer?.join()
    let replaced = try sandbox.shell("touch replaced; cat replaced").split(separator: "\n")
    for line in replaced { #expect(try box.store.contains(ContentHasher.id(of: bytes("\(line)\n"))), "\(line)") }
    try box.checkout([one], force: true)
    #expect(try box.shell("cat f") == "version a\n")
    #expect(try box.sandbox.shell("find tmp -mindepth 2") == "")
  }
}
