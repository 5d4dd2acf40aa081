import Diagnostics
import Foundation
import TestSupport
import Testing

/// Runs the command of a scenario again and again, each time in a fresh copy of its repository and with a fault one system
/// call later, until the fault does not happen any more; and looks at what each run leaves behind.
final class FaultLoop {
  let scenario: Scenario
  let sandbox: Sandbox
  private let before: Snapshot
  let after: Snapshot
  let answersAfter: [String]
  /// All that the command does to the disk when nothing goes wrong.
  let journal: [JournalRecord]
  /// How many system calls of the command may go wrong.
  let calls: Int
  /// The content of every file in the workspace before the command, by its SHA-256.
  private let original: [String: Data]

  init(_ scenario: Scenario) throws {
    self.scenario = scenario
    sandbox = try makeSandbox()
    try sandbox.shell("mkdir base")
    try sandbox.shell(scenario.prepare, in: "base")
    try sandbox.shell("cp -a base after")
    before = try Snapshot(of: sandbox.absolute("base"))
    let done = try FaultedRun(scenario.command, in: "after", of: sandbox, nil, journal: "../journal")
    journal = try JournalRecord.parse(sandbox.read("../journal") ?? [])
    try #require(done.result.status == 0, "\(scenario): \(done.result.text)")
    calls = done.calls
    after = try Snapshot(of: sandbox.absolute("after"))
    answersAfter = try Self.answers(in: "after", of: sandbox)
    let sums = try sandbox.shell(
      "find . -path ./.git -prune -o -path ./.mlrepo -prune -o -type f -print0 | xargs -0r sha256sum", in: "base")
    var original: [String: Data] = [:]
    for line in sums.split(separator: "\n") {
      let (sum, path) = (String(line.prefix(64)), String(line.dropFirst(68)))
      if case .file(let bytes, _)? = before.items[path] { original[sum] = bytes }
    }
    self.original = original
  }

  /// What mlrepo and git say of the state of things.
  static func answers(in folder: String, of sandbox: Sandbox) throws -> [String] {
    [
      try sandbox.run(["mlrepo", "status"], in: folder).text,
      try sandbox.run(["git", "ls-files", "--stage"], in: folder).text,
      try sandbox.run(["git", "status", "--porcelain"], in: folder).text,
      try sandbox.run(["sh", "-c", "[ ! -e share ] || mlrepo status --remote"], in: folder).text,
    ]
  }

  /// Lets one call after another go wrong, or every few of them. Returns the number of the last.
  func run(_ kind: Fault.Kind, step: Int = 1, from first: Int = 1) throws -> Int {
    var at = first
    while try run(Fault(kind: kind, at: at)) { at += step }
    return at - 1
  }

  /// Returns false when the command ended before the fault.
  func run(_ fault: Fault) throws -> Bool {
    let folder = "\(fault.kind.rawValue)-\(fault.at)"
    try sandbox.shell("cp -a base \(folder)")
    defer {
      if Sandbox.variable("KEEP") != "1" {
        try? FileManager.default.removeItem(atPath: sandbox.absolute(folder))
        try? FileManager.default.removeItem(atPath: sandbox.absolute("../fault-\(folder).log"))
      }
    }
    let run = try FaultedRun(scenario.command, in: folder, of: sandbox, fault)
    guard let struck = run.struck else {
      #expect(run.result.status == 0, "\(scenario), \(fault): \(run.result.text)")
      try check(folder, "\(scenario), \(fault)", isOneOf: [after])
      return false
    }
    let place = "\(scenario), \(fault.kind.rawValue) at \(struck)"
    checkEnd(of: run.result, fault.kind, place)
    try checkData(in: folder, place)
    try checkNothingHalfDone(in: folder, run.result, fault.kind, place)
    try checkRecovery(in: folder, place)
    return true
  }

