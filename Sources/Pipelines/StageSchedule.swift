/// Which stages may start: those whose predecessors are done and whose needs the machine can meet beside what runs
/// already. A value that whoever runs the stages keeps up to date; it knows no clock, no process and no file.
package struct StageSchedule: Equatable, Sendable {
  /// What there is for all that run at the same time.
  package struct Capacity: Equatable, Sendable {
    package var cpus: Int
    /// Bytes; nil where the system does not tell.
    package var memory: Int?
    package var gpus: Int
    /// How many jobs may be on other machines, or wait there.
    package var elsewhere = 100

    package init(cpus: Int, memory: Int? = nil, gpus: Int = 0) {
      (self.cpus, self.memory, self.gpus) = (cpus, memory, gpus)
    }
  }

  /// What a job takes while it runs.
  package enum Needs: Equatable, Sendable {
    case here(Stage.Resources)
    /// Nothing of this machine; who runs it sees to what it needs.
    case elsewhere
  }

  private enum State: Equatable, Sendable { case waiting, running(Stage.Resources), away(Int), done, dropped }

  private let capacity: Capacity
  /// In an order in which they can run.
  private let order: [StageID]
  private let after: [StageID: [StageID]]
  private var states: [StageID: State] = [:]
  /// How many predecessors are not done yet.
  private var missing: [StageID: Int] = [:]
  /// The positions in `order` of the stages that wait for nothing but room.
  private var open: [Int] = []
  private let positions: [StageID: Int]
  private var used = Stage.Resources(cpus: 0, memory: 0, gpus: 0)
  private var elsewhere = 0

  /// `order` are the stages to run, `before` the direct predecessors of each; those that are not in `order` are done.
  package init(_ order: [StageID], before: (StageID) -> [StageID], capacity: Capacity) {
    self.order = order
    self.capacity = capacity
    let positions = Dictionary(order.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    self.positions = positions
    var after: [StageID: [StageID]] = [:]
    for (position, id) in order.enumerated() {
      let sources = before(id).filter { positions[$0] != nil }
      missing[id] = sources.count
      states[id] = .waiting
      for source in sources { after[source, default: []].append(id) }
      if sources.isEmpty { open.append(position) }
    }
    self.after = after
  }

  /// The stages whose predecessors are all done, in order, whether or not there is room for them.
  package var ready: [StageID] { open.map { order[$0] } }

  package var runningCount: Int {
    states.values.count {
      switch $0 {
      case .running, .away: true
      case .waiting, .done, .dropped: false
      }
    }
  }

  /// Whether every stage is done or dropped.
  package var isOver: Bool { states.values.allSatisfy { $0 == .done || $0 == .dropped } }

  /// Whether something that needs `resources` may start now. What needs more than there is starts when nothing else uses
  /// that resource.
  package func hasRoom(for resources: Stage.Resources) -> Bool {
    func fits(_ used: Int, _ need: Int, _ capacity: Int) -> Bool { need == 0 || used == 0 || need <= capacity - used }
    return fits(used.cpus, max(1, resources.cpus), capacity.cpus) && fits(used.gpus, resources.gpus, capacity.gpus)
      && (capacity.memory.map { fits(used.memory ?? 0, resources.memory ?? 0, $0) } ?? true)
  }

  package func hasRoom(for needs: Needs) -> Bool {
    switch needs {
    case .here(let resources): hasRoom(for: resources)
    case .elsewhere: elsewhere < capacity.elsewhere
    }
  }

  /// How many jobs with these needs may start now, of `wanted`.
  package func room(for needs: Needs, wanted: Int) -> Int {
    switch needs {
    case .here(let resources): room(for: resources, wanted: wanted)
    case .elsewhere: hasRoom(for: needs) ? max(1, min(wanted, capacity.elsewhere - elsewhere)) : 0
    }
  }

  package mutating func start(_ id: StageID, with needs: Needs, copies: Int = 1) {
    switch needs {
    case .here(let resources): start(id, using: resources, copies: copies)
    case .elsewhere:
      guard states[id] == .waiting, missing[id] == 0 else { return }
      elsewhere += copies
      states[id] = .away(copies)
      open.removeAll { order[$0] == id }
    }
  }

  /// How many jobs that need `resources` each may start now, of `wanted`.
  package func room(for resources: Stage.Resources, wanted: Int) -> Int {
    guard wanted > 1, hasRoom(for: resources) else { return hasRoom(for: resources) ? 1 : 0 }
    var copy = self
    var count = 0
    while count < wanted, copy.hasRoom(for: resources) {
      copy.take(resources, 1)
      count += 1
    }
    return max(1, count)
  }

  /// A ready stage starts, as `copies` jobs.
  package mutating func start(_ id: StageID, using resources: Stage.Resources, copies: Int = 1) {
    guard states[id] == .waiting, missing[id] == 0 else { return }
    let before = used
    take(resources, copies)
    let taken = Stage.Resources(
      cpus: used.cpus - before.cpus, memory: (used.memory ?? 0) - (before.memory ?? 0), gpus: used.gpus - before.gpus)
    states[id] = .running(taken)
    open.removeAll { order[$0] == id }
  }

  /// A stage is done, whether it ran or did not need to: what waits for it may start.
  package mutating func finish(_ id: StageID) {
    guard release(id) else { return }
    states[id] = .done
    for follower in after[id] ?? [] {
      missing[follower, default: 1] -= 1
      guard missing[follower] == 0, states[follower] == .waiting, let position = positions[follower] else { continue }
      open.insert(position, at: open.firstIndex { $0 > position } ?? open.endIndex)
    }
  }

  /// A stage failed: neither it nor anything that follows it can be done. Returns those that follow it, in order.
  @discardableResult
  package mutating func drop(_ id: StageID) -> [StageID] {
    guard release(id) else { return [] }
    states[id] = .dropped
    var dropped: Set<Int> = []
    var queue = after[id] ?? []
    while let next = queue.popLast() {
      guard states[next] == .waiting, let position = positions[next] else { continue }
      states[next] = .dropped
      dropped.insert(position)
      queue += after[next] ?? []
    }
    return dropped.sorted().map { order[$0] }
  }

  /// Gives back what the stage uses; false when it is over already.
  private mutating func release(_ id: StageID) -> Bool {
    switch states[id] {
    case .running(let taken)?:
      used.cpus -= taken.cpus
      used.gpus -= taken.gpus
      used.memory = (used.memory ?? 0) - (taken.memory ?? 0)
    case .away(let copies)?: elsewhere -= copies
    case .waiting?: open.removeAll { order[$0] == id }
    case .done?, .dropped?, nil: return false
    }
    return true
  }

  private mutating func take(_ resources: Stage.Resources, _ copies: Int) {
    used.cpus = sum(used.cpus, max(1, resources.cpus), copies)
    used.gpus = sum(used.gpus, resources.gpus, copies)
    used.memory = sum(used.memory ?? 0, resources.memory ?? 0, copies)
  }

  /// Never overflows: the numbers come from a file.
  private func sum(_ used: Int, _ need: Int, _ copies: Int) -> Int {
    let (product, overflows) = max(0, need).multipliedReportingOverflow(by: copies)
    let (sum, overflowsToo) = used.addingReportingOverflow(product)
    return overflows || overflowsToo ? Int.max / 2 : min(sum, Int.max / 2)
  }
}
