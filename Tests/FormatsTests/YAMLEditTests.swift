import Diagnostics
import Formats
import TestSupport
import Testing

@Suite struct YAMLEditTests {
  private func edited(_ text: String, _ change: (inout YAMLEdit) throws -> Void) throws -> String {
    var edit = try YAMLEdit(bytes(text), file: "p.yaml")
    try change(&edit)
    return String(decoding: edit.bytes, as: UTF8.self)
  }

  @Test(
    "setting a scalar changes its token and nothing else",
    arguments: [
      ("a: 1 # one\nb: 2\n", ["a"], .int(6), "a: 6 # one\nb: 2\n"),
      ("train:\n  max_depth: 3\n  lr: 0.1\n", ["train", "max_depth"], .int(6), "train:\n  max_depth: 6\n  lr: 0.1\n"),
      ("a: 'it''s'   # q\n", ["a"], .string("b # c"), "a: 'b # c'   # q\n"),
      ("a: \"x \\\" y\"\n", ["a"], .float(1e-5), "a: 1.0e-05\n"),
      ("ä: {ß: 1, b: [1, 2]} # c\n", ["ä", "ß"], .string("x, y"), "ä: {ß: 'x, y', b: [1, 2]} # c\n"),
      ("a: {b: [1, 2]}\n", ["a", "b", "1"], .int(5), "a: {b: [1, 5]}\n"),
      ("a:\n- 1\n- x # two\n", ["a", "1"], .bool(true), "a:\n- 1\n- true # two\n"),
      ("a:   # empty\nb: 1\n", ["a"], .int(1), "a: 1   # empty\nb: 1\n"),
      ("a:", ["a"], .int(1), "a: 1"),
      ("a: [1, 2] # l\n", ["a"], .list([.int(3)]), "a: [3] # l\n"),
      ("a: |\n  x\n  # y\nb: 1\n", ["a"], .string("z"), "a: z\nb: 1\n"),
      ("a: x\n  y\nb: 1\n", ["a"], .string("z"), "a: z\nb: 1\n"),
      ("a:\n  b: 1\n  # c\n# d\nc: 1\n", ["a"], .int(1), "a: 1\n# d\nc: 1\n"),
      ("a: 1\r\nb: 2\r\n", ["b"], .int(3), "a: 1\r\nb: 3\r\n"),
      ("\u{feff}a: 1\nb: 2\n", ["a"], .int(3), "\u{feff}a: 3\nb: 2\n"),
      ("a: [\n  1, # x ]\n  2\n]\nb: 1\n", ["a"], .int(0), "a: 0\nb: 1\n"),
      ("- a: 1\n  b: 2\n", ["0", "a"], .int(9), "- a: 9\n  b: 2\n"),
      ("a: .nan\nb: 1\n", ["b"], .int(2), "a: .nan\nb: 2\n"),
    ] as [(String, [String], Value, String)])
  func sets(text: String, path: [String], value: Value, expected: String) throws {
    #expect(try edited(text) { try $0.set(path, to: value) } == expected)
  }

  @Test(
    "a missing member is added at the end of its map",
    arguments: [
      ("", ["a"], .int(1), "a: 1\n"),
      ("# only a comment", ["a", "b"], .int(1), "# only a comment\na:\n  b: 1\n"),
      ("a: 1", ["b"], .int(2), "a: 1\nb: 2\n"),
      (
        "m:\n    x: 1 # c\n    # about k\n\n# next\nn: 1\n", ["m", "k"], .int(2),
        "m:\n    x: 1 # c\n    # about k\n    k: 2\n\n# next\nn: 1\n"
      ),
      ("m: {x: 1} # c\n", ["m", "k"], .list([.int(1)]), "m: {x: 1, k: [1]} # c\n"),
      ("m: {} # c\nn: 1\n", ["m", "k"], .int(1), "m: # c\n  k: 1\nn: 1\n"),
      ("m:   # c\nn: 1\n", ["m", "k"], .int(1), "m:   # c\n  k: 1\nn: 1\n"),
      ("m: ~\n", ["m", "k", "z"], .int(1), "m:\n  k:\n    z: 1\n"),
      ("a:\n- 1\n", ["b"], .int(1), "a:\n- 1\nb: 1\n"),
      ("- a: 1\n- c: 1\n", ["0", "b"], .int(1), "- a: 1\n  b: 1\n- c: 1\n"),
      ("a: 1\r\n", ["b", "c"], .int(2), "a: 1\r\nb:\r\n  c: 2\r\n"),
      ("---\na: 1\n", ["b"], .int(2), "---\na: 1\nb: 2\n"),
    ] as [(String, [String], Value, String)])
  func adds(text: String, path: [String], value: Value, expected: String) throws {
    #expect(try edited(text) { try $0.set(path, to: value) } == expected)
  }

