package import Diagnostics
import Files
import Synchronization

/// A remote whose files another storage keeps without knowing what is in them, or what they are called.
///
/// A file is cut into segments of 64 KiB, each encrypted and authenticated by itself, so that parts can be read; a
/// segment is bound to the file's name, its place in it, and whether it is the last.
package final class SealedStorage: RemoteStorage {
  package let place: String
  private let inner: any RemoteStorage
  private let secret: SealedSecret
  private let keys = Mutex<[SealedKey]>([])
  /// Where each file is, as the last listing told.
  private let known = Mutex<[RemoteName: Hidden]>([:])

  private struct Hidden {
    var name: RemoteName
    var key: SealedKey
    /// Of the content.
    var size: Int
  }

  static let segment = 64 << 10
  static let sealedSegment = segment + SealedCipher.overhead
  /// Seals are `packs/seal-DIGITS`, named by their SHA-256.
  package static let sealStem = "seal-"

  package init(_ inner: any RemoteStorage, _ secret: SealedSecret) {
    self.inner = inner
    self.secret = secret
    place = inner.place
  }

  package func list(_ folder: RemoteFolder) throws(Failure) -> [RemoteFile] {
    let files = try inner.list(folder)
    let keys = try open(folder == .packs ? files : try inner.list(.packs))
    var found: [RemoteName: (hidden: Hidden, modified: Int64?)] = [:]
    for file in files {
      guard let size = Self.contentSize(file.size) else { continue }
      for key in keys {
        guard let name = key.name(of: file.name) else { continue }
        if found[name] == nil { found[name] = (Hidden(name: file.name, key: key, size: size), file.modified) }
        break
      }
    }
    known.withLock { known in
      known = known.filter { $0.key.folder != folder }
      for (name, file) in found { known[name] = file.hidden }
    }
    return found.map { RemoteFile(name: $0, size: $1.hidden.size, modified: $1.modified) }
  }

  /// The keys for the seals among the files of `packs`; none while there is no seal.
  private func open(_ files: [RemoteFile]) throws(Failure) -> [SealedKey] {
    let known = keys.withLock { $0 }
    if !known.isEmpty { return known }
    let seals = files.filter { $0.name.name.hasPrefix(Self.sealStem) && $0.size <= 4096 }
      .sorted { $0.name.name < $1.name.name }
    var found: [SealedKey] = []
    // Two who sealed the same new place at the same time have left two seals. Both count.
    for seal in seals.prefix(8) {
      var bytes: [UInt8] = []
      try inner.read(seal.name, 0..<seal.size) { (piece) throws(Failure) in bytes.append(contentsOf: piece) }
      guard seal.name.name == Self.sealStem + Digest.hex(Digest.sha256(bytes)) else {
        throw Failure("cannot read the seal of \(place)", why: "it is damaged", category: .damaged)
      }
      if let key = try SealedKey.open(bytes, secret, from: place) { found.append(key) }
    }
    if found.isEmpty, !seals.isEmpty {
      throw Failure(
        "cannot read \(place)", why: "it is encrypted with another key than the one given",
        hint: "check 'encryptkey' or the passphrase of this remote", category: .remote)
    }
    keys.withLock { $0 = found }
    return found
  }

  /// The keys to write with; seals the place when it is new.
  private func writingKey() throws(Failure) -> SealedKey {
    if let first = keys.withLock({ $0.first }) { return first }
    let files = try inner.list(.packs)
    if let first = try open(files).first { return first }
    guard files.isEmpty else {
      throw Failure(
        "cannot write to \(place)", why: "it holds data that is not encrypted, which nothing would encrypt now",
        hint: "use an empty place for an encrypted remote", category: .remote)
    }
    let (key, seal) = try SealedKey.make(secret)
    guard let name = RemoteName(.packs, Self.sealStem + Digest.hex(Digest.sha256(seal))) else { return key }
    let upload = try inner.upload(name)
    try seal[...].withRaw { (raw) throws(Failure) in try upload.write(raw) }
    try upload.finish()
    return keys.withLock { keys in
      // Another thread may have been faster; its seal counts too.
      if keys.isEmpty { keys = [key] }
      return keys[0]
    }
  }

  package func read(
    _ name: RemoteName, _ range: Range<Int>?, into body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let hidden = try find(name)
    let range = range ?? 0..<hidden.size
    // An empty file has a segment, too, which says that it is empty.
    if range.isEmpty, hidden.size > 0 { return }
    let end = min(range.upperBound, hidden.size)
    if range.lowerBound < end || hidden.size == 0 {
      let segments = (range.lowerBound / Self.segment)..<max(1, (end + Self.segment - 1) / Self.segment)
      let opener = SealedReader(key: hidden.key.contentKey(of: name), size: hidden.size, from: segments.lowerBound) {
        Failure(
          "cannot read \(name) of \(self.place)", why: "segment \($0) is damaged, or somebody has changed it",
          category: .damaged)
      }
      let last = min(segments.upperBound * Self.sealedSegment, Self.storedSize(hidden.size))
      let stored = (segments.lowerBound * Self.sealedSegment)..<last
      try inner.read(hidden.name, stored) { (piece) throws(Failure) in
        try opener.take(piece) { (offset, plain) throws(Failure) in
          let wanted = range.clamped(to: offset..<(offset + plain.count))
          guard !wanted.isEmpty else { return }
          try plain[(wanted.lowerBound - offset)..<(wanted.upperBound - offset)].withRaw(body)
        }
      }
    }
    if range.upperBound > hidden.size {
      throw Failure(
        "cannot read \(name) of \(place)", why: "it ends after \(hidden.size) bytes, before byte \(range.upperBound)",
        category: .remote)
    }
  }

  private func find(_ name: RemoteName) throws(Failure) -> Hidden {
    if let found = known.withLock({ $0[name] }) { return found }
    _ = try list(name.folder)
    if let found = known.withLock({ $0[name] }) { return found }
    throw Failure("cannot read \(name) of \(place)", why: "there is no such file", category: .remote)
  }

  package func upload(_ name: RemoteName) throws(Failure) -> any RemoteUpload {
    let key = try writingKey()
    let hidden = try key.hiddenName(of: name)
    return SealedUpload(try inner.upload(hidden), key: key.contentKey(of: name)) { size in
      self.known.withLock { $0[name] = Hidden(name: hidden, key: key, size: size) }
    }
  }

  package func remove(_ name: RemoteName) throws(Failure) {
    let hidden: RemoteName
    if let found = known.withLock({ $0.removeValue(forKey: name) }) {
      hidden = found.name
    } else {
      guard try list(name.folder).contains(where: { $0.name == name }) else { return }
      return try remove(name)
    }
    try inner.remove(hidden)
  }

  /// What a content of this size takes.
  static func storedSize(_ size: Int) -> Int { size + max(1, (size + segment - 1) / segment) * SealedCipher.overhead }

  /// The size of the content of a file; nil when nothing sealed has that size.
  static func contentSize(_ stored: Int) -> Int? {
    let segments = (stored + sealedSegment - 1) / sealedSegment
    let size = stored - segments * SealedCipher.overhead
    return size >= 0 && segments > 0 && storedSize(size) == stored ? size : nil
  }

  /// What a segment is bound to, beside the file's name.
  static func context(_ index: Int, isLast: Bool) -> [UInt8] {
    withUnsafeBytes(of: UInt64(index).littleEndian) { Array($0) } + [isLast ? 1 : 0]
  }
}

