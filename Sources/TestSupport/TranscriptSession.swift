import Diagnostics
import Files

/// One `bash` that runs commands in turn and marks where the output of each ends.
struct TranscriptSession {
  let commands: [String]

  /// No command prints this by chance.
  private static let marker = "\u{1}end-of-command "

  /// Returns the output lines of each command that came to its end, with `[N]` as the last if it failed. Nil if the
  /// shell ended with status 80, by which a session says that it is not for this machine.
  func run(in sandbox: Sandbox, timeout: Int) throws(Failure) -> [[String]]? {
    let script = "status() { return \"$1\"; }; last=0\n" + commands.map(Self.step).joined()
    let result = try sandbox.run(["bash", "--noprofile", "--norc", "-c", script], timeout: timeout)
    if result.status == 80 { return nil }
    var blocks = Self.split(sandbox.normalized(result.output), at: Array(Self.marker.utf8))
    let rest = blocks.removeLast()
    var outputs: [[String]] = []
    for (index, block) in blocks.enumerated() {
      // A block after the first begins with the status of the command before it.
      let output = index == 0 ? block[...] : Self.afterLine(block)
      let status = Self.status(index + 1 < blocks.count ? blocks[index + 1] : rest)
      outputs.append(Self.lines(output) + (status == "0" ? [] : ["[\(status)]"]))
    }
    if outputs.count < commands.count {
      let reason = result.status == -1 ? "timed out after \(timeout) s" : "ended with status \(result.status)"
      outputs.append(Self.lines(outputs.isEmpty ? rest[...] : Self.afterLine(rest)) + ["(the shell \(reason))"])
    }
    return outputs
  }

  private static func step(_ command: String) -> String {
    let quoted = command.replacing("'", with: "'\\''")
    return """
      status $last
      eval '\(quoted)'
      last=$?
      printf '\\001end-of-command %d\\n' $last

      """
  }

  private static func status(_ block: [UInt8]) -> String {
    String(decoding: block.prefix { $0 != newline }, as: UTF8.self)
  }

  private static func afterLine(_ block: [UInt8]) -> ArraySlice<UInt8> {
    block.firstIndex(of: newline).map { block[($0 + 1)...] } ?? []
  }

  private static func lines(_ output: ArraySlice<UInt8>) -> [String] {
    var lines = output.split(separator: newline, omittingEmptySubsequences: false).map(Self.line)
    // What follows the last line end is empty, unless that end is missing.
    let last = lines.removeLast()
    if !last.isEmpty { lines.append(last + " (no-eol)") }
    return lines
  }

  /// Tabs stand for themselves. What could be read as a command is escaped too.
  private static func line(_ bytes: ArraySlice<UInt8>) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    let isPrintable = Array(text.utf8) == Array(bytes) && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
    if isPrintable, !text.hasPrefix("$ "), !text.hasPrefix("> ") { return text }
    if isPrintable { return "\\" + (text.hasPrefix("$") ? "24" : "3e") + text.dropFirst() + " (esc)" }
    return PathText.escape(bytes) + " (esc)"
  }

  private static func split(_ bytes: [UInt8], at marker: [UInt8]) -> [[UInt8]] {
    var blocks: [[UInt8]] = [[]]
    var at = 0
    while at < bytes.count {
      if bytes[at] == marker[0], bytes[at...].starts(with: marker) {
        blocks.append([])
        at += marker.count
      } else {
        blocks[blocks.count - 1].append(bytes[at])
        at += 1
      }
    }
    return blocks
  }
}

private let newline = UInt8(ascii: "\n")
