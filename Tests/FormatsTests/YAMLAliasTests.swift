import Diagnostics
import Formats
import TestSupport
import Testing

@Suite("Anchors, aliases and merge keys")
struct YAMLAliasTests {
  private func read(_ text: String) throws -> String {
    try YAML.parse(bytes(text), file: "p.yaml", limits: .people).value.text
  }

  @Test("an alias stands for what its anchor names, whatever that is, and the last anchor of a name before it counts")
  func aliases() throws {
    let text = """
      depth: &d 3
      list: &l [1, *d]
      map: &m {k: *l}
      all: [*d, *l, *m]
      later: {a: &d x, b: *d}
      text: '*d &d'
      plain: a *d and &d
      block: |
        *d
      end: *d
      """
    #expect(
      try read(text)
        == YAML.parse(
          bytes(
            """
            depth: 3
            list: [1, 3]
            map: {k: [1, 3]}
            all: [3, [1, 3], {k: [1, 3]}]
            later: {a: x, b: x}
            text: '*d &d'
            plain: a *d and &d
            block: "*d\\n"
            end: x
            """), file: "w.yaml"
        ).value.text)
  }

  @Test("a map takes in what '<<' names: its own members go before, and the first of several maps before the next")
  func merges() throws {
    #expect(try read("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3, z: 4}\n") == "{a: {x: 1, y: 2}, b: {x: 1, y: 3, z: 4}}")
    #expect(
      try read("- &a {x: 1}\n- &b {x: 2, y: 2}\n- y: 3\n  <<: [*a, *b]\n") == "[{x: 1}, {x: 2, y: 2}, {x: 1, y: 3}]")
    #expect(try YAML.parse(bytes("{'<<': 2}"), file: "p", limits: .people).value == .map([ValueMember("<<", .int(2))]))
  }

  @Test(
    "what cannot be followed is refused with its place",
    arguments: [
      ("a: *b\n", "p.yaml:1:4: no anchor '&b' stands before the alias '*b'; quote it if it is meant as text"),
      (
        "a: *b\nb: &b 1\n", "p.yaml:1:4: no anchor '&b' stands before the alias '*b'; quote it if it is meant as text"
      ),
      (
        "a: &a [*a]\n", "p.yaml:1:8: no anchor '&a' stands before the alias '*a'; quote it if it is meant as text"
      ),
      ("a: &a 1\n*a : 2\n", "p.yaml:2:1: a key can have no anchor and be no alias"),
      ("&a a: 1\nb: *a\n", "p.yaml:1:1: a key can have no anchor and be no alias"),
      ("a: &a 1\nb: {<<: *a}\n", "p.yaml:2:9: '<<' takes in a map, or a list of maps; this is neither"),
      ("<<: [{a: 1}, 2]\n", "p.yaml:1:14: '<<' takes in a map, or a list of maps; this is neither"),
    ])
  func refuses(text: String, expected: String) {
    #expect(why { try YAML.parse(bytes(text), file: "p.yaml", limits: .people) } == expected)
  }

  @Test("a small file cannot stand for a large value, nor for a deep one")
  func limits() {
    var laughs = "a0: &a0 [x, x]\n"
    var keys = laughs
    var deep = "a0: &a0 [x]\n"
    for level in 1...80 {
      let before = "*a\(level - 1)"
      laughs += "a\(level): &a\(level) [\(before), \(before), \(before)]\n"
      keys += "? [\(before), \(before)]\n: &a\(level) 1\n"
      deep += "a\(level): &a\(level) [\(before)]\n"
    }
    #expect(
      why { try read(laughs) } == "p.yaml:12:18: aliases stand for more than 1048576 values and letters up to here")
    #expect(why { try read(deep) } == "p.yaml:64:12: lists and maps nest deeper than 64 levels here")
    #expect(why { try read(keys) } != nil)
  }

  @Test("a change of what is shared is refused; a member of its own goes before what a map takes in")
  func edits() throws {
    let text = "a: &a\n  cmd: x\n  deps: [p]\nb:\n  <<: *a # the rest\n  outs: [q]\n"
    var edit = try YAMLEdit(bytes(text), file: "p.yaml")
    #expect(
      why { try edit.set(["a", "cmd"], to: .string("y")) }
        == "it is shared with other values by an anchor (&name) and aliases (*name)")
    #expect(why { try edit.remove(["b", "deps"]) } != nil)
    #expect(why { try edit.remove(["a"]) } != nil)
    #expect(edit.bytes == bytes(text))
    try edit.set(["b", "cmd"], to: .string("yy"))
    try edit.set(["b", "outs", "1"], to: .string("r"))
    #expect(
      edit.bytes
        == bytes("a: &a\n  cmd: x\n  deps: [p]\nb:\n  <<: *a # the rest\n  outs: [q, r]\n  cmd: yy\n"))
  }
}
