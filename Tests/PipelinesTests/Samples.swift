import Diagnostics
import Files
import Formats
import Objects
import Pipelines
import TestSupport
import Testing

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
func path(_ text: String) throws -> RepositoryPath { text == "." ? .root : try RepositoryPath(text: text) }
func paths(_ texts: String...) throws -> [RepositoryPath] { try texts.map(path) }

func id(_ digit: Character) throws -> ObjectID { try ObjectID(text: "sha256:" + String(repeating: digit, count: 64)) }

func stageID(_ name: String, file: String = "mlrepo.yaml") throws -> StageID {
  StageID(file: try path(file), name: try StageName(name))
}

func stage(_ name: String, deps: [String] = [], outs: [String] = [], file: String = "mlrepo.yaml") throws -> Stage {
  let id = try stageID(name, file: file)
  var stage = Stage(id: id, commands: ["run \(name)"], workingFolder: id.file.parent)
  stage.dependencies = try deps.map(path)
  stage.outputs = try outs.map { Stage.Output(path: try path($0)) }
  return stage
}

/// Finds `files`, contents by path, and nothing else.
func lookup(_ files: [String: String]) -> FileLookup {
  FileLookup(
    contents: { path in files[path.text].map(bytes) }, exists: { path in files[path.text] != nil })
}
