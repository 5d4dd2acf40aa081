import Diagnostics
import Files

/// A hook of git's, in which mlrepo keeps a marked block and leaves the rest to its owner.
struct HookFile: Equatable {
  private var lines: [[UInt8]]

  init(_ bytes: [UInt8] = []) {
    lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
    if lines.last?.isEmpty == true { lines.removeLast() }
  }

  var bytes: [UInt8] { lines.flatMap { $0 + [UInt8(ascii: "\n")] } }

  /// Whether a shell runs it. A file without `#!` is run by one, too.
  var isShellScript: Bool {
    guard let first = lines.first, first.starts(with: "#!".utf8) else { return true }
    let words = first.dropFirst(2).split(separator: UInt8(ascii: " "))
    let program = words.first { !$0.suffix(4).elementsEqual("/env".utf8) && $0.first != UInt8(ascii: "-") } ?? []
    let name = program.split(separator: UInt8(ascii: "/")).last ?? []
    return ["sh", "bash", "dash", "zsh", "ksh", "ash"].contains { $0.utf8.elementsEqual(name) }
  }

  /// Whether nothing is left in it that does anything.
  var isEmpty: Bool { lines.allSatisfy { $0.isEmpty || $0.starts(with: "#!".utf8) } }

  /// Puts `body` into the block. A new one goes to the top, where no `exit` of the owner's comes before it.
  mutating func set(_ body: String) {
    let block = [Self.start, Self.explanation] + body.split(separator: "\n").map { Array($0.utf8) } + [Self.end]
    if let range = blockRange { return lines.replaceSubrange(range, with: block) }
    let hasProgram = lines.first?.starts(with: "#!".utf8) ?? false
    if lines.isEmpty { lines = [Array("#!/bin/sh".utf8)] }
    lines.insert(contentsOf: block, at: hasProgram || lines.count == 1 ? 1 : 0)
  }

  mutating func removeBlock() {
    if let range = blockRange { lines.removeSubrange(range) }
  }

  private var blockRange: ClosedRange<Int>? {
    guard let first = lines.firstIndex(of: Self.start), let last = lines[first...].firstIndex(of: Self.end) else {
      return nil
    }
    return first...last
  }

  private static let start = Array("# >>> mlrepo >>>".utf8)
  private static let explanation = Array("# Written by 'mlrepo install'; 'mlrepo install --remove' takes it away.".utf8)
  private static let end = Array("# <<< mlrepo <<<".utf8)
}
