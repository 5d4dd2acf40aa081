import Diagnostics
package import Files
import Synchronization

/// What an fsck has found intact so far, so that the next one goes on where this one was cut short: a file of lines in the
/// store, appended to as parts are done. A part is a pack or the loose objects of one prefix, and counts as long as the
/// inode, the change time and the size of its files are what they were.
///
/// It is a cache: what cannot be written or read of it is checked again.
package final class CheckProgress: Sendable {
  package static let name = Array("fsck-progress".utf8)
  private static let title = "mlrepo fsck 1 "
  /// Disks lose bits without a trace in a file's times, so what was read longer ago than this is read again.
  private static let validity: Int64 = 7 * 24 * 3600 * 1_000_000_000
  private static let limit = 256 << 20

  /// How much a part holds.
  package struct Amount: Sendable {
    package var objects: Int
    package var bytes: Int

    package init(objects: Int, bytes: Int) { (self.objects, self.bytes) = (objects, bytes) }
  }

  private let store: Folder
  private let known: [String: Amount]
  private let file: Mutex<FileHandle?>

  /// Goes on with what the store's folder has, or starts anew.
  package init(in store: Folder, resuming: Bool) {
    self.store = store
    let known = resuming ? Self.read(in: store) : nil
    if known == nil { try? store.remove(Self.name) }
    self.known = known ?? [:]
    file = Mutex(try? store.openToAppend(Self.name))
    if known == nil { append("\(Self.title)\(wallClock())\n") }
  }

  /// What the part `key` holds, if it was found intact before.
  package func amount(of key: String) -> Amount? { known[key] }

  /// Notes that all of the part `key` is intact.
  package func note(_ key: String, _ amount: Amount) {
    let line = "\(key) \(amount.objects) \(amount.bytes)"
    if let sum = Self.sum(line) { append("\(line) \(sum)\n") }
  }

  /// Everything is checked: the next fsck starts from the beginning.
  package func finish() {
    file.withLock { $0 = nil }
    try? store.remove(Self.name)
  }

  private func append(_ text: String) {
    file.withLock { file in try? file?.write(Array(text.utf8)) }
  }

  private static func sum(_ line: some StringProtocol) -> String? {
    (try? ContentHasher.id(of: Array(line.utf8))).map { String($0.hex.prefix(16)) }
  }

  /// Nil when there is nothing that can be gone on with.
  private static func read(in store: Folder) -> [String: Amount]? {
    guard let bytes = try? store.contents(name, limit: limit) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard let first = lines.first, first.hasPrefix(title), let begun = Int64(first.dropFirst(title.count)),
      (0..<validity).contains(wallClock().subtractingReportingOverflow(begun).partialValue)
    else { return nil }
    var found: [String: Amount] = [:]
    for line in lines.dropFirst() {
      // The last one may have been cut short, and two processes may have written at once.
      let parts = line.split(separator: " ")
      guard parts.count > 3, let sum = parts.last, let objects = Int(parts[parts.count - 3]), objects >= 0,
        let bytes = Int(parts[parts.count - 2]), bytes >= 0,
        Self.sum(line.dropLast(sum.count + 1)).map({ $0 == sum }) == true
      else { continue }
      found[parts.dropLast(3).joined(separator: " ")] = Amount(objects: objects, bytes: bytes)
    }
    return found
  }
}

extension ObjectStore {
  /// Where `check` notes how far it has come. With `resuming`, an earlier one that was cut short counts.
  package func checkProgress(resuming: Bool) -> CheckProgress { CheckProgress(in: folder, resuming: resuming) }

  /// Names the pack as it is now; nil when it has changed a moment ago and may change again unseen.
  func checkKey(ofPack name: String) throws(Failure) -> String? {
    let now = wallClock()
    var key = "pack \(name)"
    for ending in ["pack", "idx"] {
      guard let stat = try packFolder.stat(Array("\(name).\(ending)".utf8)), stat.isSettled(at: now) else { return nil }
      key += " \(stat.inode) \(stat.changed) \(stat.size)"
    }
    return key
  }

  /// Names the loose objects of one prefix as they are now, likewise. `listing` began to be read at `time`.
  func checkKey(ofPrefix prefix: [UInt8], _ listing: FolderListing, at time: Int64) throws(Failure) -> String? {
    var text = ""
    for (index, entry) in listing.entries.enumerated() {
      guard entry.stat.isSettled(at: time) else { return nil }
      text += "\(PathText.escape(listing.name(index))) \(entry.stat.inode) \(entry.stat.changed) \(entry.stat.size)\n"
    }
    return "loose \(PathText.escape(prefix)) \(try ContentHasher.id(of: Array(text.utf8)).hex)"
  }
}
