import Diagnostics
import Files
import Objects
import TestSupport
import Testing

@testable import Remotes

@Suite("an encrypted remote")
struct SealedStorageTests {
  let sandbox: Sandbox
  private let secret = SealedSecret.key([UInt8](repeating: 7, count: 32))

  init() throws { sandbox = try Sandbox() }

  private var inner: FolderStorage { FolderStorage(at: bytes(sandbox.absolute("remote"))) }
  private var storage: SealedStorage { SealedStorage(inner, secret) }

  /// Paths of the files that the storage inside has, but for seals.
  private func stored() throws -> [String] {
    try sandbox.shell("find remote/packs -type f ! -name 'seal-*' | sort").split(separator: "\n").map { String($0) }
  }

  private func write(_ content: [UInt8], _ path: String) throws {
    try sandbox.shell("rm \(path)")
    try sandbox.write(content, to: bytes(path))
  }

  @Test("it keeps to all that a storage promises")
  func contract() throws { try StorageContract { storage }.holds() }

  @Test("what is pushed to it is fetched from it")
  func travels() throws { try RemoteBox().travels { storage } }

  @Test("neither contents nor names are seen by who keeps them, and equal contents are not alike")
  func hidden() throws {
    try storage.put(.pack("pack-1"), bytes("a secret text"))
    try storage.put(.pack("pack-2"), bytes("a secret text"))
    let files = try stored()
    #expect(files.count == 2)
    #expect(files.allSatisfy { !$0.contains("pack-") })
    let contents = files.compactMap { sandbox.read($0) }
    #expect(contents[0] != contents[1])
    #expect(contents.map(\.count) == [13 + 28, 13 + 28])
    #expect(try sandbox.shell("grep -rl secret remote || true") == "")
  }

  @Test("any range of any size is the same as in the content")
  func ranges() throws {
    var random = SeededRandom(seed: 3)
    let segment = SealedStorage.segment
    for (index, size) in [0, 1, segment - 1, segment, segment + 1, 3 * segment, 3 * segment + 77].enumerated() {
      let content = noise(size, seed: UInt64(index + 1))
      let name = RemoteName.pack("size-\(size)")
      try storage.put(name, content)
      let other = storage
      #expect(try other.bytes(name) == content)
      for _ in 0..<10 where size > 0 {
        let start = Int.random(in: 0..<size, using: &random)
        let end = Int.random(in: start...size, using: &random)
        #expect(try other.bytes(name, start..<end) == Array(content[start..<end]), "\(start)..<\(end) of \(size)")
      }
    }
  }

  @Test("sizes are those of the content, and a size that nothing sealed has is no file")
  func sizes() {
    for size in [0, 1, 65_535, 65_536, 65_537, 1 << 30] {
      #expect(SealedStorage.contentSize(SealedStorage.storedSize(size)) == size)
    }
    #expect([0, 1, 27, 65_564 + 27, 65_564 + 5].compactMap(SealedStorage.contentSize) == [])
  }

  @Test("every flipped bit and every cut is found, and no wrong byte is handed out")
  func damage() throws {
    let content = noise(700)
    try storage.put(.pack("p"), content)
    let path = try #require(stored().first)
    let sealed = try #require(sandbox.read(path))
    for place in stride(from: 0, to: sealed.count, by: 7) {
      var damaged = sealed
      damaged[place] ^= 1 << UInt8(place % 8)
      try write(damaged, path)
      #expect(outcome(.pack("p"), content) == .damaged, "byte \(place)")
    }
    for length in [0, 27, 28, 100, sealed.count - 1] {
      try write(Array(sealed[..<length]), path)
      #expect([.damaged, .remote].contains(outcome(.pack("p"), content)), "\(length) bytes")
    }
    try write(sealed + [0], path)
    #expect(outcome(.pack("p"), content) == .damaged)
    try write(sealed, path)
    #expect(try storage.bytes(.pack("p")) == content)
  }

