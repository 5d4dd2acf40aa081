/// Returns the word among `candidates` that `word` was most likely meant to be, for "did you mean": at most two edits
/// away (one for words of up to three characters), the first of equals. Case alone costs nothing.
package func nearest(_ word: String, among candidates: some Sequence<String>) -> String? {
  let target = Array(word.lowercased())
  var limit = target.count <= 3 ? 1 : 2
  var best: String?
  for candidate in candidates {
    let letters = Array(candidate.lowercased())
    guard abs(letters.count - target.count) <= limit else { continue }
    let distance = editDistance(target, letters)
    if distance <= limit, best == nil || distance < limit {
      (best, limit) = (candidate, distance)
    }
  }
  return best
}

/// The number of insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
      row.append(cost)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
