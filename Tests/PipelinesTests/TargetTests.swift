import Diagnostics
import Files
import Pipelines
import TestSupport
import Testing

@Suite struct TargetTests {
  private func graph() throws -> StageGraph {
    let root =
      "stages:\n  prep: {cmd: x, outs: [data/clean]}\n  g: {foreach: [a/1, b], do: {cmd: x, outs: ['o-${item}']}}\n"
    let sub = "stages:\n  prep: {cmd: x}\n  fit: {cmd: x, outs: [model]}\n  g: {matrix: {s: [1, 2]}, cmd: x}\n"
    let other = "stages:\n  fit: {cmd: x}\n"
    let files = try [("mlrepo.yaml", root), ("sub/mlrepo.yaml", sub), ("sub/deep/mlrepo.yaml", other)].map {
      try PipelineFile.parse(bytes($1), file: try path($0))
    }
    return try StageGraph(files.flatMap(\.stages))
  }

  @Test(
    "a target means stages, groups, files, outputs and patterns, from where the user is",
    arguments: [
      ("prep", ".", ["prep"]), ("prep", "sub", ["prep"]), (":prep", "sub", ["sub/mlrepo.yaml:prep"]),
      ("g@a/1", ".", ["g@a/1"]), ("g", ".", ["g@a/1", "g@b"]),
      (":g", "sub", ["sub/mlrepo.yaml:g@1", "sub/mlrepo.yaml:g@2"]),
      ("mlrepo.yaml:g", "sub", ["sub/mlrepo.yaml:g@1", "sub/mlrepo.yaml:g@2"]),
      ("sub/mlrepo.yaml:g@2", ".", ["sub/mlrepo.yaml:g@2"]),
      ("sub/mlrepo.yaml:g@2", "sub/deep", ["sub/mlrepo.yaml:g@2"]),
      ("deep/mlrepo.yaml:fit", "sub", ["sub/deep/mlrepo.yaml:fit"]), ("../mlrepo.yaml:prep", "sub", ["prep"]),
      ("sub/deep/mlrepo.yaml", ".", ["sub/deep/mlrepo.yaml:fit"]), ("./mlrepo.yaml", ".", ["prep", "g@a/1", "g@b"]),
      ("data/clean/x.csv", ".", ["prep"]), ("../data", "sub", ["prep"]), ("model", "sub", ["sub/mlrepo.yaml:fit"]),
      ("g@*", ".", ["g@a/1", "g@b"]), ("*fit", ".", ["sub/mlrepo.yaml:fit", "sub/deep/mlrepo.yaml:fit"]),
    ] as [(String, String, [String])])
  func finds(target: String, folder: String, expected: [String]) throws {
    #expect(Set(try graph().findAll(target, in: try path(folder)).map(\.text)) == Set(expected))
  }

  @Test(
    "a target that means nothing, or too much, is refused with what to write",
    arguments: [
      (
        "fit", "several pipeline files have one: sub/deep/mlrepo.yaml:fit, sub/mlrepo.yaml:fit",
        "name one of them in full"
      ),
      ("prp", "no pipeline file has it", "did you mean 'prep'?"),
      (
        "sub/mlrepo.yaml:fitt", "no pipeline file has it", "did you mean 'sub/mlrepo.yaml:fit'?"
      ),
      ("../up", "no pipeline file has it", "mlrepo stage list"),
      ("z*", "no stage's name matches it", "mlrepo stage list"),
    ])
  func refuses(target: String, why: String, hint: String) throws {
    let graph = try graph()
    #expect(
      failure { try graph.findAll(target) } == Failure("cannot find the stage '\(target)'", why: why, hint: hint))
  }
}
