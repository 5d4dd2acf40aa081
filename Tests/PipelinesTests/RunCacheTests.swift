import Files
import Formats
import Objects
import Pipelines
import TestSupport
import Testing

@Suite struct RunCacheTests {
  private let sandbox: Sandbox
  private let folder: Folder
  private let cache: RunCache

  init() throws {
    sandbox = try Sandbox()
    folder = try Folder(at: Array(sandbox.path.utf8))
    cache = RunCache(in: folder, scratch: Scratch(in: try folder.folder(making: bytes("tmp"))))
  }

  private func result(_ output: Character) throws -> LockedStage {
    LockedStage(commands: ["run"], outputs: [LockedPath(path: try path("out"), id: try id(output), size: 1)])
  }

  private func files(of key: RunKey) throws -> (folder: Folder, names: [[UInt8]]) {
    let hex = key.id.hex
    let records = try folder.folder(bytes("runs/\(hex.prefix(2))/\(hex.dropFirst(2))"))
    return (records, try records.names().map(\.name).sorted { $0.lexicographicallyPrecedes($1) })
  }

  @Test("a recorded result is found by its key, and recorded once")
  func records() throws {
    let (key, other) = (RunKey(id: try id("1")), RunKey(id: try id("2")))
    #expect(try cache.results(for: key) == [])
    for _ in 0..<2 { try cache.record(try result("a"), of: try stageID("train"), for: key) }
    #expect(try cache.results(for: key) == [try result("a")])
    #expect(try cache.results(for: other) == [])
    try cache.record(try result("b"), of: try stageID("train"), for: key)
    #expect(try Set(cache.results(for: key).map { $0.outputs[0].id }) == [id("a"), id("b")])
    #expect(try cache.list().map(\.stage) == ["train", "train"])
    #expect(try cache.list().map(\.key) == [key, key])
  }

  @Test("a record that is cut, changed or of another version is passed over")
  func damaged() throws {
    let key = RunKey(id: try id("1"))
    try cache.record(try result("a"), of: try stageID("train"), for: key)
    let (records, names) = try files(of: key)
    let whole = try #require(try records.contents(names[0]))
    let scratch = try folder.folder(making: bytes("tmp"))
    try records.replace(names[0], with: whole.dropLast(), scratch: scratch)
    #expect(try cache.results(for: key) == [])
    let later = bytes(text(whole).replacing("version: 1", with: "version: 2"))
    try records.replace(try ContentHasher.id(of: later).hexBytes, with: later, scratch: scratch)
    try records.replace(bytes("notes.txt"), with: bytes("x"), scratch: scratch)
    #expect(try cache.results(for: key) == [] && cache.list() == [])
    try cache.record(try result("a"), of: try stageID("train"), for: key)
    #expect(try cache.results(for: key) == [try result("a")])
  }

  @Test("pruning takes what is not wanted and what is damaged, and leaves the rest")
  func prunes() throws {
    let keys = try ["1", "2"].map { RunKey(id: try id($0)) }
    for key in keys { try cache.record(try result("a"), of: try stageID("train"), for: key) }
    let (records, names) = try files(of: keys[1])
    try records.replace(names[0], with: [], scratch: try folder.folder(making: bytes("tmp")))
    try cache.record(try result("b"), of: try stageID("train"), for: keys[0])
    let wanted = try id("b")
    #expect(try cache.prune { $0.result.outputs[0].id == wanted } == 2)
    #expect(try cache.list().map(\.result) == [try result("b")])
  }

  @Test("what two clones have found out is what both have, put together")
  func merges() throws {
    let key = RunKey(id: try id("1"))
    try cache.record(try result("a"), of: try stageID("train"), for: key)
    let second = try RunCache(
      in: folder.folder(making: bytes("second")), scratch: Scratch(in: folder.folder(making: bytes("tmp"))))
    try second.record(try result("b"), of: try stageID("train"), for: key)
    let (records, names) = try files(of: key)
    let place = bytes("second/runs/\(key.id.hex.prefix(2))/\(key.id.hex.dropFirst(2))")
    try records.rename(names[0], to: names[0], in: folder.folder(place))
    #expect(try Set(second.results(for: key).map { $0.outputs[0].id }) == [id("a"), id("b")])
  }
}
