import Files
import TestSupport
import Testing
import Workspaces

@Suite("the .gitignore beside tracked paths")
struct GitIgnoreFileTests {
  private static let odd: [[UInt8]] = [
    bytes("plain.csv"), bytes("a\nb"), bytes("a\r"), bytes("\n"), bytes("trailing "), bytes("trailing  "), bytes(" "),
    bytes(" leading"), bytes("tab\t"), bytes("*"), bytes("?"), bytes("[a]"), bytes("[!a]"), bytes("a\\"), bytes("\\*"),
    bytes("\\ "), bytes("!not"), bytes("#comment"), bytes("\\#"), [0xff, 0xfe], [0x61, 0xc3], bytes("é"),
    bytes("{a,b}"),
    bytes("**"), bytes("a**b"), bytes("x]"), bytes("$HOME"), bytes("'\""), bytes("-rf"), bytes("..."),
    bytes("\u{feff}bom"),
  ]

  /// Which of `names` git ignores in a repository whose `.gitignore` is `file`.
  private func ignored(_ names: [[UInt8]], by file: GitIgnoreFile) throws -> Set<[UInt8]> {
    let sandbox = try Sandbox()
    try sandbox.shell("git init -q")
    try sandbox.write(file.bytes, to: bytes(".gitignore"))
    for name in names { try sandbox.write([], to: name) }
    try sandbox.write(names.flatMap { $0 + [0] }, to: bytes(".git/asked"))
    try sandbox.shell("git check-ignore -z --stdin < .git/asked > .git/answer || test $? = 1")
    return Set((sandbox.read(".git/answer") ?? []).split(separator: 0).map(Array.init))
  }

  @Test("git ignores each odd name by its own line, and not its neighbours", arguments: odd)
  func oneName(name: [UInt8]) throws {
    var file = GitIgnoreFile()
    let changed1 = file.ignore(name)
    #expect(changed1)
    let neighbours = [name + bytes("x"), bytes("x") + name, bytes("ab"), bytes("zz"), bytes("b"), bytes("sub/") + name]
    let others = neighbours.filter { $0 != name && !Self.odd.contains($0) }
    #expect(try ignored([name] + others, by: file) == [name])
  }

  @Test("git ignores random names, all in one file", arguments: [1, 2, 3] as [UInt64])
  func manyNames(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var names: Set<[UInt8]> = []
    for _ in 0..<60 { names.insert(random.name()) }
    var file = GitIgnoreFile()
    for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let changed2 = file.ignore(name)
      #expect(changed2)
    }
    #expect(try ignored(Array(names), by: file) == names)
  }

  @Test("lines stand in order, each once, whatever the order they came in")
  func sorted() {
    var file = GitIgnoreFile()
    for name in ["b", "a", "c", "b", "a b"] { _ = file.ignore(bytes(name)) }
    #expect(file.bytes == bytes("/a\n/a b\n/b\n/c\n"))
    let changed3 = file.unignore(bytes("b"))
    #expect(changed3)
    let changed4 = file.unignore(bytes("b"))
    #expect(!changed4)
    #expect(file.bytes == bytes("/a\n/a b\n/c\n"))
    for name in ["a", "a b", "c"] {
      let changed5 = file.unignore(bytes(name))
      #expect(changed5)
    }
    #expect(file.isEmpty)
    #expect(file.bytes == [])
  }

  @Test("the user's lines stay as they are, byte for byte")
  func usersLines() {
    var file = GitIgnoreFile(bytes("# mine\n*.tmp \n\n/b\n/d\n\nbuild/\n") + [0xff] + bytes("\nlast"))
    let changed6 = file.ignore(bytes("c"))
    #expect(changed6)
    let changed7 = file.ignore(bytes("d"))
    #expect(!changed7)
    #expect(file.bytes == bytes("# mine\n*.tmp \n\n/b\n/c\n/d\n\nbuild/\n") + [0xff] + bytes("\nlast\n"))
    let changed8 = file.unignore(bytes("c"))
    #expect(changed8)
    #expect(file.bytes == bytes("# mine\n*.tmp \n\n/b\n/d\n\nbuild/\n") + [0xff] + bytes("\nlast\n"))
  }

  @Test("a later line that takes names back does not bring tracked data into git", arguments: ["!*.csv", "!/a.csv"])
  func negated(line: String) throws {
    var file = GitIgnoreFile(bytes("/b.csv\n/a.csv\n\(line)\nother\n"))
    let changed9 = file.ignore(bytes("a.csv"))
    #expect(changed9)
    #expect(try ignored([bytes("a.csv")], by: file) == [bytes("a.csv")])
    let changed10 = file.ignore(bytes("a.csv"))
    #expect(!changed10)
    let changed11 = file.unignore(bytes("a.csv"))
    #expect(changed11)
    #expect(file.bytes == bytes("/b.csv\n\(line)\nother\n"))
  }
}
