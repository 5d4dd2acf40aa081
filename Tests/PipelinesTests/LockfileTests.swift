import Diagnostics
import Files
import Formats
import Objects
import Pipelines
import TestSupport
import Testing

@Suite struct LockfileTests {
  private func parse(_ text: String) throws -> Lockfile {
    try Lockfile.parse(bytes(text), file: try path("sub/mlrepo.lock"))
  }

  private func sample() throws -> Lockfile {
    Lockfile(stages: [
      try StageName("train"): LockedStage(
        commands: ["python train.py", "echo 'x: #y'"], workingFolder: try path("work"),
        dependencies: [
          LockedPath(path: try path("data/train.csv"), id: try id("b"), size: 7),
          LockedPath(path: try path("data"), id: try id("a"), size: 12, files: 2),
        ],
        params: [
          try path("params.yaml"): [
            "lr": .float(1e-5), "train.depth": .int(3), "name": .string("no"), "layers": .list([.int(1), .float(1)]),
            "on": .bool(true), "x": .null, "m": .map([ValueMember("b", .int(1)), ValueMember("a", .int(2))]),
          ],
          try path("conf.toml"): [:],
        ],
        outputs: [LockedPath(path: try path("bin/run \u{1}"), id: try id("0"), size: 0, isExecutable: true)]),
      try StageName("a.1"): LockedStage(commands: []),
    ])
  }

  private func sampleText() throws -> String {
    let digits = try ["a", "b", "0"].map { try id(Character($0)).text }
    return """
      # Written by mlrepo: what each stage last read and made. Keep it in git.
      version: 1
      stages:
        a.1:
          cmd: []
        train:
          cmd:
            - python train.py
            - 'echo ''x: #y'''
          wdir: work
          deps:
            - path: data
              id: \(digits[0])
              size: 12
              files: 2
            - path: data/train.csv
              id: \(digits[1])
              size: 7
          params:
            conf.toml: {}
            params.yaml:
              layers:
                - 1
                - 1.0
              lr: 1.0e-05
              m:
                b: 1
                a: 2
              name: 'no'
              'on': true
              train.depth: 3
              x: null
          outs:
            - path: bin/run \\01
              id: \(digits[2])
              size: 0
              executable: true

      """
  }

  @Test("a lock has one text, which reads back as the same lock")
  func roundTrips() throws {
    #expect(text(try sample().encoded()) == (try sampleText()))
    var sorted = try sample()
    let train = try StageName("train")
    sorted.stages[train]?.dependencies.sort { $0.path < $1.path }
    #expect(try parse(sampleText()) == sorted)
    #expect(try Lockfile.parse(Lockfile().encoded(), file: path("mlrepo.lock")) == Lockfile())
    #expect(try parse("") == Lockfile())
  }

  @Test("an entry with every kind of input has one text, which reads back as the same entry")
  func roundTripsInputs() throws {
    var entry = LockedStage(commands: ["x"])
    entry.sources = try [
      LockedSource(
        .glob(pattern: bytes("in/*.csv")), .files([path("in/a.csv"): Content(kind: .file, id: id("a"), size: 1)])),
      LockedSource(.glob(pattern: bytes("none/\u{1}*")), .files([:])),
      LockedSource(.lines(path("n"), first: 2, last: .max), .bytes(id("b"), size: 2, file: id("c"))),
      LockedSource(.matches(path("n"), expression: "^a: #"), .bytes(id("b"), size: 0)),
      LockedSource(.command("date\n"), .bytes(id("d"), size: 3)),
      LockedSource(.query(path("t.db"), sql: "SELECT *"), .bytes(id("d"), size: 3)),
    ]
    entry.variables = ["B": try id("e"), "no": try id("f")]
    entry.variables["A"] = .some(nil)
    entry.probes = try [
      LockedProbe(.file(path("req.txt")), ProbeResult(id: id("1"), size: 4)), LockedProbe(.file(path("gone")), nil),
      LockedProbe(.command("python --version"), ProbeResult(id: id("2"), size: 4, line: "3.10")),
    ]
    entry.items = [LockedPath(path: try path("i/1"), id: try id("3"), size: 5)]
    let lock = Lockfile(stages: [try StageName("s"): entry])
    #expect(try Lockfile.parse(lock.encoded(), file: path("mlrepo.lock")) == lock)
    entry.items = []
    #expect(try parse(text(Lockfile(stages: [StageName("s"): entry]).encoded())).stages.values.first?.items == [])
  }

