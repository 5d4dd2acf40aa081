import Diagnostics
import Formats
import TestSupport
import Testing

@Suite struct PythonTests {
  private func python(_ text: String) throws -> Value { try Python.parse(bytes(text), file: "p.py").value }

  private func map(_ members: (String, Value)...) -> Value { .map(members.map { ValueMember($0.0, $0.1) }) }

  @Test("assignments of literals are read, with their types, and everything else is passed over")
  func readsLiterals() throws {
    let text = #"""
      #!/usr/bin/env python3
      """Settings: A = 1"""
      from os import environ
      A = 1; B = -2  # A = 9
      C: float = 1_000.5e-1
      D = 0x1F
      E = .5
      F = True
      G = None
      H = 'it''s' " ok" \
          r'\n'
      I = """two
      lines\t\x41\u00e9\101"""
      J = [1, [2.5, 'x',], (3,), ()]
      K = (4)
      L = 5, 6
      M = {'a': 1, "b": {"c": [None]}, 2: 'two', True: 0}
      N = {1, 2}
      A = 7
      SKIPPED = environ['A']
      SKIPPED = 1 + 2
      SKIPPED = f'{A}'
      SKIPPED = b'x'
      SKIPPED = [1, A]
      SKIPPED = {'a': lambda: 1}
      SKIPPED = 1j
      SKIPPED = 010
      X = Y = 1
      Z == 1
      O += 1
      P.q = 1
      R: int
      if A:
          INNER = 1
      else: OTHER = 1; ANOTHER = 2
      def function(S=1):
          T = 1
      for U in [
        1]: V = 1
      W = "last"
      """#
    #expect(
      try python(text)
        == map(
          ("A", .int(7)), ("B", .int(-2)), ("C", .float(100.05)), ("D", .int(31)), ("E", .float(0.5)),
          ("F", .bool(true)), ("G", .null), ("H", .string("its ok\\n")), ("I", .string("two\nlines\tAéA")),
          ("J", .list([.int(1), .list([.float(2.5), .string("x")]), .list([.int(3)]), .list([])])), ("K", .int(4)),
          ("L", .list([.int(5), .int(6)])),
          (
            "M",
            map(("a", .int(1)), ("b", map(("c", .list([.null])))), ("2", .string("two")), ("true", .int(0)))
          ), ("N", .list([.int(1), .int(2)])), ("W", .string("last"))))
  }

  @Test("a class is a map of what its body, the classes in it and its __init__ assign")
  func readsClasses() throws {
    let text = """
      class Train(Base, metaclass=Meta[1:2]):
        '''Doc: x = 1'''
        lr = 0.1

        class Inner: depth = 3; width = 4
        @staticmethod
        def other(self):
            self.hidden = 1
        def __init__(self, n=1) -> None:
            self.epochs = 5
            local = 1
            self.name: str = "n"
            self.model = make()
            if n:
                self.deep = 1
      # lower again
      class Empty:
          pass
      class Train2:
      	tabbed = 1
      done = 1
      """
    #expect(
      try python(text)
        == map(
          (
            "Train",
            map(
              ("lr", .float(0.1)), ("Inner", map(("depth", .int(3)), ("width", .int(4)))), ("epochs", .int(5)),
              ("name", .string("n")))
          ), ("Empty", map()), ("Train2", map(("tabbed", .int(1)))), ("done", .int(1))))
  }

  @Test("a file may end anywhere, also in the spaces before a statement", arguments: ["", " ", "\t \r", "  # end"])
  func ends(end: String) throws {
    #expect(try python("a = 1\nclass B:\n  c = 2\n" + end) == map(("a", .int(1)), ("B", map(("c", .int(2))))))
  }

  @Test("values know where they stand")
  func knowsPositions() throws {
    let root = try Python.parse(bytes("a = 1\nclass B:\n  c = [2]\n"), file: "p.py")
    guard case .map(let members) = root.content, case .map(let inner) = members[1].value.content else {
      Issue.record("no map")
      return
    }
    #expect(members[0].value.position == SourcePosition(line: 1, column: 5))
    #expect(inner[0].keyPosition == SourcePosition(line: 3, column: 3))
    #expect(inner[0].value.position == SourcePosition(line: 3, column: 7))
  }

  @Test(
    "what is no Python is refused with its place",
    arguments: [
      ("a = [1,\nb = 2\n", "p.py:1:5: this bracket is not closed"),
      ("f(\n", "p.py:1:2: this bracket is not closed"),
      ("x = 'abc\n", "p.py:1:5: this text is not closed"),
      ("x = '''abc\n", "p.py:1:5: this text is not closed"),
      ("print('abc\n", "p.py:1:7: this text is not closed"),
      ("x = 9223372036854775808\n", "p.py:1:24: the number 9223372036854775808 does not fit in 64 bits"),
      (
        "x = " + String(repeating: "[", count: 70) + String(repeating: "]", count: 70),
        "p.py:1:68: lists and maps nest deeper than 64 levels here"
      ),
    ])
  func refuses(text: String, why: String) {
    #expect(FormatsTests.why { try python(text) } == why)
  }

  @Test("a params file that ends in .py is read as Python")
  func isDataFile() throws {
    #expect(try DataFile.parse(bytes("lr = 1\n"), file: "a/params.PY").value == map(("lr", .int(1))))
  }
}