  @Test("a stage is added and replaced as a block, and its neighbours keep their comments")
  func replacesBlocks() throws {
    let stage = Value.map([
      ValueMember("cmd", .string("python train.py")), ValueMember("deps", .list([.string("a"), .string("b")])),
    ])
    let text =
      "# pipeline\nstages:\n  # first\n  prepare:\n    cmd: x # run\n\n  # second\n  train:\n    cmd: |\n      y\n      # z\n\n# metrics\nmetrics:\n- m.json\n"
    let added = try edited(text) { try $0.set(["stages", "evaluate"], to: stage) }
    #expect(
      added
        == "# pipeline\nstages:\n  # first\n  prepare:\n    cmd: x # run\n\n  # second\n  train:\n    cmd: |\n      y\n      # z\n  evaluate:\n    cmd: python train.py\n    deps:\n      - a\n      - b\n\n# metrics\nmetrics:\n- m.json\n"
    )
    let replaced = try edited(text) { try $0.set(["stages", "prepare"], to: stage) }
    #expect(
      replaced
        == "# pipeline\nstages:\n  # first\n  prepare:\n    cmd: python train.py\n    deps:\n      - a\n      - b\n\n  # second\n  train:\n    cmd: |\n      y\n      # z\n\n# metrics\nmetrics:\n- m.json\n"
    )
  }

  @Test(
    "removing a member takes its lines and nothing else",
    arguments: [
      ("a: 1\n# b\nb: 2\n", ["a"], "# b\nb: 2\n"),
      ("a: 1\nb:\n  c: 1\n  # in b\n# end\n", ["b"], "a: 1\n# end\n"),
      ("a: 1\n", ["a"], ""),
      ("m:\n  a: 1\nn: 2\n", ["m", "a"], "m:\n  {}\nn: 2\n"),
      ("m: {a: 1, b: 2, c: 3}\n", ["m", "a"], "m: {b: 2, c: 3}\n"),
      ("m: {a: 1, b: 2, c: 3}\n", ["m", "c"], "m: {a: 1, b: 2}\n"),
      ("m: {a: 1}\n", ["m", "a"], "m: {}\n"),
      ("- a: 1\n  b: 2\n", ["0", "a"], "- b: 2\n"),
      ("- a: 1\n- b: 2\n", ["0", "a"], "- {}\n- b: 2\n"),
    ])
  func removes(text: String, path: [String], expected: String) throws {
    #expect(try edited(text) { try $0.remove(path) } == expected)
  }

  @Test(
    "an item comes to the end of its list, in the list's own style",
    arguments: [
      ("m:\n  - a # one\n  # two\n  - b\n# end\n", "m:\n  - a # one\n  # two\n  - b\n  - c\n# end\n"),
      ("m:\n- a\nn: 1\n", "m:\n- a\n- c\nn: 1\n"),
      ("m: [a, b] # both\n", "m: [a, b, c] # both\n"),
      ("m: []\n", "m: [c]\n"),
      ("m:\n  - k:\n      x: 1\n\nn: 1\n", "m:\n  - k:\n      x: 1\n  - c\n\nn: 1\n"),
    ])
  func appends(text: String, expected: String) throws {
    let got = try edited(text) { edit throws(Failure) in
      guard case .map(let members) = edit.root.content, case .list(let items) = members[0].value.content else { return }
      try edit.set(["m", String(items.count)], to: .string("c"))
    }
    #expect(got == expected)
  }

  @Test(
    "an item goes with its lines, and the comments of the others stay",
    arguments: [
      ("m:\n  - a # one\n  # two\n  - b\nn: 1\n", "0", "m:\n  # two\n  - b\nn: 1\n"),
      ("m:\n  - a # one\n  # two\n  - b\nn: 1\n", "1", "m:\n  - a # one\n  # two\nn: 1\n"),
      ("m: [a, b, c] # all\n", "0", "m: [b, c] # all\n"), ("m: [a, b, c] # all\n", "2", "m: [a, b] # all\n"),
      ("m: [a]\n", "0", "m: []\n"), ("m:\n- k:\n    x: 1\n- b\n", "0", "m:\n- b\n"),
    ])
  func removesItems(text: String, index: String, expected: String) throws {
    #expect(try edited(text) { try $0.remove(["m", index]) } == expected)
  }

  @Test(
    "a member is renamed where it stands",
    arguments: [
      ("a: 1 # one\nb: 2\n", "c: 1 # one\nb: 2\n"), ("'a': {x: 1}\n", "c: {x: 1}\n"),
      ("{a: 1, b: 2}\n", "{c: 1, b: 2}\n"),
    ])
  func renames(text: String, expected: String) throws {
    #expect(try edited(text) { try $0.rename(["a"], to: "c") } == expected)
  }

  @Test("no member takes the name of another")
  func keepsNames() throws {
    var edit = try YAMLEdit(bytes("a: 1\nb: 2\n"), file: "p.yaml")
    #expect(
      throws: Failure(
        "cannot change a in p.yaml", why: "there is no such member, or one that is called 'b' already",
        hint: "edit p.yaml by hand")
    ) { try edit.rename(["a"], to: "b") }
  }

  @Test("what cannot be changed safely is refused and left as it was")
  func refuses() throws {
    var edit = try YAMLEdit(bytes("a: 1\nb: {x: 1,}\n"), file: "p.yaml")
    let before = edit.bytes
    #expect(
      throws: Failure(
        "cannot change a.x in p.yaml", why: "a value on the way there is neither a map nor a list that has this item",
        hint: "edit p.yaml by hand")
    ) { try edit.set(["a", "x"], to: .int(1)) }
    #expect(
      throws: Failure("cannot change c in p.yaml", why: "there is no such member", hint: "edit p.yaml by hand")
    ) { try edit.remove(["c"]) }
    #expect(
      throws: Failure(
        "cannot change b.y in p.yaml",
        why: "it is written in a form that cannot be changed without touching other values", hint: "edit p.yaml by hand"
      )
    ) { try edit.set(["b", "y"], to: .int(1)) }
    #expect(edit.bytes == before)
  }

  @Test("edits follow one another")
  func editsTwice() throws {
    let text = try edited("a: 1\n") {
      try $0.set(["stages", "x", "cmd"], to: .string("run"))
      try $0.set(["a"], to: .string("yes"))
      try $0.set(["stages", "k"], to: .map([ValueMember("cmd", .string("a\nb"))]))
    }
    #expect(text == "a: 'yes'\nstages:\n  x:\n    cmd: run\n  k:\n    cmd: \"a\\nb\"\n")
  }
}
