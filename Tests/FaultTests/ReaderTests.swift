import Diagnostics
import TestSupport
import Testing

/// Whether this process is root, whom no mode keeps from writing, and may become somebody else.
private let isRoot: Bool = {
  let sandbox = try? Sandbox()
  return (try? sandbox?.run(["setpriv", "--reuid=4103", "--regid=4103", "--clear-groups", "true"]))?.status == 0
}()

/// Somebody looks into a clone that they may not write.
@Suite("A repository that may only be read")
struct ReaderTests {
  private static let commands = [
    "status", "status --json", "diff HEAD", "log", "ls -R", "cat d/3", "cat large --rev HEAD", "dag", "metrics show",
    "params diff", "op log", "stage list", "repro --dry-run", "checkout --dry-run", "gc", "fsck", "run-cache list",
  ]
  private let sandbox: Sandbox

  init() throws {
    sandbox = try makeSandbox()
    try sandbox.shell(
      "chmod 755 .. . && printf '[safe]\\n\\tdirectory = *\\n' >> ../home/.gitconfig && chmod -R a+rX ../home")
  }

  private func make(_ store: String, _ script: String) throws {
    try sandbox.shell(
      """
      git init -q --template= clone
      cd clone
      mlrepo init -q \(store)
      mkdir d
      for i in 1 2 3 4 5 6; do echo "number $i" > d/$i; done
      head -c 300000 /dev/zero > large
      mlrepo stage add -q -n count -d d -o n.txt --metric-no-cache m.json -- 'ls d > n.txt; echo "{\\"n\\": 6}" > m.json'
      mlrepo add -q d large
      mlrepo repro -q
      git add .
      git commit -qm data
      echo more > d/7
      \(script)
      """)
  }

  /// What each command says, to the owner or to somebody who may not write.
  private func answers(in folder: String, asReader: Bool) throws -> [String] {
    let become = asReader && isRoot ? ["setpriv", "--reuid=4103", "--regid=4103", "--clear-groups"] : []
    return try Self.commands.map { command in
      let words = become + ["mlrepo"] + command.split(separator: " ").map(String.init)
      let result = try sandbox.run(words, in: folder)
      return "\(command): \(result.status)\n\(result.text)"
    }
  }

  @Test(
    "every command that only reads says the same as to its owner, and leaves no trace",
    arguments: ["", "--store $PWD/../store"],
    [
      "true", "rm -r .mlrepo/index .mlrepo/tmp",
      "mlrepo config --local core.links symlink; rm large; mlrepo checkout -q large",
    ])
  func reading(store: String, script: String) throws {
    try make(store, script)
    try sandbox.shell("chmod -R a-w,a+rX clone; [ ! -e store ] || chmod -R a-w,a+rX store")
    let before = try sandbox.shell("find . | sort")
    let read = try answers(in: "clone", asReader: true)
    #expect(try sandbox.shell("find . | sort") == before)
    try sandbox.shell("chmod -R u+w .")
    #expect(try answers(in: "clone", asReader: false) == read)
    #expect(read[0].contains("new:           d/7"))
  }

  @Test("a clone that never had a store can be looked into as well")
  func withoutStore() throws {
    try make("", "git clone -q . ../bare && chmod -R a-w,a+rX ../bare")
    let read = try answers(in: "bare", asReader: true)
    #expect(read[3].hasPrefix("log: 0\n") && read[4].hasPrefix("ls -R: "), "\(read[3...4])")
    #expect(read.filter { $0.contains("Permission denied") || $0.contains("cannot make") } == [])
    try sandbox.shell("chmod -R u+w .")
    #expect(try answers(in: "bare", asReader: false) == read)
  }

  @Test("a command that writes says why it cannot")
  func writing() throws {
    try make("", "rm -r .mlrepo/tmp; chmod -R a-w,a+rX .")
    let become = isRoot ? ["setpriv", "--reuid=4103", "--regid=4103", "--clear-groups"] : []
    let result = try sandbox.run(become + ["mlrepo", "add", "d"], in: "clone")
    #expect(result.status == 2)
    let told = String(decoding: sandbox.normalized(result.output), as: UTF8.self)
    #expect(told == "error: cannot make the folder $SANDBOX/clone/.mlrepo/tmp\nwhy: Permission denied\n")
    try sandbox.shell("chmod -R u+w .")
  }
}
