import TestSupport
import Testing

@Suite("Faults at system calls", .enabled(if: Fault.isPossible, "needs LD_PRELOAD"))
struct FaultTests {
  @Test("killed at any system call, a command loses nothing, and the next finishes the work", arguments: Scenario.all)
  func killed(_ scenario: Scenario) throws {
    let runs = try FaultLoop(scenario).run(.kill, from: isFull ? 1 : 4, stride: isFull ? 1 : 13)
    #expect(runs > 0)
  }

  @Test(
    "an error of any system call is reported, loses nothing and leaves nothing half done",
    arguments: Scenario.all)
  func failed(_ scenario: Scenario) throws {
    let loop = try FaultLoop(scenario)
    var runs = 0
    for kind in [Fault.Kind.failure, .full, .short] {
      runs += try loop.run(kind, from: isFull ? 1 : 3, stride: isFull ? 1 : 31)
    }
    #expect(runs > 0)
  }
}
