import Diagnostics
import Files
import Objects
import Synchronization

/// Puts packs, their indexes and merged indexes into a remote: what names something comes after it.
final class PackPublisher: Sendable {
  let contents: RemoteContents
  private let sentBytes = Atomic<Int>(0)

  init(_ contents: RemoteContents) { self.contents = contents }

  /// Bytes that were sent.
  var sent: Int { sentBytes.load(ordering: .relaxed) }

  /// Makes the place a remote if it is none.
  func begin() throws(Failure) {
    guard contents.isNew else { return }
    let version = RemoteIndex.version
    try send(Array("mlrepo remote \(version)\n".utf8), as: RemoteName(.packs, "\(RemoteListing.markerStem)\(version)"))
  }

  /// Sends a pack, then its index, and starts another in the buffer. Returns the pack, and what it holds.
  func publish(_ pack: PackBuffer) throws(Failure) -> (pack: ObjectID, ids: [ObjectID]) {
    let ids = pack.ids
    var index = try pack.index()
    guard var id = ObjectID(hex: index.digits.utf8) else { return (.zero, []) }
    if contents.isMarked(id) {
      // A gc may remove what has this name at any moment: the same objects need another one.
      let other = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
      let otherID = try ContentHasher.id(of: other)
      try other.withRaw { raw throws(Failure) in pack.append(raw, id: otherID, kind: .blob) }
      index = try pack.index()
      id = ObjectID(hex: index.digits.utf8) ?? id
    }
    let remote = RemotePack(id: id, size: pack.bytes.count)
    try send(pack.bytes, as: remote.name)
    try sendIndex(index.bytes, as: remote.indexName, id, of: remote)
    pack.clear()
    return (id, ids)
  }

  /// Merges indexes if there are many.
  func mergeIndexes() throws(Failure) {
    let indexes = contents.mergeable()
    if indexes.isEmpty { return }
    let body = RemoteIndex.merge(indexes)
    let id = try ContentHasher.id(of: body)
    try sendIndex(body + PackFormat.idBytes(id), as: RemoteName(.packs, "merged-\(id.hex).idx"), id, of: nil)
  }

  private func sendIndex(
    _ bytes: [UInt8], as name: RemoteName?, _ id: ObjectID, of pack: RemotePack?
  ) throws(Failure) {
    try send(bytes, as: name)
    guard let name else { return }
    let index = try contents.cache.keep(bytes, as: name, id)
    if let pack { contents.add(pack, index) }
  }

  func send(_ bytes: [UInt8], as name: RemoteName?) throws(Failure) {
    guard let name else { return }
    let upload = try contents.storage.upload(name)
    try bytes.withRaw { raw throws(Failure) in
      var at = 0
      while at < raw.count {
        try Interruption.check()
        let end = min(raw.count, at + (1 << 20))
        try upload.write(UnsafeRawBufferPointer(rebasing: raw[at..<end]))
        at = end
      }
    }
    try upload.finish()
    sentBytes.add(bytes.count, ordering: .relaxed)
  }
}
