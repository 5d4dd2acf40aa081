import Diagnostics
import Files
import Objects
import Remotes
import TestSupport
import Testing

@Suite("gc of a remote's runs")
struct RunGarbageTests {
  let box: RemoteBox

  init() throws {
    box = try RemoteBox()
    try box.push([box.add(["x": bytes("x")], to: "a")], from: "a")
  }

  private func record(_ number: Int) throws -> RunBatch.Record {
    RunBatch.Record(key: try ContentHasher.id(of: bytes("key \(number)")), bytes: bytes("run \(number)"))
  }

  private func publish(_ numbers: [Int]) throws {
    _ = try box.contents("a").publish(RunBatch(try numbers.map(record)))
  }

  /// The runs that a push takes for present, and those that a fetch takes in.
  private func runs(unmarked: Bool = false) throws -> [String] {
    Set(try box.contents("b").runBatches(unmarked: unmarked).flatMap(\.records)).map {
      String(decoding: $0.bytes.dropFirst(4), as: UTF8.self)
    }.sorted { Int($0) ?? 0 < Int($1) ?? 0 }
  }

  private func files(_ folder: RemoteFolder) throws -> Int { try box.storage.list(folder).count }

  @discardableResult
  private func collect(
    days: Int64, useful: Range<Int>, through storage: (any RemoteStorage)? = nil
  ) throws -> RemoteGarbagePlan {
    let contents = try box.contents("a", storage)
    let clock = RemoteClock(now: wallClock() + days * GarbageBox.day, grace: GarbageBox.grace)
    var plan = RemoteGarbagePlan()
    try plan.sortRuns(contents, clock) { record in
      useful.contains(Int(String(decoding: record.bytes.dropFirst(4), as: UTF8.self)) ?? -1)
    }
    _ = try RemoteGarbage.run(plan, contents, options: RemoteBox.options)
    return plan
  }

  @Test("many old batches become one, and go when the grace period is over")
  func gathered() throws {
    for number in 0..<8 { try publish([number, number + 100]) }
    #expect(try collect(days: 1, useful: 0..<1000).isEmpty)
    let first = try collect(days: 20, useful: 0..<1000)
    #expect(first.runs.count == 16 && first.mark.count == 8 && first.remove == [])
    #expect(try files(.runs) == 9 && files(.marks) == 8)
    #expect(try runs() == runs(unmarked: true) && runs().count == 16)
    #expect(try collect(days: 2, useful: 0..<1000).isEmpty)
    #expect(try collect(days: 30, useful: 0..<1000).remove.count == 8)
    #expect(try files(.runs) == 1 && files(.marks) == 0)
    #expect(try runs().count == 16)
    #expect(try collect(days: 90, useful: 0..<1000).isEmpty)
    // What this clone knew of the others is gone as well.
    #expect(try box.sandbox.shell("ls a/remotes/origin/runs-* | wc -l") == "1\n")
  }

  @Test("runs of no use are dropped when they are old, and a batch with nothing else goes")
  func dropped() throws {
    try publish([1, 2])
    try publish([3])
    #expect(try collect(days: 1, useful: 1..<2).isEmpty)
    let first = try collect(days: 20, useful: 1..<2)
    #expect(first.runs == [try record(1)] && first.mark.count == 2)
    #expect(try runs(unmarked: true) == ["1"] && runs() == ["1", "2", "3"])
    try collect(days: 40, useful: 1..<2)
    #expect(try runs() == ["1"])
    #expect(try collect(days: 80, useful: 0..<0).runs == [])
    #expect(try runs() == ["1"] && runs(unmarked: true) == [])
    try collect(days: 100, useful: 0..<0)
    #expect(try files(.runs) == 0 && files(.marks) == 0)
  }

  @Test("a run in a marked batch that is of use after all goes into another, and one that is pushed again stays")
  func neededAgain() throws {
    try publish([1])
    #expect(try collect(days: 20, useful: 0..<0).mark.count == 1)
    // The same runs under the same name would go with the marked ones.
    try publish([1])
    #expect(try files(.runs) == 2)
    #expect(try collect(days: 40, useful: 1..<2).remove.count == 1)
    #expect(try runs() == ["1"])
    #expect(try collect(days: 60, useful: 0..<0).mark.count == 1)
    let rescued = try collect(days: 90, useful: 1..<2)
    #expect(rescued.runs == [try record(1)] && rescued.remove == [])
    #expect(try collect(days: 91, useful: 1..<2).remove.count == 1)
    #expect(try runs() == ["1"] && files(.marks) == 0)
  }

  @Test("a gc of runs that is stopped at any step loses none, and the next one ends the work")
  func stopped() throws {
    for number in 0..<8 { try publish([number]) }
    for days in [20, 40] as [Int64] {
      var ended = false
      for limit in 0..<40 where !ended {
        let failing = StoppingStorage(box.storage, after: limit)
        ended = (try? collect(days: days, useful: 0..<8, through: failing)) != nil
        #expect(try runs().count == 8, "\(days) days, step \(limit)")
      }
      #expect(ended)
    }
    for _ in 0..<2 { try collect(days: 80, useful: 0..<8) }
    #expect(try runs(unmarked: true).count == 8)
    #expect(try files(.marks) == 0 && files(.runs) == 1)
  }
}
