package import Diagnostics
package import Files
package import Formats

/// What one `mlrepo.yaml` says.
package struct PipelineFile: Equatable, Sendable {
  /// The name every pipeline file has.
  package static let name = "mlrepo.yaml"
  /// The file beside it whose values its templates can always name.
  package static let standardParams = "params.yaml"
  /// How many stages one file may hold, those that `foreach` and `matrix` make included.
  package static let stageLimit = 10_000

  package var file: RepositoryPath
  /// In the order of the file; a `foreach` or `matrix` is the stages that it makes.
  package var stages: [Stage] = []
  /// Parameter files to show even if no stage reads them.
  package var params: [RepositoryPath] = []
  /// Metric files to show even if no stage writes them.
  package var metrics: [RepositoryPath] = []
  package var plots: [Plot] = []
  package var artifacts: [Artifact] = []
  /// The files whose values its templates can name.
  package var templateFiles: [RepositoryPath] = []
  package var summary: String?
  package var meta: Value?

  package init(file: RepositoryPath) { self.file = file }

  /// Whether its templates can name values of other files than the params beside it.
  package var takesValuesFromAfar: Bool {
    templateFiles.contains { $0.parent != file.parent || !$0.name.elementsEqual(Self.standardParams.utf8) }
  }

  /// A plot of what stages write.
  package struct Plot: Equatable, Sendable {
    /// A path, or a name when `settings` says which files it is drawn from.
    package var name: String
    /// How it is drawn, as the file says it.
    package var settings: [ValueMember]

    package init(name: String, settings: [ValueMember] = []) { (self.name, self.settings) = (name, settings) }
  }

  /// A file or folder that is worth a name of its own: a model, a data set.
  package struct Artifact: Equatable, Sendable {
    package var name: String
    package var path: RepositoryPath
    package var type: String?
    package var summary: String?
    package var labels: [String] = []
    package var meta: Value?

    package init(name: String, path: RepositoryPath) { (self.name, self.path) = (name, path) }
  }

  /// Reads `bytes`, the content of `file`, taking what templates name from the files of `lookup`. A failure's `why` starts
  /// with file, line and column, and names several problems if there are.
  package static func parse(
    _ bytes: [UInt8], file: RepositoryPath, lookup: FileLookup = .nothing
  ) throws(Failure) -> PipelineFile {
    if let line = bytes.conflictLine {
      throw NodeReader(file: file.text).failure(
        at: SourcePosition(line: line, column: 1), "a merge left its conflict markers here",
        hint: "settle it in an editor, or take one side: git checkout --ours -- '\(file)'")
    }
    let root: Node
    do throws(Failure) {
      root = try YAML.parse(bytes, file: file.text, limits: .people)
    } catch {
      var failure = error
      // What follows a comma or a bracket may not hold a brace, which is easy to forget.
      if failure.hint == nil, failure.why.contains("flow"), bytes.holdsTemplate {
        failure.hint = "inside [ ] and { } put text with ${…} in quotes"
      }
      throw failure
    }
    var reader = PipelineReader(file: file, lookup: lookup)
    return try reader.read(root, usesTemplates: bytes.holdsTemplate)
  }
}

extension [UInt8] {
  /// The number of the first line that git wrote to mark a conflict.
  var conflictLine: Int? {
    let lines = split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return lines.firstIndex { $0.starts(with: "<<<<<<< ".utf8) || $0.starts(with: ">>>>>>> ".utf8) }.map { $0 + 1 }
  }

  fileprivate var holdsTemplate: Bool {
    zip(self, dropFirst()).contains { $0 == UInt8(ascii: "$") && $1 == UInt8(ascii: "{") }
  }
}
