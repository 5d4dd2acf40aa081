import Diagnostics
import Formats
import TestSupport
import Testing

func yaml(_ text: String) throws -> Value { try YAML.parse(bytes(text), file: "params.yaml").value }

/// The `why` of the failure that `work` throws.
func why(_ work: () throws -> Any) -> String? {
  do {
    _ = try work()
    return nil
  } catch {
    return (error as? Failure)?.why
  }
}

@Suite struct YAMLTests {
  @Test(
    "a plain scalar means what YAML 1.2's core schema says",
    arguments: [
      ("yes", .string("yes")), ("no", .string("no")), ("on", .string("on")), ("Off", .string("Off")),
      ("true", .bool(true)), ("True", .bool(true)), ("FALSE", .bool(false)), ("tRue", .string("tRue")),
      ("~", .null), ("null", .null), ("NULL", .null), ("nUll", .string("nUll")),
      ("010", .int(10)), ("0o10", .int(8)), ("0x1F", .int(31)), ("0x", .string("0x")), ("0o8", .string("0o8")),
      ("1_000", .string("1_000")), ("-12", .int(-12)), ("+12", .int(12)), ("--", .string("--")),
      ("1:30", .string("1:30")), ("2024-01-31", .string("2024-01-31")), ("1.5.2", .string("1.5.2")),
      ("0.1", .float(0.1)), (".5", .float(0.5)), ("1.", .float(1)), ("-.5", .float(-0.5)), (".", .string(".")),
      ("1e-5", .float(1e-5)), ("1E3", .float(1000)), ("1.5e+3", .float(1500)), ("1e", .string("1e")),
      ("e5", .string("e5")), ("0x1p3", .string("0x1p3")), ("nan", .string("nan")), ("inf", .string("inf")),
      (".inf", .float(.infinity)), ("-.INF", .float(-.infinity)), ("+.inf", .float(.infinity)),
      ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
      ("'5'", .string("5")), ("\"true\"", .string("true")), ("!!str 5", .string("5")), ("! 5", .string("5")),
      ("!!float 5", .float(5)), ("!!int 5", .int(5)), ("0o", .string("0o")), ("+0x1F", .string("+0x1F")),
    ] as [(String, Value)])
  func resolvesScalars(text: String, value: Value) throws {
    #expect(try yaml("k: \(text)\n") == .map([ValueMember("k", value)]))
  }

  @Test("not-a-number is read as such")
  func readsNaN() throws {
    #expect(try yaml("[.nan, .NaN]").isSame(as: .list([.float(.nan), .float(.nan)])))
  }

