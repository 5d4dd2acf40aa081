/// The shortest way to turn one list of lines into another.
package struct LineDiff {
  package enum Step: Equatable, Sendable {
    case keep(old: Int, new: Int)
    case remove(old: Int)
    case insert(new: Int)
  }

  package let steps: [Step]

  /// Compares lines with `matches`, whose first argument is an old line and whose second is a new one.
  package init(_ old: [String], _ new: [String], matches: (String, String) -> Bool = { $0 == $1 }) {
    let table = old.map { line in new.map { matches(line, $0) } }
    // lengths[i][j]: how many lines old[i...] and new[j...] can have in common.
    var lengths = [[Int]](repeating: [Int](repeating: 0, count: new.count + 1), count: old.count + 1)
    for i in old.indices.reversed() {
      for j in new.indices.reversed() {
        lengths[i][j] = table[i][j] ? lengths[i + 1][j + 1] + 1 : max(lengths[i + 1][j], lengths[i][j + 1])
      }
    }
    var steps: [Step] = []
    var (i, j) = (0, 0)
    while i < old.count || j < new.count {
      if i < old.count, j < new.count, table[i][j] {
        steps.append(.keep(old: i, new: j))
        (i, j) = (i + 1, j + 1)
      } else if j == new.count || i < old.count && lengths[i + 1][j] >= lengths[i][j + 1] {
        steps.append(.remove(old: i))
        i += 1
      } else {
        steps.append(.insert(new: j))
        j += 1
      }
    }
    self.steps = steps
  }

  /// What changed, for people: removed lines with `-`, new ones with `+`, and up to three unchanged lines around them.
  package static func text(from old: String, to new: String) -> String {
    let (before, after) = (lines(old), lines(new))
    let steps = LineDiff(before, after).steps
    let changed = steps.indices.filter { if case .keep = steps[$0] { false } else { true } }
    var text: [String] = []
    var last = -1
    for index in steps.indices where changed.contains(where: { abs($0 - index) <= 3 }) {
      if index != last + 1 { text.append("...") }
      last = index
      switch steps[index] {
      case .keep(let line, _): text.append("  \(before[line])")
      case .remove(let line): text.append("- \(before[line])")
      case .insert(let line): text.append("+ \(after[line])")
      }
    }
    return text.joined(separator: "\n")
  }

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
}
