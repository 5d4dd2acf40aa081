import Diagnostics
import Objects
import Pipelines
import Remotes

/// Brings the run cache and that of a remote together.
struct RunExchange {
  let cache: RunCache
  let contents: RemoteContents
  /// The records that the remote lacks and that are of use.
  private(set) var fresh: [RunBatch.Record] = []
  /// What they made.
  private(set) var outputs: [Content] = []

  init(cache: RunCache, contents: RemoteContents) {
    self.cache = cache
    self.contents = contents
  }

  /// Finds what a push has to send.
  mutating func prepare(_ store: ObjectStore) throws(Failure) {
    var known: Set<[UInt8]> = []
    for batch in try contents.runBatches(unmarked: true) { known.formUnion(batch.records.map(\.bytes)) }
    for record in try cache.list() {
      let made = record.result.outputs
      var isComplete = true
      for output in made where try !store.contains(output.id) { isComplete = false }
      guard isComplete, let bytes = try cache.bytes(of: record), !known.contains(bytes) else { continue }
      fresh.append(RunBatch.Record(key: record.key.id, bytes: bytes))
      outputs += made.map(\.content)
    }
  }

  /// Sends them; after what they made. Returns how many bytes went.
  func push() throws(Failure) -> Int { fresh.isEmpty ? 0 : try contents.publish(RunBatch(fresh)) }

  /// Takes in the records of the remote. Returns how many were new.
  func fetch() throws(Failure) -> Int {
    var count = 0
    for batch in try contents.runBatches() {
      for record in batch.records where try cache.insert(record.bytes, for: RunKey(id: record.key)) { count += 1 }
    }
    return count
  }
}
