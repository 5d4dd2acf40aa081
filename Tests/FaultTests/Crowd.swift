import Files
import Foundation
import Synchronization
import TestSupport

/// Several processes at a time that do anything to two clones with one store, and are killed now and then.
final class Crowd: Sendable {
  enum Grace: String, CaseIterable, Sendable {
    /// gc takes whatever nothing needs.
    case none = "0"
    /// gc takes nothing: all is younger.
    case usual = "14"
  }

  /// A command that ended as none may.
  struct Surprise: CustomStringConvertible, Sendable {
    var command: String
    var result: ChildProcess
    var description: String { "status \(result.status): \(command)\n\(result.text)" }
  }

  struct Record: Sendable {
    /// What the user wrote last, by clone and path.
    var written: [String: Int] = [:]
    /// Ids that an add has reported.
    var added: Set<String> = []
    var surprises: [Surprise] = []
    var count = 0
  }

  static let clones = ["one", "two"]
  static let paths = ["a", "b", "c", "d/1", "d/2", "d/3", "d/4", "d/5", "d/6"]
  private static let texts = 24

  let sandbox: Sandbox
  let grace: Grace
  private let seed: UInt64
  private let record = Mutex(Record())
  /// The ids of the texts.
  private let ids: [String]

  init(seed: UInt64, grace: Grace) throws {
    (self.seed, self.grace) = (seed, grace)
    sandbox = try makeSandbox()
    for number in 0..<Self.texts { try sandbox.write(Self.text(number), to: "texts/\(number)") }
    ids = try sandbox.shell("cd texts && sha256sum \((0..<Self.texts).map(String.init).joined(separator: " "))")
      .split(separator: "\n").map { String($0.prefix(64)) }
    try sandbox.shell(
      """
      mkdir one remote
      cd one
      git init -q --template= .
      mlrepo init -q --store "$PWD/../store"
      mlrepo config gc.gracePeriod '\(grace.rawValue)'
      mlrepo remote add -q origin ../remote
      mkdir d
      for i in 1 2 3 4 5 6; do cp ../texts/$i d/$i; done
      for name in a b c; do cp ../texts/0 $name; done
      mlrepo stage add -q -n twice -d a -o twice.txt -- 'cat a a > twice.txt'
      mlrepo add -q a b c d
      mlrepo repro -q
      git add .
      git commit -qm first
      mlrepo push -q
      rm -r .mlrepo/ops
      cd ..
      git clone -q one two
      cd two
      mlrepo init -q --store "$PWD/../store"
      mlrepo checkout -q
      """)
  }

  /// Large ones become files of the store, small ones go into packs.
  private static func text(_ number: Int) -> String {
    let line = "text \(number)\n"
    return String(repeating: line, count: number.isMultiple(of: 5) ? 300_000 / line.utf8.count : 1 + number)
  }

  /// Lets `workers` do `steps` each.
  func run(workers: Int, steps: Int) -> Record {
    let threads = (0..<workers).map { worker in
      BackgroundThread { [self] in
        var random = SeededRandom(seed: seed &* 31 &+ UInt64(worker))
        for _ in 0..<steps { step(&random) }
      }
    }
    for thread in threads { thread?.join() }
    return record.withLock { $0 }
  }

  private func step(_ random: inout SeededRandom) {
    let clone = Self.clones[Int.random(in: 0..<2, using: &random)]
    let path = Self.paths[Int.random(in: 0..<Self.paths.count, using: &random)]
    let text = Int.random(in: 0..<Self.texts, using: &random)
    let action = Action.random(&random)
    let killed = Int.random(in: 0..<4, using: &random) == 0 ? Int.random(in: 0..<250, using: &random) : nil
    switch action {
    case .replace, .rewrite: edit(clone, path, text, inPlace: action == .rewrite)
    default: execute(action.command(path), in: clone, killedAfter: killed)
    }
  }

  private func edit(_ clone: String, _ path: String, _ text: Int, inPlace: Bool) {
    let script =
      inPlace
      ? "mkdir -p d; cat ../texts/\(text) > \(path)"
      : "mkdir -p d; cp ../texts/\(text) ../\(clone).new && mv -T ../\(clone).new \(path)"
    // One after the other, so that it is known which came last.
    record.withLock { record in
      let status = try? sandbox.run(["bash", "-c", script], in: clone).status
      if status == 0 { record.written["\(clone)/\(path)"] = text }
    }
  }

