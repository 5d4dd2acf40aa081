import Diagnostics
import Files
import Objects

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A store outside the repository that several clones, of several users perhaps, have in common: a folder with `objects`,
/// `tmp`, and in `clones` a file for each clone that uses it, which holds the clone's path.
///
/// Its folders pass on their group and its right to write, so members of one group can share it.
extension Repository {
  /// Where the objects are, and a scratch folder on the same file system.
  func storeFolder() throws(Failure) -> (objects: Folder, scratch: Scratch) {
    let path = try settings.value(.store).value
    let durability = try settings.durability()
    if path.isEmpty {
      let own = base.path == home.path ? scratch : Scratch(in: try base.folder(makingIfAllowed: Array("tmp".utf8)))
      return (try base.folder(makingIfAllowed: Array("objects".utf8), durability), own)
    }
    let top: Folder
    do throws(Failure) {
      top = try Folder(at: Array(path.utf8))
    } catch {
      throw Failure(
        "cannot open the store \(path)", why: error.why,
        hint: "mount or restore it; 'mlrepo config --local --unset core.store' goes back to a store of one's own",
        category: .notARepository)
    }
    try register(in: top)
    return (
      try top.folder(makingIfAllowed: Array("objects".utf8), durability),
      Scratch(in: try top.folder(makingIfAllowed: Array("tmp".utf8)))
    )
  }

  /// Where the writer lock and the trash are, beside the objects: clones and work trees that share a store share its lock,
  /// for a gc of one concerns all.
  func storeTop() throws(Failure) -> Folder {
    let path = try settings.value(.store).value
    return path.isEmpty ? base : try Folder(at: Array(path.utf8))
  }

  /// Makes the folder `path` a shared store and uses it from now on.
  func share(_ path: [UInt8]) throws(Failure) {
    let own = try base.folder(making: Array("objects".utf8))
    for name in ["loose", "packs"] {
      guard let folder = try own.folderIfPresent(Array(name.utf8)), try !folder.names().isEmpty else { continue }
      throw Failure(
        "cannot use the store \(PathText.escape(path))",
        why: "this repository has objects in a store of its own already",
        hint: "make a new clone and run 'mlrepo init --store' in it")
    }
    let root = try Folder(at: [UInt8(ascii: "/")])
    let relative = Array(path.split(separator: UInt8(ascii: "/")).joined(separator: [UInt8(ascii: "/")]))
    if (try? Folder(at: path)) == nil {
      let top = try root.folder(making: relative, .batch)
      // Set-group-id, so that what is made inside belongs to the folder's group.
      try top.setOwnMode(0o2775)
    }
    try settings.set(Setting.store.rawValue, to: PathText.escape(path), in: .local)
  }

  private func register(in top: Folder) throws(Failure) {
    let durability = try settings.durability()
    let clones = try top.folder(makingIfAllowed: Array("clones".utf8), durability)
    let name = Array(try ContentHasher.id(of: root.path).hexBytes.prefix(32))
    // Who may only read the store adds nothing to it that a gc could take.
    if try clones.stat(name) != nil || !clones.isWritable { return }
    let scratch = Scratch(in: try top.folder(making: Array("tmp".utf8)))
    // It takes its folder along when it goes.
    defer { withExtendedLifetime(scratch) {} }
    try clones.replace(name, with: root.path, scratch: try scratch.folder(), durability)
  }

  /// The other clones that use the same store, and those of which it can't be told what they need.
  func otherClones() throws(Failure) -> (found: [Repository], unseen: [Failure]) {
    let path = try settings.value(.store).value
    if path.isEmpty { return ([], []) }
    let clones = try Folder(at: Array(path.utf8)).folder(making: Array("clones".utf8))
    var found: [Repository] = []
    var unseen: [Failure] = []
    for (name, _) in try clones.names() {
      guard let place = try clones.contents(name, limit: 1 << 16), place != root.path else { continue }
      do throws(Failure) {
        found.append(try Repository(root: try Folder(at: place), environment: [:]))
      } catch {
        unseen.append(
          Failure(
            "cannot tell what the clone \(PathText.escape(place)) needs", why: error.why,
            hint: "if the clone is gone for good: rm '\(PathText.escape(clones.full(name)))'", category: error.category)
        )
      }
    }
    return (found, unseen)
  }
}
