package import Diagnostics
import Files
package import Objects

/// What this clone remembers of a remote since it last looked: which packs were there, and which large objects were whole.
/// A file beside the indexes in the cache: `mlrepo remote 1 NANOSECONDS NANOSECONDS` (when the remote was last listed, and
/// when all its bytes were last read, or 0), a line `pack DIGITS SIZE` for each pack that is not marked, `whole DIGITS` for
/// each object that is kept in chunks and had all of them; then the SHA-256 of the lines so far.
package struct RemoteMemory: Equatable, Sendable {
  static let name = Array("known".utf8)
  private static let title = "mlrepo remote 1 "
  private static let limit = 1 << 30

  /// When the remote was last listed, in nanoseconds since 1970.
  package var listed: Int64
  /// When all its bytes were last read and found intact; nil if there are packs that never were.
  package var read: Int64?
  var packs: [ObjectID: Int] = [:]
  var whole: Set<ObjectID> = []

  package init(listed: Int64) { self.listed = listed }

  /// Nil when there is nothing that can be used.
  package init?(in cache: IndexCache) {
    guard let bytes = try? cache.folder.contents(Self.name, limit: Self.limit), bytes.count > 65,
      let id = try? ContentHasher.id(of: Array(bytes.dropLast(65))),
      bytes.suffix(65).elementsEqual(Array("\(id.hex)\n".utf8))
    else { return nil }
    let lines = String(decoding: bytes.dropLast(65), as: UTF8.self).split(separator: "\n")
    guard let first = lines.first, first.hasPrefix(Self.title) else { return nil }
    let times = first.dropFirst(Self.title.count).split(separator: " ").compactMap { Int64($0) }
    guard times.count == 2 else { return nil }
    (listed, read) = (times[0], times[1] == 0 ? nil : times[1])
    for line in lines.dropFirst() {
      let parts = line.split(separator: " ")
      guard parts.count > 1, let id = ObjectID(hex: parts[1].utf8) else { return nil }
      if parts.count == 3, parts[0] == "pack", let size = Int(parts[2]) {
        packs[id] = size
      } else if parts.count == 2, parts[0] == "whole" {
        whole.insert(id)
      } else {
        return nil
      }
    }
  }

  func write(to cache: IndexCache) throws(Failure) {
    var text = "\(Self.title)\(listed) \(read ?? 0)\n"
    for (id, size) in packs.sorted(by: { $0.key < $1.key }) { text += "pack \(id.hex) \(size)\n" }
    for id in whole.sorted() { text += "whole \(id.hex)\n" }
    let bytes = Array(text.utf8)
    let pending = try PendingFile(in: cache.scratch.folder())
    try pending.write(bytes + Array("\(ContentHasher.id(of: bytes).hex)\n".utf8))
    try pending.publish(as: Self.name, in: cache.folder)
  }
}

extension RemoteContents {
  /// Remembers what is there after a push: each object of the plan, but those that failed.
  package func remember(_ plan: PushPlan, without failed: [ObjectID]) throws(Failure) {
    let failed = Set(failed)
    let sent = plan.items.map(\.id).filter { find($0)?.record.kind.isRecipe == true && !failed.contains($0) }
    try remember(whole: plan.whole + sent)
  }

  /// Remembers what is there now: `whole` are objects in chunks that were found to have all of them. With `read`, all bytes
  /// have just been read and are intact.
  package func remember(whole: some Sequence<ObjectID> = [], read: Bool = false) throws(Failure) {
    let before = RemoteMemory(in: cache)
    var memory = RemoteMemory(listed: wallClock())
    for (id, size) in unmarkedPacks { memory.packs[id] = size }
    if read {
      memory.read = memory.listed
    } else if let before, memory.packs.allSatisfy({ before.packs[$0.key] == $0.value }) {
      memory.read = before.read
    }
    // Of what has lost a pack nothing can be said without looking.
    let isAllThere = before?.packs.allSatisfy { memory.packs[$0.key] == $0.value } == true
    memory.whole = Set(whole).union(isAllThere ? before?.whole ?? [] : [])
    try memory.write(to: cache)
  }
}

/// What is known of a remote without asking it.
package struct KnownRemote: Sendable {
  package let memory: RemoteMemory
  private let indexes: [RemoteIndex]

  /// Nil when nothing is known.
  package init?(in cache: IndexCache) throws(Failure) {
    guard let memory = RemoteMemory(in: cache) else { return nil }
    self.memory = memory
    var found: [RemoteIndex] = []
    for (name, _) in try cache.folder.names() {
      let text = String(decoding: name, as: UTF8.self)
      guard let id = RemoteListing.digits(text, "pack-", ".idx") ?? RemoteListing.digits(text, "merged-", ".idx"),
        let file = try cache.folder.openIfPresent(name), let index = try? RemoteIndex(MappedFile(file), id: id)
      else { continue }
      found.append(index)
    }
    indexes = found
  }

  /// Whether the object was there, with all its chunks, when somebody last looked.
  package func holds(_ id: ObjectID) -> Bool {
    var isHeld = false
    for index in indexes where !isHeld {
      index.find(id) { pack, record in
        isHeld = memory.packs[pack.id] == pack.size && (!record.kind.isRecipe || memory.whole.contains(id))
        return isHeld
      }
    }
    return isHeld
  }
}
