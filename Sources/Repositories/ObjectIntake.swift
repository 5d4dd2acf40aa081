import Diagnostics
import Files
import Objects
import Remotes

/// Brings objects of another repository into a store: from that repository's own store where it is on this machine, and
/// from its remotes. Every object is hashed as it arrives.
final class ObjectIntake {
  let store: ObjectStore
  private let place: String
  private let local: ObjectStore?
  private let remotes: [LazyRemote]
  /// Why remotes could not be used.
  private var unusable: [Failure]

  init(
    into store: ObjectStore, place: String, local: ObjectStore?, remotes: [LazyRemote], unusable: [Failure]
  ) {
    self.store = store
    self.place = place
    self.local = local
    self.remotes = remotes
    self.unusable = unusable
  }

  /// Brings all that `content` is made of.
  func bring(_ content: Content) throws(Failure) {
    guard content.isFolder else { return try bring([content.id], .blob, bytes: content.size) }
    var files: [ObjectID] = []
    var seen: Set<ObjectID> = []
    try trees(content.id) { tree in
      for entry in tree.entries where entry.kind != .folder && seen.insert(entry.id).inserted { files.append(entry.id) }
    }
    try bring(files, .blob, bytes: content.size)
  }

  /// Brings the listing of the folder `id` and of all below it, and gives each to `body`.
  func trees(_ id: ObjectID, _ body: (Tree) throws(Failure) -> Void = { _ in }) throws(Failure) {
    var level = [id]
    var seen: Set<ObjectID> = [id]
    while !level.isEmpty {
      try bring(level, .tree)
      var below: [ObjectID] = []
      for id in level {
        let tree = try store.tree(id)
        try body(tree)
        for entry in tree.entries where entry.kind == .folder && seen.insert(entry.id).inserted {
          below.append(entry.id)
        }
      }
      level = below
    }
  }

  /// What stands at `part` of `content`; nil if nothing does. Brings the listings on the way.
  func entry(at part: RepositoryPath, in content: Content) throws(Failure) -> TreeEntry? {
    var at = TreeEntry(name: [], kind: content.kind, id: content.id, size: content.size, files: content.files)
    for name in part.components {
      guard at.kind == .folder else { return nil }
      try bring([at.id], .tree)
      guard let entry = try store.tree(at.id).entry(named: name) else { return nil }
      at = entry
    }
    return at
  }

  /// Brings objects that are named one by one, all of the same kind.
  func bring(_ ids: [ObjectID], _ kind: ObjectKind, bytes: Int = 0) throws(Failure) {
    var lacking: [ObjectID] = []
    for id in ids where try !store.contains(id, renewing: true) { lacking.append(id) }
    if lacking.isEmpty { return }
    store.progress.begin("fetching", files: lacking.count, bytes: bytes)
    defer { store.progress.end() }
    if let local { lacking = try take(lacking, kind, from: local) }
    var failures: [ObjectID: Failure] = [:]
    for remote in remotes where !lacking.isEmpty {
      do throws(Failure) {
        let fetch = Fetch(store, from: try remote.contents(), width: 4)
        try fetch.objects(lacking)
        for (id, why) in fetch.report.failures { failures[id] = why }
      } catch {
        guard error.category == .remote || error.category == .failed || error.category == .usage else { throw error }
        unusable.append(error)
      }
      var left: [ObjectID] = []
      for id in lacking where try !store.contains(id) { left.append(id) }
      lacking = left
    }
    if let first = lacking.first { throw absent(first, lacking.count, failures[first]) }
  }

  /// Copies what `other` has. Returns what it has not, or only in pieces.
  private func take(_ ids: [ObjectID], _ kind: ObjectKind, from other: ObjectStore) throws(Failure) -> [ObjectID] {
    var there: [ObjectID] = []
    for id in ids where try other.contains(id) { there.append(id) }
    let session = StoreSession(store)
    try Workers.run(
      count: there.count, width: store.options.width, prepare: { () throws(Failure) in try StoreWriter(session) },
      { [there, store] writer, range throws(Failure) in
        for id in there[range] {
          // What is damaged there is had from elsewhere, or told as missing.
          do throws(Failure) {
            try writer.store(id, kind: kind, from: other)
            store.progress.advance(files: 1)
          } catch  where error.category == .damaged || error.category == .dataMissing {}
        }
      }, finish: { writer throws(Failure) in writer.finish() })
    try session.commit()
    var left: [ObjectID] = []
    for id in ids where try !store.contains(id) { left.append(id) }
    return left
  }

  private func absent(_ id: ObjectID, _ count: Int, _ failure: Failure?) -> Failure {
    let what = count > 1 ? "\(count) objects are missing, such as \(id.text)," : "\(id.text) is missing"
    var reasons = unusable.map { "\($0.what): \($0.why)" }
    // That a remote does not have it is said already.
    if let failure, failure.category != .dataMissing { reasons.append("\(failure.what): \(failure.why)") }
    let asked = (local == nil ? [] : ["its store"]) + remotes.map { "its remote '\($0.name)'" }
    let why =
      asked.isEmpty
      ? "it has neither a store here nor a remote that can be used"
      : "\(what) in \(asked.joined(separator: " and in "))"
    return Failure(
      "cannot get the data of \(place)", why: ([why] + reasons).joined(separator: "\n     "),
      hint: "in that repository: mlrepo push", category: failure?.category ?? unusable.first?.category ?? .dataMissing)
  }
}
