import Diagnostics
import Files
import Objects
import Remotes
import TestSupport
import Testing

/// What gc and fsck of a remote do, whatever keeps its files.
struct CareContract {
  /// Opens the place as another process would.
  let open: () throws -> any RemoteStorage
  private let box: RemoteBox
  private let files: [String: [UInt8]]
  private let kept: Content
  private let dropped: Content

  /// Puts into the place what is needed, and what is not.
  init(_ open: @escaping () throws -> any RemoteStorage) throws {
    self.open = open
    box = try RemoteBox()
    var files = Dictionary(uniqueKeysWithValues: (0..<4).map { ("f\($0)", noise(3_000, seed: UInt64($0) + 10)) })
    files["big"] = noise(200_000)
    self.files = files
    kept = try box.add(files, to: "a")
    dropped = try box.add(["d": noise(150_000, seed: 3), "e": bytes("not needed")], to: "a")
    try box.push([kept], from: "a", to: open())
    try box.push([dropped], from: "a", to: open())
  }

  /// The same place, reached in another way.
  init(_ other: CareContract, _ open: @escaping () throws -> any RemoteStorage) {
    (self.open, box, files, kept, dropped) = (open, other.box, other.files, other.kept, other.dropped)
  }

  /// Everything that both do.
  func holds() throws {
    try whatIsIntactIsFoundSo()
    try damageIsFound()
    try whatIsNotNeededGoesInTwoSteps()
    try whatIsIntactIsFoundSo()
  }

  func whatIsIntactIsFoundSo() throws {
    let found = try check(data: true)
    #expect(found.findings == [] && found.read == found.objects && found.objects > 5)
    #expect(try check(data: false).read == 0)
  }

  func damageIsFound() throws {
    let storage = try open()
    let packs = try storage.list(.packs).filter { $0.name.name.hasSuffix(".pack") }
    for pack in packs.map(\.name) {
      let intact = try storage.bytes(pack)
      var damaged = intact
      damaged[damaged.count - 1] ^= 1
      try storage.put(pack, damaged)
      let found = try check(data: true).findings
      #expect(found.map(\.file) == [pack.description] && found.map(\.kind) == [.damaged], "\(pack)")
      try storage.put(pack, Array(intact.dropLast()))
      #expect(try check(data: false).findings.contains { $0.file == pack.description && $0.kind == .damaged })
      try storage.put(pack, intact)
    }
  }

  func whatIsNotNeededGoesInTwoSteps() throws {
    let before = try names(.packs)
    #expect(try collect(days: 0).isEmpty)
    let first = try collect(days: 20)
    #expect(first.remove == [] && !first.mark.isEmpty)
    #expect(try names(.packs) == before && names(.marks) == Set(first.mark.map(\.name)))
    #expect(try box.contents("b", open()).contains(dropped.id))
    let last = try collect(days: 40)
    let gone = first.mark.map(\.name)
    #expect(last.remove.map(\.name) == gone && last.mark == [])
    #expect(try names(.packs) == before.subtracting(gone.flatMap { ["\($0).pack", "\($0).idx"] }))
    #expect(try names(.marks) == [])
    #expect(try box.contents("b", open()).contains(dropped.id) == false)
    #expect(try box.fetch(kept, into: "b", from: open()).failures.isEmpty)
    #expect(try box.files(kept, in: "b") == files)
  }

  func check(data: Bool) throws -> RemoteCheck {
    try RemoteChecker(box.contents("a", open()), width: 2).run(data: data, resuming: false, progress: ProgressMeter())
  }

  /// A gc that takes place so many days from now, as far as it goes by the place's own clock.
  @discardableResult
  func collect(days: Int64) throws -> RemoteGarbagePlan {
    let storage = try open()
    let contents = try box.contents("a", storage)
    var clock = try RemoteClock.read(storage, grace: GarbageBox.grace)
    clock.now += days * GarbageBox.day
    var needed = Set([kept.id] + (try box.store("a").tree(kept.id).entries.map(\.id)))
    needed.formUnion(try contents.chunks(of: needed, width: 2))
    let plan = try RemoteGarbagePlan(contents, needed: needed, clock: clock)
    _ = try RemoteGarbage.run(plan, contents, options: RemoteBox.options)
    return plan
  }

  private func names(_ folder: RemoteFolder) throws -> Set<String> {
    Set(try open().list(folder).map(\.name.name).filter { !$0.hasPrefix("mlrepo-") })
  }
}

extension GarbageTests {
  @Test("in a plain and in an encrypted folder, gc and fsck do what they promise")
  func folders() throws {
    let sandbox = try Sandbox()
    let (plain, other) = (bytes(sandbox.absolute("plain")), bytes(sandbox.absolute("sealed")))
    try CareContract { FolderStorage(at: plain) }.holds()
    let secret = SealedSecret.key([UInt8](repeating: 7, count: 32))
    try CareContract { SealedStorage(FolderStorage(at: other), secret) }.holds()
  }
}
