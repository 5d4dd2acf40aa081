import Files
import TestSupport
import Testing

@Suite("listing a folder")
struct FolderListingTests {
  @Test("names of any bytes are listed in the order of their bytes, and found again", arguments: [1, 2, 3] as [UInt64])
  func order(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let sandbox = try Sandbox()
    var names: Set<[UInt8]> = [
      bytes("a\nb"), [0xff, 0xfe], [UInt8](repeating: 0x61, count: 255), bytes("a"), bytes("..."),
    ]
    for _ in 0..<100 { names.insert(random.name()) }
    for name in names { try sandbox.write(name, to: name) }
    let sorted = names.sorted { $0.lexicographicallyPrecedes($1) }
    var listing = try sandbox.open().list()
    #expect(listing.entries.indices.map { listing.name($0) } == sorted)
    #expect(listing.entries.map(\.stat.size) == sorted.map(\.count))
    #expect(sorted.map { listing.index(of: $0) } == Array(sorted.indices))
    #expect(listing.index(of: bytes("missing")) == nil)
    listing.filter { name, _ in name.count > 1 }
    #expect(listing.entries.indices.map { listing.name($0) } == sorted.filter { $0.count > 1 })
    #expect(try Set(sandbox.open().names().map(\.name)) == names)
  }

  @Test("a folder can be listed many times, also by two at once")
  func again() throws {
    let sandbox = try Sandbox()
    try sandbox.shell("mkdir d; touch a b")
    let folder = try sandbox.open()
    #expect(try folder.list().entries.count == 3)
    let names = try folder.names().sorted { $0.name.lexicographicallyPrecedes($1.name) }
    #expect(names.map(\.name) == [bytes("a"), bytes("b"), bytes("d")])
    #expect(names.map(\.isFolder) == [false, false, true])
    #expect(try folder.list().entries.count == 3)
  }
}