/// Opens segments as they come.
private final class SealedReader {
  private let key: [UInt8]
  private let size: Int
  private var index: Int
  private var pending: [UInt8] = []
  private let damaged: (Int) -> Failure

  init(key: [UInt8], size: Int, from index: Int, _ damaged: @escaping (Int) -> Failure) {
    self.key = key
    self.size = size
    self.index = index
    self.damaged = damaged
  }

  /// Gives each segment on, with its place in the content.
  func take(
    _ bytes: UnsafeRawBufferPointer, _ body: (Int, ArraySlice<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let offset = index * SealedStorage.segment
      let wanted = min(SealedStorage.segment, size - offset) + SealedCipher.overhead
      let count = min(rest.count, wanted - pending.count)
      pending += rest.prefix(count)
      rest = rest.dropFirst(count)
      guard pending.count == wanted else { return }
      let context = SealedStorage.context(index, isLast: offset + SealedStorage.segment >= size)
      guard let plain = SealedCipher.open(pending[...], key: key, context: context) else { throw damaged(index) }
      pending.removeAll(keepingCapacity: true)
      index += 1
      try body(offset, plain[...])
    }
  }
}

/// Seals segments on their way to the storage inside.
private final class SealedUpload: RemoteUpload {
  private let inner: any RemoteUpload
  private let key: [UInt8]
  private let done: (Int) -> Void
  private var pending: [UInt8] = []
  private var index = 0
  private var size = 0

  init(_ inner: any RemoteUpload, key: [UInt8], _ done: @escaping (Int) -> Void) {
    self.inner = inner
    self.key = key
    self.done = done
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      // A full segment waits until it is known not to be the last.
      if pending.count == SealedStorage.segment { try send(isLast: false) }
      let count = min(rest.count, SealedStorage.segment - pending.count)
      pending += rest.prefix(count)
      rest = rest.dropFirst(count)
    }
    size += bytes.count
  }

  private func send(isLast: Bool) throws(Failure) {
    let context = SealedStorage.context(index, isLast: isLast)
    var sealed: [UInt8] = []
    try pending[...].withRaw { (raw) throws(Failure) in
      sealed = try SealedCipher.seal(raw, key: key, context: context)
    }
    try sealed[...].withRaw { (raw) throws(Failure) in try inner.write(raw) }
    pending.removeAll(keepingCapacity: true)
    index += 1
  }

  func finish() throws(Failure) {
    try send(isLast: true)
    try inner.finish()
    done(size)
  }
}
