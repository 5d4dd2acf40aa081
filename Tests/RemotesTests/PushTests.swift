import Diagnostics
import Files
import Objects
import Remotes
import Synchronization
import TestSupport
import Testing

@Suite("pushing and fetching")
struct PushTests {
  let box: RemoteBox
  /// Small files, one that is cut into chunks, and one that lies in the store as a file.
  let files: [String: [UInt8]]

  init() throws {
    box = try RemoteBox()
    var files = Dictionary(uniqueKeysWithValues: (0..<40).map { ("f\($0)", bytes("content of \($0)")) })
    files["big"] = noise(900_000)
    files["loose"] = noise(300_000, seed: 2)
    files["text"] = bytes(String(repeating: "compresses well, ", count: 3_000))
    self.files = files
  }

  @Test("what was pushed is fetched into another store, byte by byte the same")
  func roundTrip() throws {
    let root = try box.add(files, to: "a")
    let (plan, report) = try box.push([root], from: "a")
    #expect(plan.missing == [] && plan.present.objects == 0)
    #expect(report.objects == files.count + 1 && report.failures.isEmpty)
    let fetched = try box.fetch(root, into: "b")
    #expect(fetched.objects == files.count + 1 && fetched.failures.isEmpty)
    #expect(try box.files(root, in: "b") == files)
    #expect(try box.store("b").check().findings == [])
  }

  @Test("a second push of the same sends nothing, and one of another clone neither")
  func again() throws {
    let root = try box.add(files, to: "a")
    try box.push([root], from: "a")
    let before = try box.remoteFiles("")
    for clone in ["a", "b"] {
      _ = try box.add(files, to: clone)
      let (plan, report) = try box.push([root], from: clone)
      #expect(plan.items == [] && plan.present.objects == files.count + 1)
      #expect(report.sent == 0)
    }
    #expect(try box.remoteFiles("") == before)
  }

  @Test("bytes inserted in a large file send the chunks beside them and no others")
  func insertion() throws {
    try box.push([box.add(files, to: "a")], from: "a")
    var changed = files
    changed["big"]?.insert(contentsOf: noise(1_000, seed: 9), at: 400_000)
    let root = try box.add(changed, to: "a")
    let report = try box.push([root], from: "a").report
    #expect(report.objects == 2)
    #expect(report.sent < 150_000 && report.reused > 750_000)
    try box.fetch(root, into: "b")
    #expect(try box.files(root, in: "b") == changed)
  }

  @Test("many pushes leave few indexes to read, and all they brought can be fetched")
  func manyPushes() throws {
    var roots: [Content] = []
    for number in 0..<30 {
      roots.append(try box.add(["f": bytes("version \(number)")], to: "a"))
      try box.push(roots, from: "a")
    }
    #expect(try box.remoteFiles(".pack").count == 30)
    let reader = CountingStorage(box.storage)
    for (number, root) in roots.enumerated() {
      try box.fetch(root, into: "b", from: reader)
      #expect(try box.files(root, in: "b") == ["f": bytes("version \(number)")])
    }
    #expect(reader.reads(endingIn: ".idx") < 12)
    // A merged index tells everything: those that it covers are not needed.
    for file in try box.remoteFiles(".idx") where file.name.name.hasPrefix("pack-") && !reader.hasRead(file.name) {
      try box.storage.remove(file.name)
    }
    #expect(try box.push(roots, from: "c").plan.missing == [])
  }

  @Test("two clients that push at once both hold")
  func atOnce() throws {
    let roots = try ["a", "b"].map { name in
      try box.add(files.merging(["own": bytes(name)]) { $1 }, to: name)
    }
    try Workers.run(count: 2, width: 2) { range throws(Failure) in
      for number in range {
        do { try box.push([roots[number]], from: ["a", "b"][number]) } catch {
          throw error as? Failure ?? Failure("cannot push", why: "\(error)")
        }
      }
    }
    for (root, own) in zip(roots, ["a", "b"]) {
      try box.fetch(root, into: "c")
      #expect(try box.files(root, in: "c")["own"] == bytes(own))
    }
  }
}

/// Counts what is read of another storage.
final class CountingStorage: RemoteStorage {
  private let storage: any RemoteStorage
  private let names = Mutex<[RemoteName]>([])
  private let bytes = Atomic<Int>(0)

  init(_ storage: any RemoteStorage) { self.storage = storage }

  var place: String { storage.place }
  var readCount: Int { names.withLock(\.count) }
  var byteCount: Int { bytes.load(ordering: .relaxed) }

  func reads(endingIn ending: String) -> Int { names.withLock { $0.count { $0.name.hasSuffix(ending) } } }
  func hasRead(_ name: RemoteName) -> Bool { names.withLock { $0.contains(name) } }

  func list(_ folder: RemoteFolder) throws(Failure) -> [RemoteFile] { try storage.list(folder) }

  func read(
    _ name: RemoteName, _ range: Range<Int>?, into body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    names.withLock { $0.append(name) }
    try storage.read(name, range) { piece throws(Failure) in
      bytes.wrappingAdd(piece.count, ordering: .relaxed)
      try body(piece)
    }
  }

  func upload(_ name: RemoteName) throws(Failure) -> any RemoteUpload { try storage.upload(name) }
  func remove(_ name: RemoteName) throws(Failure) { try storage.remove(name) }
}
