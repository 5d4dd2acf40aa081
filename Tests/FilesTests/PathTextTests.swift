import Files
import TestSupport
import Testing

@Suite("the text form of paths")
struct PathTextTests {
  @Test("unescape is the inverse of escape for any bytes", arguments: 0..<20 as Range<UInt64>)
  func roundTrip(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<200 {
      let path = Bool.random(using: &random) ? random.bytes(Int.random(in: 0...20, using: &random)) : random.name()
      let text = PathText.escape(path)
      #expect(PathText.unescape(text) == path)
      #expect(PathText.escapedBytes(path) == Array(text.utf8))
    }
  }

  @Test("every pair of bytes has a text of its own, without control characters")
  func pairs() {
    var seen: Set<[UInt8]> = []
    for first in UInt8.min ... .max {
      for second in UInt8.min ... .max {
        let text = PathText.escape([first, second])
        #expect(text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f })
        seen.insert(Array(text.utf8))
      }
    }
    #expect(seen.count == 65536)
  }

  @Test(
    "the one form of a path",
    arguments: [
      ("plain/a b.csv", "plain/a b.csv"), ("é/日本/🙂", "é/日本/🙂"), ("a\nb", "a\\0ab"), ("back\\slash", "back\\5cslash"),
      ("\u{7f}\u{1f}", "\\7f\\1f"), ("", ""),
    ])
  func known(path: String, text: String) {
    #expect(PathText.escape(Array(path.utf8)) == text)
  }

  @Test(
    "bytes that are no UTF-8 are escaped one by one",
    arguments: [
      ([0xff], "\\ff"), ([0xc3], "\\c3"), ([0xc0, 0x80], "\\c0\\80"), ([0xed, 0xa0, 0x80], "\\ed\\a0\\80"),
      ([0xf4, 0x90, 0x80, 0x80], "\\f4\\90\\80\\80"), ([0xe6, 0x97, 0x41], "\\e6\\97A"), ([0x80, 0xc3, 0xa9], "\\80é"),
    ] as [([UInt8], String)])
  func invalid(path: [UInt8], text: String) {
    #expect(PathText.escape(path) == text)
    #expect(PathText.unescape(text) == path)
  }

  @Test(
    "a backslash that starts no escape stands for itself", arguments: ["\\", "\\x", "a\\4", "\\4G", "\\4A", "\\\\"])
  func notAnEscape(text: String) {
    #expect(PathText.unescape(text) == Array(text.utf8))
  }
}
