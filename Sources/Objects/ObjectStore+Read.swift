package import Diagnostics
package import Files
import Synchronization

/// Somewhere else where objects can be had: another copy of the data, a remote.
package protocol ObjectSource: Sendable {
  /// Stores the object in `session` if it can be had. Returns whether it could.
  func fetch(_ id: ObjectID, into session: StoreSession) throws(Failure) -> Bool
}

extension ObjectStore {
  /// One of the places where the store has an object.
  enum Copy {
    case packed(PackFile, PackRecord)
    case loose
  }

  /// Whether the store has an object of this name, not known to be damaged. Says no more of its health: only reading
  /// does. With `renewing`, the object counts as written just now, so that a gc running meanwhile lets it live until
  /// something refers to it.
  package func contains(_ id: ObjectID, renewing: Bool = false) throws(Failure) -> Bool {
    // From now on a gc knows that somebody is at work. A store that cannot be written is none of its.
    if renewing { _ = try? scratch() }
    let copy = try locate(id)
    switch copy {
    case .packed(let pack, _)?:
      guard renewing, relied.withLock({ $0.find(id, in: pack.name) }) else { return true }
      let file = Array("\(pack.name).pack".utf8)
      if try !packFolder.touch(file) { try markRenewed(pack.name) }
      if try packFolder.stat(file) != nil { return true }
      // A gc has just taken the pack, whose live objects are in another one now.
      try reload()
      return try contains(id, renewing: true)
    case .loose?:
      guard renewing else { return true }
      relied.withLock { _ = $0.foundLoose.insert(id) }
      // A file of a workspace that is hard-linked to it must not seem to change.
      var isRenewed = false
      if try openLoose(id)?.linkCount() == 1 { isRenewed = try looseFolder.touch(Self.loosePath(id)) }
      if !isRenewed { try markRenewed(id.hex) }
      return try looseFolder.stat(Self.loosePath(id)) != nil
    case nil: return false
    }
  }

  /// Notes that a pack or object was asked for just now whose own times cannot or must not be set: it belongs to another
  /// user, or a workspace has a hard link to it.
  private func markRenewed(_ name: String) throws(Failure) {
    let marks = try folder.folder(making: Self.renewedName)
    try? marks.remove(Array(name.utf8))
    _ = try? marks.create(Array(name.utf8))
  }

  static let renewedName = Array("renewed".utf8)

  /// When packs and objects of other users were last asked for, by their names.
  func renewals() throws(Failure) -> [String: Int64] {
    guard let marks = try folder.folderIfPresent(Self.renewedName) else { return [:] }
    let listing = try marks.list()
    var found: [String: Int64] = [:]
    for (index, entry) in listing.entries.enumerated() {
      found[String(decoding: listing.name(index), as: UTF8.self)] = entry.stat.modified
    }
    return found
  }

  /// The object's size in bytes, or nil when the store does not have it.
  package func size(of id: ObjectID) throws(Failure) -> Int? {
    switch try locate(id) {
    case .packed(_, let record)?: record.size
    case .loose?: try looseFolder.stat(Self.loosePath(id))?.size
    case nil: nil
    }
  }

  /// Returns the verified bytes of a small object. Refuses one larger than `limit`.
  package func read(_ id: ObjectID, limit: Int = 1 << 30) throws(Failure) -> [UInt8] {
    try intact(id) { (copy) throws(Failure) -> [UInt8]? in
      switch copy {
      case .packed(let pack, let record):
        guard record.size <= limit else { throw Self.tooLarge(id, limit) }
        return try verified(pack, record)
      case .loose:
        guard let file = try openLoose(id) else { return nil }
        guard try file.stat().size <= limit else { throw Self.tooLarge(id, limit) }
        let bytes = try file.readAll(limit: limit)
        return try ContentHasher.id(of: bytes) == id ? bytes : nil
      }
    }
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
    var damage: Failure?
    while let copy = try locate(id) {
      switch copy {
      case .packed(let pack, let record):
        if let bytes = try verified(pack, record) { return try target.write(bytes) }
      case .loose:
        guard let source = try openLoose(id) else { break }
        let cloned = target.clone(from: source)
        let caching = FileHandle.Caching.ofNew(size: try source.stat().size)
        var written = 0
        let copied = try stream(source) { piece throws(Failure) in
          if cloned { return }
          try target.writeSparsely(piece, caching: caching)
          // The disk starts at once, so that there is little left to wait for at the end.
          if options.durability != .off { target.startWriteback(from: written, count: piece.count) }
          written += piece.count
        }
        if copied == id { return cloned ? () : try target.truncate(to: source.stat().size) }
        try target.empty()
      }
      damage = setAside(id, copy)
    }
    guard try heal(id) else { throw damage ?? absent(id) }
    try self.copy(id, to: target)
  }

  /// Gives the verified bytes of an object of any size to `body`, piece by piece. A large damaged one throws only at its
  /// end.
  package func stream(_ id: ObjectID, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
    var place = try locate(id)
    if place == nil, try heal(id) { place = try locate(id) }
    if case .loose? = place, let source = try openLoose(id) {
      guard try stream(source, body) == id else { throw setAside(id, .loose) }
      return
    }
    try read(id, limit: .max).withRaw(body)
  }

