import Diagnostics
import Files
import Formats
import Pipelines
import TestSupport
import Testing

@Suite struct PipelineFileTests {
  private func parse(_ text: String, file: String = "mlrepo.yaml") throws -> PipelineFile {
    try PipelineFile.parse(bytes(text), file: try path(file))
  }

  @Test("every field is read, and paths are taken from the stage's folder")
  func readsAll() throws {
    let file = try parse(
      """
      desc: all of it
      meta: {owner: me}
      params: [more.yaml]
      metrics:
        - ../summary.json
      stages:
        prepare:
          cmd: ./prepare.sh
        train:
          desc: fits
          wdir: ../work
          cmd:
            - python train.py > log
            - echo done
          deps: [./train.py, ../data/, a//b]
          params:
            - train.lr
            - train.depth
            - train.lr
            - conf.toml: [a, b.c]
            - conf.toml: [b.c, d]
            - all.json:
            - all.json: [x]
          outs:
            - model
            - big: {cache: false, persist: true, desc: kept, meta: 1}
            - other:
          metrics: [{metrics.json: {cache: false}}]
          frozen: true
          always_changed: true
          meta: [1]
      """, file: "sub/mlrepo.yaml")
    var prepare = Stage(
      id: try stageID("prepare", file: "sub/mlrepo.yaml"), commands: ["./prepare.sh"], workingFolder: try path("sub"))
    prepare.position = SourcePosition(line: 7, column: 3)
    var train = Stage(
      id: try stageID("train", file: "sub/mlrepo.yaml"), commands: ["python train.py > log", "echo done"],
      workingFolder: try path("work"))
    train.dependencies = try paths("work/train.py", "data", "work/a/b")
    train.params = [
      Stage.ParamSource(file: try path("work/params.yaml"), keys: ["train.lr", "train.depth"]),
      Stage.ParamSource(file: try path("work/conf.toml"), keys: ["a", "b.c", "d"]),
      Stage.ParamSource(file: try path("work/all.json"), keys: nil),
    ]
    var big = Stage.Output(path: try path("work/big"))
    (big.isCached, big.isKept, big.summary, big.meta) = (false, true, "kept", .int(1))
    var metric = Stage.Output(path: try path("work/metrics.json"), role: .metric)
    metric.isCached = false
    train.outputs = [
      Stage.Output(path: try path("work/model")), big, Stage.Output(path: try path("work/other")), metric,
    ]
    (train.isFrozen, train.alwaysChanged, train.summary, train.meta) = (true, true, "fits", .list([.int(1)]))
    train.position = SourcePosition(line: 9, column: 3)
    var expected = PipelineFile(file: try path("sub/mlrepo.yaml"))
    expected.stages = [prepare, train]
    expected.params = try paths("sub/more.yaml")
    expected.metrics = try paths("summary.json")
    (expected.summary, expected.meta) = ("all of it", .map([ValueMember("owner", .string("me"))]))
    #expect(file == expected)
  }

  @Test("an empty file, and one whose stages are empty, hold no stage", arguments: ["", "stages:\n", "stages: {}\n"])
  func readsNothing(text: String) throws {
    #expect(try parse(text).stages.isEmpty)
  }

  @Test(
    "what is wrong is named with its place",
    arguments: [
      ("stage: {}\n", "1:1: unknown key 'stage' in the pipeline; did you mean 'stages'?"),
      ("datasets: []\n", "1:1: 'datasets' in the pipeline is not read by this version"),
      ("- a\n", "1:1: the pipeline should be a map, but is a list"),
      ("stages: [a]\n", "1:9: 'stages' should be a map, but is a list"),
      ("stages:\n  a: x\n", "2:6: stage 'a' should be a map, but is text (x)"),
      ("stages:\n  a:\n", "2:5: stage 'a' should be a map, but is nothing"),
      ("stages:\n  a: {}\n", "2:3: stage 'a' has no 'cmd', the command it runs"),
      (
        "stages:\n  a:\n    cmd: x\n    dep: [y]\n", "4:5: unknown key 'dep' in stage 'a'; did you mean 'deps'?"
      ),
      (
        "stages:\n  a:\n    cmd: x\n    zzzz: [y]\n",
        "4:5: unknown key 'zzzz' in stage 'a'; known are \(stageKeys)"
      ),
      ("stages:\n  a@b: {cmd: x}\n", "2:3: \(nameRule)"),
      ("stages:\n  a/: {cmd: x}\n", "2:3: \(nameRule)"),
      ("stages:\n  'a:b': {cmd: x}\n", "2:3: \(nameRule)"),
      ("stages:\n  -a: {cmd: x}\n", "2:3: \(nameRule)"),
      ("stages:\n  '': {cmd: x}\n", "2:3: a stage's name cannot be empty"),
      ("stages:\n  a: {cmd: 3}\n", "2:12: 'cmd' should be text, but is a whole number (3)"),
      ("stages:\n  a: {cmd: []}\n", "2:12: 'cmd' holds an empty command"),
      ("stages:\n  a: {cmd: ' '}\n", "2:12: 'cmd' holds an empty command"),
      ("stages:\n  a: {cmd: [x, 1]}\n", "2:16: a command should be text, but is a whole number (1)"),
      ("stages:\n  a: {cmd: x, deps: y}\n", "2:21: 'deps' should be a list, but is text (y)"),
      ("stages:\n  a: {cmd: x, deps: [1]}\n", "2:22: a path in 'deps' should be text, but is a whole number (1)"),
      ("stages:\n  a: {cmd: x, deps: [y, ./y]}\n", "2:25: 'y' is already listed in 'deps'"),
      (
        "stages:\n  a: {cmd: x, deps: [../y]}\n",
        "2:22: '../y' cannot be a path in 'deps': it leaves the repository"
      ),
      ("stages:\n  a: {cmd: x, deps: [/y]}\n", "2:22: '/y' cannot be a path in 'deps': it is absolute"),
      ("stages:\n  a: {cmd: x, deps: ['']}\n", "2:22: '' cannot be a path in 'deps': it is empty"),
      (
        "stages:\n  a: {cmd: x, deps: [s3://b/k]}\n",
        "2:22: 's3://b/k' cannot be a path in 'deps': addresses of remote data are not read by this version"
      ),
      ("stages:\n  a: {cmd: x, outs: [.]}\n", "2:22: an output cannot be the whole repository"),
      (
        "stages:\n  a: {cmd: x, outs: [.git/x]}\n",
        "2:22: '.git/x' cannot be an output: it lies inside git's own folder"
      ),
      (
        "stages:\n  a: {cmd: x, outs: [{y: {cahce: true}}]}\n",
        "2:27: unknown key 'cahce' in the output 'y'; did you mean 'cache'?"
      ),
      (
        "stages:\n  a: {cmd: x, outs: [{y: {cache: no}}]}\n",
        "2:34: 'cache' should be true or false, but is text (no)"
      ),
      (
        "stages:\n  a: {cmd: x, params: [{f.yaml: x}]}\n",
        "2:33: the keys of 'f.yaml' should be a list, but is text (x)"
      ),
      ("stages:\n  a: {cmd: x, frozen: 1}\n", "2:23: 'frozen' should be true or false, but is a whole number (1)"),
      (
        "stages:\n  a: {cmd: x}\n  a: {cmd: y}\n", "2:3: the key 'a' stands here and again further down in the same map"
      ),
    ])
  func refuses(source: String, why: String) {
    #expect(failure { try parse(source) }?.why == "mlrepo.yaml:\(why)")
  }

