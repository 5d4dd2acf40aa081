import ArgumentParser
import Diagnostics
import Formats

/// Arguments as people write them, brought into the order in which the parser reads them.
enum Invocation {
  private static let groups: [String: [any ParsableCommand.Type]] = [
    "stage": StageGroup.configuration.subcommands, "params": Params.configuration.subcommands,
    "metrics": Metrics.configuration.subcommands, "op": OperationGroup.configuration.subcommands,
    "run-cache": RunCacheGroup.configuration.subcommands, "remote": RemoteGroup.configuration.subcommands,
  ]

  /// Moves global options before the verb, as in `mlrepo -C DIR status`, behind it.
  static func arranged(_ arguments: [String]) -> [String] {
    var leading: [String] = []
    var rest = arguments[...]
    while let first = rest.first {
      if first == "-C", rest.count > 1 {
        leading += rest.prefix(2)
        rest = rest.dropFirst(2)
      } else if ["-q", "--quiet", "-v", "--verbose", "--no-color"].contains(first) {
        leading.append(first)
        rest = rest.dropFirst()
      } else {
        break
      }
    }
    guard !leading.isEmpty, let verb = rest.first else { return arguments }
    let length = groups[verb] != nil && rest.count > 1 ? 2 : 1
    return rest.prefix(length) + leading + rest.dropFirst(length)
  }

  /// A failure for a verb that does not exist, with the nearest that does.
  static func unknownVerb(in arguments: [String]) -> Failure? {
    guard let verb = arguments.first, verb != "help" else { return nil }
    if verb == "-C" {
      let why = arguments.count == 1 ? "-C needs a folder" : "a command has to follow"
      return Failure("cannot understand the command line", why: why, hint: "mlrepo help", category: .usage)
    }
    if verb.hasPrefix("-") { return nil }
    let verbs = names(MLRepoCommand.configuration.groupedSubcommands.flatMap(\.subcommands))
    if !verbs.contains(verb) { return unknown(verb, "", verbs) }
    guard let inner = groups[verb], arguments.count > 1, !arguments[1].hasPrefix("-") else { return nil }
    let names = names(inner)
    return names.contains(arguments[1]) ? nil : unknown(arguments[1], "\(verb) ", names)
  }

  private static func unknown(_ verb: String, _ group: String, _ known: [String]) -> Failure {
    let meant = nearest(verb, among: known)
    return Failure(
      "cannot run 'mlrepo \(group)\(verb)'", why: "there is no such command",
      hint: meant.map { "mlrepo \(group)\($0)" } ?? "'mlrepo help' lists all commands", category: .usage)
  }

  private static func names(_ commands: [any ParsableCommand.Type]) -> [String] {
    commands.flatMap { [$0.configuration.commandName ?? ""] + $0.configuration.aliases }
  }
}
