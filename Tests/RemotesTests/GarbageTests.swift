import Diagnostics
import Files
import Objects
import Remotes
import TestSupport
import Testing

/// A remote with a folder that is needed and one that is not.
struct GarbageBox {
  let box: RemoteBox
  let kept: Content
  let files: [String: [UInt8]]
  let dropped: Content

  static let day: Int64 = 24 * 3600 * 1_000_000_000
  static let grace = 14 * day

  init() throws {
    box = try RemoteBox()
    var files = Dictionary(uniqueKeysWithValues: (0..<8).map { ("f\($0)", noise(3_000, seed: UInt64($0) + 10)) })
    files["big"] = noise(200_000)
    self.files = files
    kept = try box.add(files, to: "a")
    dropped = try box.add(["d": noise(150_000, seed: 3), "e": bytes("not needed")], to: "a")
    try box.push([kept], from: "a")
    try box.push([dropped], from: "a")
  }

  /// The plan of the clone `name`, so many days from now.
  func plan(
    _ roots: [Content], in name: String, days: Int64, cache: String? = nil
  ) throws -> (RemoteGarbagePlan, RemoteContents) {
    let contents = try box.contents(cache ?? name)
    let store = try box.store(name)
    var needed: Set<ObjectID> = []
    for root in roots { needed.formUnion([root.id] + (try store.tree(root.id).entries.map(\.id))) }
    needed.formUnion(try contents.chunks(of: needed, width: 2))
    let clock = RemoteClock(now: wallClock() + days * Self.day, grace: Self.grace)
    return (try RemoteGarbagePlan(contents, needed: needed, clock: clock), contents)
  }

  @discardableResult
  func collect(
    _ roots: [Content], in name: String = "a", days: Int64, through storage: (any RemoteStorage)? = nil
  ) throws -> RemoteGarbagePlan {
    let (plan, _) = try plan(roots, in: name, days: days)
    _ = try RemoteGarbage.run(plan, box.contents(name, storage), options: RemoteBox.options)
    return plan
  }

  func names(_ folder: RemoteFolder) throws -> Set<String> {
    Set(try box.storage.list(folder).map(\.name.name).filter { !$0.hasPrefix("mlrepo-") })
  }

  func checkKept(_ clone: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(try box.contents(clone).problems == [], sourceLocation: sourceLocation)
    #expect(try box.fetch(kept, into: clone).failures.isEmpty, sourceLocation: sourceLocation)
    #expect(try box.files(kept, in: clone) == files, sourceLocation: sourceLocation)
  }
}

@Suite("gc of a remote")
struct GarbageTests {
  @Test("what nothing needs is marked first, removed when the mark is old, and nothing else goes")
  func twoPhases() throws {
    let test = try GarbageBox()
    let (box, kept, dropped) = (test.box, test.kept, test.dropped)
    let before = try test.names(.packs)
    let young = try test.collect([kept], days: 1)
    #expect(young.isEmpty && young.young.objects > 0)
    let first = try test.collect([kept], days: 20)
    #expect(first.remove == [] && !first.mark.isEmpty)
    #expect(try test.names(.packs) == before)
    #expect(try test.names(.marks) == Set(first.mark.map(\.name)))
    let second = try test.collect([kept], days: 1)
    #expect(second.isEmpty && second.waiting.map(\.name) == first.mark.map(\.name))
    let third = try test.collect([kept], days: 30)
    #expect(third.remove.map(\.name) == first.mark.map(\.name))
    #expect(try test.names(.packs) == before.subtracting(first.mark.flatMap { ["\($0.name).pack", "\($0.name).idx"] }))
    #expect(try test.names(.marks) == [])
    try test.checkKept("b")
    #expect(try box.contents("b").contains(dropped.id) == false)
    #expect(try test.collect([kept], days: 60).isEmpty)
  }

