package import Diagnostics
import Files
package import Objects

extension RemoteGarbagePlan {
  /// Decides what can go. `needed` has every object that somebody needs, chunks as well. Throws when there is anything in
  /// the remote that cannot be understood.
  package init(_ contents: RemoteContents, needed: Set<ObjectID>, clock: RemoteClock) throws(Failure) {
    var planner = try RemoteGarbagePlanner(contents, clock)
    try planner.count(needed)
    planner.sortPacks()
    planner.sortMergedIndexes()
    planner.sortMarks()
    self = planner.plan
  }
}

/// Makes the plan of a gc.
struct RemoteGarbagePlanner {
  static let probe = "clock-"
  private static let check = "check-"
  private static let probesLast: Int64 = 24 * 3600 * 1_000_000_000

  /// All that is there under one name.
  private struct Unit {
    var item: RemoteGarbagePlan.Item
    var files: [RemoteFile] = []
    var mark: RemoteFile?
    /// Whether an index tells what is in it.
    var isKnown = false
    var live: [ObjectID] = []
    var liveBytes = 0
    var deadBytes = 0

    /// When the last of its files was written; nil when there are none.
    var written: Int64? { files.map { $0.modified ?? .max }.max() }
    /// Since when it has been marked; a file that was written later counts as marked from then on.
    var markedSince: Int64? { mark.map { max($0.modified ?? .max, written ?? 0) } }
    var isMostlyDead: Bool { deadBytes >= liveBytes }
  }

  private let contents: RemoteContents
  private let clock: RemoteClock
  private var units: [ObjectID: Unit] = [:]
  private(set) var plan = RemoteGarbagePlan()

  init(_ contents: RemoteContents, _ clock: RemoteClock) throws(Failure) {
    self.contents = contents
    self.clock = clock
    if let problem = contents.problems.first {
      throw Failure(
        "cannot tell what can go from \(contents.storage.place)", why: "\(problem)",
        hint: "'mlrepo fsck --remote NAME' names all damage; mend that first", category: .damaged)
    }
    for file in contents.listing.packFiles { try add(file) }
    for file in contents.listing.markFiles {
      if let id = RemoteListing.digits(file.name.name, "pack-", "") {
        units[id, default: Unit(item: .init(name: file.name.name))].mark = file
      }
    }
  }

  private mutating func add(_ file: RemoteFile) throws(Failure) {
    let name = file.name.name
    for ending in [".pack", ".idx"] {
      guard let id = RemoteListing.digits(name, "pack-", ending) else { continue }
      units[id, default: Unit(item: .init(name: "pack-\(id.hex)"))].files.append(file)
      units[id]?.item.bytes += file.size
      return
    }
    guard !RemoteListing.isKnown(name) else { return }
    throw Failure(
      "cannot tell what can go from \(contents.storage.place)",
      why: "\(file.name) is nothing that this mlrepo puts into a remote",
      hint: "move that file out of the remote if it does not belong there; else use a newer mlrepo", category: .remote)
  }

  /// Counts what is needed in each pack and what is not. A pack in several indexes counts by the first of them.
  mutating func count(_ needed: Set<ObjectID>) throws(Failure) {
    var owners: [ObjectID: Int] = [:]
    for (number, index) in contents.indexes.enumerated() {
      for pack in index.packs where owners[pack.id] == nil && contents.listing.packs[pack.id] == pack.size {
        owners[pack.id] = number
        units[pack.id]?.isKnown = true
      }
    }
    for (number, index) in contents.indexes.enumerated() {
      try Interruption.check()
      for position in 0..<index.count {
        guard let (pack, record) = index.record(position), record.stored <= RemoteReader.largestEntry else {
          throw RemoteIndex.damaged(index.id, "its record \(position) points nowhere")
        }
        guard owners[pack.id] == number else { continue }
        if needed.contains(record.id) {
          units[pack.id]?.live.append(record.id)
          units[pack.id]?.liveBytes += record.stored
        } else {
          units[pack.id]?.deadBytes += record.stored
        }
        units[pack.id]?.item.objects += 1
      }
    }
  }

