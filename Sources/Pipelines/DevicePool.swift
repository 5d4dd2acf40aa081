/// The graphics processors of this machine, dealt out so that no two stages at work have the same.
package struct DevicePool: Equatable, Sendable {
  private let all: [String]
  private var free: [String]
  private var taken: [StageID: [String]] = [:]

  package init(_ devices: [String]) { (all, free) = (devices, devices) }

  /// Takes `count` for each of `copies` jobs of `stage`. Gives each what there is, if that is less; nothing where there are
  /// none at all, so that a job sees what it would see without.
  package mutating func take(_ count: Int, copies: Int, for stage: StageID) -> [[String]] {
    guard count > 0, !free.isEmpty else { return [] }
    var shares: [[String]] = []
    for _ in 0..<copies where !free.isEmpty {
      shares.append(Array(free.prefix(count)))
      free.removeFirst(min(count, free.count))
    }
    taken[stage] = shares.flatMap(\.self)
    return shares
  }

  /// The stage is over.
  package mutating func giveBack(_ stage: StageID) {
    guard let devices = taken.removeValue(forKey: stage) else { return }
    // In their order, so that a machine that is not full uses the same ones again and again.
    free = all.filter { devices.contains($0) || free.contains($0) }
  }
}
