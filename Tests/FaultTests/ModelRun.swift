import Diagnostics
import Foundation
import TestSupport

/// One step of a random history. Choices are numbers, so that a step means something in any state.
enum ModelStep: Equatable, Sendable {
  case edit(path: Int, text: Int)
  case delete(path: Int)
  case add(path: Int)
  case remove(path: Int)
  case move(path: Int, to: Int)
  case commit
  /// To another commit, with its data, by a new branch.
  case go(commit: Int)
  case undo
  /// Brings tracked paths back over whatever was edited.
  case restore
  /// Runs the one stage, which reads `a`.
  case repro
  case collect
  /// Ends the next command that changes something at this system call.
  case kill(at: Int)

  static func random(_ random: inout SeededRandom) -> ModelStep {
    let (a, b) = (Int.random(in: 0..<1000, using: &random), Int.random(in: 0..<1000, using: &random))
    switch Int.random(in: 0..<24, using: &random) {
    case 0..<5: return .edit(path: a, text: b)
    case 5: return .delete(path: a)
    case 6..<10: return .add(path: a)
    case 10: return .remove(path: a)
    case 11: return .move(path: a, to: b)
    case 12..<15: return .commit
    case 15, 16: return .go(commit: a)
    case 17: return .undo
    case 18: return .collect
    case 19: return .restore
    case 20..<23: return .repro
    default: return .kill(at: 1 + a % 70)
    }
  }
}

/// Runs steps with the program and, beside it, with dictionaries from paths to bytes.
final class ModelRun {
  typealias Files = [String: Data]

  /// The tracked paths that there may be: files, and folders with files in them.
  private static let names = ["a", "b", "c", "d", "e", "f"]
  /// What the stage makes: tracked by the lock, not by a pointer.
  private static let output = "twice.txt"
  private let sandbox: Sandbox
  /// What the workspace holds, path by path.
  private var work: Files = [:]
  /// Which of the names are tracked, and with which files.
  private var tracked: [String: Files] = [:]
  private var history: [(commit: String, tracked: [String: Files])] = []
  private var killAt: Int?

  init() throws {
    sandbox = try makeSandbox()
    try sandbox.shell("git init -q --template= . && mlrepo init -q && mlrepo config gc.gracePeriod 0")
    try must("mlrepo", "stage", "add", "-n", "twice", "-d", "a", "-o", Self.output, "--", "cat a a > \(Self.output)")
    try commit()
  }

  func run(_ steps: [ModelStep]) throws {
    for (number, step) in steps.enumerated() {
      do {
        try run(step)
        try compare()
      } catch {
        throw Failure("step \(number), \(step)", why: "\(error)")
      }
    }
    for (commit, tracked) in history { try check(commit, tracked) }
    try must("mlrepo", "fsck")
  }

  private func run(_ step: ModelStep) throws {
    switch step {
    case .edit(let path, let text): try edit(path, text)
    case .delete(let path): try delete(name(path))
    case .add(let path): try add(name(path))
    case .remove(let path): try remove(name(path))
    case .move(let path, let to): try move(name(path), name(to))
    case .commit: try commit()
    case .go(let commit): try go(history[commit % history.count])
    case .undo: try undo()
    case .restore: try restore()
    case .repro: try repro()
    case .collect:
      try change {
        $0("mlrepo", "gc", "--yes")
      } model: { _ in
      }
    case .kill(let at): killAt = at
    }
  }

  private func name(_ number: Int) -> String { Self.names[number % Self.names.count] }

  private func below(_ name: String, _ files: Files) -> Files {
    files.filter { $0.key == name || $0.key.hasPrefix("\(name)/") }
  }
}

// MARK: - Steps

extension ModelRun {
  /// The first three names are files, the others folders.
  private func edit(_ path: Int, _ text: Int) throws {
    let name = name(path)
    let file = Self.names.prefix(3).contains(name) ? name : "\(name)/\(text % 3)"
    let bytes = Data("text \(text)\n".utf8) + Data(repeating: UInt8(text % 256), count: text % 7 == 0 ? 300_000 : text)
    try sandbox.write(Array(bytes), to: Array(file.utf8))
    work[file] = bytes
  }

  private func delete(_ name: String) throws {
    try sandbox.shell("rm -rf \(name)")
    for file in below(name, work).keys { work[file] = nil }
  }

  private func add(_ name: String) throws {
    let files = below(name, work)
    if files.isEmpty { return }
    try change {
      $0("mlrepo", "add", name)
    } model: {
      $0.tracked[name] = files
    }
  }

  private func remove(_ name: String) throws {
    guard tracked[name] != nil else { return }
    try change {
      $0("mlrepo", "remove", "--data", name)
    } model: { run in
      run.tracked[name] = nil
      for file in run.below(name, run.work).keys { run.work[file] = nil }
    }
  }

