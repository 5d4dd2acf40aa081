import Files
import Formats
import Pipelines
import Repositories

/// What pipeline files name beside stages, as a table for people or as JSON.
struct PipelineListing {
  enum Kind { case artifacts, plots }

  private let kind: Kind
  /// What stands in each column, and the same as JSON.
  private let rows: [(cells: [String], json: Value)]

  init(_ kind: Kind, of project: Project) {
    self.kind = kind
    rows = project.pipelines.flatMap { kind == .artifacts ? Self.artifacts(of: $0) : Self.plots(of: $0) }
  }

  func show(_ report: ReportOptions, _ console: Console) {
    if report.json { return console.answer(json: .list(rows.map(\.json))) }
    if rows.isEmpty {
      let word = kind == .artifacts ? "artifacts" : "plots"
      return console.tell("no \(word): mlrepo.yaml names them under '\(word):'")
    }
    let width = rows.map { $0.cells[0].count }.max() ?? 0
    for row in rows {
      let rest = row.cells.dropFirst().filter { !$0.isEmpty }.joined(separator: "  ")
      console.answer(rest.isEmpty ? row.cells[0] : "\(Shown.column(row.cells[0], width))  \(rest)")
    }
  }

  private static func artifacts(of file: PipelineFile) -> [(cells: [String], json: Value)] {
    file.artifacts.map { artifact in
      let notes = [artifact.type].compactMap(\.self) + artifact.labels
      let json = Value.map([
        ValueMember("name", .string(artifact.name)), ValueMember("file", .string(file.file.text)),
        ValueMember("path", .string(artifact.path.text)),
        ValueMember("type", artifact.type.map(Value.string) ?? .null),
        ValueMember("desc", artifact.summary.map(Value.string) ?? .null),
        ValueMember("labels", .list(artifact.labels.map(Value.string))),
        ValueMember("meta", artifact.meta ?? .null),
      ])
      let text = notes.isEmpty ? "" : "(\(notes.joined(separator: ", ")))"
      return ([artifact.name, artifact.path.text, text, artifact.summary ?? ""], json)
    }
  }

  /// Those of the file itself, then the files that its stages make for it.
  private static func plots(of file: PipelineFile) -> [(cells: [String], json: Value)] {
    func row(_ name: String, _ settings: [ValueMember], _ stage: Stage?) -> (cells: [String], json: Value) {
      let json = Value.map([
        ValueMember("name", .string(name)), ValueMember("file", .string(file.file.text)),
        ValueMember("stage", stage.map { .string($0.id.text) } ?? .null), ValueMember("settings", .map(settings)),
      ])
      let text = settings.map { "\($0.key): \($0.value.text)" }.joined(separator: ", ")
      return ([name, stage.map { "made by \($0.id)" } ?? "", text], json)
    }
    var rows = file.plots.map { row($0.name, $0.settings, nil) }
    for stage in file.stages {
      for output in stage.outputs where output.role == .plot {
        rows += (output.plots.isEmpty ? [[]] : output.plots).map { row(output.path.text, $0, stage) }
      }
    }
    return rows
  }
}
