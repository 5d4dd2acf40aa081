import Diagnostics
import Formats
import Foundation
import TestSupport
import Testing

@Suite struct YAMLBlockReaderTests {
  private func agrees(_ text: String) {
    let bytes = Array(text.utf8)
    let short = Result { try YAML.parse(bytes, file: "f") }
    let full = Result { try YAML.parse(bytes, file: "f", inFull: true) }
    switch (short, full) {
    case (.success(let a), .success(let b)): #expect(a == b, "\(text)")
    case (.failure(let a as Failure), .failure(let b as Failure)): #expect(a == b, "\(text)")
    default: Issue.record("one reader takes it, the other does not: \(text)")
    }
  }

  @Test(
    "the short cut for plain blocks reads what the full reader reads, with the same places",
    arguments: [
      "a: 1\nb:\n  - x\n  - y: 2\n    z: 'it''s'\n  - \"q\"\nc: {}\nd: []\n", "a:\n- 1\n- b: c\n  d: e\nf: g\n",
      "# one\n\nstages:\n  # two\n  a.b-c:\n    cmd: ls data | wc -l > n.txt # three\n",
      "a: ls | wc\n  more\n", "a:\n  b: 1\n c: 2\n", "a: 1\na: 2\n", "a: b: c\n", "- - 1\n", "-  a: 1\n   b: 2\n",
      "a: -1\nb: -x\nc: - x\n", "a: .5\nb: ...\n", "...\n", "---\na: 1\n", "a: 1\n...\n", "'on': true\n\"x\": y\n",
      "a: 'b' c\n", "a: 'b\n", "a: ''''\n", "a:\n", "a:\nb: 1\n", "a: 1 \n", "a:1\n", "a: http://x:80/y\n", "1: a\n",
      "a: 99999999999999999999\n", "a: 0x1F\nb: 1e3\nc: True\nd: ~\ne: null\nf: nullx\ng: no\n", "a: x#y\nb: x #y\n",
      "a b: c d\n", "a : b\n", "- a\nb: c\n", "a: b\n- c\n", "x", "", "a: é\n", "a: \"x\\n\"\n", "  a: 1\n  b: 2\n",
      "a:\n    - b\n    - c:\n        d: 1\n  \n", "a: [1, 2]\n", "a: |\n  x\n", "a: &x 1\n", "a: !!str 1\n",
      "a:\n  -\n",
      "- a: 1\n- a: 2\n\n# end", "a: - 1\n", "key: 'x': y\n", "'a':b\n", "a:  two\n", "-\ta\n", "a: ?x\n", "a: x?\n",
      "..: 1\n", "a: ..\n", "a: @x\n", "<<: x\n", "a: =\n",
    ])
  func agreesOnSamples(text: String) { agrees(text) }

  @Test("on random small texts and on changed real ones both readers agree")
  func agreesOnRandomTexts() throws {
    var random = SystemRandomNumberGenerator()
    let pieces = [
      "a", "b: ", "c:", "- ", "-", "\n", "\n  ", "\n    ", "1", "'", "\"", "x y", "# z", " ", ": ", "[]", "{}", "''",
      "'q'",
      "\n- ", "\n  - k: v", "\n", "...", "---", "true", "-5", "0o7",
    ]
    for _ in 0..<4000 {
      agrees(
        (0..<Int.random(in: 1...14, using: &random)).compactMap { _ in pieces.randomElement(using: &random) }.joined())
    }
    let real =
      "version: 1\nstages:\n  a:\n    cmd:\n      - run x > y\n    deps:\n      - path: data\n        size: 12\n"
    for _ in 0..<2000 {
      var bytes = Array(real.utf8)
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let at = bytes.indices.randomElement(using: &random) ?? 0
        if Bool.random(using: &random) {
          bytes.remove(at: at)
        } else {
          bytes[at] = Array(" :-#'\n\"ax0[".utf8).randomElement(using: &random) ?? 32
        }
      }
      agrees(String(decoding: bytes, as: UTF8.self))
    }
  }
}
