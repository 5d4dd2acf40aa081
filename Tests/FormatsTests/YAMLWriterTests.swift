import Formats
import Testing

@Suite struct YAMLWriterTests {
  @Test(
    "a scalar is quoted only where some reader would take it for something else",
    arguments: [
      (.null, "null"), (.bool(true), "true"), (.int(-3), "-3"), (.float(0.1), "0.1"), (.float(1e-5), "1.0e-05"),
      (.float(1.5e-7), "1.5e-07"), (.float(3), "3.0"), (.float(1e16), "1.0e+16"), (.float(-.infinity), "-.inf"),
      (.float(.nan), ".nan"), (.float(-0.0), "-0.0"),
      (.string(""), "''"), (.string("train"), "train"), (.string("data/raw.csv"), "data/raw.csv"),
      (.string("../x"), "../x"), (.string(".env"), ".env"), (.string("./a b"), "./a b"),
      (.string("01_raw/x"), "01_raw/x"),
      (.string("$HOME/x"), "$HOME/x"), (.string("größe"), "größe"), (.string("漢字"), "漢字"),
      (.string("s3://b/k"), "s3://b/k"), (.string("sha256:0a"), "sha256:0a"), (.string("a:b"), "a:b"),
      (.string("yes"), "'yes'"), (.string("No"), "'No'"), (.string("y"), "'y'"), (.string("NULL"), "'NULL'"),
      (.string("~"), "'~'"), (.string("true"), "'true'"), (.string("3"), "'3'"), (.string("010"), "'010'"),
      (.string("1e-1"), "'1e-1'"), (.string("1_000"), "'1_000'"), (.string("0x1F"), "'0x1F'"),
      (.string("1:30"), "'1:30'"),
      (.string("2024-01-31"), "'2024-01-31'"), (.string(".5"), "'.5'"), (.string(".inf"), "'.inf'"),
      (.string("."), "'.'"),
      (.string("-x"), "'-x'"), (.string("a: b"), "'a: b'"), (.string("a #b"), "'a #b'"), (.string("a#b"), "a#b"),
      (.string("a:"), "'a:'"), (.string(" a"), "' a'"), (.string("a "), "'a '"), (.string("it's"), "it's"),
      (.string("'q'"), "'''q'''"), (.string("*x"), "'*x'"), (.string("&x"), "'&x'"), (.string("!x"), "'!x'"),
      (.string("x?y"), "'x?y'"), (.string("[x]"), "'[x]'"), (.string("a, b"), "'a, b'"), (.string("{}"), "'{}'"),
      (.string("%x"), "'%x'"),
      (.string("@x"), "'@x'"), (.string("="), "'='"), (.string("<<"), "'<<'"), (.string("---"), "'---'"),
      (.string("..."), "'...'"), (.string("a\nb"), #""a\nb""#), (.string("\t\"\\"), #""\t\"\\""#),
      (.string("\u{0}\u{85}\u{2028}\u{feff}\u{1f600}\u{7f}"), #""\x00\x85\u2028\ufeff😀\x7f""#),
      (.list([.int(1), .string("a,b")]), "[1, 'a,b']"), (.list([]), "[]"), (.map([]), "{}"),
      (.map([ValueMember("k", .list([.null]))]), "{k: [null]}"),
    ] as [(Value, String)])
  func writesScalars(value: Value, text: String) throws {
    #expect(YAML.scalar(value) == text)
    let back = try yaml("k: \(text)\n")[path: "k"]
    #expect(back?.isSame(as: value) == true)
  }

  @Test("the canonical block style is these bytes, and reads back as the same value")
  func emits() throws {
    let value = Value.map([
      ValueMember("out", .map([ValueMember("path", .string("raw, v{1}.csv")), ValueMember("size", .int(3))])),
      ValueMember(
        "deps",
        .list([
          .map([ValueMember("path", .string("a")), ValueMember("tags", .list([.string("x"), .list([.int(1)])]))]),
          .list([.list([.int(1), .int(2)]), .int(3)]), .map([]), .list([]), .string("plain"),
        ])),
      ValueMember("no", .null),
      ValueMember("", .map([])),
    ])
    let text = """
      out:
        path: raw, v{1}.csv
        size: 3
      deps:
        - path: a
          tags:
            - x
            - - 1
        - - - 1
            - 2
          - 3
        - {}
        - []
        - plain
      'no': null
      '': {}

      """
    #expect(YAML.emit(value) == text)
    #expect(try yaml(text) == value)
    #expect(YAML.emit(.map([])) == "{}\n")
  }

  @Test("a key too long for a simple key still reads back")
  func emitsLongKeys() throws {
    let key = String(repeating: "k", count: 3000)
    let value = Value.map([
      ValueMember(key, .map([ValueMember(key, .int(1))])), ValueMember(key + "2", .list([.int(1)])),
    ])
    #expect(try yaml(YAML.emit(value)) == value)
  }

  @Test("any string reads back as itself, in block and in flow", arguments: 0..<64)
  func readsBack(seed: Int) throws {
    var random = SplitMix(state: UInt64(seed))
    let alphabet = Array("aby0129_.-+:#,[]{}'\"\\ \n\t~!&*?|>%@`=<$/éeExX")
    for _ in 0..<40 {
      let string = String(
        (0..<Int.random(in: 0...7, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "a" })
      let value = Value.map([ValueMember("k", .string(string)), ValueMember("l", .list([.string(string)]))])
      #expect(try yaml(YAML.emit(value)) == value)
      #expect(try yaml(YAML.scalar(value)) == value)
    }
  }
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
