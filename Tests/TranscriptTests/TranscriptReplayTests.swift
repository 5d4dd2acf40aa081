import Diagnostics
import TestSupport
import Testing

/// The machinery itself: what a transcript says after its replay.
@Suite struct TranscriptReplayTests {
  private func replay(_ text: String, timeout: Int = 20) throws -> String {
    try Transcript(text: text).replay(in: Sandbox(), timeout: timeout)
  }

  @Test(
    "a session that goes as written replays to itself",
    arguments: [
      "", "Only prose.\n", "  $ true\n", "Prose.\n\n  $ echo a; echo b >&2\n  a\n  b\n\nMore.\n",
      "  $ mkdir d && cd d && x=1\n  $ echo $x ${PWD##*/}\n  1 d\n", "  $ false\n  [1]\n  $ echo $?\n  1\n",
      "  $ cat <<'E'\n  > it's\n  > \"two\"\n  > E\n  it's\n  \"two\"\n", "  $ printf a\n  a (no-eol)\n",
      "  $ echo took 12 ms\n  took [0-9]+ ms (re)\n", "  $ echo a.b.c\n  a*c (glob)\n", "  $ echo\n  \n",
      "  $ printf '\\377\\n'\n  \\ff (esc)\n", "  $ echo '$ x'\n  \\24 x (esc)\n", "  $ echo '> x'\n  \\3e x (esc)\n",
      "  $ pwd; echo $HOME/x\n  $SANDBOX\n  $HOME/x\n", "  $ (exit 200)\n  [200]\n",
      "  $ if\n  *syntax error* (glob)\n  [2]\n  $ echo a\n  a\n",
    ])
  func faithful(text: String) throws {
    #expect(try replay(text) == text)
  }

  @Test("what differs is written as it is, and what matches stays as it was written")
  func different() throws {
    let text = "  $ echo one; echo 22; echo three; false\n  zero\n  [0-9]+ (re)\n  three\n  gone\n"
    #expect(try replay(text) == "  $ echo one; echo 22; echo three; false\n  one\n  [0-9]+ (re)\n  three\n  [1]\n")
  }

  @Test("a pattern is for the whole line")
  func wholeLine() throws {
    #expect(try replay("  $ echo abc\n  b (re)\n") == "  $ echo abc\n  abc\n")
    #expect(try replay("  $ echo abc\n  b* (glob)\n") == "  $ echo abc\n  abc\n")
    #expect(try replay("  $ echo abc\n  ( (re)\n") == "  $ echo abc\n  abc\n")
  }

  @Test("a shell that ends early is named where it ended")
  func early() throws {
    let text = "  $ echo a\n  a\n  $ echo b; exit 3\n  b\n  $ echo c\n  c\n"
    #expect(
      try replay(text)
        == "  $ echo a\n  a\n  $ echo b; exit 3\n  b\n  (the shell ended with status 3)\n  $ echo c\n  (the shell had ended)\n"
    )
  }

  @Test("a session that is not for this machine counts as it stands")
  func skipped() throws {
    let text = "  $ echo a\n  b\n  $ [ -e /nowhere ] || exit 80\n  $ true\n  c\n"
    #expect(try replay(text) == text)
  }

  @Test("a command that hangs is stopped and named")
  func timeout() throws {
    let got = try replay("  $ echo a; sleep 100 & sleep 100\n  $ true\n", timeout: 1)
    #expect(
      got
        == "  $ echo a; sleep 100 & sleep 100\n  a\n  (the shell timed out after 1 s)\n  $ true\n  (the shell had ended)\n"
    )
  }

  @Test("commits made in two sandboxes are the same")
  func hermetic() throws {
    let sandboxes = [try Sandbox(), try Sandbox()]
    let names = try sandboxes.map { sandbox in
      try sandbox.shell("git init -q; git commit -q --allow-empty -m one; git rev-parse HEAD; date +%z; locale charmap")
    }
    #expect(names[0] == names[1])
    #expect(names[0].hasSuffix("\n+0000\nUTF-8\n"))
    #expect(sandboxes[0].path != sandboxes[1].path)
  }

  @Test("a sandbox is gone with its value, even a read-only folder in it")
  func removed() throws {
    var sandbox: Sandbox? = try Sandbox()
    let path = try #require(sandbox?.path)
    try sandbox?.shell("mkdir d; echo 1 > d/f; chmod 555 d")
    sandbox = nil
    #expect(Sandbox.contents(of: path + "/d/f") == nil || Sandbox.variable("KEEP") == "1")
  }

  @Test("a diff shows what changed and a little around it")
  func diff() {
    let old = (1...20).map(String.init).joined(separator: "\n")
    let new = old.replacing("10\n", with: "ten\n").replacing("20", with: "20\n21")
    #expect(
      LineDiff.text(from: old, to: new)
        == "...\n  7\n  8\n  9\n- 10\n+ ten\n  11\n  12\n  13\n...\n  18\n  19\n  20\n+ 21")
  }
}
