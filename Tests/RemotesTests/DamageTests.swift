import Diagnostics
import Files
import Objects
import Remotes
import TestSupport
import Testing

@Suite("damaged remotes")
struct DamageTests {
  let box: RemoteBox
  let root: Content
  let files: [String: [UInt8]]

  init() throws {
    box = try RemoteBox()
    var files = Dictionary(uniqueKeysWithValues: (0..<12).map { ("f\($0)", bytes("content of \($0)")) })
    files["big"] = noise(200_000)
    self.files = files
    root = try box.add(files, to: "a")
    try box.push([root], from: "a")
  }

  /// Fetches into a new store and expects that what came is right, and what did not is in the report.
  private func check(_ name: String, _ storage: (any RemoteStorage)? = nil) throws -> FetchReport {
    let report = try box.fetch(root, into: name, from: storage)
    let store = try box.store(name)
    guard try store.contains(root.id) else {
      #expect(!report.failures.isEmpty)
      return report
    }
    var lacking: Set<ObjectID> = []
    for entry in try store.tree(root.id).entries {
      if try store.contains(entry.id) {
        #expect(try store.read(entry.id) == files[String(decoding: entry.name, as: UTF8.self)])
      } else {
        lacking.insert(entry.id)
      }
    }
    #expect(Set(report.failures.map(\.id)) == lacking)
    return report
  }

