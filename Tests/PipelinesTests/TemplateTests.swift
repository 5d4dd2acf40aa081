import Diagnostics
import Files
import Formats
import Pipelines
import TestSupport
import Testing

@Suite struct TemplateTests {
  /// The stages of a pipeline file beside `files`, as `name: command; command`.
  private func commands(_ text: String, _ files: [String: String] = [:]) throws -> [String] {
    try parse(text, files).stages.map { "\($0.id.name): \($0.commands.joined(separator: "; "))" }
  }

  private func parse(_ text: String, _ files: [String: String], file: String = "mlrepo.yaml") throws -> PipelineFile {
    try PipelineFile.parse(bytes(text), file: try path(file), lookup: lookup(files))
  }

  private static let params = """
    dict: {foo: 1, s: "a b", e: "", t: true, f: false, n: null, l: [1, two, "x y"], emp: [], d: {q: x, em: {}}, fl: 1.0e-3, big: 1.0e16, huge: 12000000000000000.5, small: 1.0e-5}
    lst: [1, a b]
    item: clash
    n:
    i: 3
    """

  /// What DVC 3.67.1 runs for the same file.
  @Test("templates, foreach and matrix make the stages and commands that DVC makes")
  func matchesDVC() throws {
    let text = #"""
      stages:
        a: {cmd: 'echo ${dict} end'}
        b: {cmd: 'echo ${i}\${x} $HOME ${ i } ${n} ${lst[-1]}'}
        f1:
          foreach: [a/b, 0.1, true]
          do: {cmd: 'echo ${item}'}
        f2:
          foreach: [{a: 1}, {a: 2}]
          do: {cmd: 'echo ${item.a}'}
        f3:
          foreach: {x: 1, y: 2}
          do: {cmd: 'echo ${key} ${item}'}
        m:
          matrix:
            a: [1, {z: 1}]
            b: [x, 0.5]
          cmd: echo ${item} ${key}
        w s/t: {cmd: echo hi}
      """#
    #expect(
      try commands(text, ["params.yaml": Self.params]) == [
        "a: echo --foo 1 --s 'a b' --e '' --t --n None --l 1 two 'x y' --d.q x --fl 0.001 --big 1e+16 --huge 1.2e+16 --small 1e-05 end",
        "b: echo 3${x} $HOME 3 None a b",
        "f1@a/b: echo a/b", "f1@0.1: echo 0.1", "f1@true: echo true",
        "f2@0: echo 1", "f2@1: echo 2",
        "f3@x: echo x 1", "f3@y: echo y 2",
        "m@1-x: echo --a 1 --b x 1-x", "m@1-0.5: echo --a 1 --b 0.5 1-0.5", "m@a1-x: echo --a.z 1 --b x a1-x",
        "m@a1-0.5: echo --a.z 1 --b 0.5 a1-0.5",
        "w s/t: echo hi",
      ])
  }

  @Test("a scalar that is one template takes the value with its type, and text where text belongs")
  func keepsTypes() throws {
    let text = """
      vars: [{flag: true, files: [a, b], commands: [x, y 1], n: 7, options: {cpus: 2}, list: [1, 'b c']}]
      stages:
        a:
          cmd: ${commands}
          deps: ${files}
          outs: ['${n}', {o: {cache: '${flag}'}}]
          frozen: ${flag}
          timeout: ${n}
          resources: ${options}
          meta: {m: '${n}', '${n}': 1}
          desc: ${n}
        b: {cmd: 'x ${list}'}
      """
    let stages = try parse(text, [:]).stages
    #expect(stages[0].commands == ["x", "y 1"])
    #expect(stages[0].dependencies == (try paths("a", "b")))
    #expect(stages[0].outputs.map(\.path) == (try paths("7", "o")))
    #expect(stages[0].outputs[1].isCached)
    #expect(stages[0].isFrozen && stages[0].timeout == 7 && stages[0].resources == Stage.Resources(cpus: 2))
    #expect(stages[0].meta == .map([ValueMember("m", .int(7)), ValueMember("7", .int(1))]))
    #expect(stages[0].summary == "7")
    #expect(stages[1].commands == ["x 1 'b c'"])
  }

  @Test("vars come from files of all kinds, whole or in part, and from the pipeline and the stage itself")
  func readsVars() throws {
    let text = """
      vars:
        - conf/a.toml
        - b.json:x,y
        - b.json:z
        - p.py
        - params.yaml
        - {own: {k: 1}}
        - {own: {l: 2}}
      stages:
        one: {cmd: 'c ${t.v} ${x}${y}${z} ${P.q} ${lr} ${own.k}${own.l}'}
        two:
          foreach: [u]
          do:
            wdir: sub/${item}
            vars: [local.yaml, {more: 3}]
            cmd: c ${here} ${more} ${item}
      """
    let files = [
      "in/conf/a.toml": "[t]\nv = 1.5\n", "in/b.json": #"{"x": 1, "y": "two", "z": null, "lr": 9}"#,
      "in/p.py": "class P: q = 'r'", "in/params.yaml": "lr: 0.1\n", "in/sub/u/local.yaml": "here: yes\n",
    ]
    let file = try parse(text, files, file: "in/mlrepo.yaml")
    #expect(file.stages.map(\.commands) == [["c 1.5 1twoNone r 0.1 12"], ["c yes 3 u"]])
    #expect(file.stages.map(\.group) == [nil, "two"])
    #expect(
      file.templateFiles
        == (try paths("in/params.yaml", "in/conf/a.toml", "in/b.json", "in/p.py", "in/sub/u/local.yaml")))
  }

  @Test("a pipeline without templates does not read params.yaml")
  func leavesParamsAlone() throws {
    let lookup = FileLookup(
      contents: { path throws(Failure) in throw Failure("read", why: path.text) }, exists: { _ in false })
    let file = try PipelineFile.parse(bytes("stages: {a: {cmd: x}}"), file: try path("mlrepo.yaml"), lookup: lookup)
    #expect(file.stages.count == 1)
    #expect(
      failure {
        try PipelineFile.parse(bytes("stages: {a: {cmd: 'x ${y}'}}"), file: try path("mlrepo.yaml"), lookup: lookup)
      }?
      .why == "params.yaml")
  }

  @Test("templates are filled in at the top level too")
  func fillsTop() throws {
    let file = try parse(
      "vars: [{d: sub}]\nparams: ['${d}/p.yaml']\nmetrics: ['${d}/m.json']\nartifacts: {'${d}': {path: '${d}/x'}}\n",
      [:])
    #expect(file.params == (try paths("sub/p.yaml")))
    #expect(file.metrics == (try paths("sub/m.json")))
    #expect(file.artifacts == [PipelineFile.Artifact(name: "sub", path: try path("sub/x"))])
  }

  private static let shell = "for a variable of the shell, write $NAME or \\${NAME}"

  @Test(
    "what is wrong with templates is named with its place and the nearest name",
    arguments: [
      (
        "stages:\n  a: {cmd: 'x ${train.dept}'}",
        "2:12: '${train.dept}' in stage 'a' stands for nothing; did you mean '${train.depth}'?", nil
      ),
      (
        "stages:\n  a: {cmd: 'x ${trian.depth}'}",
        "2:12: '${trian.depth}' in stage 'a' stands for nothing; did you mean '${train.depth}'?", nil
      ),
      ("stages:\n  a: {cmd: 'x ${HOME}'}", "2:12: '${HOME}' in stage 'a' stands for nothing", shell),
      ("stages:\n  a: {cmd: 'x ${list[2]}'}", "2:12: '${list[2]}' in stage 'a' stands for nothing", shell),
      (
        "stages:\n  a: {cmd: 'x ${train.depth.more}'}", "2:12: '${train.depth.more}' in stage 'a' stands for nothing",
        shell
      ),
      ("stages:\n  a: {cmd: 'x ${y'}", "2:12: a '${' has no '}' on its line", shell),
      ("stages:\n  a: {cmd: 'x ${}'}", "2:12: '${}' names no value; write it like ${train.lr} or ${models[0]}", shell),
      (
        "stages:\n  a: {cmd: 'x ${a..b}'}", "2:12: '${a..b}' names no value; write it like ${train.lr} or ${models[0]}",
        shell
      ),
      (
        "stages:\n  a: {cmd: 'x ${a[0}'}", "2:12: '${a[0}' names no value; write it like ${train.lr} or ${models[0]}",
        shell
      ),
      ("stages:\n  a: {cmd: x, outs: ['m-${list}']}", "2:22: '${list}' is a list, which cannot be part of a text", nil),
      (
        "stages:\n  a: {cmd: 'x ${deep}'}", "2:12: '${deep}' is a map, which nests lists too deep for a command line",
        nil
      ),
      ("stages:\n  a: {cmd: x, deps: ['${list}']}", "2:22: a path in 'deps' should be text, but is a list", nil),
      ("stages:\n  a: {foreach: [1]}", "2:3: stage 'a' has 'foreach', but no 'do'", nil),
      ("stages:\n  a: {do: {cmd: x}}", "2:3: stage 'a' has 'do', but no 'foreach'", nil),
      (
        "stages:\n  a: {foreach: [1], do: {cmd: x}, cmd: y}",
        "2:35: unknown key 'cmd' in stage 'a'; known are foreach, do", nil
      ),
      (
        "stages:\n  a: {foreach: 3, do: {cmd: x}}", "2:16: 'foreach' should be a list or a map, but is a whole number",
        nil
      ),
      ("stages:\n  a: {foreach: [1, '1'], do: {cmd: x}}", "2:3: stage 'a' makes two stages 'a@1'", nil),
      ("stages:\n  a: {foreach: [''], do: {cmd: x}}", "2:3: nothing stands behind the '@' of the stage's name", nil),
      (
        "stages:\n  a: {foreach: [1, 2], do: {cmd: x, dep: []}}",
        "2:37: unknown key 'dep' in stage 'a@1'; did you mean 'deps'?", nil
      ),
      ("stages:\n  a: {matrix: [1], cmd: x}", "2:15: 'matrix' should be a map of lists, but is a list", nil),
      ("stages:\n  a: {matrix: {b: 1}, cmd: x}", "2:15: 'b' in 'matrix' should be a list, but is a whole number", nil),
      ("vars: [no.yaml]", "1:8: the file 'no.yaml' of 'vars' does not exist", nil),
      ("vars: ['params.yaml:lr']", "1:8: values of 'params.yaml' are taken already", nil),
      ("vars: ['other.yaml:lrr']", "1:8: 'other.yaml' has no 'lrr'; did you mean 'lr'?", nil),
      ("vars: ['other.yaml:lr', other.yaml]", "1:25: values of 'other.yaml' are taken already", nil),
      ("vars: [{train: {depth: 4}}]", "1:8: 'train.depth' is already defined in params.yaml", nil),
      ("vars: [{a: 1}, {a: 1}]", "1:16: 'a' is already defined in the vars at line 1", nil),
      ("vars: [{a: '${b}'}]", "1:12: 'vars' are what templates name, and cannot hold '${' themselves", nil),
      (
        "stages:\n  a: {foreach: [1], do: {cmd: x, vars: [{item: 1}]}}",
        "2:41: 'item' stands for the item of the group and cannot be defined", nil
      ),
      ("stages:\n  a@b: {cmd: x}", "2:3: \(nameRule)", nil),
    ] as [(String, String, String?)])
  func refuses(text: String, why: String, hint: String?) {
    let files = [
      "params.yaml": "train: {depth: 3}\nlist: [1, 2]\ndeep: {x: [[1]]}\n", "other.yaml": "lr: 1\nm: 2\n",
    ]
    let found = failure { try parse(text, files) }
    #expect(found?.why == "mlrepo.yaml:\(why)")
    #expect(found?.hint == hint)
  }

  @Test("a matrix that explodes is refused before it is made, and so are other ways to make too much")
  func limits() throws {
    let axis = "[" + (0..<200).map(String.init).joined(separator: ",") + "]"
    let most = "a pipeline file holds at most 10000 stages"
    #expect(
      failure { try parse("stages:\n  a: {cmd: x, matrix: {b: \(axis), c: \(axis)}}", [:]) }?.why
        == "mlrepo.yaml:2:3: stage 'a' stands for 40000, and \(most)")
    let axes = (0..<20).map { "a\($0): \(axis)" }.joined(separator: ", ")
    #expect(
      failure { try parse("stages:\n  a: {cmd: x, matrix: {\(axes)}}", [:]) }?.why
        == "mlrepo.yaml:2:3: stage 'a' stands for too many, and \(most)")
    let many = "[" + (0..<6000).map(String.init).joined(separator: ",") + "]"
    #expect(
      failure {
        try parse(
          "vars: [{m: \(many)}]\nstages:\n  a: {foreach: '${m}', do: {cmd: x}}\n  b: {foreach: '${m}', do: {cmd: x}}",
          [:])
      }?.why
        == "mlrepo.yaml:4:3: stage 'b' stands for 6000, and \(most)")
    #expect(
      failure { try parse("vars: [{m: \(many)}]\nstages:\n  a: {foreach: '${m}', do: {cmd: x, deps: \(many)}}", [:]) }?
        .why
        == "mlrepo.yaml: its templates make more than 4000000 values; make fewer or smaller stages")
    let long = String(repeating: "x", count: 20_000)
    #expect(
      failure {
        try parse("vars: [{m: \(many), l: \(long)}]\nstages:\n  a: {foreach: '${m}', do: {cmd: 'x ${l}'}}", [:])
      }?.why
        == "mlrepo.yaml: its templates make more than 64 MiB of text")
  }

  @Test("all problems are told at once, up to ten, each stage's and each group's first")
  func tellsAll() {
    let stages = (1...12).map { "  s\($0): {cmd: 'x ${none}'}\n" }.joined()
    let found = failure {
      try parse("stages:\n  g: {foreach: [1, 2], do: {cmd: x, out: y}}\n  ok: {cmd: x}\n\(stages)", [:])
    }
    let lines = found?.why.split(separator: "\n").map(String.init) ?? []
    #expect(lines.count == 11)
    #expect(lines.first == "mlrepo.yaml:2:37: unknown key 'out' in stage 'g@1'; did you mean 'outs'?")
    #expect(lines.dropFirst().first == "     mlrepo.yaml:4:13: '${none}' in stage 's1' stands for nothing")
    #expect(lines.last == "     … and 3 more")
  }
}

private let nameRule =
  "a stage's name holds letters, digits, spaces, '-', '_', '.' and '/', and starts with a letter, digit or '_'"