  /// Calls `attempt` with the copies of the object until one is intact. Those that are not are put aside; when none is
  /// left, the object is fetched from elsewhere if it can be.
  func intact<Result>(
    _ id: ObjectID, _ attempt: (Copy) throws(Failure) -> Result?
  ) throws(Failure) -> Result {
    var damage: Failure?
    while let copy = try locate(id) {
      if let result = try attempt(copy) { return result }
      damage = setAside(id, copy)
    }
    guard try heal(id), let copy = try locate(id), let result = try attempt(copy) else { throw damage ?? absent(id) }
    return result
  }

  private func locate(_ id: ObjectID) throws(Failure) -> Copy? {
    if let (pack, record) = try packed(id) { return .packed(pack, record) }
    if isBad(id, in: "loose") { return nil }
    return try looseFolder.stat(Self.loosePath(id)) == nil ? nil : .loose
  }

  /// The object's bytes from a pack; nil when they are not what the id says.
  func verified(_ pack: PackFile, _ record: PackRecord) throws(Failure) -> [UInt8]? {
    guard let bytes = try pack.read(record), try ContentHasher.id(of: bytes) == record.id else { return nil }
    progress.advance(bytes: bytes.count)
    return bytes
  }
}

extension Array where Element == any ObjectSource {
  /// Stores the object from the first source that has it.
  fileprivate func fetch(_ id: ObjectID, into session: StoreSession) throws(Failure) -> Bool {
    for source in self where try source.fetch(id, into: session) { return true }
    return false
  }
}

// MARK: - Damage

/// A copy of an object that was found damaged: in the pack of this name, or `loose`.
struct BadCopy: Hashable, Sendable {
  let id: ObjectID
  let place: String
}

extension ObjectStore {
  private static let asideName = Array("damaged".utf8)

  /// Adds a place where damaged and missing objects are looked for.
  package func heal(from source: any ObjectSource) { sources.withLock { $0.append(source) } }

  /// Fetches the object from elsewhere. Returns whether the store has it now.
  func heal(_ id: ObjectID) throws(Failure) -> Bool {
    let sources = sources.withLock { $0 }
    guard !sources.isEmpty else { return false }
    let session = StoreSession(self)
    guard try sources.fetch(id, into: session) else { return false }
    try session.commit()
    badCopies.withLock { _ = $0?.remove(BadCopy(id: id, place: "loose")) }
    return try contains(id)
  }

  func isBad(_ id: ObjectID, in place: String) -> Bool {
    badCopies.withLock { known in
      let bad = known ?? loadBadCopies()
      known = bad
      return !bad.isEmpty && bad.contains(BadCopy(id: id, place: place))
    }
  }

  /// Puts a damaged copy out of use, so that the same content can be stored again; it is never deleted. A loose object
  /// moves to the folder `damaged`; for one in a pack an empty file `ID.PACK` there says so. Returns the failure to throw.
  func setAside(_ id: ObjectID, _ copy: Copy) -> Failure {
    let place: String
    let told: String
    let aside = try? folder.folder(making: Self.asideName)
    switch copy {
    case .packed(let pack, _):
      place = pack.name
      told = "\(pack.name).pack"
      // In a store that can't be written the mark lives as long as the process.
      _ = try? aside?.create(Array("\(id.hex).\(pack.name)".utf8))
    case .loose:
      place = "loose"
      let name = "\(id.hex)-\(String(UInt32.random(in: .min ... .max), radix: 36))"
      let moved: Void? = try? aside.map { folder throws(Failure) in
        try looseFolder.rename(Self.loosePath(id), to: Array(name.utf8), in: folder)
      }
      if moved != nil { return Self.damaged(id, in: "objects/damaged/\(name), where it was put aside") }
      told = "objects/loose/\(PathText.escape(Self.loosePath(id)))"
      // Another thread was first and has moved it: then there is nothing left to mark.
      if (try? looseFolder.stat(Self.loosePath(id))) ?? nil == nil { return Self.damaged(id, in: told) }
    }
    _ = isBad(id, in: place)
    badCopies.withLock { _ = $0?.insert(BadCopy(id: id, place: place)) }
    return Self.damaged(id, in: told)
  }

  /// Whether a copy of the object was put out of use, now or earlier.
  package func wasPutAside(_ id: ObjectID) throws(Failure) -> Bool {
    guard let aside = try folder.folderIfPresent(Self.asideName) else { return false }
    let digits = id.hexBytes
    return try aside.names().contains { $0.name.starts(with: digits) }
  }

  private func loadBadCopies() -> Set<BadCopy> {
    var found: Set<BadCopy> = []
    guard let aside = try? folder.folderIfPresent(Self.asideName), let names = try? aside.names() else { return [] }
    for (name, _) in names where name.count > 65 && name[64] == UInt8(ascii: ".") {
      guard let id = ObjectID(hex: name.prefix(64)) else { continue }
      found.insert(BadCopy(id: id, place: String(decoding: name.dropFirst(65), as: UTF8.self)))
    }
    return found
  }
}
