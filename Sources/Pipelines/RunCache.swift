package import Diagnostics
package import Files
import Formats
package import Objects

/// Finished results of stages by all that they depend on, so that a stage need not run again on what it ran on before,
/// in whatever branch or clone.
///
/// A record is a file that never changes, named by its key and the hash of its bytes, so that caches of several clones
/// merge by putting their files together. What it says was made lies in the store; a record without it is of no use, and
/// whoever wants it has to look there. Records may be lost at any time.
package final class RunCache: Sendable {
  /// That of the store's objects; records lie in `runs` in it, which is made with the first of them.
  private let objects: Folder
  private let scratch: Scratch

  private static let runs = Array("runs".utf8)
  private static let sizeLimit = 16 << 20

  /// `objects` is the folder that holds a store's objects.
  package init(in objects: Folder, scratch: Scratch) {
    self.objects = objects
    self.scratch = scratch
  }

  /// One finished run.
  package struct Record: Equatable, Sendable {
    package let key: RunKey
    /// Of the file that holds it.
    package let id: ObjectID
    package let stage: String
    /// When it finished, in seconds since 1970.
    package let time: Int
    package let result: LockedStage
    /// When it was last made or used, in nanoseconds since 1970.
    package let lastUsed: Int64
  }

  /// The results of earlier runs on the same inputs, the newest first. Damaged records are passed over.
  package func results(for key: RunKey) throws(Failure) -> [LockedStage] {
    guard let records = try objects.folderIfPresent(Self.path(key)) else { return [] }
    return try Self.records(key, in: records).map(\.result)
  }

  /// Keeps `entry`, what `stage` made from the inputs in `key`. Everything it made must be in the store.
  package func record(_ entry: LockedStage, of stage: StageID, for key: RunKey) throws(Failure) {
    let records = try objects.folder(making: Self.path(key))
    let known = try Self.records(key, in: records)
    if let same = known.first(where: { $0.result.outputs == entry.outputs }) {
      _ = try records.touch(same.id.hexBytes)
      return
    }
    let value = Value.map(
      [
        ValueMember("version", .int(Lockfile.version)), ValueMember("stage", .string(stage.text)),
        ValueMember("time", .int(Int(wallClock() / 1_000_000_000))),
      ] + entry.members)
    let bytes = Array(YAML.emit(value).utf8)
    let pending = try PendingFile(in: try scratch.folder())
    try pending.write(bytes)
    // Not waited for: what a crash leaves of it does not match its name.
    try pending.commit(as: try ContentHasher.id(of: bytes).hexBytes, in: records, .off)
  }

  /// Notes that the records of `key` were of use now.
  package func renew(_ key: RunKey) throws(Failure) {
    guard let records = try objects.folderIfPresent(Self.path(key)) else { return }
    for (name, isFolder) in try records.names() where !isFolder { _ = try records.touch(name) }
  }

  /// Every record that can be read, the newest first.
  package func list() throws(Failure) -> [Record] {
    guard let folder = try objects.folderIfPresent(Self.runs) else { return [] }
    var found: [Record] = []
    for (fan, _) in try folder.names() where fan.count == 2 {
      let keys = try folder.folder(fan)
      for (rest, _) in try keys.names() {
        guard let id = ObjectID(hex: fan + rest) else { continue }
        found += try Self.records(RunKey(id: id), in: try keys.folder(rest))
      }
    }
    return found.sorted { ($1.time, $0.id) < ($0.time, $1.id) }
  }

  /// The file of a record; nil when it is gone.
  package func bytes(of record: Record) throws(Failure) -> [UInt8]? {
    guard let records = try objects.folderIfPresent(Self.path(record.key)),
      let bytes = try records.contents(record.id.hexBytes, limit: Self.sizeLimit),
      try ContentHasher.id(of: bytes) == record.id
    else { return nil }
    return bytes
  }

  /// Takes in a record of another cache. Returns false, and leaves it, when it is none or is here already.
  package func insert(_ bytes: [UInt8], for key: RunKey) throws(Failure) -> Bool {
    let id = try ContentHasher.id(of: bytes)
    guard bytes.count <= Self.sizeLimit, (try? Self.parse(bytes, key, id, lastUsed: 0)) != nil else { return false }
    let records = try objects.folder(making: Self.path(key))
    if try records.stat(id.hexBytes) != nil { return false }
    let pending = try PendingFile(in: try scratch.folder())
    try pending.write(bytes)
    try pending.commit(as: id.hexBytes, in: records, .off)
    return true
  }

  /// Removes the records that `isWanted` does not keep, and all that are damaged. Returns how many went.
  package func prune(keeping isWanted: (Record) throws(Failure) -> Bool) throws(Failure) -> Int {
    guard let folder = try objects.folderIfPresent(Self.runs) else { return 0 }
    var removed = 0
    for (fan, _) in try folder.names() where fan.count == 2 {
      let keys = try folder.folder(fan)
      for (rest, _) in try keys.names() {
        guard let id = ObjectID(hex: fan + rest) else { continue }
        let records = try keys.folder(rest)
        var kept: Set<[UInt8]> = []
        for record in try Self.records(RunKey(id: id), in: records) where try isWanted(record) {
          kept.insert(record.id.hexBytes)
        }
        for (name, _) in try records.names() where !kept.contains(name) {
          try records.remove(name)
          removed += 1
        }
      }
    }
    return removed
  }

  private static func path(_ key: RunKey) -> [UInt8] {
    let hex = key.id.hexBytes
    return runs + [UInt8(ascii: "/")] + hex[..<2] + [UInt8(ascii: "/")] + hex[2...]
  }

  private static func records(_ key: RunKey, in folder: Folder) throws(Failure) -> [Record] {
    var found: [Record] = []
    for (name, isFolder) in try folder.names() where !isFolder {
      guard let id = ObjectID(hex: name), let stat = try folder.stat(name),
        let bytes = try folder.contents(name, limit: sizeLimit), try ContentHasher.id(of: bytes) == id,
        let record = try? parse(bytes, key, id, lastUsed: stat.modified)
      else { continue }
      found.append(record)
    }
    return found.sorted { ($1.time, $0.id) < ($0.time, $1.id) }
  }

  private static func parse(
    _ bytes: [UInt8], _ key: RunKey, _ id: ObjectID, lastUsed: Int64
  ) throws(Failure) -> Record {
    let nodes = NodeReader(file: id.short, category: .damaged)
    let what = "the record"
    let root = try YAML.parse(bytes, file: id.short, category: .damaged)
    let fields = try nodes.map(root, what, known: ["version", "stage", "time"] + LockedStageReader.keys)
    guard let version = fields["version"], let stage = fields["stage"], let time = fields["time"],
      try nodes.count(version, "'version'") == Lockfile.version
    else { throw nodes.failure(at: root.position, "it is of another version") }
    return Record(
      key: key, id: id, stage: try nodes.string(stage, "'stage'"), time: try nodes.count(time, "'time'"),
      result: try LockedStageReader(nodes: nodes).read(fields, what, at: root.position), lastUsed: lastUsed)
  }
}