  @Test("a flipped bit anywhere in a pack spoils the objects it lies in, and no wrong byte comes")
  func flippedBits() throws {
    var random = SeededRandom(seed: 5)
    var spoiled = 0
    for round in 0..<24 {
      let pack = try #require(box.remoteFiles(".pack").randomElement(using: &random))
      let intact = try box.storage.bytes(pack.name)
      try box.damage(pack.name) { content in
        content[Int.random(in: 16..<content.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
      let report = try check("b\(round)")
      #expect(report.failures.count == 1)
      if report.failures.first?.why.category == .damaged { spoiled += 1 }
      try box.storage.put(pack.name, intact)
    }
    #expect(spoiled == 24)
  }

  @Test("a pack that was cut short or is gone counts for nothing, and a push from elsewhere brings it back")
  func truncated() throws {
    let packs = try box.remoteFiles(".pack")
    for (number, pack) in packs.enumerated() {
      if number == 0 { try box.storage.remove(pack.name) } else { try box.damage(pack.name) { $0.removeLast(10) } }
    }
    #expect(try check("b").objects == 0)
    #expect(try box.contents("b").problems.count == packs.count - 1)
    #expect(try box.push([root], from: "a").report.objects == files.count + 1)
    #expect(try check("c").failures.isEmpty)
  }

  @Test("a damaged index counts for nothing, and a push brings all again that it told of")
  func damagedIndexes() throws {
    for (number, file) in try box.remoteFiles(".idx").enumerated() {
      for change in [0, 5, 20, 600, 1050, file.size - 1] where change < file.size {
        let intact = try box.storage.bytes(file.name)
        try box.damage(file.name) { $0[change] ^= 4 }
        let clone = "b\(change)-\(number)"
        #expect(try box.contents(clone).problems.count == 1)
        _ = try check(clone)
        try box.storage.put(file.name, intact)
      }
    }
    for file in try box.remoteFiles(".idx") { try box.damage(file.name) { $0 = [] } }
    #expect(try box.push([root], from: "fresh-cache-of-b").plan.missing == [root.id])
    try box.top.removeTree(bytes("a/remotes"))
    #expect(try box.push([root], from: "a").report.objects == files.count + 1)
    #expect(try check("c").failures.isEmpty)
  }

  @Test("a storage that gives other bytes, fewer bytes or none is never believed")
  func wrongAnswers() throws {
    for (number, fault) in FaultyStorage.Fault.allCases.enumerated() {
      let storage = FaultyStorage(box.storage, fault)
      let report = try? check("b\(number)", storage)
      // Whatever came was right; and with a storage that answers again, all comes.
      #expect(report?.failures.isEmpty != true, "\(fault)")
      #expect(try check("b\(number)").failures.isEmpty, "\(fault)")
    }
  }

  @Test("an object that is in two packs comes from the intact one")
  func secondCopy() throws {
    let first = try box.remoteFiles(".pack")
    for pack in first { try box.storage.remove(pack.name) }
    let more = try box.add(files.merging(["new": bytes("new")]) { $1 }, to: "a")
    try box.push([root, more], from: "a")
    for (number, pack) in first.enumerated()
    where try !box.remoteFiles(".pack").contains(where: { $0.name == pack.name }) {
      // What was removed comes back damaged, beside the new packs.
      try box.storage.put(pack.name, [UInt8](repeating: UInt8(number), count: pack.size))
    }
    #expect(try check("b").failures.isEmpty)
  }

  @Test("a damaged object is not sent, and all others are")
  func damagedHere() throws {
    let changed = try box.add(files.merging(["bad": noise(300_000, seed: 7), "good": bytes("good")]) { $1 }, to: "a")
    let entry = try #require(box.store("a").tree(changed.id).entry(named: bytes("bad")))
    let path = "a/objects/loose/\(entry.id.hex.prefix(2))/\(entry.id.hex.dropFirst(2))"
    try box.sandbox.shell("chmod u+w \(path); printf X | dd of=\(path) bs=1 seek=1000 conv=notrunc status=none")
    let report = try box.push([changed], from: "a").report
    #expect(report.failures.map(\.id) == [entry.id] && report.failures.first?.why.category == .damaged)
    let fetched = try box.fetch(changed, into: "b")
    #expect(fetched.failures.map(\.id) == [entry.id])
    #expect(fetched.objects == files.count + 2)
  }

  @Test("a push that fails at any step leaves a remote that is whole, and the next one ends the work")
  func interrupted() throws {
    let more = files.merging(["second": noise(150_000, seed: 8)]) { $1 }
    for limit in 0..<20 {
      let box = try RemoteBox()
      let root = try box.add(more, to: "a")
      let failing = StoppingStorage(box.storage, after: limit)
      let failed = (try? box.push([root], from: "a", to: failing)) == nil
      // Whoever looks at it now finds no object that is not there.
      let contents = try box.contents("c")
      #expect(contents.problems == [])
      if !contents.isNew {
        for failure in try box.fetch(root, into: "c").failures { #expect(failure.why.category == .dataMissing) }
      }
      try box.push([root], from: "a")
      #expect(try box.fetch(root, into: "b").failures.isEmpty, "\(limit)")
      #expect(try box.files(root, in: "b") == more)
      if !failed { return #expect(limit > 4) }
    }
    Issue.record("the push never came to its end")
  }
}

/// A storage that answers wrongly.
final class FaultyStorage: RemoteStorage {
  enum Fault: CaseIterable {
    /// Bytes from elsewhere in the file.
    case shifted
    /// A page of text, with all the signs of success.
    case page
    /// The start of what was asked for, without a word that there should be more.
    case short
    /// More and more.
    case endless
    case refused
  }

  private let storage: any RemoteStorage
  private let fault: Fault

  init(_ storage: any RemoteStorage, _ fault: Fault) { (self.storage, self.fault) = (storage, fault) }

  var place: String { storage.place }

  func list(_ folder: RemoteFolder) throws(Failure) -> [RemoteFile] { try storage.list(folder) }

  func read(
    _ name: RemoteName, _ range: Range<Int>?, into body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    guard name.name.hasSuffix(".pack"), let range else { return try storage.read(name, range, into: body) }
    let length = range.count
    switch fault {
    case .shifted: try storage.read(name, 0..<length, into: body)
    case .page: try Array(String(repeating: "<html>", count: length).utf8.prefix(length)).withRaw(body)
    case .short: try storage.read(name, range.lowerBound..<range.lowerBound + length / 2, into: body)
    case .endless: for _ in 0..<100 { try noise(length).withRaw(body) }
    case .refused: throw Failure("cannot read \(name)", why: "the server said no", category: .remote)
    }
  }

  func upload(_ name: RemoteName) throws(Failure) -> any RemoteUpload { try storage.upload(name) }
  func remove(_ name: RemoteName) throws(Failure) { try storage.remove(name) }
}
