package import Diagnostics
package import Files
package import Formats

/// What one `mlrepo.yaml` says.
package struct PipelineFile: Equatable, Sendable {
  /// The name every pipeline file has.
  package static let name = "mlrepo.yaml"
  /// How many stages one file may hold.
  package static let stageLimit = 10_000

  package var file: RepositoryPath
  /// In the order of the file.
  package var stages: [Stage] = []
  /// Parameter files to show even if no stage reads them.
  package var params: [RepositoryPath] = []
  /// Metric files to show even if no stage writes them.
  package var metrics: [RepositoryPath] = []
  package var summary: String?
  package var meta: Value?

  package init(file: RepositoryPath) { self.file = file }

  /// Reads `bytes`, the content of `file`. A failure's `why` starts with file, line and column.
  package static func parse(_ bytes: [UInt8], file: RepositoryPath) throws(Failure) -> PipelineFile {
    try PipelineReader(file: file).read(try YAML.parse(bytes, file: file.text))
  }
}
