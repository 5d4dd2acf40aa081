import Diagnostics
import Objects
import TestSupport
import Testing

@Suite("object ids")
struct ObjectIDTests {
  @Test(
    "an id is the SHA-256 of the bytes (vectors of FIPS 180-4)",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func vectors(text: String, hex: String) throws {
    let id = try ContentHasher.id(of: bytes(text))
    #expect(id.hex == hex)
    #expect(id.text == "sha256:\(hex)")
    #expect(id.short == String(hex.prefix(10)))
  }

  @Test("an id is what sha256sum prints", arguments: [0, 1, 63, 64, 65, 100_000])
  func sha256sum(size: Int) throws {
    var random = SeededRandom(seed: UInt64(size))
    let box = try StoreBox()
    let content = random.bytes(size)
    try box.sandbox.write(content, to: bytes("f"))
    #expect(try box.sandbox.shell("sha256sum < f").prefix(64) == ContentHasher.id(of: content).hex)
  }

  @Test("pieces give the id of the whole, and a hasher can start anew at any time")
  func pieces() throws {
    let whole = bytes("one two three")
    let hasher = try ContentHasher()
    for piece in ["one", " ", "", "two three"] { bytes(piece).withUnsafeBytes { hasher.update($0) } }
    #expect(hasher.finish() == (try ContentHasher.id(of: whole)))
    bytes("left by a failure").withUnsafeBytes { hasher.update($0) }
    hasher.reset()
    #expect(whole.withUnsafeBytes { hasher.hash($0) } == (try ContentHasher.id(of: whole)))
  }

  @Test("text, digits and bytes lead back to the same id")
  func roundTrip() throws {
    var random = SeededRandom(seed: 7)
    var ids: [ObjectID] = []
    for _ in 0..<100 {
      let raw = random.bytes(32)
      let id = raw.withUnsafeBytes { $0.baseAddress.map { ObjectID(loading: $0) } ?? .zero }
      var stored = [UInt8](repeating: 0, count: 32)
      stored.withUnsafeMutableBytes { if let base = $0.baseAddress { id.store(to: base) } }
      #expect(stored == raw)
      #expect(ObjectID(hex: id.hexBytes) == id)
      #expect(try ObjectID(text: id.text) == id)
      #expect(id.firstByte == raw[0])
      ids.append(id)
    }
    #expect(ids.sorted() == ids.sorted { $0.hex < $1.hex })
  }

  @Test(
    "anything but 'sha256:' and 64 lower-case digits is refused",
    arguments: [
      "", "sha256:", String(repeating: "a", count: 64), "sha256:" + String(repeating: "a", count: 63),
      "sha256:" + String(repeating: "a", count: 65), "sha256:" + String(repeating: "A", count: 64),
      "SHA256:" + String(repeating: "a", count: 64), "sha256:" + String(repeating: "a", count: 63) + "g",
      "sha256:../" + String(repeating: "a", count: 61), " sha256:" + String(repeating: "a", count: 64),
      "md5:" + String(repeating: "a", count: 64), "sha256:" + String(repeating: "é", count: 32),
      "sha256:" + String(repeating: "a", count: 63) + "\n",
    ])
  func refused(text: String) {
    let expected = Failure(
      "cannot read the object id '\(text.prefix(100))'",
      why: "an id is 'sha256:' and 64 hexadecimal digits in lower case", category: .damaged)
    #expect(failure { _ = try ObjectID(text: text) } == expected)
  }
}
