import Diagnostics
import Files
import Formats
import Pipelines
import TestSupport
import Testing

/// Repositories that DVC 3.67.1 made: what it ran and wrote stands in `dvc.lock` and in the files.
@Suite struct DVCFixtureTests {
  static let folder = Products.package + "/../shared/fixtures/dvc"
  static let isAbsent = Sandbox.contents(of: folder + "/v3.tar.gz") == nil
  static let noPython = (try? Sandbox().run(["python3", "-c", ""]).status) != 0

  /// Lays the fixture `name` out in a sandbox, with `dvc.yaml` renamed and nothing of DVC left but its lock.
  private func fixture(_ name: String) throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.shell(
      """
      tar -xzf '\(Self.folder)/\(name).tar.gz' --strip-components=1 \(name)
      mv dvc.yaml mlrepo.yaml
      find . -name '*.dvc' -prune -exec rm -rf {} +
      rm -rf .git .dvcignore .gitignore data/.gitignore
      """)
    return sandbox
  }

  fileprivate struct Locked: Equatable {
    var commands: [String]
    var params: [String: [String]]
    var outputs: Set<String>
  }

  private func locked(_ bytes: [UInt8]) throws -> [String: Locked] {
    guard case .map(let stages) = try YAML.parse(bytes, file: "dvc.lock").value[path: "stages"] else { return [:] }
    return Dictionary(uniqueKeysWithValues: stages.map { ($0.key, Locked(lock: $0.value)) })
  }

  @Test(
    "the pipelines expand into the stages, commands, params and outputs that DVC locked",
    .disabled(if: isAbsent, "the shared fixtures are not beside this package"),
    arguments: [("v3", []), ("v3-templating", ["froz"])] as [(String, [String])])
  func expands(name: String, neverRan: [String]) throws {
    let sandbox = try fixture(name)
    let root = try Folder(at: Array(sandbox.path.utf8))
    let file = try PipelineFile.parse(
      #require(sandbox.read("mlrepo.yaml")), file: try path("mlrepo.yaml"), lookup: FileLookup(root))
    let found = file.stages.map { stage in
      (
        stage.id.name.text,
        Locked(
          commands: stage.commands,
          params: Dictionary(uniqueKeysWithValues: stage.params.map { ($0.file.text, ($0.keys ?? []).sorted()) }),
          outputs: Set(stage.outputs.map(\.path.text)))
      )
    }
    let expected = try locked(#require(sandbox.read("dvc.lock")))
    #expect(!expected.isEmpty)
    #expect(Dictionary(uniqueKeysWithValues: found.filter { !neverRan.contains($0.0) }) == expected)
    #expect(Set(found.map(\.0)).subtracting(expected.keys) == Set(neverRan))
    #expect(throws: Never.self) { try StageGraph(file.stages) }
  }

  @Test(
    "a run makes the files that DVC made", .disabled(if: isAbsent, "the shared fixtures are not beside this package"),
    .disabled(if: noPython, "the stages run python3"),
    arguments: [
      ("v3", ["prep.csv", "test.csv", "model.json", "loss.csv", "metrics.json"]),
      (
        "v3-templating",
        ["outdir.txt", "m-rf.txt", "m-lgb.txt", "mx-cnn-1.txt", "mx-cnn-2.txt", "mx-rnn-1.txt", "mx-rnn-2.txt"]
      ),
    ])
  func runs(name: String, outputs: [String]) throws {
    let sandbox = try fixture(name)
    let before = outputs.map { sandbox.read($0) }
    #expect(!before.contains(nil))
    try sandbox.shell(
      """
      rm -f dvc.lock \(outputs.joined(separator: " "))
      mkdir bin && ln -s "$(command -v python3)" bin/python && export PATH="$PWD/bin:$PATH"
      git init -q && mlrepo init -q && mlrepo repro -q
      """)
    #expect(outputs.map { sandbox.read($0) } == before)
  }
}

extension DVCFixtureTests.Locked {
  fileprivate init(lock: Value) {
    func members(_ value: Value?) -> [ValueMember] { if case .map(let members) = value { members } else { [] } }
    func items(_ value: Value?) -> [Value] { if case .list(let items) = value { items } else { [] } }
    func text(_ value: Value?) -> String { if case .string(let text) = value { text } else { "" } }
    let command = lock[path: "cmd"]
    commands = items(command).isEmpty ? [text(command)] : items(command).map(text)
    params = Dictionary(
      uniqueKeysWithValues: members(lock[path: "params"]).map { ($0.key, members($0.value).map(\.key).sorted()) })
    outputs = Set(items(lock[path: "outs"]).map { text($0[path: "path"]) })
  }
}
