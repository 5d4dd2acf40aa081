import Files
import Objects
import Testing
import Workspaces

@Suite struct MergeTests {
  @Test(
    "lines for names are merged one by one, all others as a whole",
    arguments: [
      ("/a\n", "/a\n/b\n", "/a\n/c\n", "/a\n/b\n/c\n"), ("/a\n/b\n", "/b\n", "/a\n/b\n/c\n", "/b\n/c\n"),
      ("/a\n", "/a\n*.log\n", "/a\n/b\n", "/a\n/b\n*.log\n"), ("/a\n", "/a\n/b\n", "# mine\n/a\n", "# mine\n/a\n/b\n"),
      ("/a\n", "", "", ""), ("", "/a\n", "/a\n", "/a\n"),
    ])
  func mergesIgnoreFiles(base: String, ours: String, theirs: String, merged: String) {
    let got = GitIgnoreFile.merging(base: file(base), ours: file(ours), theirs: file(theirs))
    #expect(got.map { String(decoding: $0.bytes, as: UTF8.self) } == merged)
  }

  @Test("lines of the users' own that both sides changed are not guessed at")
  func leavesForeignLines() {
    #expect(GitIgnoreFile.merging(base: file("*.a\n"), ours: file("*.b\n"), theirs: file("*.c\n")) == nil)
  }

  @Test("a pointer is merged field by field, and content that both changed is not")
  func mergesPointers() throws {
    let base = try pointer(1, "old")
    #expect(
      try PointerFile.merging(base: base, ours: pointer(2, "old"), theirs: pointer(1, "new")) == pointer(2, "new"))
    #expect(try PointerFile.merging(base: base, ours: pointer(2, "old"), theirs: pointer(2, nil)) == pointer(2, nil))
    #expect(try PointerFile.merging(base: base, ours: pointer(2, "old"), theirs: pointer(3, "old")) == nil)
    #expect(try PointerFile.merging(base: nil, ours: pointer(2, nil), theirs: pointer(2, nil)) == pointer(2, nil))
    #expect(try PointerFile.merging(base: nil, ours: pointer(2, nil), theirs: pointer(3, nil)) == nil)
  }

  private func file(_ text: String) -> GitIgnoreFile { GitIgnoreFile(Array(text.utf8)) }

  private func pointer(_ size: Int, _ description: String?) throws -> PointerFile {
    let id = try ObjectID(text: "sha256:" + String(repeating: "\(size)", count: 64))
    let content = Content(kind: .file, id: id, size: size)
    return PointerFile(name: Array("data".utf8), content: content, description: description)
  }
}