  private func checkEnd(of result: ChildProcess, _ kind: Fault.Kind, _ place: String) {
    switch kind {
    case .kill: #expect(result.status == 128 + SIGKILL, "\(place): \(result.text)")
    case .short: #expect(result.status == 0, "\(place): \(result.text)")
    case .failure, .full:
      // 0 where the failed call is not needed: a lost cache, a leftover that is swept later.
      if result.status == 0 { return }
      let reason = kind == .full ? "No space left on device" : "Input/output error"
      #expect([2, 12, 13, 14, 15].contains(result.status), "\(place): \(result.status) \(result.text)")
      #expect(result.text.contains("error: ") && result.text.contains("\nwhy: "), "\(place): \(result.text)")
      #expect(result.text.contains(reason), "\(place): \(result.text)")
      #expect(result.text.contains("/") || result.text.contains("'"), "\(place) names no path: \(result.text)")
    }
  }

  /// Each file is as it was or as it shall be, and everything that was there still is somewhere.
  func checkData(in folder: String, _ place: String) throws {
    let now = try Snapshot(of: sandbox.absolute(folder))
    #expect(now.strangers(before: before, after: after).filter { !scenario.inSteps.contains($0) } == [], "\(place)")
    let there = now.contents
    for (sum, bytes) in original where !there.contains(bytes) {
      let stored = try sandbox.run(["mlrepo", "cat", "-q", "sha256:\(sum)"], in: folder)
      // That command may have put back what was set aside.
      if Data(stored.output) == bytes { continue }
      if try Snapshot(of: sandbox.absolute(folder)).contents.contains(bytes) { continue }
      Issue.record("\(place): \(sum) is lost: \(stored.text.prefix(300))")
    }
  }

  private func checkNothingHalfDone(
    in folder: String, _ result: ChildProcess, _ kind: Fault.Kind, _ place: String
  ) throws {
    if result.status == 0 { return try check(folder, place, isOneOf: [after]) }
    if kind == .failure, scenario.isAtomic { try check(folder, place, isOneOf: [before, after]) }
    try checkTakenBack(folder, place)
  }

  /// What died, or had no room to take back what it had begun, leaves that to the next command, whichever it is.
  func checkTakenBack(_ folder: String, _ place: String) throws {
    guard scenario.isAtomic else { return }
    try sandbox.run(["mlrepo", "status"], in: folder)
    try check(folder, "\(place), then status", isOneOf: [before, after])
  }

  func check(_ folder: String, _ place: String, isOneOf states: [Snapshot]) throws {
    let now = try Snapshot(of: sandbox.absolute(folder))
    if states.contains(where: { $0.isLike(now) }) { return }
    Issue.record("\(place): \(states.map { now.difference(from: $0) }.joined(separator: "; or "))")
  }

  /// The same command, run again, gets where it would have got without the fault, and no trace of the fault is left.
  func checkRecovery(in folder: String, _ place: String) throws {
    let again = try sandbox.run(scenario.command, in: folder)
    let saysSo = scenario.saysWhenDone.map { again.text.contains($0) } ?? false
    #expect(again.status == 0 || saysSo, "\(place), then again: \(again.text)")
    try check(folder, "\(place), then again", isOneOf: [after])
    for (now, then) in zip(try Self.answers(in: folder, of: sandbox), answersAfter) where now != then {
      Issue.record("\(place), then again:\n\(LineDiff.text(from: then, to: now))")
    }
    let check = try sandbox.run(["mlrepo", "fsck"], in: folder)
    #expect(check.status == 0, "\(place), then fsck: \(check.text)")
    // What is not finished lies in the scratch folder until the next command that writes sweeps it.
    let left = try sandbox.shell(
      """
      echo last > last.csv
      mlrepo add -q last.csv
      find .mlrepo -name 'tmp-*' -o -path '.mlrepo/ops/unfinished/*'
      find .git -name '*.lock' -o -name 'mlrepo.*'
      """, in: folder)
    if !left.isEmpty { Issue.record("\(place) left behind:\n\(left)") }
  }
}