  @Test("a stage is added to nothing, to a file without stages, and after others, comments kept")
  func adds() throws {
    var definition = StageDefinition(name: "train", commands: ["python train.py --grid [1,2]"])
    definition.items.dependencies = ["data/train.csv", "train.py"]
    definition.items.params = ["train.lr,train.depth", "conf.toml:a", "all.json:"]
    definition.items.outputs = [.init(path: "model"), .init(path: "big", isCached: false, isKept: true)]
    definition.items.metrics = [.init(path: "metrics.json", isCached: false)]
    let block = """
        train:
          cmd: python train.py --grid [1,2]
          deps:
            - data/train.csv
            - train.py
          params:
            - train.lr
            - train.depth
            - conf.toml:
                - a
            - all.json: null
          outs:
            - model
            - big:
                cache: false
                persist: true
          metrics:
            - metrics.json:
                cache: false

      """
    let file = try path("mlrepo.yaml")
    #expect(text(try PipelineFile.adding(definition, to: nil, file: file)) == "stages:\n\(block)")
    #expect(
      text(try PipelineFile.adding(definition, to: bytes("# top\nmetrics: [m.json]\n"), file: file))
        == "# top\nmetrics: [m.json]\nstages:\n\(block)")
    #expect(
      text(try PipelineFile.adding(definition, to: bytes("stages:\n  a: {cmd: x} # first\n# end\n"), file: file))
        == "stages:\n  a: {cmd: x} # first\n\(block)# end\n")
  }

  @Test("a stage that exists is refused, and replaced where asked for")
  func replaces() throws {
    let file = try path("mlrepo.yaml")
    let present = bytes("stages:\n  # b\n  b:\n    cmd: x\n  c:\n    cmd: y\n")
    let definition = StageDefinition(name: "b", commands: ["one", "two"])
    #expect(
      failure { try PipelineFile.adding(definition, to: present, file: file) }
        == Failure(
          "cannot add the stage 'b'", why: "mlrepo.yaml:3:3: there is a stage of this name",
          hint: "--force replaces it"))
    #expect(
      text(try PipelineFile.adding(definition, to: present, file: file, replacing: true))
        == "stages:\n  # b\n  b:\n    cmd:\n      - one\n      - two\n  c:\n    cmd: y\n")
  }

  @Test("a definition that would make a bad file is refused")
  func refusesBadDefinitions() throws {
    let file = try path("mlrepo.yaml")
    var outside = StageDefinition(name: "a", commands: ["x"])
    outside.items.outputs = [.init(path: "../x")]
    let refused = failure { try PipelineFile.adding(outside, to: nil, file: file) }
    #expect(refused?.what == "cannot add the stage 'a'")
    #expect(refused?.why == "mlrepo.yaml:5:9: '../x' cannot be an output: it leaves the repository")
    let unnamed = StageDefinition(name: "a:b", commands: ["x"])
    #expect(failure { try PipelineFile.adding(unnamed, to: nil, file: file) }?.what == "cannot name a stage 'a:b'")
    let idle = StageDefinition(name: "a", commands: [])
    #expect(failure { try PipelineFile.adding(idle, to: nil, file: file) }?.what == "cannot add the stage 'a'")
  }
}

private let nameRule =
  "a stage's name holds letters, digits, spaces, '-', '_', '.' and '/', and starts with a letter, digit or '_'"
private let stageKeys =
  "cmd, wdir, deps, params, outs, metrics, plots, after, env, environment, timeout, retries, resources, executor, map, frozen, always_changed, desc, meta, vars, foreach, do, matrix"