  mutating func sortPacks() {
    var staying = Set(units.filter { $0.value.isKnown && $0.value.mark == nil && !isCandidate($0.value) }.keys)
    for (id, unit) in units where staying.contains(id) { count(unit) }
    // What was marked not long ago and has what no other pack has stays after all: those with the most of it first.
    let fresh = units.filter { $0.value.isKnown && $0.value.markedSince.map(clock.isFresh) == true }
    for (id, unit) in fresh.sorted(by: { ($0.value.liveBytes, $0.key) > ($1.value.liveBytes, $1.key) })
    where !lacking(unit, in: staying).isEmpty {
      staying.insert(id)
      count(unit)
      plan.unmark.append(unit.item)
    }
    for (id, unit) in units.sorted(by: { $0.key < $1.key }) where !staying.contains(id) {
      place(unit, lacking: lacking(unit, in: staying))
    }
  }

  /// Whether an unmarked pack is old enough, and is of so little use that it goes.
  private func isCandidate(_ unit: Unit) -> Bool {
    unit.isMostlyDead && unit.written.map(clock.isOld) == true
  }

  private mutating func count(_ unit: Unit) {
    plan.inUse.objects += unit.live.count
    plan.inUse.bytes += unit.liveBytes
    let dead = (unit.item.objects - unit.live.count, unit.deadBytes)
    let isYoung = unit.written.map(clock.isOld) != true
    let left = isYoung ? \RemoteGarbagePlan.young : \RemoteGarbagePlan.scattered
    plan[keyPath: left].objects += dead.0
    plan[keyPath: left].bytes += dead.1
  }

  private func lacking(_ unit: Unit, in staying: Set<ObjectID>) -> [ObjectID] {
    unit.live.filter { contents.find($0, in: staying.contains) == nil }
  }

  private mutating func place(_ unit: Unit, lacking: [ObjectID]) {
    var unit = unit
    unit.item.needed = lacking
    guard let since = unit.markedSince else {
      // Packs without an index and indexes without a pack are left by what was killed, or are under way.
      guard unit.written.map(clock.isOld) == true else { return }
      return lacking.isEmpty ? plan.mark.append(unit.item) : plan.rewrite.append(unit.item)
    }
    plan.marked[unit.item.name] = unit.mark?.modified
    if unit.files.isEmpty {
      if clock.isOld(since), let mark = unit.mark { plan.staleMarks.append(mark.name) }
    } else if !lacking.isEmpty {
      plan.rescue.append(unit.item)
    } else if clock.isOld(since) {
      plan.remove.append(unit.item)
    } else {
      plan.waiting.append(unit.item)
    }
  }

  /// Indexes of many packs go the same way when another has taken their place, or when all their packs are gone.
  mutating func sortMergedIndexes() {
    let present = contents.listing.packs
    let used = Set(contents.indexes.filter { $0.packs.contains { present[$0.id] == $0.size } }.map(\.id))
    let marks = Dictionary(
      contents.listing.markFiles.map { ($0.name.name, $0) }, uniquingKeysWith: { first, _ in first })
    for (id, file) in contents.listing.merged.sorted(by: { $0.key < $1.key }) {
      let item = RemoteGarbagePlan.Item(name: "merged-\(id.hex)", bytes: file.size)
      guard let mark = marks[item.name] else {
        if !used.contains(id) { plan.mark.append(item) }
        continue
      }
      plan.marked[item.name] = mark.modified
      if used.contains(id) {
        plan.unmark.append(item)
      } else if clock.isOld(max(mark.modified ?? .max, file.modified ?? .max)) {
        plan.remove.append(item)
      } else {
        plan.waiting.append(item)
      }
    }
  }

  mutating func sortMarks() {
    let merged = contents.listing.merged
    for file in contents.listing.markFiles {
      let name = file.name.name
      let age = clock.now.subtractingReportingOverflow(file.modified ?? clock.now).partialValue
      if name.hasPrefix(Self.probe) || name.hasPrefix(Self.check) {
        if age > Self.probesLast { plan.staleMarks.append(file.name) }
      } else if let id = RemoteListing.digits(name, "merged-", ""), merged[id] == nil, age >= clock.grace {
        plan.staleMarks.append(file.name)
      }
    }
  }
}
