import Diagnostics
import Formats
import TestSupport
import Testing

@Suite struct TOMLTests {
  private func toml(_ text: String) throws -> Value { try TOML.parse(bytes(text), file: "p.toml").value }

  @Test("tables, lists and dotted keys nest in the order of the file")
  func readsTables() throws {
    let text = """
      # settings
      title = 'x' # c
      a.b.c = 1
      a.'b'.d = 2
      3.14 = "pi"
      "" = 0
      inline = { x.y = 1, x.z = [ ], "q" = {} }

      [train.deep]   # header
      layers = [1, [2.5, 'x'], {a = 1}, # one
        true,
      ]
      [train]
      lr = 0.1
      [train.deep.more]
      [[runs]]
      n = 1
      [runs.sub]
      k = 1
      [[runs]]
      [[runs.items]]
      """
    func map(_ members: (String, Value)...) -> Value { .map(members.map { ValueMember($0.0, $0.1) }) }
    #expect(
      try toml(text)
        == map(
          ("title", .string("x")), ("a", map(("b", map(("c", .int(1)), ("d", .int(2)))))),
          ("3", map(("14", .string("pi")))), ("", .int(0)),
          ("inline", map(("x", map(("y", .int(1)), ("z", .list([])))), ("q", map()))),
          (
            "train",
            map(
              (
                "deep",
                map(
                  (
                    "layers",
                    .list([.int(1), .list([.float(2.5), .string("x")]), map(("a", .int(1))), .bool(true)])
                  ), ("more", map()))
              ), ("lr", .float(0.1)))
          ),
          ("runs", .list([map(("n", .int(1)), ("sub", map(("k", .int(1))))), map(("items", .list([map()])))]))))
    #expect(try toml("") == .map([]))
  }

  @Test(
    "a value means what TOML 1.0 says",
    arguments: [
      ("+99", .int(99)), ("0", .int(0)), ("-0", .int(0)), ("1_000", .int(1000)), ("9223372036854775807", .int(.max)),
      ("-9223372036854775808", .int(.min)), ("0xdead_BEEF", .int(0xdead_beef)), ("0o755", .int(493)),
      ("0b101", .int(5)),
      ("1.0", .float(1)), ("-3.14", .float(-3.14)), ("5e+22", .float(5e22)), ("1e06", .float(1e6)),
      ("6.626e-34", .float(6.626e-34)), ("224_617.445_991", .float(224617.445991)), ("inf", .float(.infinity)),
      ("-inf", .float(-.infinity)), ("true", .bool(true)), ("false", .bool(false)),
      ("1979-05-27", .string("1979-05-27")), ("07:32:00", .string("07:32:00")),
      ("00:32:00.999", .string("00:32:00.999")),
      ("1979-05-27T07:32:00", .string("1979-05-27T07:32:00")),
      ("1979-05-27T00:32:00.5-07:30", .string("1979-05-27T00:32:00.5-07:30")),
      ("1979-05-27 07:32:00Z", .string("1979-05-27 07:32:00Z")), ("2024-02-29 # leap", .string("2024-02-29")),
      (#""a \"b\" \u00e9 \U0001F600\n\t\\""#, .string("a \"b\" é 😀\n\t\\")), (#"'C:\x "y"'"#, .string(#"C:\x "y""#)),
      ("\"\"\"\na\n  b \\\n\n   c\"\"\"", .string("a\n  b c")), ("\"\"\"\"a\"\"b\"\"\"\"\"", .string("\"a\"\"b\"\"")),
      ("'''\n'a' \\n\n'''", .string("'a' \\n\n")), ("\"\"", .string("")), ("\"\"\"\"\"\"", .string("")),
    ] as [(String, Value)])
  func readsValues(text: String, value: Value) throws {
    #expect(try toml("k = \(text)\n") == .map([ValueMember("k", value)]))
    #expect(try toml("k = \(text)\r\n") == .map([ValueMember("k", value)]))
    #expect(try toml("k = [\(text)\n]") == .map([ValueMember("k", .list([value]))]))
  }

  @Test("the line endings of the file do not change a text of several lines")
  func readsLineEndings() throws {
    #expect(try toml("k = \"\"\"\r\na\r\nb\"\"\"\r\n") == .map([ValueMember("k", .string("a\nb"))]))
  }

  @Test("not-a-number is read as such")
  func readsNaN() throws {
    #expect(try toml("k = -nan")[path: "k"]?.isSame(as: .float(.nan)) == true)
  }

  @Test("positions of keys and values count lines and scalars from one")
  func keepsPositions() throws {
    let node = try TOML.parse(bytes("\"é\" = 1\n[a]\nb = {c = 'x'}\n"), file: "p.toml")
    func at(_ line: Int, _ column: Int) -> SourcePosition { SourcePosition(line: line, column: column) }
    let c = Node.Member(key: "c", keyPosition: at(3, 6), value: Node(.scalar(.string("x")), at: at(3, 10)))
    let b = Node.Member(key: "b", keyPosition: at(3, 1), value: Node(.map([c]), at: at(3, 5)))
    let a = Node.Member(key: "a", keyPosition: at(2, 2), value: Node(.map([b]), at: at(2, 1)))
    let first = Node.Member(key: "é", keyPosition: at(1, 1), value: Node(.scalar(.int(1)), at: at(1, 7)))
    #expect(node == Node(.map([first, a]), at: at(1, 1)))
  }

  @Test(
    "bad input is refused with its place",
    arguments: [
      ("a = 1\na = 2\n", "2:1: 'a' is already defined"), ("a = 1\na.b = 2\n", "2:1: 'a' is already defined"),
      ("[a]\n[a]\n", "2:2: 'a' is already defined"), ("a.b = 1\n[a]\n", "2:2: 'a' is already defined"),
      ("[a.b]\n[a]\nb.c = 1\n", "3:1: 'b' is already defined"), ("[[a]]\n[a]\n", "2:2: 'a' is already defined"),
      ("[a]\n[[a]]\n", "2:3: 'a' is already defined"), ("a = []\n[[a]]\n", "2:3: 'a' is already defined"),
      ("a = {}\n[a.b]\n", "2:2: 'a' is already defined, and not as a table"),
      ("a = {b = 1, b = 2}\n", "1:13: 'b' is already defined"), ("a = {b = 1,}\n", "1:12: a key should stand here"),
      ("a = {b = 1\n}\n", "1:11: a ',' or '}' should stand here, on the same line"),
      ("a = [1 2]\n", "1:8: a ',' or ']' should stand here"), ("a = [1,\n", "2:1: a value should stand here"),
      ("a = 1 b = 2\n", "1:7: the line should end here"), ("a\n", "1:2: a '=' should stand here"),
      ("= 1\n", "1:1: a key should stand here"), ("a = \n", "1:5: a value should stand here"),
      ("[a\n", "1:3: ']' should stand here"), ("[[a]\n", "1:4: ']]' should stand here"),
      ("[]\n", "1:2: a key should stand here"),
      ("\"\"\"a\"\"\" = 1\n", "1:1: a key cannot be a text of several lines"),
      ("a = yes\n", "1:5: 'yes' is no value; quote it if it is text"),
      ("a = 01\n", "1:5: '01' is no value; quote it if it is text"),
      ("a = 1__0\n", "1:5: '1__0' is no value; quote it if it is text"),
      ("a = .5\n", "1:5: '.5' is no value; quote it if it is text"),
      ("a = 1.\n", "1:5: '1.' is no value; quote it if it is text"),
      ("a = +0x1\n", "1:5: '+0x1' is no value; quote it if it is text"),
      ("a = 2023-02-29\n", "1:5: '2023-02-29' is no value; quote it if it is text"),
      ("a = 25:00:00\n", "1:5: '25:00:00' is no value; quote it if it is text"),
      ("a = 99999999999999999999\n", "1:5: the number 99999999999999999999 does not fit in 64 bits"),
      ("a = 1e999\n", "1:5: the number 1e999 does not fit in 64 bits"),
      ("a = \"x\ny\"\n", "1:7: the text should end on this line"), ("a = \"x", "1:7: the file ends inside a text"),
      ("a = \"\\x\"\n", "1:7: no such escape in a text"),
      ("a = \"\\ud800\"\n", "1:12: the escape before stands for no character"),
      ("a = \"\\u12\"\n", "1:10: 4 hexadecimal digits should stand here"),
      ("a = \"\u{1}\"\n", "1:6: a control character in a text must be escaped"),
      ("# \u{1}\n", "1:3: a control character cannot stand in a comment"),
      ("a = 1\rb = 2\n", "1:6: the line should end here"),
    ])
  func refuses(text: String, why expected: String) {
    #expect(why { try toml(text) } == "p.toml:\(expected)")
  }

  @Test("nesting is bounded in lists, tables, headers and dotted keys")
  func boundsDepth() throws {
    let tooDeep = "lists and maps nest deeper than 64 levels here"
    let lists = String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
    #expect(try toml("a = \(lists)")[path: "a"]?.text == lists)
    #expect(why { try toml("a = \(String(repeating: "[", count: 100_000))") } == "p.toml:1:68: \(tooDeep)")
    #expect(why { try toml("a = \(String(repeating: "{a=", count: 100_000))") } == "p.toml:1:194: \(tooDeep)")
    let keys = [String](repeating: "a", count: 100_000).joined(separator: ".")
    #expect(why { try toml("[\(keys)]") } == "p.toml:1:128: \(tooDeep)")
    #expect(why { try toml("\(keys) = 1") } == "p.toml:1:127: \(tooDeep)")
  }
}
