package import Diagnostics

/// A recorded session with a shell: prose, commands, and what they must print.
///
/// Lines that start with two spaces are the session; all others are prose. `  $ ` starts a command, `  > ` continues it,
/// other indented lines are its output (standard output and error as they come), and a last `  [N]` is its exit status,
/// left out when it is 0. All commands of a file run in one `bash`, so folders and variables last.
///
/// An output line may end in ` (glob)`, with `*` and `?`; in ` (re)`, a regular expression for the whole line; in
/// ` (esc)`, when unprintable bytes are written as `\` and two digits; or in ` (no-eol)`, when no line end follows.
///
/// A command that calls `exit 80` skips the file: it is not for this machine.
package struct Transcript: Sendable {
  /// The file as it is.
  package let text: String
  private let parts: [Part]

  private enum Part: Sendable {
    case prose(String)
    case command(Command)
  }

  private struct Command: Sendable {
    var source: [String]
    var expected: [String] = []
  }

  package init(text: String) {
    self.text = text
    var parts: [Part] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("  $ ") {
        parts.append(.command(Command(source: [String(line.dropFirst(4))])))
      } else if line.hasPrefix("  "), case .command(var command) = parts.last {
        if line.hasPrefix("  > "), command.expected.isEmpty {
          command.source.append(String(line.dropFirst(4)))
        } else {
          command.expected.append(String(line.dropFirst(2)))
        }
        parts[parts.count - 1] = .command(command)
      } else {
        parts.append(.prose(line))
      }
    }
    self.parts = parts
  }

  /// Reads the file at `path`.
  package init(contentsOf path: String) throws(Failure) {
    guard let bytes = Sandbox.contents(of: path) else {
      throw Failure("cannot read the transcript '\(path)'", why: "there is no such file")
    }
    self.init(text: String(decoding: bytes, as: UTF8.self))
  }

  /// Runs the commands in `sandbox` and returns the transcript as it should read; equal to `text` if all went as written.
  package func replay(in sandbox: Sandbox, timeout: Int = 120) throws(Failure) -> String {
    let sources = parts.compactMap { part -> [String]? in
      if case .command(let command) = part { command.source } else { nil }
    }
    let session = TranscriptSession(commands: sources.map { $0.joined(separator: "\n") })
    guard var outputs = try session.run(in: sandbox, timeout: timeout)?[...] else { return text }
    var lines: [String] = []
    for part in parts {
      switch part {
      case .prose(let line): lines.append(line)
      case .command(let command):
        lines += command.source.enumerated().map { ($0 == 0 ? "  $ " : "  > ") + $1 }
        let actual = outputs.popFirst() ?? ["(the shell had ended)"]
        lines += Self.merged(command.expected, actual).map { "  " + $0 }
      }
    }
    return lines.joined(separator: "\n")
  }

  /// The actual lines, each written as the expected line that it matches.
  private static func merged(_ expected: [String], _ actual: [String]) -> [String] {
    LineDiff(expected, actual, matches: TranscriptLine.matches).steps.compactMap { step in
      switch step {
      case .keep(let line, _): expected[line]
      case .insert(let line): actual[line]
      case .remove: nil
      }
    }
  }
}

/// The expected form of an output line.
enum TranscriptLine {
  static func matches(_ expected: String, _ actual: String) -> Bool {
    if expected == actual { return true }
    if expected.hasSuffix(" (re)") {
      guard let pattern = try? Regex(String(expected.dropLast(5))) else { return false }
      return (try? pattern.wholeMatch(in: actual)) != nil
    }
    if expected.hasSuffix(" (glob)") { return globs(Array(expected.dropLast(7).utf8), Array(actual.utf8)) }
    return false
  }

  /// `*` stands for any bytes, `?` for one; a backslash takes the next byte as it is.
  private static func globs(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
    var (p, t) = (0, 0)
    var star: (p: Int, t: Int)?
    while t < text.count || p < pattern.count {
      if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
        p += 1
        star = (p, t)
        continue
      }
      let isEscaped = p + 1 < pattern.count && pattern[p] == UInt8(ascii: "\\")
      let wanted = p < pattern.count ? pattern[isEscaped ? p + 1 : p] : nil
      if t < text.count, let wanted, wanted == text[t] || (!isEscaped && wanted == UInt8(ascii: "?")) {
        (p, t) = (p + (isEscaped ? 2 : 1), t + 1)
      } else if let last = star, last.t < text.count {
        (p, t) = (last.p, last.t + 1)
        star = (p, t)
      } else {
        return false
      }
    }
    return true
  }
}
