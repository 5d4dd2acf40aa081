import Synchronization

/// Something one thread tells another.
final class Flag: Sendable {
  private let value = Atomic<Bool>(false)

  var isSet: Bool { value.load(ordering: .acquiring) }
  func set() { value.store(true, ordering: .releasing) }
}

/// What several threads saw.
final class Results: Sendable {
  private let values = Mutex<[Outcome]>([])

  var all: [Outcome] { values.withLock { $0 } }
  func add(_ outcome: Outcome) { values.withLock { $0.append(outcome) } }
}
