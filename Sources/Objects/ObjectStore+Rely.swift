package import Diagnostics
import Files
import Synchronization

// What a command has stored or found in the store and is about to refer to, and that a gc may have come between.
extension ObjectStore {
  /// The positions of the ids that the store does not have. The others count as written just now, as with `contains`.
  package func absent(_ ids: [ObjectID]) throws(Failure) -> [Int] {
    let packs = try openPacks()
    let isRenewed = relied.withLock { relied in packs.map { relied.packs.contains($0.name) } }
    var (absent, found): ([Int], [ObjectID]) = ([], [])
    for (position, id) in ids.enumerated() {
      if let pack = packs.firstIndex(where: { $0.find(id) != nil && !isBad(id, in: $0.name) }), isRenewed[pack] {
        found.append(id)
      } else if try !contains(id, renewing: true) {
        absent.append(position)
      }
    }
    relied.withLock { [found] relied in for id in found { _ = relied.packed.insert(id) } }
    return absent
  }

  /// The same as `contains` with `renewing`, of an object that is known not to be loose.
  func containsPacked(_ id: ObjectID) throws(Failure) -> Bool {
    try packed(id) == nil ? false : contains(id, renewing: true)
  }

  /// Notes that this process is about to refer to what it has stored: loose objects, or objects in new packs.
  func rely(onLoose loose: [ObjectID]) { relied.withLock { $0.loose.formUnion(loose) } }

  func rely(onPacked objects: ObjectIDSet, in packs: [String]) {
    relied.withLock {
      $0.packs.formUnion(packs)
      if $0.packed.isEmpty { $0.packed = objects } else { $0.packed.formUnion(objects) }
    }
  }

  /// Makes sure that what this process has stored, or found while storing, is still there, and that what it found is
  /// durable: whoever put it there may not have come that far. To be called while holding the repository's lock, before
  /// anything refers to it: a gc may have come between, and can't any more.
  package func confirmRelied() throws(Failure) {
    let relied = relied.withLock { $0 }
    var hasChanged = false
    for pack in relied.packs where try packFolder.stat(Array("\(pack).idx".utf8)) == nil { hasChanged = true }
    // What is gone may be in another pack now.
    if hasChanged { forgetPacks() }
    let packs = try openPacks()
    try confirm(relied.foundLoose, in: packs)
    try confirm(relied.loose, in: packs)
    if hasChanged { try confirm(relied.packed, in: packs) }
    try makeNamesDurable(relied)
  }

  private func confirm(_ ids: some Sequence<ObjectID>, in packs: [PackFile]) throws(Failure) {
    for id in ids where find(id, in: packs) == nil {
      if !isBad(id, in: "loose"), try looseFolder.stat(Self.loosePath(id)) != nil { continue }
      guard try contains(id) else {
        throw Failure(
          "cannot record what was stored", why: "a gc took \(id.text) away meanwhile", hint: "run the command again")
      }
    }
  }

  private func makeNamesDurable(_ relied: Relied) throws(Failure) {
    if options.durability == .off { return }
    if relied.hasFoundPacks { try packFolder.sync() }
    if relied.foundLoose.isEmpty { return }
    for prefix in Set(relied.foundLoose.map { Array($0.hexBytes[..<2]) }) {
      try looseFolder.folderIfPresent(prefix)?.sync()
    }
    try looseFolder.sync()
  }
}

extension ObjectStore.Relied {
  /// Notes that the object was found in the pack. Returns whether the pack is new here.
  mutating func find(_ id: ObjectID, in pack: String) -> Bool {
    _ = packed.insert(id)
    guard packs.insert(pack).inserted else { return false }
    hasFoundPacks = true
    return true
  }
}
