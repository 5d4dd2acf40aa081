import Diagnostics
import Files
import Formats

/// Which stage writes what, sorted by path so that neither checks nor look-ups compare every pair.
struct OutputIndex: Sendable {
  private struct Entry: Sendable {
    var path: RepositoryPath
    var stage: Int
  }

  private var entries: [Entry]
  private var exact: [RepositoryPath: Int]
  /// By stage.
  private var outputs: [[RepositoryPath]]

  /// Throws if two outputs are, hold, or lie in each other, or if one touches a tracked path.
  init(_ stages: [Stage], tracked: [RepositoryPath]) throws(Failure) {
    outputs = stages.map { $0.outputs.map(\.path) }
    entries = stages.enumerated().flatMap { index, stage in
      stage.outputs.map { Entry(path: $0.path, stage: index) }
    }
    entries.sort { $0.path == $1.path ? $0.stage < $1.stage : $0.path < $1.path }
    // A folder is directly before what it holds, so any overlap shows between neighbours.
    for (a, b) in zip(entries, entries.dropFirst()) where b.path.isInside(a.path) {
      throw Self.overlap(a.path, stages[a.stage], b.path, stages[b.stage])
    }
    exact = Dictionary(entries.map { ($0.path, $0.stage) }) { first, _ in first }
    for path in tracked {
      guard let stage = self.stages(touching: path).first else { continue }
      throw Failure(
        "cannot use the pipeline",
        why: "the outputs of stage '\(stages[stage].id)' and the tracked path \(path) overlap",
        hint: "mlrepo remove \(shell: path)")
    }
  }

  /// The stages whose outputs are `path`, hold it, or lie in it, without repetition.
  func stages(touching path: RepositoryPath) -> [Int] {
    var folder = path
    while true {
      if let stage = exact[folder] { return [stage] }
      if folder.isRoot { break }
      folder = folder.parent
    }
    var found: [Int] = []
    var index = firstEntry(from: path)
    while index < entries.count, entries[index].path.isInside(path) {
      found.append(entries[index].stage)
      index += 1
    }
    var seen: Set<Int> = []
    return found.filter { seen.insert($0).inserted }
  }

  /// The stages with an output that `glob` matches or that may hold a match.
  func stages(matching glob: PathGlob) -> [Int] {
    stages(touching: glob.base).filter { stage in
      outputs[stage].contains { glob.mayMatch(below: $0) }
    }
  }

  /// The stages that write what `source` reads.
  func stages(for source: Stage.Source) -> [Int] {
    switch source {
    case .glob(let pattern): stages(matching: PathGlob(pattern))
    case .lines(let path, _, _), .matches(let path, _), .query(let path, _): stages(touching: path)
    case .command: []
    }
  }

  /// The stages that write what `map` goes through.
  func stages(for map: Stage.Map) -> [Int] {
    switch map {
    case .folder(let path): stages(touching: path)
    case .glob(let pattern): stages(matching: PathGlob(pattern))
    }
  }

  /// The stages that `stage`, the one at `index`, reads from. Throws if it reads from itself.
  func producers(for stage: Stage, at index: Int) throws(Failure) -> [Int] {
    var found: Set<Int> = []
    func add(_ producers: [Int], _ what: String) throws(Failure) {
      if producers.contains(index) {
        throw Failure(
          "cannot use stage '\(stage.id)'", why: "\(what) is one of its dependencies and one of its outputs",
          hint: "edit \(stage.id.file) near line \(stage.position.line)")
      }
      found.formUnion(producers)
    }
    for path in stage.dependencies { try add(stages(touching: path), path.text) }
    for source in stage.params { try add(stages(touching: source.file), source.file.text) }
    for source in stage.sources { try add(stages(for: source), source.text) }
    if let map = stage.map { try add(stages(for: map), "what it maps over") }
    return found.sorted()
  }

  func renumbered(_ place: [Int]) -> OutputIndex {
    var copy = self
    for index in copy.entries.indices { copy.entries[index].stage = place[copy.entries[index].stage] }
    copy.exact = exact.mapValues { place[$0] }
    for (index, paths) in outputs.enumerated() { copy.outputs[place[index]] = paths }
    return copy
  }

  /// The index of the first entry whose path is not before `path`.
  private func firstEntry(from path: RepositoryPath) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].path < path { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func overlap(_ a: RepositoryPath, _ first: Stage, _ b: RepositoryPath, _ second: Stage) -> Failure {
    let hint = "edit \(second.id.file) near line \(second.position.line)"
    let paths = a == b ? "\(a) twice" : "\(a) and \(b), which lies in it"
    if first.id == second.id {
      return Failure("cannot use the pipeline", why: "stage '\(first.id)' writes \(paths)", hint: hint)
    }
    let why =
      a == b
      ? "the stages '\(first.id)' and '\(second.id)' both write \(a)"
      : "stage '\(second.id)' writes \(b), which lies in \(a), an output of stage '\(first.id)'"
    return Failure("cannot use the pipeline", why: why, hint: hint)
  }
}
