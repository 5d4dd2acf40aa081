import Diagnostics
import Formats
import TestSupport
import Testing

func json(_ text: String) throws -> Value { try JSON.parse(bytes(text), file: "m.json").value }

@Suite struct JSONTests {
  @Test("values keep their types and members their order")
  func reads() throws {
    let text =
      #" {"b": [1, 1.0, -0, 1e2, true, null], "a": {"": "x\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é"}, "e": {}, "l": [ ]} "#
    #expect(
      try json(text)
        == .map([
          ValueMember("b", .list([.int(1), .float(1), .int(0), .float(100), .bool(true), .null])),
          ValueMember("a", .map([ValueMember("", .string("x\"\\/\u{8}\u{c}\n\r\té😀é"))])),
          ValueMember("e", .map([])), ValueMember("l", .list([])),
        ]))
  }

  @Test("what Python writes for numbers that are none is read")
  func readsNonFinite() throws {
    #expect(
      try json("[NaN, Infinity, -Infinity]").isSame(as: .list([.float(.nan), .float(.infinity), .float(-.infinity)])))
  }

  @Test("positions count lines and scalars from one")
  func keepsPositions() throws {
    let node = try JSON.parse(bytes("{\n  \"é\": 1, \"b\":\n [2]}"), file: "m.json")
    func at(_ line: Int, _ column: Int) -> SourcePosition { SourcePosition(line: line, column: column) }
    #expect(
      node
        == Node(
          .map([
            Node.Member(key: "é", keyPosition: at(2, 3), value: Node(.scalar(.int(1)), at: at(2, 8))),
            Node.Member(
              key: "b", keyPosition: at(2, 11), value: Node(.list([Node(.scalar(.int(2)), at: at(3, 3))]), at: at(3, 2))
            ),
          ]), at: at(1, 1)))
  }

  @Test(
    "bad input is refused with its place",
    arguments: [
      ("", "1:1: the file ends where a value should stand"),
      ("{\"a\": 1,}", "1:9: a key in double quotes should stand here"),
      ("[1, 2,]", "1:7: a value should stand here"),
      ("[1 2]", "1:4: a ',' or ']' should stand here"),
      ("{\"a\" 1}", "1:6: a ':' should follow the key 'a'"),
      ("{\"a\": 1, \"a\": 2}", "1:10: the key 'a' is already in this object"),
      ("[1] x", "1:5: something follows the end of the value"),
      ("// c", "1:1: a value should stand here"),
      ("{'a': 1}", "1:2: a key in double quotes should stand here"),
      ("[01]", "1:4: a number has no leading zeros"),
      ("[1.]", "1:4: a digit should follow the '.'"),
      ("[1e]", "1:4: a digit should follow the exponent's mark"),
      ("[+1]", "1:2: a value should stand here"),
      ("[-]", "1:2: a value should stand here"),
      ("[nul]", "1:2: a value should stand here"),
      ("[1e999]", "1:2: the number 1e999 does not fit in 64 bits"),
      ("[\n123456789012345678901]", "2:1: the number 123456789012345678901 does not fit in 64 bits"),
      ("\"a", "1:3: the file ends inside a string"),
      ("\"\n\"", "1:2: a control character in a string must be escaped"),
      ("\"\\x\"", "1:3: no such escape in a string"),
      ("\"\\u12g4\"", "1:6: 4 hexadecimal digits should stand here"),
      ("\"\\ud83d\"", "1:8: half of a surrogate pair is missing"),
      ("\"\\ude00\"", "1:8: half of a surrogate pair is missing"),
    ])
  func refuses(text: String, expected: String) {
    #expect(why { try json(text) } == "m.json:\(expected)")
  }

  @Test("nesting is bounded")
  func boundsDepth() throws {
    #expect(try json(String(repeating: "[", count: 64) + String(repeating: "]", count: 64)) != .null)
    #expect(
      why { try json(String(repeating: "[", count: 100_000)) }
        == "m.json:1:65: lists and maps nest deeper than 64 levels here")
    #expect(
      why { try json(String(repeating: "{\"a\":", count: 100_000)) }
        == "m.json:1:321: lists and maps nest deeper than 64 levels here")
  }

  @Test("the writer's text is short, exact and reads back")
  func writes() throws {
    let value = Value.map([
      ValueMember("z", .list([.float(0.1), .float(1), .float(1e-5), .float(1e22), .int(1), .bool(false), .null])),
      ValueMember("a", .string("\"\\\n\r\t\u{1}\u{1f}\u{7f}é😀/")), ValueMember("e", .list([])),
      ValueMember("m", .map([])),
    ])
    let compact =
      #"{"z":[0.1,1.0,1e-05,1e+22,1,false,null],"a":"\"\\\n\r\t\u0001\u001f\u007fé😀/","e":[],"m":{}}"#
    #expect(JSON.encode(value) == compact)
    #expect(try json(compact) == value)
    #expect(
      JSON.encode(.map([ValueMember("a", .list([.int(1), .map([ValueMember("b", .int(2))])]))]), pretty: true) == """
        {
          "a": [
            1,
            {
              "b": 2
            }
          ]
        }

        """)
  }

  @Test("a number that JSON cannot express is null, or named where asked for")
  func writesNonFinite() {
    let value = Value.list([.float(.nan), .float(.infinity), .float(-.infinity)])
    #expect(JSON.encode(value) == "[null,null,null]")
    #expect(JSON.encode(value, nonFinite: .named) == "[NaN,Infinity,-Infinity]")
  }
}
