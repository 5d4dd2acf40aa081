import TestSupport

/// A Markdown file whose `console` blocks are one session with a shell: commands, and what they print.
struct SessionDocument {
  /// The lines of the file; those of sessions are in `blocks` by the place of their opening line.
  private let lines: [String]
  private let blocks: [Range<Int>]
  /// What the sandbox's folder is called in the text.
  private let place: String

  init(text: String, place: String) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var blocks: [Range<Int>] = []
    var start: Int?
    for (index, line) in lines.enumerated() {
      if line == "```console" { start = index + 1 }
      if line == "```", let begun = start {
        blocks.append(begun..<index)
        start = nil
      }
    }
    self.blocks = blocks
    self.place = place
  }

  var isEmpty: Bool { blocks.isEmpty }

  var text: String { lines.joined(separator: "\n") }

  /// The text without what differs from run to run: how long a stage took.
  var settled: String { text.replacing(/done in [0-9.]+ s/, with: "done in … s") }

  /// Runs the session in `sandbox` and returns the document as it should read.
  func replayed(in sandbox: Sandbox) throws -> SessionDocument {
    let session = blocks.flatMap { block in lines[block].map { "  \($0)" } + [Self.border] }
    let transcript = Transcript(text: session.joined(separator: "\n").replacing(place, with: "$SANDBOX"))
    let replayed = try transcript.replay(in: sandbox).replacing("$SANDBOX", with: place)
    let parts = replayed.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      .split(separator: Self.border, omittingEmptySubsequences: false)
    var result = lines
    for (block, part) in zip(blocks, parts).reversed() {
      result.replaceSubrange(block, with: part.map { String($0.dropFirst(2)) })
    }
    return SessionDocument(text: result.joined(separator: "\n"), place: place)
  }

  private static let border = "end of block"
}
