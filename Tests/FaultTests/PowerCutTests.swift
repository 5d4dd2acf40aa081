import Foundation
import TestSupport
import Testing

extension FaultLoop {
  /// Cuts the power after each of the calls that `isChosen` and once the command is done; looks at what is left then, in
  /// all the ways of `survivals`.
  func cutPower(_ survivals: (Int) -> [Survival]) throws {
    let disk = try Disk(of: sandbox.absolute("base"))
    for (number, record) in journal.enumerated() {
      disk.apply(record)
      for survival in survivals(number) { try cutPower(disk, after: number, survival) }
    }
  }

  private func cutPower(_ disk: Disk, after number: Int, _ survival: Survival) throws {
    let folder = "cut-\(number)"
    try disk.write(survival, to: sandbox.absolute(folder))
    defer { if Sandbox.variable("KEEP") != "1" { _ = try? sandbox.shell("rm -rf \(folder)") } }
    let isDone = number == journal.count - 1
    let place = "\(scenario), power cut after \(number) \(isDone ? "(done)" : "\(journal[number])"), \(survival)"
    if isDone { return try checkDone(folder, place) }
    try checkData(in: folder, place)
    try checkTakenBack(folder, place)
    try checkRecovery(in: folder, place)
  }

  /// A command that has ended with 0 has made all of its result durable.
  private func checkDone(_ folder: String, _ place: String) throws {
    // What the commands of stages write is theirs to flush; it is in the store.
    if !scenario.inSteps.isEmpty { try sandbox.run(["mlrepo", "checkout"], in: folder) }
    try check(folder, place, isOneOf: [after])
    for (now, then) in zip(try Self.answers(in: folder, of: sandbox), answersAfter) where now != then {
      Issue.record("\(place):\n\(LineDiff.text(from: then, to: now))")
    }
    let check = try sandbox.run(["sh", "-c", "mlrepo fsck && git write-tree && mlrepo op log"], in: folder)
    #expect(check.status == 0, "\(place): \(check.text)")
  }
}

@Suite("Loss of power", .enabled(if: Fault.isPossible, "needs LD_PRELOAD"))
struct PowerCutTests {
  @Test(
    "when power goes, what a command has not flushed may go: before it is done nothing is lost, and then nothing of it",
    arguments: Scenario.all.indices)
  func cut(_ scenario: Int) throws {
    let loop = try FaultLoop(Scenario.all[scenario])
    let end = loop.journal.count - 1
    var random = SeededRandom(seed: UInt64(scenario) &+ seedOffset)
    let cuts = loop.cuts(isFull ? 60 : 2, &random)
    let last: [Survival] = [.nothing, .zeros, .ordered(seed: random.next()), .anything(seed: random.next())]
    try loop.cutPower { $0 == end ? last : cuts[$0].map { [$0] } ?? [] }
  }

  @Test("what a stage's run had set aside comes back when the run's journal did not survive")
  func lostJournal() throws {
    let sandbox = try makeSandbox()
    let text = try sandbox.shell(
      """
      git init -q --template= .
      mlrepo init -q
      mlrepo stage add -q -n one -d in.txt -o out.txt -- 'touch ready; sleep 60'
      echo in > in.txt
      echo mine > out.txt
      mlrepo repro > ../log 2>&1 & run=$!
      until [ -e ready ]; do sleep 0.01; done
      [ ! -e out.txt ]
      exec 2> ../log  # where bash tells that the process was killed
      kill -9 $run
      wait $run || true
      for journal in .mlrepo/tmp/running/*/journal; do : > $journal; done
      mlrepo status > ../log
      cat out.txt
      """)
    #expect(text == "mine\n")
  }
}

extension FaultLoop {
  /// Up to `limit` calls after which power is to be cut, evenly spread over the work of the command, and what survives
  /// each. After a call that changes a name or makes something durable, or just before one, the disk is in a state of its
  /// own; what only fills a scratch file adds none.
  fileprivate func cuts(_ limit: Int, _ random: inout SeededRandom) -> [Int: Survival] {
    let places = journal.indices.dropLast().filter { number in
      !journal[number].isScratchWork && (journal[number].isMilestone || journal[number + 1].isMilestone)
    }
    var cuts: [Int: Survival] = [:]
    let count = min(limit, places.count)
    for part in 0..<count {
      let range = (part * places.count / count)..<((part + 1) * places.count / count)
      let number = places[Int.random(in: range, using: &random)]
      let seed = random.next()
      let ways: [Survival] = [.nothing, .names, .zeros, .ordered(seed: seed), .anything(seed: seed)]
      cuts[number] = ways[Int.random(in: ways.indices, using: &random)]
    }
    return cuts
  }
}
