import Files
import TestSupport
import Testing

/// What goes past the system's cache of files is the same bytes, on any file system.
@Suite("files past the cache")
struct UncachedTests {
  @Test("bytes written past the cache are read back with it and without, holes and odd ends included")
  func roundTrip() throws {
    let sandbox = try Sandbox()
    let folder = try sandbox.open()
    var random = SeededRandom(seed: 1)
    let content = random.bytes(100_001) + [UInt8](repeating: 0, count: 200_000) + random.bytes(70_003)
    let file = try folder.create(bytes("f"))
    var failure: (any Error)?
    content.withUnsafeBytes {
      do { try file.writeSparsely($0, caching: .none) } catch { failure = error }
    }
    if let failure { throw failure }
    try file.truncate(to: content.count)
    #expect(try folder.contents(bytes("f"), limit: 1 << 20) == content)
    var read = [UInt8](repeating: 1, count: content.count + 10)
    let count = try read.withUnsafeMutableBytes { try file.read(at: 5, into: $0, caching: .none) }
    #expect(count == content.count - 5)
    #expect(Array(read[..<count]) == Array(content[5...]))
  }
}
