import Diagnostics
import Files
import Objects
import TestSupport
import Testing
import Workspaces

@Suite("pointers")
struct PointerFileTests {
  private static let hex = String(repeating: "ab", count: 32)

  private func decode(_ text: String, at name: String = "data/raw.csv.mlr") throws -> PointerFile {
    try PointerFile(decoding: bytes(text.replacing("ID", with: "sha256:" + Self.hex)), at: path(name))
  }

  @Test("decode is the inverse of encode, odd names included", arguments: 0..<20 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<20 {
      let name = random.name(upTo: 60)
      guard RepositoryPath.brokenRule(name[...]) == nil else { continue }
      let kind = [FileKind.file, .executable, .folder].randomElement(using: &random) ?? .file
      let content = Content(
        kind: kind, id: try ContentHasher.id(of: name), size: Int.random(in: 0 ... .max, using: &random),
        files: kind == .folder ? Int.random(in: 0...99999, using: &random) : 1)
      let pointer = PointerFile(
        name: name, content: content, description: [nil, "a: b # \"c\"\nd"].randomElement(using: &random) ?? nil)
      let tracked = try path("data").appending(name: name)
      let decoded = try PointerFile(decoding: pointer.encoded(), at: PointerFile.path(of: tracked))
      #expect(decoded == pointer, "\(PathText.escape(name))")
      #expect(decoded.encoded() == pointer.encoded())
    }
  }

  @Test(
    "names that YAML would take for something else come back as text",
    arguments: [
      "true", "1", "null", "~", "1.5", "- a", "a: b", "#x", "'", "\"", "0x10", "{", "é ", "*a", "&b", "%", "@", "`",
      "|", ">", "2024-01-01", "=", "<<",
    ])
  func yamlNames(name: String) throws {
    let content = Content(kind: .file, id: .zero, size: 1)
    let pointer = PointerFile(name: bytes(name), content: content)
    #expect(try PointerFile(decoding: pointer.encoded(), at: path(name + ".mlr")) == pointer)
  }

  @Test(
    "where an import is from is kept, in one form",
    arguments: [
      PointerOrigin.repository(
        place: "../a b", path: "x/\\e9: y", revision: nil, commit: String(repeating: "0", count: 40)),
      .repository(
        place: "git@h:r.git", path: ".", revision: "1.0", commit: String(repeating: "1", count: 40)),
      .url("https://h/f?x=1", PointerMark(entityTag: "\"a: b\"", modified: 12)),
      .url("s3://b/p/", PointerMark(listing: "sha256:ab")), .url("x", PointerMark()),
    ])
  func origins(origin: PointerOrigin) throws {
    let pointer = PointerFile(
      name: bytes("x"), content: Content(kind: .file, id: .zero, size: 1), description: "d", origin: origin)
    let decoded = try PointerFile(decoding: pointer.encoded(), at: path("x.mlr"))
    #expect(decoded == pointer)
    #expect(decoded.encoded() == pointer.encoded())
  }

