import TestSupport
import Testing

@Suite("Faults at system calls", .enabled(if: Fault.isPossible, "needs LD_PRELOAD"))
struct FaultTests {
  @Test(
    "killed at any system call or failed by it, a command loses nothing, and the next finishes the work",
    arguments: Scenario.all.indices)
  func fault(_ scenario: Int) throws {
    let loop = try FaultLoop(Scenario.all[scenario])
    #expect(loop.calls > 5)
    if isFull {
      for kind in [Fault.Kind.kill, .failure, .short] { #expect(try loop.run(kind) > 0) }
      // A disk that is full stays so: that differs little from one call to the next.
      #expect(try loop.run(.full, step: 4, from: 1 + (scenario + Int(seedOffset / 1000 % 4)) % 4) > 0)
      return
    }
    // Two kills and an error at places that differ from scenario to scenario, and that every run gets to: how many calls
    // there are depends a little on how threads and the clock fall.
    let sure = loop.calls - loop.calls / 8
    for part in [0, 1] {
      #expect(try loop.run(Fault(kind: .kill, at: 1 + (scenario * 17 + part * sure / 2) % sure)))
    }
    #expect(try loop.run(Fault(kind: .failure, at: 1 + (scenario * 29) % (loop.calls / 2))))
    if scenario % 5 == 1 { #expect(try loop.run(Fault(kind: .full, at: 1 + loop.calls / 4))) }
    if scenario % 5 == 2 { #expect(try loop.run(Fault(kind: .short, at: 2))) }
  }
}
