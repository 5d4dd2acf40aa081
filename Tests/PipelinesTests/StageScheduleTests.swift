import Diagnostics
import Pipelines
import TestSupport
import Testing

@Suite("The schedule of stages")
struct StageScheduleTests {
  private struct Sample {
    var order: [StageID] = []
    var before: [StageID: [StageID]] = [:]
    var needs: [StageID: Stage.Resources] = [:]
  }

  private func sample(_ random: inout SeededRandom) throws -> Sample {
    var sample = Sample()
    for number in 0..<Int.random(in: 1...25, using: &random) {
      let id = try stageID("s\(number)")
      sample.before[id] = sample.order.filter { _ in Int.random(in: 0..<5, using: &random) == 0 }
      sample.needs[id] = Stage.Resources(
        cpus: .random(in: 0...6, using: &random),
        memory: Bool.random(using: &random) ? .random(in: 0...30, using: &random) : nil,
        gpus: .random(in: 0...2, using: &random))
      sample.order.append(id)
    }
    return sample
  }

  @Test("whatever runs, no stage starts before those it follows, and no resource is used beyond what there is")
  func random() throws {
    var random = SeededRandom(seed: 11)
    for _ in 0..<300 {
      let sample = try sample(&random)
      let capacity = StageSchedule.Capacity(
        cpus: .random(in: 1...8, using: &random), memory: 20, gpus: .random(in: 0...2, using: &random))
      var schedule = StageSchedule(sample.order, before: { sample.before[$0] ?? [] }, capacity: capacity)
      var running: [StageID] = []
      var over: [StageID: Bool] = [:]
      while !schedule.isOver {
        let startable = schedule.ready.filter { schedule.hasRoom(for: sample.needs[$0] ?? .init()) }
        if let id = startable.randomElement(using: &random), running.isEmpty || Bool.random(using: &random) {
          #expect((sample.before[id] ?? []).allSatisfy { over[$0] == true })
          schedule.start(id, using: sample.needs[id] ?? .init())
          running.append(id)
          expectFits(running.compactMap { sample.needs[$0] }, capacity)
        } else {
          let index = try #require(running.indices.randomElement(using: &random), "nothing runs and nothing may start")
          let id = running.remove(at: index)
          if Int.random(in: 0..<6, using: &random) == 0 {
            over[id] = false
            for dropped in schedule.drop(id) { over[dropped] = false }
          } else {
            over[id] = true
            schedule.finish(id)
          }
        }
        #expect(schedule.runningCount == running.count)
      }
      #expect(running.isEmpty && Set(over.keys) == Set(sample.order))
      // Exactly what follows a failure was not done.
      for id in sample.order where over[id] == true {
        #expect((sample.before[id] ?? []).allSatisfy { over[$0] == true })
      }
    }
  }

  private func expectFits(_ needs: [Stage.Resources], _ capacity: StageSchedule.Capacity) {
    func check(_ uses: [Int], _ most: Int) {
      // What needs more than there is has the resource for itself.
      let real = uses.filter { $0 > 0 }
      #expect(real.count < 2 || real.reduce(0, +) <= most)
    }
    check(needs.map { max(1, $0.cpus) }, capacity.cpus)
    check(needs.map { $0.memory ?? 0 }, capacity.memory ?? .max)
    check(needs.map(\.gpus), capacity.gpus)
  }

  @Test("stages are ready in their order, and those that a failure blocks are named")
  func order() throws {
    let ids = try ["a", "b", "c", "d"].map { try stageID($0) }
    var schedule = StageSchedule(
      ids, before: { $0 == ids[2] ? [ids[0]] : $0 == ids[3] ? [ids[2], ids[1]] : [] }, capacity: .init(cpus: 2))
    #expect(schedule.ready == [ids[0], ids[1]])
    schedule.start(ids[0], using: .init())
    #expect(schedule.hasRoom(for: .init()) && !schedule.hasRoom(for: .init(cpus: 2)))
    schedule.finish(ids[0])
    #expect(schedule.ready == [ids[1], ids[2]])
    schedule.start(ids[2], using: .init())
    #expect(schedule.drop(ids[2]) == [ids[3]])
    #expect(schedule.ready == [ids[1]] && !schedule.isOver)
    schedule.finish(ids[1])
    #expect(schedule.isOver)
  }

  @Test("as many copies of a job start as there is room for, and at least one")
  func copies() throws {
    let ids = try ["a", "b"].map { try stageID($0) }
    var schedule = StageSchedule(ids, before: { _ in [] }, capacity: .init(cpus: 5))
    #expect(schedule.room(for: .init(cpus: 2), wanted: 9) == 2)
    #expect(schedule.room(for: .init(cpus: 9), wanted: 9) == 1)
    #expect(schedule.room(for: .init(), wanted: 3) == 3)
    schedule.start(ids[0], using: .init(cpus: 2), copies: 2)
    #expect(schedule.room(for: .init(), wanted: 3) == 1)
    schedule.start(ids[1], using: .init(cpus: .max), copies: 3)
    #expect(schedule.room(for: .init(), wanted: 3) == 0)
    schedule.finish(ids[1])
    #expect(schedule.room(for: .init(), wanted: 3) == 1)
  }
}
