import Diagnostics
import Files
import Synchronization

/// What is known of damaged copies: which they are stands in `damaged`, so that a good copy can take their place.
///
/// A damaged loose object is moved there. One in a pack cannot be; an empty file named after both stands for it.
extension ObjectStore {
  /// A copy of an object in a pack whose bytes are not what its id says.
  struct BadCopy: Hashable {
    var id: ObjectID
    var pack: String
  }

  /// Moves a damaged loose object out of the way, so that the same content can be stored again; it is never deleted.
  /// Returns the failure to throw.
  func setAside(_ id: ObjectID) -> Failure {
    let name = "\(id.hex)-\(String(UInt32.random(in: .min ... .max), radix: 36))"
    do throws(Failure) {
      let aside = try folder.folder(making: Self.damagedFolder)
      try looseFolder.rename(Self.loosePath(id), to: Array(name.utf8), in: aside)
    } catch {
      // Another thread was first, or the store is read-only: the object is damaged all the same.
      return Self.damaged(id, in: "objects/loose/\(PathText.escape(Self.loosePath(id)))")
    }
    return Self.damaged(id, in: "objects/damaged/\(name), where it was put aside")
  }

  /// Remembers a damaged copy in a pack: it counts as absent from now on. Returns the failure to throw.
  func setAside(_ id: ObjectID, in pack: String) -> Failure {
    badCopies.withLock { _ = $0.insert(BadCopy(id: id, pack: pack)) }
    do throws(Failure) {
      let aside = try folder.folder(making: Self.damagedFolder)
      let name = Self.marker(id, pack)
      if try aside.stat(name) == nil { _ = try aside.create(name) }
    } catch {
      // The store is read-only, or another process was first.
    }
    return Self.damaged(id, in: "\(pack).pack")
  }

  /// Takes back that a copy is damaged: it was read again and is intact.
  func trustAgain(_ id: ObjectID, in pack: String) {
    guard isBad(id, in: pack) else { return }
    try? folder.folderIfPresent(Self.damagedFolder)?.remove(Self.marker(id, pack))
    badCopies.withLock { _ = $0.remove(BadCopy(id: id, pack: pack)) }
  }

  private static func marker(_ id: ObjectID, _ pack: String) -> [UInt8] { Array("\(id.hex)-in-\(pack)".utf8) }

  /// Puts what a check found damaged out of the way. Does what it can.
  package func setAside(_ findings: [StoreFinding]) {
    for finding in findings where finding.kind == .damaged {
      guard let id = finding.id else { continue }
      if finding.file.hasPrefix("loose/") {
        _ = setAside(id)
      } else if finding.file.hasSuffix(".pack") {
        _ = setAside(id, in: String(finding.file.dropFirst("packs/".count).dropLast(".pack".count)))
      }
    }
  }

  /// Whether a copy of this object was found damaged. Slow; for explaining that there is none.
  func wasDamaged(_ id: ObjectID) -> Bool {
    let names = (try? folder.folderIfPresent(Self.damagedFolder)?.names()) ?? []
    return names.contains { $0.name.starts(with: id.hexBytes) }
  }

  /// Reads which copies were found damaged earlier.
  static func knownBadCopies(in folder: Folder) -> Set<BadCopy> {
    var found: Set<BadCopy> = []
    for (name, _) in (try? folder.folderIfPresent(damagedFolder)?.names()) ?? [] {
      let pack = String(decoding: name.dropFirst(64), as: UTF8.self)
      guard pack.hasPrefix("-in-"), let id = ObjectID(hex: Array(name.prefix(64))) else { continue }
      found.insert(BadCopy(id: id, pack: String(pack.dropFirst(4))))
    }
    return found
  }

  static let damagedFolder = Array("damaged".utf8)
}