  @Test("both readers of YAML read any lock that is written alike")
  func readersAgree() throws {
    var random = SystemRandomNumberGenerator()
    let words = [
      "a", "x y", "no", "1", "1.0", "a: b", "#c", "it's", "\"q\"", "é", "a\nb", " lead", "-x", "- x", "[1]", "~", "",
    ]
    func word() -> String { words.randomElement(using: &random) ?? "" }
    func value(_ depth: Int) -> Value {
      switch Int.random(in: 0...(depth > 2 ? 4 : 6), using: &random) {
      case 0: .int(Int.random(in: -9...9, using: &random))
      case 1: .float(0.5)
      case 2: .bool(true)
      case 3: .null
      case 4: .string(word())
      case 5: .list((0..<Int.random(in: 0...2, using: &random)).map { _ in value(depth + 1) })
      default: .map([ValueMember("k", value(depth + 1)), ValueMember("l \(word())", value(depth + 1))])
      }
    }
    for _ in 0..<300 {
      var entry = LockedStage(commands: [word(), word()])
      entry.params = [try path("p.yaml"): [word(): value(0), "z": value(0)]]
      entry.outputs = [
        LockedPath(path: try path("o\(word().filter { $0 != "\n" })"), id: try id("a"), size: 1, files: 2)
      ]
      let bytes = Lockfile(stages: [try StageName("s"): entry, try StageName("no"): entry]).encoded()
      #expect(try YAML.parse(bytes, file: "l") == YAML.parse(bytes, file: "l", inFull: true))
    }
  }

  @Test(
    "whatever this version did not write is damaged, with its place",
    arguments: [
      ("stages: {}\n", "1:1: 'version' is missing"),
      ("version: 0\n", "1:10: its version is 0, and this mlrepo reads version 1"),
      ("version: 2\nnew: 1\n", "1:10: its version is 2, and this mlrepo reads version 1; a newer mlrepo wrote it"),
      ("version: '1'\n", "1:10: 'version' should be a whole number that is not negative, but is text ('1')"),
      ("version: 1\nstage: {}\n", "2:1: unknown key 'stage' in the lock; did you mean 'stages'?"),
      ("version: 1\nstages:\n  a:b: {cmd: [x]}\n", "3:3: \(nameRule)"),
      ("version: 1\nstages:\n  a: {}\n", "3:3: stage 'a' has no 'cmd'"),
      ("version: 1\nstages:\n  a: {cmd: x}\n", "3:12: 'cmd' should be a list, but is text (x)"),
      (
        "version: 1\nstages:\n  a: {cmd: [x], outs: [{path: y}]}\n", "3:24: an entry of 'outs' has no 'id'"
      ),
      (
        "version: 1\nstages:\n  a: {cmd: [x], outs: [{path: y, id: 'sha256:AB'}]}\n",
        "3:38: 'id' should be 'sha256:' and 64 hexadecimal digits in lower case"
      ),
      (
        "version: 1\nstages:\n  a: {cmd: [x], outs: [{path: ../y, id: z}]}\n",
        "3:31: the path '../y' cannot be used: '..' would climb out of the repository"
      ),
      (
        "version: 1\nstages:\n  a: {cmd: [x], outs: [{path: y, id: '\(zeros)', size: -1}]}\n",
        "3:119: 'size' should be a whole number that is not negative, but is a whole number (-1)"
      ),
      (
        "version: 1\nstages:\n  a: {cmd: [x], deps: [{path: y, id: '\(zeros)', size: 1}, {path: y, id: '\(zeros)', size: 1}]}\n",
        "3:123: 'y' stands twice in 'deps'"
      ),
      (
        "version: 1\nstages:\n  a: {cmd: [x], params: {/etc/x: {}}}\n",
        "3:26: the path '/etc/x' cannot be used: a part of it is empty"
      ),
      ("version: 1\nstages:\n  a: {cmd: [x], deps: [&x y]}\n", "3:24: \(aliasRule)"),
      (
        "version: 1\nstages: [\n",
        "3:1: while parsing a flow node that starts at 3:1: did not find expected node content"
      ),
    ])
  func refuses(source: String, why: String) {
    let refused = failure { try parse(source) }
    #expect(refused?.why == "sub/mlrepo.lock:\(why)")
    #expect(refused?.category == .damaged)
  }

  @Test("a lock that git could not merge says so")
  func explainsConflicts() {
    let text = "version: 1\nstages:\n<<<<<<< HEAD\n  a: {cmd: [x]}\n=======\n  a: {cmd: [y]}\n>>>>>>> other\n"
    #expect(
      failure { try parse(text) }
        == Failure(
          "cannot read sub/mlrepo.lock", why: "sub/mlrepo.lock:3:1: a merge left its conflict markers here",
          hint: "git checkout --ours -- 'sub/mlrepo.lock' && mlrepo repro", category: .damaged))
  }
}

private let zeros = "sha256:" + String(repeating: "0", count: 64)
private let nameRule =
  "a stage's name holds letters, digits, spaces, '-', '_', '.' and '/', and starts with a letter, digit or '_'"
private let aliasRule =
  "anchors (&name) and aliases (*name) are not read; write the value out, or quote it if it is meant as text"