  @Test("positions of keys and values count lines and scalars from one")
  func keepsPositions() throws {
    let node = try YAML.parse(bytes("\u{feff}a: 1\nß: {c: [x, 'é', z]}\nd:\n  - e: |\n      text\n"), file: "p.yaml")
    func scalar(_ value: Value, _ line: Int, _ column: Int) -> Node {
      Node(.scalar(value), at: SourcePosition(line: line, column: column))
    }
    func member(_ key: String, _ line: Int, _ column: Int, _ value: Node) -> Node.Member {
      Node.Member(key: key, keyPosition: SourcePosition(line: line, column: column), value: value)
    }
    let list = Node(
      .list([scalar(.string("x"), 2, 9), scalar(.string("é"), 2, 12), scalar(.string("z"), 2, 17)]),
      at: SourcePosition(line: 2, column: 8))
    let item = Node(.map([member("e", 4, 5, scalar(.string("text\n"), 4, 8))]), at: SourcePosition(line: 4, column: 5))
    #expect(
      node
        == Node(
          .map([
            member("a", 1, 1, scalar(.int(1), 1, 4)),
            member("ß", 2, 1, Node(.map([member("c", 2, 5, list)]), at: SourcePosition(line: 2, column: 4))),
            member("d", 3, 1, Node(.list([item]), at: SourcePosition(line: 4, column: 3))),
          ]), at: SourcePosition(line: 1, column: 1)))
  }

  @Test(
    "a document without content is a map without members", arguments: ["", "\n", "# nothing\n", "---\n", "---\n...\n"])
  func readsNothing(text: String) throws {
    #expect(try yaml(text) == .map([]))
  }

  @Test("keys that are no strings become their text")
  func readsKeys() throws {
    #expect(
      try yaml("1: a\ntrue: b\n~: c\n1.50: d\n")
        == .map([
          ValueMember("1", .string("a")), ValueMember("true", .string("b")), ValueMember("~", .string("c")),
          ValueMember("1.50", .string("d")),
        ]))
  }

  @Test(
    "bad input is refused with its place",
    arguments: [
      ("a: 1\nb: 2\na: 3\n", "p.yaml:1:1: the key 'a' stands here and again further down in the same map"),
      ("a: &x 1\nb: 2\n", "p.yaml:1:4: \(refused)"),
      ("a: &x 1\nb: *x\n", "p.yaml:1:4: \(refused)"),
      ("&x a: 1\n", "p.yaml:1:1: \(refused)"),
      ("a: *x\n", "p.yaml:1:4: \(refused)"),
      ("a: 1\n---\nb: 2\n", "p.yaml:2:1: a second document starts here; a file holds one"),
      ("a: !!python/object x\n", "p.yaml:1:4: the tag 'tag:yaml.org,2002:python/object' is not read; leave it out"),
      ("a: !!int x\n", "p.yaml:1:4: the tag 'tag:yaml.org,2002:int' does not fit 'x'"),
      ("a: !!set {x}\n", "p.yaml:1:4: the tag 'tag:yaml.org,2002:set' is not read; leave it out"),
      ("? [a, b]\n: 1\n", "p.yaml:1:3: a list or map cannot be a key"),
      (
        "a: 9223372036854775808\n",
        "p.yaml:1:4: the number 9223372036854775808 does not fit in 64 bits; quote it to keep it as text"
      ),
      ("a: 1e999\n", "p.yaml:1:4: the number 1e999 does not fit in 64 bits; quote it to keep it as text"),
      (
        "a: b\n\tc: d\n",
        "p.yaml:2:1: while scanning a plain scalar that starts at 1:4: found a tab character that violates indentation"
      ),
      (
        "a: [1, 2\nb: 3\n",
        "p.yaml:2:2: while parsing a flow sequence that starts at 1:4: did not find expected ',' or ']'"
      ),
      ("ab\0c", "p.yaml:1:3: a NUL byte is not text; is this a binary file?"),
      ("a: 1\nb: \u{1}\n", "p.yaml:2:4: control characters are not allowed (0x1)"),
    ])
  func refuses(text: String, expected: String) {
    #expect(why { try YAML.parse(bytes(text), file: "p.yaml") } == expected)
  }

  @Test("text that only looks like an anchor or alias is text")
  func readsAmpersands() throws {
    let text = "a: x &y *z\nb: '*z &y'\nc: |\n  *z) run &y\nd: ls *.csv 2>&1 && echo &x\n# &y *z\n"
    #expect(
      try yaml(text)
        == .map([
          ValueMember("a", .string("x &y *z")), ValueMember("b", .string("*z &y")),
          ValueMember("c", .string("*z) run &y\n")), ValueMember("d", .string("ls *.csv 2>&1 && echo &x")),
        ]))
  }

  @Test("bytes that are not UTF-8 are refused with their place")
  func refusesOtherEncodings() {
    let latin1 = bytes("a: 1\nname: caf") + [0xe9, 0x0a]
    #expect(
      why { try YAML.parse(latin1, file: "p.yaml") }
        == "p.yaml:2:10: the byte 0xe9 is not valid UTF-8; save the file as UTF-8")
    #expect(
      why { try YAML.parse(bytes("a") + [0xe2, 0x82], file: "p.yaml") }
        == "p.yaml:1:2: the byte 0xe2 is not valid UTF-8; save the file as UTF-8")
  }

  @Test("a file larger than the limit is refused before it is read")
  func refusesLargeFiles() {
    #expect(
      why { try YAML.parse(bytes("abcdef"), file: "p.yaml", limits: ParseLimits(bytes: 5)) }
        == "p.yaml: it holds 6 bytes, and at most 5 are read")
  }

  @Test("nesting is bounded, and what is just allowed is read")
  func boundsDepth() throws {
    let open = String(repeating: "[", count: 64)
    let close = String(repeating: "]", count: 64)
    #expect(try yaml(open + close).text == open + close)
    #expect(
      why { try yaml("[" + open + close + "]") } == "params.yaml:1:65: lists and maps nest deeper than 64 levels here")
  }

  @Test(
    "text made to be expensive is refused",
    arguments: [
      String(repeating: "[", count: 200_000), String(repeating: "{", count: 200_000),
      String(repeating: "- ", count: 200_000), String(repeating: "? ", count: 200_000),
      String(repeating: "{a: ", count: 200_000), String(repeating: "&a ", count: 200_000),
      laughs(asKeys: false), laughs(asKeys: true),
    ])
  func refusesHostileText(text: String) {
    #expect(why { try yaml(text) } != nil)
  }
}

private let refused =
  "anchors (&name) and aliases (*name) are not read; write the value out, or quote it if it is meant as text"

/// Thirty levels, each ten times the one before.
private func laughs(asKeys: Bool) -> String {
  var text = "a0: &a0 [x, x]\n"
  for level in 1...30 {
    let tenfold = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
    text += asKeys ? "? &a\(level) [\(tenfold)]\n: 1\n" : "a\(level): &a\(level) [\(tenfold)]\n"
  }
  return text
}
