package import Diagnostics
import Files
package import Objects
import Synchronization

/// What a fetch did.
package struct FetchReport: Sendable {
  /// Objects that the store did not have, and their bytes.
  package var objects = 0
  package var bytes = 0
  /// Bytes of chunks of these that were in the store, as parts of other objects.
  package var reused = 0
  /// Objects that cannot be had, by id, and why.
  package var failures: [(id: ObjectID, why: Failure)] = []
  /// Large objects that came whole, of chunks that no gc is about to remove.
  package var whole: [ObjectID] = []
}

/// Brings objects from a remote into the store: trees from the top down, then what they name. All that has come is kept
/// from time to time, so that a fetch that ends early need not begin anew.
package final class Fetch: Sendable {
  private let store: ObjectStore
  private let contents: RemoteContents
  private let reader: RemoteReader
  private let progress = Mutex(FetchReport())

  /// After so many bytes what has come is made durable and visible.
  private static let roundBytes = 1 << 30
  /// So many large objects are put together at once at most, each with a file that is open.
  private static let mostAssemblies = 64

  package init(_ store: ObjectStore, from contents: RemoteContents, width: Int) {
    self.store = store
    self.contents = contents
    reader = RemoteReader(contents: contents, width: width)
  }

  package var report: FetchReport { progress.withLock { $0 } }

  // MARK: - Trees

  /// Fetches the trees `roots` and all below them, as far as the store lacks them, and gives each once to `body`. Trees that
  /// cannot be had are in the report.
  package func trees(
    _ roots: [ObjectID], seen: inout Set<ObjectID>, _ body: (ObjectID, Tree) throws(Failure) -> Void = { _, _ in }
  ) throws(Failure) {
    var level = roots.filter { seen.insert($0).inserted }
    while !level.isEmpty {
      try objects(lacking(level))
      var below: [ObjectID] = []
      for id in level where try store.contains(id) {
        let tree = try store.tree(id)
        try body(id, tree)
        for entry in tree.entries where entry.kind == .folder && seen.insert(entry.id).inserted {
          below.append(entry.id)
        }
      }
      level = below
    }
  }

  /// The tree `id`, fetched if the store lacks it; nil when it cannot be had.
  package func tree(_ id: ObjectID) throws(Failure) -> Tree? {
    try objects(lacking([id]))
    return try store.contains(id) ? try store.tree(id) : nil
  }

  /// Those of `ids` that the store does not have, each once.
  package func lacking(_ ids: [ObjectID]) throws(Failure) -> [ObjectID] {
    var seen: Set<ObjectID> = []
    var lacking: [ObjectID] = []
    for id in ids where seen.insert(id).inserted {
      if try !store.contains(id, renewing: true) { lacking.append(id) }
    }
    return lacking
  }

  // MARK: - Objects

  /// Fetches objects, whatever they are. What the store has is left out by the caller.
  package func objects(_ ids: [ObjectID]) throws(Failure) {
    var small: [(entry: RemoteEntry, size: Int)] = []
    var large: [ObjectID] = []
    for id in ids {
      guard let entry = contents.find(id) else {
        fail(id, RemoteReader.absent(id, contents.storage.place))
        continue
      }
      if entry.record.kind.isRecipe { large.append(id) } else { small.append((entry, entry.record.size)) }
    }
    small.sort { ($0.entry.pack.id, $0.entry.record.offset) < ($1.entry.pack.id, $1.entry.record.offset) }
    for round in Self.rounds(small, \.size) { try fetchSmall(round.map(\.entry.record.id)) }
    try fetchLarge(large)
  }

  /// Splits `items` so that each part has about as many bytes as a round.
  private static func rounds<Item>(_ items: [Item], _ size: (Item) -> Int, most: Int = .max) -> [ArraySlice<Item>] {
    var rounds: [ArraySlice<Item>] = []
    var (start, bytes) = (0, 0)
    for (index, item) in items.enumerated() {
      bytes += size(item)
      if bytes >= roundBytes || index + 1 - start >= most {
        rounds.append(items[start...index])
        (start, bytes) = (index + 1, 0)
      }
    }
    if start < items.count { rounds.append(items[start...]) }
    return rounds
  }

  private func fetchSmall(_ ids: [ObjectID]) throws(Failure) {
    let session = StoreSession(store)
    let failures = try reader.read(
      ids, prepare: { () throws(Failure) in try StoreWriter(session) },
      { writer, arrival throws(Failure) in
        try writer.store(arrival.entry, arrival.bytes)
        self.store.progress.advance(files: 1)
      },
      finish: { writer throws(Failure) in writer.finish() })
    try commit(session)
    for (id, why) in failures { fail(id, why) }
  }

  // MARK: - Large objects

  private func fetchLarge(_ ids: [ObjectID]) throws(Failure) {
    let kinds = Dictionary(ids.map { ($0, contents.find($0)?.record.kind.made ?? .blob) }) { first, _ in first }
    // The recipes of a terabyte take 36 MB.
    for part in Self.rounds(ids, { _ in 0 }, most: 1024) {
      let (recipes, failures) = try RecipeReader(contents, width: reader.width).recipes(Array(part), fresh: true)
      for (id, why) in failures { fail(id, why) }
      let found = part.compactMap { id in recipes[id].map { (id: id, recipe: $0) } }
      for round in Self.rounds(found, \.recipe.size, most: Self.mostAssemblies) {
        let session = StoreSession(store)
        var assemblies: [Assembly] = []
        for (id, recipe) in round {
          assemblies.append(try Assembly(id, kind: kinds[id] ?? .blob, recipe, in: session))
        }
        try assemble(assemblies)
        try commit(session)
      }
    }
  }

  /// A place where a chunk belongs.
  private struct Place: Sendable {
    var assembly: Int
    var chunk: Int
  }

  private func assemble(_ assemblies: [Assembly]) throws(Failure) {
    var places: [ObjectID: [Place]] = [:]
    var order: [ObjectID] = []
    for (number, assembly) in assemblies.enumerated() {
      for (index, chunk) in assembly.recipe.chunks.enumerated() {
        if places[chunk.id] == nil { order.append(chunk.id) }
        places[chunk.id, default: []].append(Place(assembly: number, chunk: index))
      }
    }
    @Sendable func write(_ bytes: [UInt8], _ places: [Place]?) throws(Failure) {
      for place in places ?? [] {
        try bytes.withRaw { raw throws(Failure) in try assemblies[place.assembly].write(raw, as: place.chunk) }
      }
    }
    let here = try chunksHere(order) { [places] id, bytes throws(Failure) in try write(bytes, places[id]) }
    let failures = try reader.read(order.filter { !here.contains($0) }, prepare: { () throws(Failure) in }) {
      [places] _, arrival throws(Failure) in
      try write(arrival.bytes, places[arrival.entry.id])
    }
    var reasons: [Int: Failure] = [:]
    for (id, why) in failures.sorted(by: { $0.key < $1.key }) {
      for place in places[id] ?? [] where reasons[place.assembly] == nil { reasons[place.assembly] = why }
    }
    try Workers.run(count: assemblies.count, width: reader.width) { [reasons] range throws(Failure) in
      for number in range { try self.finish(assemblies[number], reasons[number]) }
    }
  }

  /// Gives to `body` the chunks that the store has in other large objects, verified, and returns which they are.
  private func chunksHere(
    _ order: [ObjectID], _ body: @escaping @Sendable (ObjectID, [UInt8]) throws(Failure) -> Void
  ) throws(Failure) -> Set<ObjectID> {
    let local = try LocalChunks(Set(order), in: store, RecipeCache(contents.cache))
    let candidates = order.filter(local.has)
    let found = Mutex<Set<ObjectID>>([])
    try Workers.run(count: candidates.count, width: reader.width) { range throws(Failure) in
      for id in candidates[range] {
        guard let bytes = try local.bytes(id) else { continue }
        try body(id, bytes)
        found.withLock { _ = $0.insert(id) }
        self.progress.withLock { $0.reused += bytes.count }
      }
    }
    return found.withLock { $0 }
  }

  private func finish(_ assembly: Assembly, _ reason: Failure?) throws(Failure) {
    if let reason {
      return fail(
        assembly.id,
        Failure(
          "cannot get the object \(assembly.id.text)", why: "\(reason)", hint: reason.hint, category: reason.category))
    }
    do throws(Failure) {
      try assembly.finish()
      store.progress.advance(files: 1)
      if assembly.recipe.chunks.allSatisfy({ contents.find($0.id, unmarked: true) != nil }) {
        progress.withLock { $0.whole.append(assembly.id) }
      }
    } catch {
      guard error.category == .damaged else { throw error }
      fail(assembly.id, error)
    }
  }

  // MARK: - Report

  private func commit(_ session: StoreSession) throws(Failure) {
    try session.commit()
    let stored = session.stored
    progress.withLock {
      $0.objects += stored.objects
      $0.bytes += stored.bytes
    }
  }

  private func fail(_ id: ObjectID, _ why: Failure) {
    progress.withLock { $0.failures.append((id, why)) }
  }
}
