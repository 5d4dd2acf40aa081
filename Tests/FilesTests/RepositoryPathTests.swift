import Diagnostics
import Files
import TestSupport
import Testing

@Suite("paths in a repository")
struct RepositoryPathTests {
  @Test(
    "a path that could lead out, or into git's or mlrepo's own folder, is refused with the rule it breaks",
    arguments: [
      ("", "a part of it is empty"), ("/", "a part of it is empty"), ("/etc/passwd", "a part of it is empty"),
      ("a//b", "a part of it is empty"), ("a/", "a part of it is empty"), (".", "'.' is not allowed in it"),
      ("a/./b", "'.' is not allowed in it"), ("..", "'..' would climb out of the repository"),
      ("a/../../b", "'..' would climb out of the repository"), ("a/..", "'..' would climb out of the repository"),
      ("a\0b", "it holds a NUL byte"), (".git", "it lies inside git's own folder"),
      ("a/.GIT/config", "it lies inside git's own folder"), (".gIt", "it lies inside git's own folder"),
      (".mlrepo/objects", "it lies inside mlrepo's own folder"), ("x/.MLREPO", "it lies inside mlrepo's own folder"),
      (String(repeating: "a", count: 256), "a part of it is longer than 255 bytes"),
    ])
  func refused(path: String, why: String) {
    let expected = Failure(
      "cannot use the path '\(PathText.escape(bytes(path)))'", why: why,
      hint: "paths are relative to the repository's root and stay inside it")
    #expect(failure { _ = try RepositoryPath(validating: bytes(path)) } == expected)
  }

  @Test(
    "names that only look odd are taken",
    arguments: [
      "...", "..a", ".gitignore", ".git2", "a\nb", " ", "-rf", "~", String(repeating: "a", count: 255), "a/b/c",
    ])
  func accepted(path: String) throws {
    #expect(try RepositoryPath(validating: bytes(path)).bytes == bytes(path))
    #expect(try RepositoryPath(text: PathText.escape(bytes(path))).bytes == bytes(path))
  }

  @Test(
    "an escape in text cannot smuggle in what the rules forbid", arguments: ["\\2e\\2e/a", "a\\2f\\2e\\2e", "a\\00"])
  func escapedRules(text: String) {
    #expect(failure { _ = try RepositoryPath(text: text) }?.category == .failed)
  }

  @Test("a folder stands directly before what it holds")
  func order() throws {
    let sorted = ["a", "a/b", "a/b/c", "a/c", "a b", "a!", "a.b", "a0", "ab", "b", "é"]
    let paths = try sorted.map { try RepositoryPath(text: $0) }
    for i in paths.indices {
      for j in paths.indices {
        #expect((paths[i] < paths[j]) == (i < j), "\(paths[i]) \(paths[j])")
        #expect((paths[i] == paths[j]) == (i == j))
      }
    }
    #expect(paths.allSatisfy { RepositoryPath.root < $0 })
  }

  @Test("what lies inside a folder does not depend on how names begin")
  func inside() throws {
    let folder = try RepositoryPath(text: "data/raw")
    let cases: [(String, String?)] = [
      ("data/raw", "."), ("data/raw/a/b", "a/b"), ("data/rawer", nil), ("data", nil), ("data/ra", nil),
      ("x/data/raw", nil),
    ]
    for (text, rest) in cases {
      let path = try RepositoryPath(text: text)
      #expect(path.isInside(folder) == (rest != nil))
      #expect(path.relative(to: folder)?.text == rest)
      #expect(path.isInside(.root))
      #expect(path.relative(to: .root) == path)
    }
    #expect(!RepositoryPath.root.isInside(folder))
  }

  @Test("parent, name and appending fit together")
  func parts() throws {
    let path = try RepositoryPath(text: "a/b/c")
    #expect(path.parent.text == "a/b")
    #expect(Array(path.name) == bytes("c"))
    #expect(path.parent.parent.parent == .root)
    #expect(RepositoryPath.root.parent == .root)
    #expect(try path.parent.appending(name: path.name) == path)
    #expect(try RepositoryPath(text: "a").appending(RepositoryPath(text: "b/c")) == path)
    #expect(path.appending(.root) == path)
    #expect(RepositoryPath.root.appending(path) == path)
    #expect(path.components.map(Array.init) == [bytes("a"), bytes("b"), bytes("c")])
    #expect(failure { _ = try path.appending(name: bytes("..")) }?.why == "'..' would climb out of the repository")
  }
}