  private func move(_ from: String, _ to: String) throws {
    // Only between names of one kind, to where nothing is.
    let isSameKind = Self.names.prefix(3).contains(from) == Self.names.prefix(3).contains(to)
    // The stage's input stays where it is: its command names it.
    guard from != to, isSameKind, from != "a", to != "a", let files = tracked[from], tracked[to] == nil,
      below(to, work).isEmpty
    else { return }
    try change {
      $0("mlrepo", "move", from, to)
    } model: { run in
      run.tracked[from] = nil
      run.tracked[to] = renamed(files)
      let moved = run.below(from, run.work)
      for file in moved.keys { run.work[file] = nil }
      run.work.merge(renamed(moved)) { $1 }
    }
    func renamed(_ files: Files) -> Files {
      Dictionary(uniqueKeysWithValues: files.map { (to + $0.key.dropFirst(from.count), $0.value) })
    }
  }

  private func commit() throws {
    try must("git", "commit", "-q", "--allow-empty", "-m", "step")
    let commit = try sandbox.shell("git rev-parse HEAD").trimmingCharacters(in: .newlines)
    history.append((commit, tracked))
  }

  /// Git moves the pointers, a forced checkout the data. What was tracked goes, what is not tracked stays.
  private func go(_ target: (commit: String, tracked: [String: Files])) throws {
    try must("git", "checkout", "-q", "--force", "-B", "other", target.commit)
    killAt = nil
    try must("mlrepo", "checkout", "--force")
    place(target.tracked)
  }

  private func restore() throws {
    try change {
      $0("mlrepo", "checkout", "--force")
    } model: { run in
      run.place(run.tracked)
    }
  }

  /// What was tracked goes, and what `files` says takes its place.
  private func place(_ files: [String: Files]) {
    for name in Set(tracked.keys).union(files.keys) { for file in below(name, work).keys { work[file] = nil } }
    tracked = files
    for inner in files.values { work.merge(inner) { $1 } }
  }

  private func repro() throws {
    guard let input = work["a"] else { return }
    try change {
      $0("mlrepo", "repro")
    } model: { run in
      run.work[Self.output] = input + input
      run.tracked[Self.output] = [Self.output: input + input]
    }
  }

  /// Adds and takes it back: undo has no other meaning that a small model can hold.
  private func undo() throws {
    let bytes = Data("undo\n".utf8)
    guard work["z"] == nil, tracked["z"] == nil else { return }
    try sandbox.write(Array(bytes), to: Array("z".utf8))
    try must("mlrepo", "add", "z")
    try change {
      $0("mlrepo", "undo")
    } model: { _ in
    }
    try sandbox.shell("rm z")
  }
}

// MARK: - Running and comparing

extension ModelRun {
  @discardableResult
  private func must(_ words: String...) throws -> String {
    let result = try sandbox.run(words)
    guard result.status == 0 else { throw Failure("\(words) failed with \(result.status)", why: result.text) }
    return result.text
  }

  /// Runs a command; killed in the middle of it, once more.
  private func change(_ command: ((String...) -> [String]) -> [String], model: (ModelRun) -> Void) throws {
    let words = command { $0 }
    let says = ["it is not tracked here", "there is no operation to take back"]
    if let at = killAt, Fault.isPossible {
      killAt = nil
      let run = try FaultedRun(words, in: "", of: sandbox, Fault(kind: .kill, at: at))
      if run.struck == nil {
        guard run.result.status == 0 else { throw Failure("\(words) failed", why: run.result.text) }
        return model(self)
      }
      // After a kill the command either was done or is to be done again; an undo must not be done twice.
      let isDone = words[1] == "undo" && sandbox.read("z.mlr") == nil && !hasUnfinished
      if isDone { return model(self) }
      let again = try sandbox.run(words)
      guard again.status == 0 || says.contains(where: { again.text.contains($0) }) else {
        throw Failure("\(words) failed after it was killed at \(run.struck ?? "")", why: again.text)
      }
    } else {
      let result = try sandbox.run(words)
      guard result.status == 0 else { throw Failure("\(words) failed with \(result.status)", why: result.text) }
    }
    model(self)
  }

  private var hasUnfinished: Bool {
    let names = try? FileManager.default.contentsOfDirectory(atPath: sandbox.absolute(".mlrepo/ops/unfinished"))
    return names?.isEmpty == false
  }

  private func compare() throws {
    let snapshot = try Snapshot(of: sandbox.path)
    var found: Files = [:]
    var pointers: Set<String> = []
    for (path, item) in snapshot.items {
      guard case .file(let bytes, _) = item, ![".gitignore", "mlrepo.yaml", "mlrepo.lock"].contains(path) else {
        continue
      }
      if path.hasSuffix(".mlr") { pointers.insert(String(path.dropLast(4))) } else { found[path] = bytes }
    }
    guard pointers == Set(tracked.keys).subtracting([Self.output]) else {
      throw Failure("tracked is \(pointers.sorted())", why: "it should be \(tracked.keys.sorted())")
    }
    let wrong = Set(found.keys).union(work.keys).filter { found[$0] != work[$0] }.sorted()
    guard wrong.isEmpty else { throw Failure("the workspace is not as it should be", why: "\(wrong)") }
  }

  /// Every file of a commit can be read.
  private func check(_ commit: String, _ tracked: [String: Files]) throws {
    for files in tracked.values {
      for (path, bytes) in files {
        let read = try sandbox.run(["mlrepo", "cat", path, "--rev", commit])
        guard Data(read.output) == bytes else {
          throw Failure("\(path) at \(commit) is lost", why: String(read.text.prefix(200)))
        }
      }
    }
  }
}
