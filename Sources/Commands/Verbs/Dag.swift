import ArgumentParser
import Diagnostics
import Files
import Formats
import Pipelines
import Repositories

struct Dag: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dag",
    abstract: "Show which stage follows which.",
    discussion: "Example: mlrepo dag --mermaid >> README.md")

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Print a Mermaid flow chart.")
  var mermaid = false

  @Flag(help: "Print a Graphviz digraph.")
  var dot = false

  @OptionGroup var report: ReportOptions

  func validate() throws {
    if [mermaid, dot, report.json].count(where: { $0 }) > 1 {
      throw ValidationError("Choose one of --mermaid, --dot and --json.")
    }
  }

  func run() throws {
    let session = try Session(global)
    let graph = try session.repository.project().graph()
    if report.json {
      return session.console.answer(
        json: .map(
          graph.stages.map { stage in
            ValueMember(stage.id.text, .list(graph.upstream(of: stage.id).map { .string($0.text) }))
          }))
    }
    if graph.stages.isEmpty { return session.console.tell(StageGroup.noStages) }
    let text = mermaid ? graph.mermaid() : dot ? graph.dot() : graph.tree()
    Console.write(text, to: 1)
  }
}