  @Test("a marked pack that is needed again is unmarked while the mark is fresh, and copied when it is old")
  func neededAgain() throws {
    let test = try GarbageBox()
    let (box, kept, dropped) = (test.box, test.kept, test.dropped)
    let marked = try test.collect([kept], days: 20).mark
    let unmarked = try test.collect([kept, dropped], days: 2)
    #expect(!unmarked.unmark.isEmpty && unmarked.remove == [] && unmarked.rescue == [])
    #expect(try test.collect([kept, dropped], days: 2).isEmpty)
    try test.collect([kept], days: 20)
    let rescued = try test.collect([kept, dropped], days: 40)
    #expect(!rescued.rescue.isEmpty && rescued.remove == [])
    let last = try test.collect([kept, dropped], days: 40)
    #expect(Set(last.remove.map(\.name)) == Set(marked.map(\.name)))
    try test.checkKept("b")
    #expect(try box.fetch(dropped, into: "b").failures.isEmpty)
    #expect(try box.files(dropped, in: "b") == box.files(dropped, in: "a"))
  }

  @Test("a push takes what is marked for absent, sends it again, and it stays when the marked pack goes")
  func pushAfterMark() throws {
    let test = try GarbageBox()
    let (box, kept, dropped) = (test.box, test.kept, test.dropped)
    let marked = try test.collect([kept], days: 20).mark
    let report = try box.push([dropped], from: "a").report
    #expect(report.objects == 3)
    let removed = try test.collect([kept], days: 40)
    // The same objects in a pack of the same name would have gone with it.
    #expect(Set(removed.remove.map(\.name)) == Set(marked.map(\.name)))
    #expect(try box.fetch(dropped, into: "b").failures.isEmpty)
    #expect(try box.contents("b").problems == [])
  }

