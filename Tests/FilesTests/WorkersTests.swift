import Diagnostics
import Files
import Synchronization
import TestSupport
import Testing

@Suite("worker threads")
struct WorkersTests {
  @Test(
    "every index is given out once, whatever the numbers",
    arguments: [(0, 1, 1), (1, 1, 8), (7, 3, 2), (1000, 1, 8), (1000, 64, 4), (5, 100, 3), (10, 0, 2), (10, 3, 0)])
  func coverage(count: Int, batch: Int, width: Int) throws {
    let seen = Mutex<[Int]>([])
    try Workers.run(count: count, batch: batch, width: width) { range throws(Failure) in
      seen.withLock { $0 += Array(range) }
    }
    #expect(seen.withLock { $0.sorted() } == Array(0..<count))
  }

  @Test("each thread prepares once, and finishes with what it prepared")
  func states() throws {
    let prepared = Atomic<Int>(0)
    let finished = Mutex<[Int]>([])
    try Workers.run(
      count: 100, width: 4,
      prepare: { () throws(Failure) in
        prepared.add(1, ordering: .relaxed)
        return 0
      },
      { (sum: inout Int, range) throws(Failure) in sum += range.count },
      finish: { sum throws(Failure) in finished.withLock { $0.append(sum) } })
    #expect(finished.withLock { $0.reduce(0, +) } == 100)
    #expect(finished.withLock { $0.count } == prepared.load(ordering: .relaxed))
    #expect((1...4).contains(prepared.load(ordering: .relaxed)))
  }

  @Test("the first failure stops the rest and is thrown", arguments: [1, 4])
  func failing(width: Int) {
    let done = Atomic<Int>(0)
    let expected = Failure("cannot count", why: "it is 10")
    let thrown = failure {
      try Workers.run(count: 1_000_000, width: width) { range throws(Failure) in
        if range.contains(10) { throw expected }
        done.add(1, ordering: .relaxed)
      }
    }
    #expect(thrown == expected)
    #expect(done.load(ordering: .relaxed) < 999_999)
    if width == 1 { #expect(done.load(ordering: .relaxed) == 10) }
  }

  @Test("a failure to prepare or to finish is thrown too")
  func failingEdges() {
    let expected = Failure("cannot begin", why: "no")
    #expect(
      failure {
        try Workers.run(count: 3, prepare: { () throws(Failure) -> Int in throw expected }) {
          (_: inout Int, _) throws(Failure) in
        }
      } == expected)
    #expect(
      failure {
        try Workers.run(count: 3, prepare: { () throws(Failure) in 1 }, { (_: inout Int, _) throws(Failure) in }) {
          _ throws(Failure) in throw expected
        }
      } == expected)
  }
}

@Suite("which stat can be trusted later")
struct FileStatTests {
  @Test(
    "a stat is settled only when its times are a tick of the clock older than the look",
    arguments: [
      (1_000_000_001, 1_000_000_001, 1_020_000_001, false), (1_000_000_001, 1_000_000_001, 1_020_000_002, true),
      (1_000_000_001, 5_000_000_001, 2_000_000_000, false), (5_000_000_001, 1_000_000_001, 2_000_000_000, false),
      // Whole seconds in both: a file system whose clock ticks in seconds.
      (1_000_000_000, 1_000_000_000, 2_999_999_999, false), (1_000_000_000, 1_000_000_000, 3_000_000_001, true),
      (1_000_000_000, 1_000_000_007, 1_100_000_000, true),
    ] as [(Int64, Int64, Int64, Bool)])
  func settled(modified: Int64, changed: Int64, time: Int64, isSettled: Bool) {
    let stat = FileStat(kind: .file, size: 1, modified: modified, changed: changed, inode: 1)
    #expect(stat.isSettled(at: time) == isSettled)
  }
}
