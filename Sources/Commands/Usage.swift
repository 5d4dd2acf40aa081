import Diagnostics

/// What the parser says of a command line, in the words and the form that everything else has.
enum Usage {
  /// Every command has the same global options; its own usage is easier to read without them.
  static func withoutGlobalOptions(_ text: String) -> String {
    text.replacing("[-C <dir>] [--quiet] [--verbose] [--no-color] ", with: "")
      .replacing(" [-C <dir>] [--quiet] [--verbose] [--no-color]\n", with: "\n")
  }

  /// The parser's message as a failure. `full` holds the usage and where to read more.
  static func failure(message: String, full: String) -> Failure {
    let lines = full.split(separator: "\n").map(String.init)
    let usage = lines.first { $0.hasPrefix("Usage: ") }.map { String($0.dropFirst(7)) }
    let verb = (usage ?? "mlrepo").split(separator: " ").prefix {
      !$0.hasPrefix("<") && !$0.hasPrefix("[") && !$0.hasPrefix("-")
    }
    .joined(separator: " ")
    var sentence = message.hasSuffix(".") ? String(message.dropLast()) : message
    sentence = sentence.prefix(1).lowercased() + sentence.dropFirst()
    let why = usage.map { "\(sentence)\nusage: \($0)" } ?? sentence
    return Failure("cannot understand the arguments of '\(verb)'", why: why, hint: "\(verb) --help", category: .usage)
  }
}