  @Test("a push at any step of a gc leaves what both need")
  func races() throws {
    for limit in 0..<16 {
      let test = try GarbageBox()
      let box = test.box
      try test.collect([test.kept], days: 20)
      // The gc has looked and decided; a push comes before its last steps.
      let (plan, _) = try test.plan([test.kept], in: "a", days: 40)
      let stepping = SteppingStorage(box.storage, at: limit) { try box.push([test.dropped], from: "a") }
      _ = try RemoteGarbage.run(plan, box.contents("a", stepping), options: RemoteBox.options)
      if !stepping.hasStepped { return #expect(limit > 4) }
      #expect(try box.fetch(test.dropped, into: "b").failures.isEmpty, "\(limit)")
      try test.checkKept("b")
    }
    Issue.record("the gc never came to its end")
  }

  @Test("a gc at any step of a push leaves what both need")
  func gcDuringPush() throws {
    for limit in 0..<24 {
      let test = try GarbageBox()
      let box = test.box
      try test.collect([test.kept], days: 20)
      let stepping = SteppingStorage(box.storage, at: limit) { try test.collect([test.kept], days: 40) }
      let report = try box.push([test.dropped], from: "a", to: stepping).report
      #expect(report.failures.isEmpty)
      if !stepping.hasStepped { return #expect(limit > 4) }
      #expect(try box.fetch(test.dropped, into: "b").failures.isEmpty, "\(limit)")
      try test.checkKept("b")
    }
    Issue.record("the push never came to its end")
  }

  @Test("a gc that is stopped at any step leaves a whole remote, and the next one ends the work")
  func stopped() throws {
    for days in [20, 40] as [Int64] {
      var ended = false
      for limit in 0..<24 where !ended {
        let test = try GarbageBox()
        let box = test.box
        if days == 40 { try test.collect([test.kept], days: 20) }
        let (plan, _) = try test.plan([test.kept], in: "a", days: days)
        let failing = StoppingStorage(box.storage, after: limit)
        ended = (try? RemoteGarbage.run(plan, box.contents("a", failing), options: RemoteBox.options)) != nil
        try test.checkKept("b")
        for _ in 0..<3 { try test.collect([test.kept], days: 80) }
        try test.checkKept("c")
        #expect(try test.names(.marks) == [], "\(limit)")
        #expect(try test.collect([test.kept], days: 80).isEmpty, "\(limit)")
        #expect(try box.contents("c").contains(test.dropped.id) == false)
      }
      #expect(ended)
    }
  }

  @Test("a pack that is mostly unneeded is written anew, and what is needed of it is never without a copy")
  func rewrite() throws {
    let box = try RemoteBox()
    let mixed = try box.add(["k": bytes("kept"), "x": noise(60_000, seed: 4)], to: "a")
    try box.push([mixed], from: "a")
    let kept = try box.add(["k": bytes("kept")], to: "a")
    try box.push([kept], from: "a")
    let test = GarbageBox(box: box, kept: kept, files: ["k": bytes("kept")], dropped: mixed)
    let first = try test.collect([kept], days: 20)
    #expect(first.rewrite.count == 1 && first.copied.count == 1)
    try test.checkKept("b")
    // The new pack is found by the next gc, and nothing is copied twice.
    #expect(try test.collect([kept], days: 2).isEmpty)
    #expect(try test.collect([kept], days: 40).remove.map(\.name) == first.rewrite.map(\.name))
    try test.checkKept("c")
    #expect(try box.contents("c").contains(mixed.id) == false)
  }

  @Test("an index of many packs that tells of packs that are gone is replaced, and its successor is right")
  func mergedIndexes() throws {
    let test = try GarbageBox()
    let box = test.box
    for number in 0..<8 {
      try box.push([box.add(["x": noise(900, seed: UInt64(number) + 50)], to: "a")], from: "a")
    }
    let before = try box.remoteFiles(".idx").filter { $0.name.name.hasPrefix("merged-") }
    #expect(before.count == 1)
    try test.collect([test.kept], days: 20)
    try test.collect([test.kept], days: 40)
    let merged = try box.remoteFiles(".idx").filter { $0.name.name.hasPrefix("merged-") }
    #expect(merged.count == 2 && merged.contains(before[0]))
    #expect(try test.names(.marks) == [String(before[0].name.name.dropLast(4))])
    try test.checkKept("b")
    let last = try test.collect([test.kept], days: 60)
    #expect(last.remove.map(\.name) == [String(before[0].name.name.dropLast(4))] && last.mark == [])
    #expect(
      try box.remoteFiles(".idx").filter { $0.name.name.hasPrefix("merged-") } == merged.filter { $0 != before[0] })
    try test.checkKept("c")
    #expect(try test.collect([test.kept], days: 60).isEmpty)
  }

  @Test("what cannot be understood of a remote keeps a gc from taking anything")
  func refused() throws {
    let test = try GarbageBox()
    let box = test.box
    let strange = RemoteName.pack("notes.txt")
    try box.storage.put(strange, bytes("mine"))
    #expect(
      failure { _ = try test.plan([test.kept], in: "a", days: 20) }?.why.hasPrefix("packs/notes.txt is nothing") == true
    )
    try box.storage.remove(strange)
    for (number, file) in try box.remoteFiles("").enumerated() where !file.name.name.hasPrefix("mlrepo-") {
      let intact = try box.storage.bytes(file.name)
      try box.damage(file.name) { $0.removeLast() }
      #expect(
        failure { _ = try test.plan([test.kept], in: "a", days: 20, cache: "fresh-\(number)") }?.category == .damaged,
        "\(file.name)")
      try box.storage.put(file.name, intact)
    }
    let newer = RemoteName.pack("mlrepo-remote-2")
    try box.storage.put(newer, bytes("newer"))
    #expect(failure { _ = try test.plan([test.kept], in: "a", days: 20) }?.hint == "use a newer mlrepo")
  }
}

extension GarbageBox {
  init(box: RemoteBox, kept: Content, files: [String: [UInt8]], dropped: Content) {
    (self.box, self.kept, self.files, self.dropped) = (box, kept, files, dropped)
  }
}