  private func execute(_ command: String, in clone: String, killedAfter delay: Int?) {
    let program = command.hasPrefix("mlrepo ")
    var words = ["bash", "-c", command]
    if program, let delay { words = ["timeout", "--foreground", "-s", "KILL", "\(Double(delay) / 1000)"] + words }
    if program { words[words.count - 1] = command.contains("&&") ? command : "exec \(command)" }
    guard let result = try? sandbox.run(words, in: clone) else { return }
    record.withLock { record in
      record.count += 1
      if result.status == 0, command.hasPrefix("mlrepo add") {
        for id in result.text.matches(of: /"id": "sha256:([0-9a-f]{64})"/) { record.added.insert(String(id.output.1)) }
      }
      if program, !isAllowed(result, command), result.status != 0 {
        record.surprises.append(Surprise(command: "\(clone): \(command)", result: result))
      }
      if Sandbox.variable("CROWD") != nil, result.status != 0 { print("\(result.status) \(command)\n\(result.text)") }
    }
  }

  /// A refusal is 2, 3 where only a part could be done, 11 where the lock was not to be had or a gc came between; 137 is
  /// the kill, for which timeout says 124 where the program was just done.
  private func isAllowed(_ result: ChildProcess, _ command: String) -> Bool {
    if [2, 3, 11, 124, 137].contains(result.status) { return !result.text.contains("Fatal error") }
    // Data that a stage needs, or has made, was taken away by somebody.
    if command.hasPrefix("mlrepo repro") {
      return ["its dependency a does not exist", "its dependency a changed while it ran"].contains(
        where: result.text.contains)
    }
    if command.hasPrefix("mlrepo commit") { return result.text.contains("it did not make its output twice.txt") }
    // Without a grace period, what a pointer named a moment ago may be gone when it names something else.
    let isFetch = command.hasPrefix("mlrepo pull") || command.hasPrefix("mlrepo fetch")
    return isFetch && grace == .none && result.status == 12
  }

  /// Contents that the user wrote last and that are not where they were written.
  func replaced(of record: Record) throws -> [(path: String, id: String)] {
    try record.written.sorted { $0.key < $1.key }.compactMap { path, text in
      let isThere = try sandbox.run(["cmp", "-s", "texts/\(text)", path]).status == 0
      return isThere ? nil : (path, ids[text])
    }
  }
}

extension Crowd {
  private enum Action: CaseIterable {
    case replace, rewrite, addFolder, addPath, addAll, commit, checkout, force, undo, remove, removeData, move
    case repro, status, diff, collect, fsck, push, fetch, pull, gitCommit, gitBack

    static func random(_ random: inout SeededRandom) -> Action {
      let often: [Action] = [.replace, .replace, .rewrite, .addFolder, .addPath, .addAll, .checkout, .force, .collect]
      return (allCases + often).randomElement(using: &random) ?? .status
    }

    func command(_ path: String) -> String {
      let name = path.split(separator: "/").first.map(String.init) ?? path
      return switch self {
      case .replace, .rewrite: ":"
      case .addFolder: "mlrepo add --json d"
      case .addPath: "mlrepo add --json \(name)"
      case .addAll: "mlrepo add --json a b c d"
      case .commit: "mlrepo commit -q"
      case .checkout: "mlrepo checkout -q"
      case .force: "mlrepo checkout -qf \(name)"
      case .undo: "mlrepo undo -q"
      case .remove: "mlrepo remove -q \(name)"
      case .removeData: "mlrepo remove -q --data \(name)"
      case .move: "mlrepo move -q c moved && exec mlrepo move -q moved c"
      case .repro: "mlrepo repro -q"
      case .status: "mlrepo status -q"
      case .diff: "mlrepo diff HEAD"
      case .collect: "mlrepo gc --yes -q"
      case .fsck: "mlrepo fsck -q"
      case .push: "mlrepo push -q"
      case .fetch: "mlrepo fetch -q"
      case .pull: "mlrepo pull -q"
      case .gitCommit: "git commit -qm more"
      case .gitBack: "git checkout -q --detach HEAD~1 --"
      }
    }
  }
}
