package import Diagnostics
package import Files
import Formats
package import Pipelines

extension Repository {
  /// Adds a stage to the pipeline file at the root, or to that of the folder `folder`. Comments and order of what is there
  /// stay. The result must make a graph that can run. Returns the pipeline file.
  package func addStage(
    _ definition: StageDefinition, in folder: RepositoryPath, replacing: Bool
  ) throws(Failure) -> RepositoryPath {
    let file = try folder.appending(name: PipelineFile.name.utf8)
    return try locked("stage add") { () throws(Failure) in
      let bytes = try PipelineFile.adding(
        definition, to: try root.contents(file.bytes), file: file, lookup: FileLookup(root), replacing: replacing)
      var project = try project()
      project.pipelines.removeAll { $0.file == file }
      project.pipelines.append(try PipelineFile.parse(bytes, file: file, lookup: FileLookup(root)))
      do throws(Failure) {
        _ = try project.graph()
      } catch {
        throw Failure("cannot add the stage '\(definition.name)'", why: error.why, hint: nil, category: error.category)
      }
      var edits = FileEdits(in: root)
      edits.write(file, bytes)
      try publish("stage add \(definition.name)", edits)
      return file
    }
  }
}
