import ArgumentParser
import Diagnostics
import Formats
import Pipelines

struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of mlrepo.yaml.",
    discussion: """
      Editors with a YAML language server check and complete by it. Needs no repository.

      Example: mlrepo schema > .mlrepo.schema.json
      """)

  @OptionGroup var global: GlobalOptions

  func run() throws { try Console(global).answer(json: PipelineSchema.value) }
}
