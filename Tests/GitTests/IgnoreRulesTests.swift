import Git
import TestSupport
import Testing

@Suite struct IgnoreRulesTests {
  /// Patterns, a path (a folder's ends in a slash), and whether it is ignored.
  private static let cases: [(rules: String, path: String, isIgnored: Bool)] = [
    ("", "a", false), ("# a\n\n   \n", "a", false), ("a", "a", true), ("a", "x/a", true), ("a", "x/a/b", true),
    ("a", "ab", false), ("/a", "x/a", false), ("/a", "a", true), ("x/a", "x/a", true), ("x/a", "y/x/a", false),
    ("a/", "a", false), ("a/", "a/", true), ("a/", "a/b", true), ("*.csv", "x/y.csv", true), ("*.csv", ".csv", true),
    ("a*c", "abc", true), ("a*c", "ab/c", false), ("x/*", "x/a", true), ("x/*", "x/a/b", true),
    ("x/*c", "x/a/c", false),
    ("a?c", "abc", true), ("x?a", "x/a", false), ("**/a", "a", true), ("**/a", "x/y/a", true), ("a/**", "a/b/c", true),
    ("a/**", "a/", false), ("a/**/b", "a/b", true), ("a/**/b", "a/x/y/b", true), ("a/**/b", "a/xb", false),
    ("**", "x", true), ("a**b", "axxb", true), ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false),
    ("[^a-c]x", "dx", true),
    ("[]]x", "]x", true), ("[]-]", "-", true), ("[a-]", "-", true), ("[[:digit:]]", "7", true),
    ("[[:nope:]]", "7", false),
    ("[a", "[a", false), ("a\\", "a", false), ("\\#a", "#a", true), ("\\!a", "!a", true), ("a\\*", "a*", true),
    ("a\\*", "ab", false), ("a  ", "a", true), ("a\\ ", "a ", true), ("a\r", "a", true), ("\u{feff}a", "a", true),
    ("*\n!a", "a", false), ("*\n!a", "b", true), ("d/\n!d/a", "d/a", true), ("d/*\n!d/a", "d/a", false),
    ("!a\na", "a", true), ("/", "a", false), ("!", "a", false), ("x/[/]a", "x//a", false), ("[\\]]", "]", true),
  ]

  @Test("a path is ignored or not as gitignore(5) has it", arguments: cases.indices)
  func rules(number: Int) {
    let (rules, path, isIgnored) = Self.cases[number]
    let isFolder = path.hasSuffix("/")
    let subject = isFolder ? String(path.dropLast()) : path
    let found = IgnoreRules(parsing: bytes(rules)).isIgnored(bytes(subject), isFolder: isFolder)
    #expect(found == isIgnored, "\(rules.debugDescription) on \(path)")
  }

  @Test("a deeper file decides before those above it, and only below its folder")
  func nested() {
    var rules = IgnoreRules(parsing: bytes("*.csv\n"))
    rules.add(bytes("!keep.csv\n/here\n"), inFolder: bytes("data"))
    let ignored = ["keep.csv", "data/keep.csv", "data/other.csv", "data/here", "here", "data/x/here", "database/here"]
      .filter { rules.isIgnored(bytes($0), isFolder: false) }
    #expect(ignored == ["keep.csv", "data/other.csv", "data/here"])
    #expect(rules.decision(bytes("data/keep.csv")[...], isFolder: false) == false)
    #expect(rules.decision(bytes("data/plain")[...], isFolder: false) == nil)
  }

  @Test("without rules nothing is ignored")
  func none() {
    #expect(IgnoreRules().isEmpty)
    #expect(IgnoreRules(parsing: bytes("# only a comment\n")).isEmpty)
    #expect(IgnoreRules().isIgnored(bytes("a"), isFolder: false) == false)
  }

  @Test("a pattern made to be slow is not")
  func backtracking() {
    let rules = IgnoreRules(parsing: bytes(String(repeating: "a*", count: 60) + "b\n" + "**/a/**/a/**/a/**/x"))
    let path = String(repeating: "a", count: 200) + String(repeating: "/a", count: 100)
    #expect(rules.isIgnored(bytes(path), isFolder: false) == false)
  }

  @Test("random rules agree with git check-ignore", arguments: 0..<8)
  func property(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    let sandbox = try Sandbox.repository()
    let paths = (0..<150).map { _ in Self.randomPath(&random) }
    for round in 0..<12 {
      let top = Self.randomRules(&random)
      let inner = Self.randomRules(&random)
      try sandbox.write(top, to: ".gitignore")
      try sandbox.write(inner, to: "a/.gitignore")
      try sandbox.write(paths.joined(separator: "\n") + "\n", to: ".git/asked")
      let answer = try sandbox.run(["sh", "-c", "git check-ignore --no-index --stdin < .git/asked"])
      let wanted = Set(answer.text.split(separator: "\n").map(String.init))
      var rules = IgnoreRules(parsing: bytes(top))
      rules.add(bytes(inner), inFolder: bytes("a"))
      // `a` is the one path that exists, as the folder of the second file.
      let found = Set(paths.filter { rules.isIgnored(bytes($0), isFolder: $0 == "a") })
      let difference = found.symmetricDifference(wanted)
      #expect(difference.isEmpty, "seed \(seed), round \(round), \(top.debugDescription), \(inner.debugDescription)")
    }
  }

  private static func randomPath(_ random: inout SplitMix) -> String {
    (0..<Int.random(in: 1...4, using: &random))
      .map { _ in
        String((0..<Int.random(in: 1...3, using: &random)).map { _ in "abc".randomElement(using: &random) ?? "a" })
      }
      .joined(separator: "/")
  }

  private static func randomRules(_ random: inout SplitMix) -> String {
    let pieces = [
      "a", "b", "c", "a", "b", "*", "?", "/", "**/", "/**", "[ab]", "[!a]", "\\a", "ab", "/", "[b-c]", "/**/",
    ]
    return (0..<Int.random(in: 1...4, using: &random)).map { _ in
      let negation = Int.random(in: 0..<4, using: &random) == 0 ? "!" : ""
      let body = (0..<Int.random(in: 1...5, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "a" }
      // `x**/y` has no agreed meaning: gitignore(5) takes it for `x*/y`, git itself at times for `x` and `**/y`.
      let pattern = body.reduce("") { text, piece in
        let joins = text.hasSuffix("*") && piece.hasPrefix("*") || !text.hasSuffix("/") && piece.hasPrefix("**")
        return joins && !text.isEmpty ? "\(text)/\(piece)" : text + piece
      }
      return negation + pattern + "\n"
    }.joined()
  }
}

/// A small generator with a seed, so that a failure can be repeated.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
