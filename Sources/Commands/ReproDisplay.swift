import Diagnostics
import Files
import Formats
import Pipelines
import Repositories

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Shows what happens while stages run. Of one stage at a time the output is passed on as it comes. When several may run,
/// a terminal shows a line for each that does, redrawn below what is finished; elsewhere every line of output has the name
/// of its stage before it.
final class ReproDisplay {
  private enum Style { case plain, prefixed, live }

  private struct Running {
    var start = monotonicSeconds()
    /// What came after the last line break.
    var rest: [UInt8] = []
    /// The last line that says anything.
    var last = ""
  }

  private let console: Console
  private let style: Style
  /// Where what stages print goes.
  private let outputTo: Int32
  private var running: [(stage: StageID, state: Running)] = []
  /// Whether the last thing a command printed, in plain style, was the end of a line.
  private var isAtLineStart = true
  /// Lines of the block at the bottom of the terminal.
  private var drawn = 0
  private var drawnAt = 0.0

  /// With `answersJSON` only the output of stages is shown, on standard error.
  init(_ console: Console, isParallel: Bool, answersJSON: Bool) {
    self.console = console
    outputTo = answersJSON ? 2 : 1
    isSilent = answersJSON
    let isTerminal = isatty(1) != 0 && console.environment["TERM"] != "dumb" && !console.isQuiet && !answersJSON
    style = !isParallel ? .plain : isTerminal ? .live : .prefixed
  }

  private let isSilent: Bool

  func show(_ event: ReproEvent) {
    switch event {
    case .output(let stage, let bytes): output(stage, bytes)
    case .tick: if style == .live, monotonicSeconds() - drawnAt > 0.1 { redraw() }
    case .started(let stage, let reasons, let commands):
      tell(
        ["\(console.styled(stage.text, .bold)): \(reasons.map(\.text).joined(separator: "; "))"]
          + commands.flatMap(Self.lines).map { console.styled("  $ \($0)", .dim) })
      running.append((stage, Running()))
      redraw()
    case .finished(let stage, let seconds):
      end(stage)
      tell(["\(stage): done in \(Shown.seconds(seconds))"])
    case .failed(let stage, let failure, let isLast):
      end(stage)
      if isLast { break }
      tell(["\(console.styled("\(stage): failed", .red)): \(failure.why)"])
    case .traced(let stage, let read, let written):
      tell(
        read.map { "\(stage): reads \($0), which is none of its dependencies" }
          + written.map { "\(stage): writes \($0), which is none of its outputs" })
    default: if let text = text(event) { tell([text]) }
    }
  }

  /// Takes the block away; what follows is printed below the finished lines.
  func close() {
    erase()
    if !isAtLineStart { tell([]) }
  }

  private func text(_ event: ReproEvent) -> String? {
    switch event {
    case .upToDate(let stage): console.isVerbose ? "\(stage): up to date" : nil
    case .frozen(let stage): "\(stage): frozen"
    case .unchanged(let stage): "\(stage): up to date, its inputs came out as they were"
    case .waiting(let stage): "\(stage): waiting, another mlrepo runs it"
    case .madeElsewhere(let stage): "\(stage): up to date, another mlrepo has run it"
    case .restored(let stage, let paths):
      "\(stage): restored \(paths.map(\.text).joined(separator: ", ")) from the store"
    case .retrying(let stage, let text): "\(stage): \(text)"
    case .recovered(let text): "note: \(text)"
    case .started, .output, .finished, .failed, .traced, .tick: nil
    }
  }

  // MARK: - Lines

  /// Prints whole lines, above the block if there is one.
  private func tell(_ lines: [String]) {
    if isSilent || console.isQuiet || lines.isEmpty && isAtLineStart { return }
    erase()
    if !isAtLineStart { console.tell("") }
    isAtLineStart = true
    for line in lines { console.tell(line) }
  }