  @Test(
    "an origin that is not wholly understood is refused, with its place",
    arguments: [
      ("repo: r\n  path: p", "the key 'rev_lock' is missing"),
      ("repo: r\n  path: ../p\n  rev_lock: \(String(repeating: "a", count: 40))", "'../p' is no path in a repository"),
      ("repo: r\n  path: p\n  rev_lock: main", "'rev_lock' must be the 40 digits of a commit"),
      ("repo: r\n  path: p\n  url: u\n  rev_lock: x", "'url' does not go with 'repo'"),
      ("url: u\n  rev: main", "'rev' does not go with 'url'"), ("etag: x", "the key 'url' is missing"),
      ("url: u\n  modified: -1", "'modified' must be a number that is not negative"),
      ("url: u\n  md5: x", "'md5' is no key of a pointer"),
    ])
  func brokenOrigins(text: String, why: String) throws {
    let failure = #expect(throws: Failure.self) {
      try decode("out:\n  path: raw.csv\n  id: ID\n  size: 1\nfrom:\n  \(text)\n")
    }
    #expect(failure?.category == .damaged)
    #expect(failure?.why.contains(why) == true, "\(failure?.why ?? "")")
  }

  @Test("a pointer is text that anybody can read")
  func format() throws {
    let folder = Content(kind: .folder, id: try ObjectID(text: "sha256:" + Self.hex), size: 12, files: 3)
    let pointer = PointerFile(name: bytes("images"), content: folder, description: "scans")
    let expected = """
      out:
        path: images
        id: sha256:\(Self.hex)
        size: 12
        files: 3
      desc: scans

      """
    #expect(String(decoding: pointer.encoded(), as: UTF8.self) == expected)
  }

  @Test("the user's own data is kept")
  func meta() throws {
    let text = "out:\n  path: raw.csv\n  id: ID\n  size: 5\nmeta:\n  owner: [ada, \"1\"]\n  rows: 569\n  ok: true\n"
    let pointer = try decode(text)
    #expect(try decode(String(decoding: pointer.encoded(), as: UTF8.self)) == pointer)
    #expect(pointer.meta != nil)
    #expect(pointer.content == Content(kind: .file, id: try ObjectID(text: "sha256:" + Self.hex), size: 5))
  }

  @Test(
    "what is no pointer to the path beside it is refused, with line and column",
    arguments: [
      ("out:\n  path: raw.csv\n  id: ID\n  siez: 5\n", "4:3: 'siez' is no key of a pointer; did you mean 'size'?"),
      ("out:\n  path: raw.csv\n  id: ID\n  size: 5\nzzzz: 1\n", "5:1: 'zzzz' is no key of a pointer"),
      (
        "out:\n  path: ../x\n  id: ID\n  size: 5\n",
        "2:9: the path '../x' leads away from the pointer; it must be the name beside it"
      ),
      (
        "out:\n  path: /etc/passwd\n  id: ID\n  size: 5\n",
        "2:9: the path '/etc/passwd' leads away from the pointer; it must be the name beside it"
      ),
      (
        "out:\n  path: sub/raw.csv\n  id: ID\n  size: 5\n",
        "2:9: the path 'sub/raw.csv' leads away from the pointer; it must be the name beside it"
      ),
      (
        "out:\n  path: \"\"\n  id: ID\n  size: 5\n",
        "2:9: the path '' leads away from the pointer; it must be the name beside it"
      ),
      (
        "out:\n  path: .git\n  id: ID\n  size: 5\n",
        "2:9: the path '.git' leads away from the pointer; it must be the name beside it"
      ),
      (
        "out:\n  path: other.csv\n  id: ID\n  size: 5\n",
        "2:9: it points to 'other.csv', but its own name says 'raw.csv'"
      ),
      (
        "out:\n  path: raw.csv\n  id: sha256:12\n  size: 5\n",
        "3:7: an id is 'sha256:' and 64 hexadecimal digits in lower case"
      ),
      ("out:\n  path: raw.csv\n  id: ID\n  size: -5\n", "4:9: 'size' must be a number that is not negative"),
      (
        "out:\n  path: raw.csv\n  id: ID\n  size: 99999999999999999999\n",
        "4:9: the number 99999999999999999999 does not fit in 64 bits; quote it to keep it as text"
      ),
      ("out:\n  path: raw.csv\n  id: ID\n  size: many\n", "4:9: 'size' must be a number that is not negative"),
      (
        "out:\n  path: raw.csv\n  id: ID\n  size: 1\n  files: -1\n",
        "5:10: 'files' must be a number that is not negative"
      ),
      ("out:\n  path: raw.csv\n  id: ID\n  size: 1\n  executable: maybe\n", "5:15: 'executable' must be true or false"),
      ("out:\n  path: raw.csv\n  id: ID\n", "2:3: the key 'size' is missing"),
      ("desc: nothing\n", "1:1: the key 'out' is missing"),
      ("out: text\n", "1:6: expected a map, found text"),
      ("- a\n- b\n", "1:1: expected a map, found a list"),
    ])
  func refused(text: String, why: String) {
    let thrown = failure { _ = try decode(text) }
    #expect(thrown?.what == "cannot read data/raw.csv.mlr")
    #expect(thrown?.why == "data/raw.csv.mlr:\(why)")
    #expect(thrown?.category == .damaged)
  }

  @Test(
    "what is no text, no YAML, or a merge's leftover is refused as damaged",
    arguments: [
      bytes(""), bytes("\0"), [0xff, 0xfe, 0x00], bytes("out: ["), bytes("out: {a: 1, a: 2}"), bytes("a\tb: [}"),
      bytes("<<<<<<< HEAD\nout:\n=======\n>>>>>>> other\n"), bytes("out:\n<<<<<<< HEAD\n  path: raw.csv\n=======\n"),
      bytes("out: &a\n  x: *a\n"), bytes(String(repeating: "[", count: 5000)),
    ])
  func damaged(content: [UInt8]) throws {
    let thrown = failure { _ = try PointerFile(decoding: content, at: path("data/raw.csv.mlr")) }
    #expect(thrown?.what == "cannot read data/raw.csv.mlr")
    #expect(thrown?.category == .damaged)
    if String(decoding: content, as: UTF8.self).contains("<<<<") {
      #expect(
        thrown?.why == "data/raw.csv.mlr: it holds the conflict markers of a merge; take one side, --ours or --theirs")
      #expect(thrown?.hint == "git checkout --ours -- 'data/raw.csv.mlr' && mlrepo checkout")
    }
  }

  @Test("which path a pointer stands for is told by its name")
  func names() throws {
    #expect(try PointerFile.path(of: path("a/b")) == path("a/b.mlr"))
    #expect(try PointerFile.trackedPath(of: path("a/b.mlr")) == path("a/b"))
    #expect(try PointerFile.trackedPath(of: path("a/.mlr")) == nil)
    #expect(try PointerFile.trackedPath(of: path("a/b.csv")) == nil)
    #expect(try PointerFile.trackedPath(of: path("a/.git.mlr")) == nil)
    let long = try path(String(repeating: "n", count: 252))
    #expect(failure { _ = try PointerFile.path(of: long) }?.what == "cannot track \(long)")
    #expect(try PointerFile.path(of: path(String(repeating: "n", count: 251))).name.count == 255)
  }
}