  @Test("files and segments that change places are found")
  func swaps() throws {
    let size = 2 * SealedStorage.segment
    try storage.put(.pack("a"), noise(size, seed: 1))
    try storage.put(.pack("b"), noise(size, seed: 2))
    let paths = try stored()
    let contents = try paths.map { try #require(sandbox.read($0)) }
    let half = SealedStorage.sealedSegment
    try write(contents[1], paths[0])
    try write(contents[0], paths[1])
    #expect(outcome(.pack("a"), []) == .damaged)
    #expect(outcome(.pack("b"), []) == .damaged)
    // One segment after the other, the first alone, and the first of both.
    for changed in [
      contents[0][half...] + contents[0][..<half], contents[0][..<half], contents[0][..<half] + contents[0][..<half],
    ] {
      try write(Array(changed), paths[0])
      let kinds = [outcome(.pack("a"), []), outcome(.pack("b"), [])]
      #expect(kinds == [.damaged, .damaged])
    }
  }

  @Test("another key is told as such, for reading and for writing")
  func wrongKey() throws {
    try storage.put(.pack("p"), bytes("x"))
    let why = "it is encrypted with another key than the one given"
    for other in [SealedSecret.key([UInt8](repeating: 8, count: 32)), .passphrase("seven")] {
      let wrong = SealedStorage(inner, other)
      #expect(failure { _ = try wrong.list(.packs) }?.why == why)
      #expect(failure { _ = try wrong.bytes(.pack("p")) }?.why == why)
      #expect(failure { try wrong.put(.pack("q"), []) }?.why == why)
    }
  }

  @Test("a passphrase does as well as a key")
  func passphrase() throws {
    let words = SealedSecret.passphrase("correct horse battery staple")
    try SealedStorage(inner, words).put(.pack("p"), bytes("content"))
    #expect(try SealedStorage(inner, words).bytes(.pack("p")) == bytes("content"))
    #expect(failure { _ = try SealedStorage(inner, .passphrase("correct")).list(.packs) } != nil)
  }

  @Test("a place with data that is not encrypted is not written to")
  func plainData() throws {
    try inner.put(.pack("pack-plain"), bytes("x"))
    #expect(try storage.list(.packs) == [])
    #expect(failure { try storage.put(.pack("p"), []) }?.why.hasPrefix("it holds data that is not encrypted") == true)
  }

  @Test("two who seal a new place at once can both read what either wrote")
  func twoSeals() throws {
    try storage.put(.pack("first"), bytes("1"))
    try sandbox.shell("mkdir aside; mv remote/packs/seal-* aside")
    try sandbox.shell("mkdir keep; mv remote/packs/* keep")
    try storage.put(.pack("second"), bytes("2"))
    try sandbox.shell("mv aside/* keep/* remote/packs")
    #expect(try storage.sizes(.packs) == ["first": 1, "second": 1])
    #expect(try storage.bytes(.pack("first")) + storage.bytes(.pack("second")) == bytes("12"))
  }

  @Test("a seal that is damaged or newer is not taken for a wrong key")
  func seals() throws {
    try storage.put(.pack("p"), bytes("x"))
    let path = try sandbox.shell("ls remote/packs/seal-*").split(separator: "\n").map { String($0) }[0]
    let seal = try #require(sandbox.read(path))
    try write(seal.dropLast(), path)
    #expect(failure { _ = try storage.list(.packs) }?.category == .damaged)
    let newer = bytes("mlrepo seal 2\n")
    try sandbox.shell("rm \(path)")
    try sandbox.write(newer, to: bytes("remote/packs/seal-\(Digest.hex(Digest.sha256(newer)))"))
    #expect(failure { _ = try storage.list(.packs) }?.why == "it was made by a newer mlrepo")
  }

  @Test("a key file holds 64 digits and nothing else")
  func keyFiles() throws {
    let path = bytes(sandbox.absolute("key"))
    #expect(
      failure { _ = try SealedSecret(keyFile: path) }?.hint?.hasPrefix("make one with: openssl rand -hex 32 >") == true)
    try sandbox.shell("openssl rand -hex 32 > key")
    guard case .key(let key) = try SealedSecret(keyFile: path) else { throw Failure("no key", why: "") }
    #expect(key.count == 32)
    for text in ["", "00", "\(String(repeating: "0", count: 64)) 1", String(repeating: "z", count: 64)] {
      try sandbox.write(text, to: "key")
      #expect(failure { _ = try SealedSecret(keyFile: path) }?.why == "it does not hold 64 hexadecimal digits")
    }
  }

  @Test("the building blocks give what their standards say")
  func vectors() throws {
    #expect(
      Digest.hex(SealedCipher.key([UInt8](repeating: 0x0b, count: 22), salt: [], purpose: ""))
        == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d")
    #expect(Base32.encode(bytes("foobar")) == "mzxw6ytboi")
    #expect(Base32.decode("mzxw6ytboi") == bytes("foobar"))
    #expect(["mzxw6ytbo1", "MZXW6YTBOI", "mzxw6ytboj", "m"].compactMap(Base32.decode) == [])
    // Test case 14 of GCM's specification: a key, a nonce and 16 bytes of zeros.
    let sealed =
      [UInt8](repeating: 0, count: 12)
      + (Digest.bytes(hex: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919") ?? [])
    #expect(
      SealedCipher.open(sealed[...], key: [UInt8](repeating: 0, count: 32), context: [])
        == [UInt8](repeating: 0, count: 16))
  }

  private func outcome(_ name: RemoteName, _ content: [UInt8]) -> FailureCategory? {
    failure {
      let found = try storage.bytes(name)
      #expect(found == content)
    }?.category
  }
}