  private func output(_ stage: StageID, _ bytes: [UInt8]) {
    if style == .plain {
      if !console.isQuiet || isSilent { bytes.withUnsafeBytes { Console.write($0, to: outputTo) } }
      isAtLineStart = bytes.last.map { $0 == UInt8(ascii: "\n") } ?? isAtLineStart
      return
    }
    guard let at = running.firstIndex(where: { $0.stage == stage }) else { return }
    running[at].state.rest += bytes
    guard let end = running[at].state.rest.lastIndex(of: UInt8(ascii: "\n")) else {
      // A bar that is redrawn in its line has no end, and nobody needs its beginning.
      if running[at].state.rest.count > 64 << 10 { running[at].state.rest.removeFirst(32 << 10) }
      return
    }
    let whole = running[at].state.rest[..<end]
    running[at].state.rest = Array(running[at].state.rest[(end + 1)...])
    let lines = whole.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if style == .prefixed { pass(lines, of: stage) }
    if let last = lines.last(where: { !Self.shown($0).isEmpty }) { running[at].state.last = Self.shown(last) }
  }

  private func pass(_ lines: [ArraySlice<UInt8>], of stage: StageID) {
    if console.isQuiet, !isSilent { return }
    var text: [UInt8] = []
    for line in lines { text += Array("\(stage) | ".utf8) + line + [UInt8(ascii: "\n")] }
    text.withUnsafeBytes { Console.write($0, to: outputTo) }
  }

  private func end(_ stage: StageID) {
    guard let at = running.firstIndex(where: { $0.stage == stage }) else { return }
    let rest = running[at].state.rest
    if style == .prefixed, !rest.isEmpty { pass([rest[...]], of: stage) }
    running.remove(at: at)
    erase()
  }

  // MARK: - The block

  private func erase() {
    if drawn > 0 { Console.write("\u{1b}[\(drawn)A\r\u{1b}[J", to: 1) }
    drawn = 0
  }

  private func redraw() {
    guard style == .live else { return }
    let (width, height) = Self.terminalSize
    // The lines that are left over are counted in the last one.
    let fitting = running.count < height - 1 ? running.count : max(1, height - 2)
    let nameWidth = min(running.map { $0.stage.text.count }.max() ?? 0, width / 3)
    var lines = running.prefix(fitting).map { stage, state in
      let name = Shown.column(Self.cut(stage.text, nameWidth), nameWidth)
      let time = Shown.rightColumn(Self.elapsed(monotonicSeconds() - state.start), 8)
      let last = state.rest.isEmpty ? state.last : Self.shown(state.rest[...])
      let text = Self.cut(last.isEmpty ? state.last : last, max(0, width - nameWidth - 13))
      return "\(console.styled(name, .bold)) \(time)  \(console.styled(text, .dim))"
    }
    if running.count > fitting { lines.append("and \(running.count - fitting) more") }
    erase()
    if !lines.isEmpty { Console.write(lines.joined(separator: "\n") + "\n", to: 1) }
    drawn = lines.count
    drawnAt = monotonicSeconds()
  }

  private static func elapsed(_ seconds: Double) -> String {
    if seconds >= 60 { return "\(Int(seconds) / 60)m \(Int(seconds) % 60)s" }
    let tenths = Int(seconds * 10)
    return "\(tenths / 10).\(tenths % 10) s"
  }

  /// What a terminal would show of the line: what follows the last carriage return, without control characters.
  private static func shown(_ line: ArraySlice<UInt8>) -> String {
    let part = line.split(separator: UInt8(ascii: "\r")).last ?? line[line.startIndex..<line.startIndex]
    var isEscape = false
    var text = ""
    for scalar in String(decoding: part.suffix(4096), as: UTF8.self).unicodeScalars {
      if isEscape {
        isEscape = !(("A"..."Z").contains(scalar) || ("a"..."z").contains(scalar))
      } else if scalar == "\u{1b}" {
        isEscape = true
      } else if scalar == "\t" {
        text += " "
      } else if scalar.value >= 0x20, !(0x7f..<0xa0).contains(scalar.value) {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// The beginning of `text` that fits into `width` columns.
  private static func cut(_ text: String, _ width: Int) -> String {
    var columns = 0
    var cut = ""
    for character in text {
      // East Asian characters and pictures take two.
      let isWide = character.unicodeScalars.contains {
        $0.value >= 0x1100 && $0.properties.isIdeographic || $0.value >= 0x1f000
      }
      columns += isWide ? 2 : 1
      if columns > width { return cut.isEmpty ? "" : "\(cut.dropLast())…" }
      cut.append(character)
    }
    return cut
  }

  private static var terminalSize: (width: Int, height: Int) {
    var size = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map(String.init)
  }
}
