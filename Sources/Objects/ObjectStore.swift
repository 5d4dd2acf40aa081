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

  /// From this size up a file is hashed beside what is done with it.
  private static let besideThreshold = 32 << 20

  let folder: Folder
  let looseFolder: Folder
  let packFolder: Folder
  private let scratchHome: Scratch
  /// Counts the bytes that are read and written; those who know how many there will be begin its phases.
  package let progress: ProgressMeter
  package let options: StoreOptions
  private let packs = Mutex(OpenPacks())
  /// Copies of objects that were found damaged, by this process or an earlier one; nil until somebody asks.
  let badCopies = Mutex<Set<BadCopy>?>(nil)
  /// Where an object may be had again when every copy here is damaged or gone.
  let sources = Mutex<[any ObjectSource]>([])

  /// What was verified before it was linked; nil until somebody asks.
  let verified = Mutex<Verified?>(nil)
  /// Whether the file system shares blocks; nil until somebody asks.
  let clones = Mutex<Bool?>(nil)
  /// What this process stored, or found in the store, and counts on.
  let relied = Mutex(Relied())

  struct Relied {
    /// Packs whose age was renewed, or that it made, and what it found or stored in them.
    var packs: Set<String> = []
    var packed = ObjectIDSet()
    /// Whether some of these packs are others' work, which may not be durable yet.
    var hasFoundPacks = false
    /// What it found and stored as files.
    var foundLoose: Set<ObjectID> = []
    var loose: Set<ObjectID> = []
  }

  private struct OpenPacks {
    var usable: [PackFile]?
    var damaged: [String: Failure] = [:]
    /// The folder's modification time before it was listed; nil when it may have changed since within the same tick.
    var listedAt: Int64?
  }

  /// Opens the store in `folder`, making what is missing. `scratch` must lie on the same file system.
  package init(
    in folder: Folder, scratch: Scratch, progress: ProgressMeter = ProgressMeter(),
    options: StoreOptions = StoreOptions()
  ) throws(Failure) {
    self.progress = progress
    self.options = options
    self.folder = folder
    scratchHome = scratch
    looseFolder = try folder.folder(makingIfAllowed: Array("loose".utf8), options.durability)
    packFolder = try folder.folder(makingIfAllowed: Array("packs".utf8), options.durability)
  }

  /// Where unfinished objects are written. Who has one is known to be at work: see `sparing`.
  func scratch() throws(Failure) -> Folder { try scratchHome.folder() }

  /// Throws where nothing can be stored, before files are named as the reason that are none.
  package func checkWritable() throws(Failure) {
    if !scratchHome.isWritable { _ = try scratch() }
  }

  /// The time before which an object must have been written or asked for last if a gc may take it: `deadline`, or when the
  /// oldest command began that is still at work, for it may yet refer to what it has stored or found.
  func sparing(_ deadline: Int64) throws(Failure) -> Int64 {
    guard let since = try scratchHome.othersSince() else { return deadline }
    // File systems stamp with a clock that lags behind, by two seconds at most.
    return min(deadline, since - 2_000_000_000)
  }

  // MARK: - Packs

  /// Finds a copy of an object in the packs that is not known to be damaged. Looks at the folder again before it says no:
  /// another process may have added one.
  func packed(_ id: ObjectID) throws(Failure) -> (PackFile, PackRecord)? {
    if let found = find(id, in: try openPacks()) { return found }
    let listedAt = packs.withLock { $0.listedAt }
    if try packFolder.stat([])?.modified == listedAt { return nil }
    return find(id, in: try reloadPacks())
  }

  func find(_ id: ObjectID, in packs: [PackFile]) -> (PackFile, PackRecord)? {
    for pack in packs {
      if let record = pack.find(id), !isBad(id, in: pack.name) { return (pack, record) }
    }
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

  /// Lets go of all open packs, after their files were exchanged.
  func forgetPacks() { packs.withLock { $0 = OpenPacks() } }

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

  // MARK: - Loose objects

  static func loosePath(_ id: ObjectID) -> [UInt8] {
    let hex = id.hexBytes
    return hex[..<2] + [UInt8(ascii: "/")] + hex[2...]
  }

  func openLoose(_ id: ObjectID) throws(Failure) -> FileHandle? { try looseFolder.openIfPresent(Self.loosePath(id)) }

  func stream(
    _ file: borrowing FileHandle, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> ObjectID {
    if try file.stat().size >= Self.besideThreshold {
      let id = try SideHash().stream(file) { piece throws(Failure) in
        try body(piece)
        progress.advance(bytes: piece.count)
        try Interruption.check()
      }
      if let id { return id }
    }
    let hasher = try ContentHasher()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { buffer.deallocate() }
    while true {
      let count = try file.read(into: buffer)
      if count == 0 { return hasher.finish() }
      let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      hasher.update(piece)
      try body(piece)
      progress.advance(bytes: count)
      try Interruption.check()
    }
  }

  // MARK: - Failures

  package static func missing(_ id: ObjectID) -> Failure {
    Failure(
      "cannot read the object \(id.text)", why: "the store does not have it",
      hint: "add the data again where it still exists; 'mlrepo fsck' tells which paths and commits need it",
      category: .dataMissing)
  }

  /// The failure for an object that was not found: a damaged pack may be why.
  func absent(_ id: ObjectID) -> Failure {
    guard let pack = packs.withLock({ $0.damaged.min { $0.key < $1.key } }) else { return Self.missing(id) }
    return Failure(
      "cannot read the object \(id.text)",
      why: "the store does not have it, unless it is in the damaged \(pack.key): \(pack.value.why)",
      hint: "add the data again where it still exists; 'mlrepo fsck' tells which paths and commits need it",
      category: .damaged)
  }

  static func damaged(_ id: ObjectID, in place: String) -> Failure {
    Failure(
      "cannot use the object \(id.text)", why: "its stored bytes do not match its id (\(place))",
      hint: "add the data again where it still exists; 'mlrepo fsck' tells which paths and commits need it",
      category: .damaged)
  }

  static func tooLarge(_ id: ObjectID, _ limit: Int) -> Failure {
    Failure("cannot read the object \(id.text)", why: "it is larger than \(limit) bytes", category: .damaged)
  }
}
