import Foundation
import TestSupport

/// The commands of the built program, as its parser describes them.
struct CommandTree {
  struct Command {
    /// Without the program's own name: `stage add`.
    var words: [String]
    /// With their hyphens: `-n`, `--name`.
    var options: Set<String>
    var isGroup: Bool

    /// The name of its page: `mlrepo-stage-add`.
    var page: String { (["mlrepo"] + words).joined(separator: "-") }
  }

  /// Every command below the program itself, but `help`, which is the parser's own.
  let commands: [Command]

  var leaves: [Command] { commands.filter { !$0.isGroup } }

  /// Asks the program in a sandbox. It answers with its whole grammar as JSON.
  init() throws {
    let answer = try Sandbox().run(["mlrepo", "--experimental-dump-help"])
    let tool = try JSONDecoder().decode(Tool.self, from: Data(answer.output))
    commands = (tool.command.subcommands ?? []).filter { $0.commandName != "help" }.flatMap { Self.flat($0, []) }
  }

  private static func flat(_ node: Node, _ above: [String]) -> [Command] {
    let words = above + [node.commandName]
    let names = (node.arguments ?? []).flatMap { $0.names ?? [] }
    let options = names.map { ($0.kind == "short" ? "-" : "--") + $0.name }
    let inner = node.subcommands ?? []
    let command = Command(words: words, options: Set(options), isGroup: !inner.isEmpty)
    return [command] + inner.flatMap { flat($0, words) }
  }

  private struct Tool: Decodable {
    var command: Node
  }

  private struct Node: Decodable {
    var commandName: String
    var arguments: [Argument]?
    var subcommands: [Node]?
  }

  private struct Argument: Decodable {
    var names: [Name]?
  }

  private struct Name: Decodable {
    var kind: String
    var name: String
  }
}
