package import Diagnostics
package import Files
import Synchronization

/// Links from a workspace into the store: no bytes are copied, so what is linked is verified before, once for each
/// (inode, change time) of the object's file, which no user can set.
extension ObjectStore {
  /// Gives the loose object `id` the name `name` in `folder` by one of the links the settings prefer to copies. Returns
  /// false where only a copy will do: the object is small or in a pack, the file system has no such links, or no link is
  /// preferred.
  package func link(_ id: ObjectID, as name: [UInt8], in folder: Folder) throws(Failure) -> Bool {
    for kind in options.links {
      switch kind {
      case .copy: return false
      // A copy shares blocks by itself where that can be done.
      case .reflink: if try canClone() { return false }
      case .hardlink, .symlink:
        guard let size = try looseFolder.stat(Self.loosePath(id))?.size, size >= Self.looseThreshold,
          !isBad(id, in: "loose")
        else { return false }
        try verifyOnce(id)
        if kind == .symlink {
          try folder.makeLink(name, to: looseFolder.full(Self.loosePath(id)))
          return true
        }
        if try looseFolder.hardLink(Self.loosePath(id), as: name, in: folder) {
          // The new name has moved the change time.
          try remember(id)
          return true
        }
      }
    }
    return false
  }

  /// Whether hard or symbolic links are preferred to what can be edited.
  package var prefersLinks: Bool {
    for kind in options.links {
      switch kind {
      case .hardlink, .symlink: return true
      case .copy: return false
      case .reflink: if (try? canClone()) == true { return false }
      }
    }
    return false
  }

  /// Whether a file with this stat is the loose object's own.
  package func isLink(_ stat: FileStat, to id: ObjectID) throws(Failure) -> Bool {
    guard let own = try looseFolder.stat(Self.loosePath(id)) else { return false }
    return own.inode == stat.inode && own.changed == stat.changed
  }

  /// Whether a file of the workspace with this stat, which held the object `id` when it was last looked at, is a hard link
  /// to the object's file, verified as it stands: other links that come and go move its change time.
  package func isVerifiedLink(_ stat: FileStat, to id: ObjectID) throws(Failure) -> Bool {
    guard stat.kind == .file, options.links.contains(.hardlink) else { return false }
    return try verifiedStats()[id] == VerifiedStat(stat)
  }

  /// Counts what has just been hashed as it was stored as verified, where it may be linked.
  func noteStored(_ ids: [ObjectID]) throws(Failure) {
    guard prefersLinks else { return }
    for id in ids { try remember(id) }
  }

  /// The object that a symbolic link with this target stands for, if it points into this store.
  package func linkedObject(_ target: [UInt8]) -> ObjectID? {
    let prefix = looseFolder.path + [UInt8(ascii: "/")]
    guard target.count == prefix.count + 65, target.starts(with: prefix), target[prefix.count + 2] == prefix.last else {
      return nil
    }
    return ObjectID(hex: target[prefix.count..<prefix.count + 2] + target[(prefix.count + 3)...])
  }

  /// Hashes the loose object `id`, unless this was done since its file last changed. Puts it aside and throws when it is
  /// damaged.
  package func verifyOnce(_ id: ObjectID) throws(Failure) {
    guard let stat = try looseFolder.stat(Self.loosePath(id)) else { throw absent(id) }
    if try verifiedStats()[id] == VerifiedStat(stat) { return }
    guard let file = try openLoose(id) else { throw absent(id) }
    guard try stream(file, { _ throws(Failure) in }) == id else { throw setAside(id, .loose) }
    try remember(id)
  }

  /// Goes on counting the object's file as verified where the caller has just renamed a hard link to it, which moved the
  /// change time; `stat` is the link's. Any other file changes nothing.
  package func noteRename(of id: ObjectID, to stat: FileStat) throws(Failure) {
    guard stat.kind == .file, options.links.contains(.hardlink), let known = try verifiedStats()[id],
      stat.inode == known.inode, let own = try looseFolder.stat(Self.loosePath(id)),
      VerifiedStat(own) == VerifiedStat(stat)
    else { return }
    try remember(id)
  }

  private func remember(_ id: ObjectID) throws(Failure) {
    guard let stat = try looseFolder.stat(Self.loosePath(id)) else { return }
    _ = try verifiedStats()
    verified.withLock { $0?.stats[id] = VerifiedStat(stat) }
    verified.withLock { $0?.hasChanged = true }
  }

  /// Writes down what was verified; a cache, which may be lost.
  package func flushVerified() throws(Failure) {
    guard let known = verified.withLock({ $0 }), known.hasChanged else { return }
    let lines = known.stats.sorted { $0.key < $1.key }.map { "\($0.key.hex) \($0.value.inode) \($0.value.changed)\n" }
    let body = Array(lines.joined().utf8)
    let pending = try PendingFile(in: scratch())
    try pending.write(Array("\(try ContentHasher.id(of: body).hex)\n".utf8) + body)
    try pending.commit(as: Self.verifiedName, in: folder, .off)
    verified.withLock { $0?.hasChanged = false }
  }

  private static let verifiedName = Array("verified".utf8)

  private func verifiedStats() throws(Failure) -> [ObjectID: VerifiedStat] {
    if let known = verified.withLock({ $0?.stats }) { return known }
    var found: [ObjectID: VerifiedStat] = [:]
    if let bytes = try folder.contents(Self.verifiedName), bytes.count > 65,
      try ContentHasher.id(of: Array(bytes.dropFirst(65))).hexBytes.elementsEqual(bytes.prefix(64))
    {
      for line in bytes.dropFirst(65).split(separator: UInt8(ascii: "\n")) {
        let parts = line.split(separator: UInt8(ascii: " "))
        guard parts.count == 3, let id = ObjectID(hex: parts[0]),
          let inode = UInt64(String(decoding: parts[1], as: UTF8.self)),
          let changed = Int64(String(decoding: parts[2], as: UTF8.self))
        else { continue }
        found[id] = VerifiedStat(inode: inode, changed: changed)
      }
    }
    return verified.withLock { known in
      if let known { return known.stats }
      known = Verified(stats: found)
      return found
    }
  }

  /// Whether the store's file system shares blocks; tried once.
  private func canClone() throws(Failure) -> Bool {
    if let known = clones.withLock({ $0 }) { return known }
    let from = try PendingFile(in: scratch())
    try from.write([UInt8](repeating: 1, count: 4096))
    let can = try PendingFile(in: scratch()).handle.clone(from: from.handle)
    clones.withLock { $0 = can }
    return can
  }
}

/// The state of an object's file when it was last found intact.
struct VerifiedStat: Equatable, Sendable {
  var inode: UInt64
  var changed: Int64
}

extension VerifiedStat {
  init(_ stat: FileStat) { self.init(inode: stat.inode, changed: stat.changed) }
}

struct Verified: Sendable {
  var stats: [ObjectID: VerifiedStat]
  var hasChanged = false
}
