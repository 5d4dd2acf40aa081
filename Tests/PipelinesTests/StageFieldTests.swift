import Diagnostics
import Files
import Formats
import Pipelines
import TestSupport
import Testing

/// The fields of a stage that say more than which files it reads and writes.
@Suite struct StageFieldTests {
  private func stage(_ fields: String, _ files: [String: String] = [:]) throws -> Stage {
    try #require(parse("stages:\n  a: {cmd: x, \(fields)}\n", files).stages.first)
  }

  private func parse(_ text: String, _ files: [String: String] = [:], file: String = "mlrepo.yaml") throws
    -> PipelineFile
  {
    try PipelineFile.parse(bytes(text), file: try path(file), lookup: lookup(files))
  }

  @Test("dependencies that are no single file say what they are")
  func readsSources() throws {
    let made = try stage(
      """
      wdir: 'w[1]', deps: [plain, {glob: '../data/**/*.csv'}, {lines: log.txt, first: 2, last: 10}, {lines: log.txt},
      {regex: '^E', file: log.txt}, {command: git describe}, {query: select 1, file: db.sqlite}, {glob: 'x?'}]
      """)
    #expect(made.dependencies == (try paths("w[1]/plain")))
    #expect(
      made.sources == [
        .glob(pattern: bytes("data/**/*.csv")), .lines(try path("w[1]/log.txt"), first: 2, last: 10),
        .lines(try path("w[1]/log.txt"), first: 1, last: .max), .matches(try path("w[1]/log.txt"), expression: "^E"),
        .command("git describe"), .query(try path("w[1]/db.sqlite"), sql: "select 1"),
        .glob(pattern: bytes("w[[]1]/x?")),
      ])
  }

  @Test("a plain dependency with a wildcard is a pattern, unless a file or an output has exactly this name")
  func tellsPatterns() throws {
    let text = """
      stages:
        make: {cmd: x, outs: ['out[1].csv']}
        read: {cmd: x, deps: [data/*.csv, 'here?.txt', 'out[1].csv', plain]}
      """
    let read = try parse(text, ["here?.txt": ""]).stages[1]
    #expect(read.dependencies == (try paths("here?.txt", "out[1].csv", "plain")))
    #expect(read.sources == [.glob(pattern: bytes("data/*.csv"))])
  }

  @Test("outputs, metrics and plots take all options")
  func readsOutputs() throws {
    let made = try stage(
      """
      outs: [{m: {cache: true, persist: true, push: false, remote: r, desc: d, type: model, labels: [l], meta: {k: 1}}}],
      plots: [p.csv, {q.csv: {x: a, y: b, title: t, header: false, cache: false}}, {r.csv: [{y: a}, {y: b}]}]
      """)
    var model = Stage.Output(path: try path("m"))
    (model.isKept, model.isPushed, model.remote, model.summary) = (true, false, "r", "d")
    (model.type, model.labels, model.meta) = ("model", ["l"], .map([ValueMember("k", .int(1))]))
    var second = Stage.Output(path: try path("q.csv"), role: .plot)
    second.isCached = false
    second.plots = [
      [
        ValueMember("x", .string("a")), ValueMember("y", .string("b")), ValueMember("title", .string("t")),
        ValueMember("header", .bool(false)),
      ]
    ]
    var third = Stage.Output(path: try path("r.csv"), role: .plot)
    third.plots = [[ValueMember("y", .string("a"))], [ValueMember("y", .string("b"))]]
    #expect(made.outputs == [model, Stage.Output(path: try path("p.csv"), role: .plot), second, third])
  }

  @Test("how a stage runs is read with its units")
  func readsRunning() throws {
    let made = try stage(
      """
      timeout: 1h 30m, retries: {count: 3, delay: 500ms}, resources: {cpus: 4, memory: 4 GiB, gpus: 1}, executor: slurm,
      env: [CUDA_VISIBLE_DEVICES, HOME, HOME], map: {over: images}, environment: [requirements.txt, {command: python -V}]
      """)
    #expect(made.timeout == 5400 && made.retries == Stage.Retries(count: 3, delay: 0.5))
    #expect(made.resources == Stage.Resources(cpus: 4, memory: 4 << 30, gpus: 1) && made.executor == "slurm")
    #expect(made.variables == ["CUDA_VISIBLE_DEVICES", "HOME"])
    #expect(made.map == .folder(try path("images")))
    #expect(made.probes == [.file(try path("requirements.txt")), .command("python -V")])
    #expect(try stage("retries: 2, timeout: 90").retries == Stage.Retries(count: 2))
    #expect(try stage("timeout: 2.5").timeout == 2.5)
    #expect(try stage("map: {over: 'in/*.png'}").map == .glob(pattern: bytes("in/*.png")))
    for (text, size) in [("1024", 1024), ("500 MB", 500_000_000), ("16G", 16 << 30), ("1.5kib", 1536)] {
      #expect(try stage("resources: {memory: \(text)}").resources.memory == size)
    }
  }

  @Test("an environment of the file counts for each of its stages")
  func readsEnvironment() throws {
    let text = """
      environment: [req.txt, {command: python -V}]
      stages:
        a: {cmd: x, wdir: w, environment: [own.txt]}
        b: {cmd: x}
      """
    let stages = try parse(text, file: "sub/mlrepo.yaml").stages
    let common: [Stage.Probe] = [.file(try path("sub/req.txt")), .command("python -V")]
    #expect(stages.map(\.probes) == [common + [.file(try path("sub/w/own.txt"))], common])
  }

  @Test("'after' names stages, groups, and stages of other files")
  func readsAfter() throws {
    let text = """
      stages:
        a: {cmd: x}
        g: {foreach: [1, 2], do: {cmd: x, after: [a]}}
        b: {cmd: x, after: [a, g, g@1, ../mlrepo.yaml:top, 'mlrepo.yaml:a']}
      """
    let stages = try parse(text, file: "sub/mlrepo.yaml").stages
    func id(_ name: String) throws -> StageID { try stageID(name, file: "sub/mlrepo.yaml") }
    #expect(stages[1].predecessors == [try id("a")])
    #expect(stages[3].predecessors == [try id("a"), try id("g@1"), try id("g@2"), try stageID("top")])
  }

  @Test("plots and artifacts of the file are read")
  func readsTop() throws {
    let file = try parse(
      """
      plots:
        - a.csv
        - both: {template: linear, x: {a.csv: s}, y: {a.csv: [u, v], b.csv: w}}
      artifacts:
        best: {path: model, type: model, desc: d, labels: [x], meta: {f: tf}}
      """, file: "sub/mlrepo.yaml")
    #expect(
      file.plots.map(\.name) == ["a.csv", "both"] && file.plots[1].settings.map(\.key) == ["template", "x", "y"])
    var best = PipelineFile.Artifact(name: "best", path: try path("sub/model"))
    (best.type, best.summary, best.labels, best.meta) = ("model", "d", ["x"], .map([ValueMember("f", .string("tf"))]))
    #expect(file.artifacts == [best])
  }

  @Test(
    "what is wrong is named with its place",
    arguments: [
      ("deps: [{globb: x}]", "23: unknown key 'globb' in a dependency; did you mean 'glob'?"),
      ("deps: [{}]", "22: a dependency is empty; it should have one of command, glob, lines, query, regex"),
      ("deps: [{regex: x}]", "22: a 'regex' dependency has no 'file'"),
      ("deps: [{lines: x, first: 0}]", "40: 'first' should be 1 or more; lines count from 1"),
      ("deps: [{lines: x, first: 3, last: 2}]", "22: 'first' is 3, behind 'last', which is 2"),
      ("deps: [{lines: x, file: y}]", "33: unknown key 'file' in a 'lines' dependency; known are lines, first, last"),
      ("deps: [../*]", "22: '../*' cannot be a path in 'deps': it leaves the repository"),
      ("after: [b]", "23: 'after' names 'b', which is no stage; did you mean 'a'?"),
      ("after: ['x/mlrepo.yaml:']", "23: 'x/mlrepo.yaml:' cannot be in 'after': a stage's name cannot be empty"),
      ("env: [A=1]", "21: 'A=1' in 'env' is no name of an environment variable"),
      ("environment: [{command: x, file: y}]", "29: an item of 'environment' should have either 'command' or 'file'"),
      ("timeout: soon", "24: 'timeout' should be a time, such as 90 (seconds), 10m or 1h 30m, but is soon"),
      ("timeout: 0", "24: 'timeout' should be a time, such as 90 (seconds), 10m or 1h 30m, but is 0"),
      ("retries: {delay: 1}", "24: 'retries' has no 'count'"),
      ("retries: -1", "24: 'retries' should be a whole number that is not negative, but is a whole number (-1)"),
      ("resources: {memory: 4 XB}", "35: 'memory' should be a size, such as 4 GiB or 500 MB, but is 4 XB"),
      (
        "resources: {memory: 99999999999999 TB}",
        "35: 'memory' should be a size, such as 4 GiB or 500 MB, but is 99999999999999 TB"
      ),
      ("resources: {cpus: 0}", "33: 'cpus' should be 1 or more"),
      ("resources: {cpu: 1}", "27: unknown key 'cpu' in 'resources'; did you mean 'cpus'?"),
      ("executor: ''", "25: 'executor' is empty"),
      ("map: {}", "20: 'map' has no 'over', the folder or pattern of its items"),
      ("plots: [{p: {xx: 1}}]", "28: unknown key 'xx' in the output 'p'; did you mean 'x'?"),
      (
        "outs: [{p: {x: 1}}]",
        "27: unknown key 'x' in the output 'p'; known are cache, persist, push, remote, desc, type, labels, meta"
      ),
      ("outs: [{p: {labels: x}}]", "35: 'labels' should be a list, but is text (x)"),
    ])
  func refuses(fields: String, why: String) {
    #expect(failure { try stage(fields) }?.why == "mlrepo.yaml:2:\(why)")
  }
}
