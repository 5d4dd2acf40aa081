import Diagnostics
import Files
import Objects
import Synchronization

/// Reads objects of a remote: in order of where they lie, neighbours with one request, several requests at once, and
/// verified as they arrive.
struct RemoteReader {
  let contents: RemoteContents
  /// How many requests at once.
  let width: Int

  /// What lies between two objects is read over when it is not larger.
  static let widestGap = 64 << 10
  /// The most bytes of one request, unless one object alone is larger.
  static let longestRead = 16 << 20
  /// The most bytes of an entry.
  static let largestEntry = 64 << 20
  /// So many requests that fail one after the other mean that the remote cannot be had.
  private static let mostFailures = 16

  /// Neighbouring entries of one pack, for one request.
  struct Batch {
    var name: RemoteName
    var pack: RemotePack
    var range: Range<Int>
    var entries: [PackRecord]
  }

  /// What arrived: an entry, and what it holds: verified bytes, or a recipe as it was sent.
  struct Arrival {
    var entry: PackEntry
    var bytes: [UInt8]
  }

  /// Reads the entries of `ids` and gives each to `body`, on several threads. Returns the failures of those that cannot be
  /// had; a copy in another pack is tried before.
  func read<State>(
    _ ids: [ObjectID], prepare: @escaping @Sendable () throws(Failure) -> State,
    _ body: @escaping @Sendable (inout State, Arrival) throws(Failure) -> Void,
    finish: @escaping @Sendable (State) throws(Failure) -> Void = { _ throws(Failure) in }
  ) throws(Failure) -> [ObjectID: Failure] {
    var wanted = ids
    var bad: [ObjectID: Set<ObjectID>] = [:]
    var failures: [ObjectID: Failure] = [:]
    while !wanted.isEmpty {
      var entries: [RemoteEntry] = []
      for id in wanted {
        if let entry = contents.find(id, except: bad[id] ?? []) {
          if max(entry.record.stored, entry.record.size) <= Self.largestEntry {
            entries.append(entry)
          } else {
            failures[id] = EntryParser.damaged(
              id, entry.pack.id, contents.storage.place, "it is larger than entries are")
          }
        } else if failures[id] == nil {
          failures[id] = Self.absent(id, contents.storage.place)
        }
      }
      let failed = try read(Self.batches(entries), prepare, body, finish)
      wanted = failed.map(\.id)
      for failure in failed {
        bad[failure.id, default: []].insert(failure.pack)
        failures[failure.id] = failure.why
      }
      // What comes from another pack is no failure in the end.
      for entry in entries where bad[entry.record.id]?.contains(entry.pack.id) != true {
        failures[entry.record.id] = nil
      }
    }
    return failures
  }

  struct Failed: Sendable {
    var id: ObjectID
    var pack: ObjectID
    var why: Failure
  }

  /// Reads the entries of these batches, each as it is there. Returns those that cannot be had.
  func read<State>(
    _ batches: [Batch], _ prepare: @escaping @Sendable () throws(Failure) -> State,
    _ body: @escaping @Sendable (inout State, Arrival) throws(Failure) -> Void,
    _ finish: @escaping @Sendable (State) throws(Failure) -> Void
  ) throws(Failure) -> [Failed] {
    let failed = Mutex<[Failed]>([])
    let inSeries = Atomic<Int>(0)
    let storage = contents.storage
    try Workers.run(
      count: batches.count, width: width, prepare: prepare,
      { state, range throws(Failure) in
        for batch in batches[range] {
          var parser = EntryParser(batch, place: storage.place)
          do throws(Failure) {
            try storage.read(batch.name, batch.range) { piece throws(Failure) in
              try parser.feed(piece) { arrival throws(Failure) in try body(&state, arrival) }
            }
            parser.failRest(
              Failure("cannot read \(batch.name) of \(storage.place)", why: "less came than was asked for"))
            inSeries.store(0, ordering: .relaxed)
          } catch {
            guard error.category == .remote || error.category == .failed, !parser.isStopped else { throw error }
            parser.failRest(error)
            if inSeries.wrappingAdd(1, ordering: .relaxed).newValue >= Self.mostFailures { throw error }
          }
          let bad = parser.failures.map { Failed(id: $0.0, pack: batch.pack.id, why: $0.1) }
          if !bad.isEmpty { failed.withLock { $0 += bad } }
        }
      }, finish: finish)
    return failed.withLock { $0 }
  }

  /// One pack after the other, in the order in which `entries` first speak of them: the beginning of a large object comes
  /// first.
  static func batches(_ entries: [RemoteEntry]) -> [Batch] {
    var batches: [Batch] = []
    var ranks: [ObjectID: Int] = [:]
    for entry in entries where ranks[entry.pack.id] == nil { ranks[entry.pack.id] = ranks.count }
    let ranked = entries.map { (rank: ranks[$0.pack.id] ?? 0, entry: $0) }
    let sorted = ranked.sorted { ($0.rank, $0.entry.record.offset) < ($1.rank, $1.entry.record.offset) }.map(\.entry)
    for entry in sorted {
      let start = entry.record.offset
      let end = start + PackFormat.entryHeaderSize + entry.record.stored
      if let last = batches.indices.last, batches[last].pack == entry.pack,
        start - batches[last].range.upperBound <= widestGap, end - batches[last].range.lowerBound <= longestRead,
        start >= batches[last].range.upperBound
      {
        batches[last].range = batches[last].range.lowerBound..<end
        batches[last].entries.append(entry.record)
      } else if let name = entry.pack.name {
        batches.append(Batch(name: name, pack: entry.pack, range: start..<end, entries: [entry.record]))
      }
    }
    return batches
  }

  static func absent(_ id: ObjectID, _ place: String) -> Failure {
    Failure(
      "cannot get the object \(id.text)", why: "\(place) does not have \(id.text)",
      hint: "push it from where it still exists", category: .dataMissing)
  }
}
