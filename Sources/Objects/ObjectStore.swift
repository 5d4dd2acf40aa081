package import Diagnostics
package import Files
import Synchronization

/// The objects of a repository: large blobs as files of their own (*loose*), small ones and trees in *packs*.
///
/// Every byte it hands out was hashed on the way and found to be what its id says; an object that is not is put aside
/// and named. Any number of processes may read and write at once: objects never change, and one becomes visible only by
/// a rename of something complete.
package final class ObjectStore: Sendable {
  /// From this size up a blob is a loose file, which can be cloned or linked into a workspace at no cost.
  package static let looseThreshold = 256 << 10

  let folder: Folder
  let looseFolder: Folder
  let packFolder: Folder
  private let scratchHome: Scratch
  private let packs = Mutex(OpenPacks())
  let badCopies: Mutex<Set<BadCopy>>

  /// Packs whose age was renewed by this process.
  private let renewed = Mutex<Set<String>>([])

  private struct OpenPacks {
    var usable: [PackFile]?
    var damaged: [String: Failure] = [:]
    /// The folder's modification time before it was listed; nil when it may have changed since within the same tick.
    var listedAt: Int64?
  }

  /// Opens the store in `folder`, making what is missing. `scratch` must lie on the same file system.
  package init(in folder: Folder, scratch: Scratch) throws(Failure) {
    self.folder = folder
    scratchHome = scratch
    looseFolder = try folder.folder(making: Array("loose".utf8))
    packFolder = try folder.folder(making: Array("packs".utf8))
    badCopies = Mutex(Self.knownBadCopies(in: folder))
  }

  /// Where unfinished objects are written.
  func scratch() throws(Failure) -> Folder { try scratchHome.folder() }

  /// Whether the store has an object of this name. Says nothing of its health: only reading does. With `renewing`, the
  /// object counts as written just now, so that a gc running meanwhile lets it live until something refers to it.
  package func contains(_ id: ObjectID, renewing: Bool = false) throws(Failure) -> Bool {
    if let (pack, _) = try packed(id) {
      if renewing, renewed.withLock({ $0.insert(pack.name).inserted }) {
        try packFolder.touch(Array("\(pack.name).pack".utf8))
      }
      return true
    }
    let path = Self.loosePath(id)
    guard try looseFolder.stat(path) != nil else { return false }
    if renewing { try looseFolder.touch(path) }
    return true
  }

  /// The object's size in bytes, or nil when the store does not have it.
  package func size(of id: ObjectID) throws(Failure) -> Int? {
    if let (_, record) = try packed(id) { return record.size }
    return try looseFolder.stat(Self.loosePath(id))?.size
  }

  /// Returns the verified bytes of a small object. Refuses one larger than `limit`.
  package func read(_ id: ObjectID, limit: Int = 1 << 30) throws(Failure) -> [UInt8] {
    if let bytes = try readPacked(id, limit: limit) { return bytes }
    guard let file = try openLoose(id) else { throw absent(id) }
    guard try file.stat().size <= limit else { throw Self.tooLarge(id, limit) }
    let bytes = try file.readAll(limit: limit)
    guard try ContentHasher.id(of: bytes) == id else { throw setAside(id) }
    return bytes
  }

  /// Reads a tree.
  package func tree(_ id: ObjectID) throws(Failure) -> Tree {
    let bytes = try read(id)
    do throws(Failure) {
      return try Tree(decoding: bytes)
    } catch {
      throw Failure("cannot read the folder \(id.text)", why: error.why, hint: error.hint, category: error.category)
    }
  }

  /// Copies the object into `target`, an empty file, and verifies it on the way. When this throws, what `target` holds is
  /// worthless. Shares the blocks with the store (copy on write) where the file system can.
  package func copy(_ id: ObjectID, to target: borrowing FileHandle) throws(Failure) {
    if let bytes = try readPacked(id) { return try target.write(bytes) }
    guard let source = try openLoose(id) else { throw absent(id) }
    let cloned = target.clone(from: source)
    let copied = try stream(source) { piece throws(Failure) in if !cloned { try target.write(piece) } }
    guard copied == id else { throw setAside(id) }
  }

  /// Gives the verified bytes of an object of any size to `body`, piece by piece. A damaged one throws only at its end.
  package func stream(_ id: ObjectID, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
    if let bytes = try readPacked(id) { return try bytes.withRaw(body) }
    guard let source = try openLoose(id) else { throw absent(id) }
    guard try stream(source, body) == id else { throw setAside(id) }
  }

  // MARK: - Packs

  /// Finds an object in the packs. Looks at the folder again before it says no: another process may have added one.
  func packed(_ id: ObjectID) throws(Failure) -> (PackFile, PackRecord)? {
    if let found = find(id, in: try openPacks()) { return found }
    let listedAt = packs.withLock { $0.listedAt }
    if try packFolder.stat([])?.modified == listedAt { return nil }
    return find(id, in: try reloadPacks())
  }

  private func find(_ id: ObjectID, in packs: [PackFile]) -> (PackFile, PackRecord)? {
    for pack in packs {
      if let record = pack.find(id), !isBad(id, in: pack.name) { return (pack, record) }
    }
    return nil
  }

  func isBad(_ id: ObjectID, in pack: String) -> Bool {
    badCopies.withLock { !$0.isEmpty && $0.contains(BadCopy(id: id, pack: pack)) }
  }

  /// The verified bytes of an object in a pack; nil when no pack has it, or when only a loose copy can be good.
  private func readPacked(_ id: ObjectID, limit: Int = .max) throws(Failure) -> [UInt8]? {
    var failure: Failure?
    while let (pack, record) = try packed(id) {
      guard record.size <= limit else { throw Self.tooLarge(id, limit) }
      do throws(Failure) {
        return try verified(pack, record)
      } catch  where error.category == .damaged {
        failure = error
      }
    }
    if let failure, try looseFolder.stat(Self.loosePath(id)) == nil { throw failure }
    return nil
  }

  func openPacks() throws(Failure) -> [PackFile] {
    if let open = packs.withLock({ $0.usable }) { return open }
    return try reloadPacks()
  }

  /// The packs that cannot be used, and why. What they hold counts as missing; all other objects stay readable.
  package func damagedPacks() throws(Failure) -> [Failure] {
    _ = try openPacks()
    return packs.withLock { $0.damaged.sorted { $0.key < $1.key }.map(\.value) }
  }

  /// Reads the folder of packs anew; for after a write, and when something that should be there is not.
  @discardableResult
  package func reload() throws(Failure) -> Int { try reloadPacks().count }

  private func reloadPacks() throws(Failure) -> [PackFile] {
    let known = Dictionary(
      (packs.withLock { $0.usable } ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let now = wallClock()
    let stat = try packFolder.stat([])
    var found: [PackFile] = []
    var damaged: [String: Failure] = [:]
    for name in try packNames() {
      if let pack = known[name] {
        found.append(pack)
      } else {
        // One damaged pack must not take the others with it.
        do throws(Failure) { found.append(try PackFile(name, in: packFolder)) } catch { damaged[name] = error }
      }
    }
    // Large packs first: most objects are there.
    found.sort { $0.count > $1.count }
    let listedAt = stat.flatMap { $0.isSettled(at: now) ? $0.modified : nil }
    packs.withLock { [found] in $0 = OpenPacks(usable: found, damaged: damaged, listedAt: listedAt) }
    return found
  }

  /// The packs that have an index, which is what makes a pack count.
  func packNames() throws(Failure) -> [String] {
    try packFolder.names().compactMap { entry in
      let name = String(decoding: entry.name, as: UTF8.self)
      return name.hasPrefix("pack-") && name.hasSuffix(".idx") ? String(name.dropLast(4)) : nil
    }.sorted()
  }

  /// Reads and checks an object. A damaged one is not found again in this pack.
  func verified(_ pack: PackFile, _ record: PackRecord) throws(Failure) -> [UInt8] {
    guard let bytes = try pack.read(record), try ContentHasher.id(of: bytes) == record.id else {
      throw setAside(record.id, in: pack.name)
    }
    return bytes
  }

  // MARK: - Loose objects

  static func loosePath(_ id: ObjectID) -> [UInt8] {
    let hex = id.hexBytes
    return hex[..<2] + [UInt8(ascii: "/")] + hex[2...]
  }

  func openLoose(_ id: ObjectID) throws(Failure) -> FileHandle? { try looseFolder.openIfPresent(Self.loosePath(id)) }

  func stream(
    _ file: borrowing FileHandle, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> ObjectID {
    let hasher = try ContentHasher()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { buffer.deallocate() }
    while true {
      let count = try file.read(into: buffer)
      if count == 0 { return hasher.finish() }
      let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      hasher.update(piece)
      try body(piece)
      try Interruption.check()
    }
  }

  // MARK: - Failures

  package static func missing(_ id: ObjectID) -> Failure {
    Failure(
      "cannot read the object \(id.text)", why: "the store does not have it",
      hint: "add the data again where it still exists; 'mlrepo fsck' lists all that is missing", category: .dataMissing)
  }

  /// The failure for an object that was not found: a damaged pack may be why.
  private func absent(_ id: ObjectID) -> Failure {
    if wasDamaged(id) { return Self.damaged(id, in: "it was put aside") }
    guard let pack = packs.withLock({ $0.damaged.min { $0.key < $1.key } }) else { return Self.missing(id) }
    return Failure(
      "cannot read the object \(id.text)",
      why: "the store does not have it, unless it is in the damaged \(pack.key): \(pack.value.why)",
      hint: "'mlrepo fsck' lists all damage; add the data again where it still exists", category: .damaged)
  }

  static func damaged(_ id: ObjectID, in place: String) -> Failure {
    Failure(
      "cannot use the object \(id.text)", why: "its stored bytes do not match its id (\(place))",
      hint: "add the data again where it still exists; 'mlrepo fsck' lists all damage", category: .damaged)
  }

  private static func tooLarge(_ id: ObjectID, _ limit: Int) -> Failure {
    Failure("cannot read the object \(id.text)", why: "it is larger than \(limit) bytes", category: .damaged)
  }
}
