import Diagnostics
import Files
import Git
import TestSupport
import Testing

@Suite struct GitConfigFileTests {
  private func file(_ sandbox: Sandbox) throws -> GitConfigFile {
    try GitConfigFile(at: bytes(sandbox.absolute("config")))
  }

  @Test("settings are read with their names in canonical case, in order")
  func entries() throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      """
      # a comment
      [Core]
        Links = reflink,copy ; another
        flag
      [remote "My Store"]
        url = "s3://bucket/a b"
        url = second
      """, to: "config")
    let config = try file(sandbox)
    #expect(
      try config.entries().map { "\($0.name)=\($0.value)" } == [
        "core.links=reflink,copy", "core.flag=true", "remote.My Store.url=s3://bucket/a b",
        "remote.My Store.url=second",
      ])
    #expect(try config.string("CORE.links") == "reflink,copy")
    #expect(try config.string("core.flag") == "true")
    #expect(try config.string("remote.My Store.url") == "second")
    #expect(try config.string("remote.my store.url") == nil)
    #expect(try config.string("core.absent") == nil)
  }

  @Test("a change keeps comments, and git reads what was written")
  func change() throws {
    let sandbox = try Sandbox()
    try sandbox.write("# keep me\n[core]\n\tlinks = copy\n", to: "config")
    let config = try file(sandbox)
    try config.set("core.links", to: "hardlink")
    try config.set("remote.a b.url", to: " /x \"y\\z\";#\n")
    #expect(try config.string("core.links") == "hardlink")
    #expect(try sandbox.shell("git config --file config core.links") == "hardlink\n")
    #expect(try sandbox.shell("git config --file config 'remote.a b.url'") == " /x \"y\\z\";#\n\n")
    #expect(try sandbox.shell("head -1 config") == "# keep me\n")
    #expect(try config.unset("core.links"))
    #expect(try config.unset("core.links") == false)
    #expect(try config.string("core.links") == nil)
  }

  @Test("a file whose last line goes on in the next is not appended to", arguments: ["", "\n", "\r\n"])
  func openEnd(end: String) throws {
    let sandbox = try Sandbox()
    let text = "[core]\nlockTimeout = 7\\" + end
    try sandbox.write(text, to: "config")
    let failure = #expect(throws: Failure.self) { try file(sandbox).set("gc.gracePeriod", to: "3") }
    #expect(failure?.category == .damaged && failure?.hint == "take the backslash away")
    #expect(sandbox.read("config") == bytes(text))
  }

  @Test("a file that does not exist yet is empty, and is made by the first change")
  func missing() throws {
    let sandbox = try Sandbox()
    let config = try file(sandbox)
    #expect(try config.entries().isEmpty)
    #expect(sandbox.read("config") == nil)
    try config.set("core.links", to: "copy")
    #expect(sandbox.read("config") == bytes("[core]\n\tlinks = copy\n"))
  }

  @Test(
    "a damaged file is refused by its path and line",
    arguments: [("[core\n", 1), ("x = 1\n[core]\n= 2\n", 3), ("[a]\n[b\n", 2)])
  func damaged(text: String, line: Int) throws {
    let sandbox = try Sandbox()
    try sandbox.write(text, to: "config")
    let refused = failure { _ = try file(sandbox) }
    #expect(refused?.what == "cannot read the configuration file '\(sandbox.path)/config'")
    #expect(refused?.category == .damaged)
    #expect(refused?.why.contains("config:\(line))") == true, "\(refused?.why ?? "")")
  }

  @Test(
    "a file that includes another is refused before that is opened",
    arguments: [
      "[include]\n\tpath = pipe\n", "[core] [Include] path = pipe\n", "\u{b} \t[INCLUDE]\npath = pipe\n",
      "\u{feff}[include]\npath = pipe\n", "[includeIf \"gitdir:/\"]\npath = pipe\n",
      "[a \"]\"] [include] path = pipe\n",
    ])
  func include(text: String) throws {
    let sandbox = try Sandbox()
    // Who opens it waits for ever.
    try sandbox.shell("mkfifo pipe")
    try sandbox.write(text, to: "config")
    let refused = failure { _ = try file(sandbox) }
    #expect(refused?.category == .damaged)
    #expect(refused?.why == "line 1 includes another file")
  }

  @Test("a value may speak of includes")
  func includeInValue() throws {
    let sandbox = try Sandbox()
    try sandbox.write("[core]\n\tstore = /a[include]\n; [include]\n", to: "config")
    #expect(try file(sandbox).string("core.store") == "/a[include]")
  }

  @Test("a name that is none is a wrong use", arguments: ["core", "", "core.", ".x", "core.a b"])
  func invalidName(name: String) throws {
    let config = try file(try Sandbox())
    #expect(failure { try config.set(name, to: "1") }?.category == .usage)
  }

  @Test("while another command writes the file, a change fails as locked")
  func locked() throws {
    let sandbox = try Sandbox()
    try sandbox.write("[core]\n\tx = 1\n", to: "config")
    try sandbox.write("", to: "config.lock")
    let config = try file(sandbox)
    #expect(failure { try config.set("core.x", to: "2") }?.category == .locked)
    #expect(sandbox.read("config") == bytes("[core]\n\tx = 1\n"))
  }

  @Test("what is read without libgit2 is what libgit2 reads, and the rest is left to it")
  func plain() throws {
    let sandbox = try Sandbox()
    let place = bytes(sandbox.absolute("config"))
    #expect(try GitConfigFile.plainEntries(at: place)?.isEmpty == true)
    let folder = try Folder(at: bytes(sandbox.path))
    func texts(_ entries: [(name: String, value: String)]?) -> [String]? { entries?.map { "\($0.name)=\($0.value)" } }
    func agrees(_ text: String) throws {
      try folder.replace(bytes("config"), with: bytes(text), scratch: folder)
      guard let plain = texts(try GitConfigFile.plainEntries(at: place)) else { return }
      #expect(try plain == texts(GitConfigFile(at: place).entries()), "\(text)")
    }
    try agrees("# c\n[Core]\n\tStore = /a b/c-d\n  jobs=4\n[gc]\ngracePeriod = 3\n")
    #expect(
      texts(try GitConfigFile.plainEntries(at: place)) == ["core.store=/a b/c-d", "core.jobs=4", "gc.graceperiod=3"])
    try agrees("[a \"b C\"]\nd = e\n[A \"b c\"]\nD = f\n")
    #expect(texts(try GitConfigFile.plainEntries(at: place)) == ["a.b C.d=e", "a.b c.d=f"])
    for text in [
      "[a \"b\\\"\"]\nc = d\n", "[includeIf \"gitdir:/\"]\npath = x\n", "[a]\nb\n", "[a]\nb = \"c\"\n",
      "[a]\nb = c \\\n d\n", "[a] b = c\n", "a = b\n",
    ] {
      try folder.replace(bytes("config"), with: bytes(text), scratch: folder)
      #expect(try GitConfigFile.plainEntries(at: place) == nil, "\(text)")
    }
    var random = SystemRandomNumberGenerator()
    let pieces = [
      "[core]", "\n", "jobs", " = ", "4", "a b", "#", ";", "\t", "[", "]", "x", "-", "=", " ", "1k", "include", ".",
    ]
    for _ in 0..<300 {
      try agrees(
        "[a]\n"
          + (0..<Int.random(in: 1...8, using: &random)).compactMap { _ in pieces.randomElement(using: &random) }
          .joined())
    }
  }
}
