package import Diagnostics
import Files

extension RemoteGarbagePlan {
  static let runsStem = "runs-"
  /// So many old batches are gathered into one.
  private static let mostBatches = 8

  /// Decides what becomes of the batches of runs. What is younger than the grace period stays as it is. Of the others those
  /// go in which no run is of use that is not elsewhere as well; and when they are many, or mostly of no use, what is
  /// of use goes into a new batch, and all of them go. They go in two steps, as packs do.
  package mutating func sortRuns(
    _ contents: RemoteContents, _ clock: RemoteClock, isUseful: (RunBatch.Record) throws(Failure) -> Bool
  ) throws(Failure) {
    let marks = contents.listing.markFiles.filter { $0.name.name.hasPrefix(Self.runsStem) }
    let marked = Dictionary(marks.map { ($0.name.name, $0) }, uniquingKeysWith: { first, _ in first })
    let units = try contents.runFiles().map { RunUnit($0.file, $0.batch, mark: marked[RunUnit.name($0.file)]) }
    // The largest first: of two with the same runs one stays.
    let old = units.filter { $0.mark == nil && clock.isOld($0.file.modified ?? .max) }
      .sorted { ($1.records.count, $0.item.name) < ($0.records.count, $1.item.name) }
    let isOld = Set(old.map(\.file.name))
    var staying: Set<RunBatch.Record> = []
    for unit in units where unit.mark == nil && !isOld.contains(unit.file.name) { staying.formUnion(unit.records) }
    func useful(_ unit: RunUnit) throws(Failure) -> [RunBatch.Record] {
      var found: [RunBatch.Record] = []
      for record in unit.records where !staying.contains(record) {
        guard try isUseful(record) else { continue }
        staying.insert(record)
        found.append(record)
      }
      return found
    }
    var kept: [(unit: RunUnit, live: [RunBatch.Record])] = []
    for unit in old {
      let live = try useful(unit)
      if live.isEmpty { mark.append(unit.item) } else { kept.append((unit, live)) }
    }
    let (all, used) = (kept.reduce(0) { $0 + Set($1.unit.records).count }, kept.reduce(0) { $0 + $1.live.count })
    if kept.count >= Self.mostBatches || (used < all && 2 * used <= all) {
      runs = kept.flatMap(\.live)
      mark += kept.map(\.unit.item)
    }
    for unit in units { try sort(marked: unit, clock, useful) }
    let known = Set(units.map(\.item.name))
    for file in marks where !known.contains(file.name.name) && clock.isOld(file.modified ?? .max) {
      staleMarks.append(file.name)
    }
  }

  /// What was marked earlier goes, unless it has a run of use that no other batch has: that is put into another first.
  private mutating func sort(
    marked unit: RunUnit, _ clock: RemoteClock, _ useful: (RunUnit) throws(Failure) -> [RunBatch.Record]
  ) throws(Failure) {
    guard let mark = unit.mark else { return }
    marked[unit.item.name] = mark.modified
    let rescued = try useful(unit)
    runs += rescued
    if rescued.isEmpty, clock.isOld(max(mark.modified ?? .max, unit.file.modified ?? .max)) {
      remove.append(unit.item)
    } else {
      waiting.append(unit.item)
    }
  }
}

/// A batch of runs, and the mark that says that it is to go.
private struct RunUnit {
  let file: RemoteFile
  let records: [RunBatch.Record]
  let mark: RemoteFile?

  init(_ file: RemoteFile, _ batch: RunBatch, mark: RemoteFile?) {
    (self.file, records, self.mark) = (file, batch.records, mark)
  }

  static func name(_ file: RemoteFile) -> String { RemoteGarbagePlan.runsStem + file.name.name }

  var item: RemoteGarbagePlan.Item { .init(name: Self.name(file), bytes: file.size, objects: records.count) }
}
