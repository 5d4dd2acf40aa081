package import Diagnostics
import Files
package import Objects
import Synchronization

/// What a push did.
package struct PushReport: Sendable {
  /// Objects that the remote did not have, and their bytes.
  package var objects = 0
  package var bytes = 0
  /// Bytes that went over the line, with indexes.
  package var sent = 0
  /// Bytes of chunks that the remote had, or that were sent once for several places.
  package var reused = 0
  /// Objects that were not sent, because they are damaged here.
  package var failures: [(id: ObjectID, why: Failure)] = []
}

/// How objects travel.
package struct TransferOptions: Sendable {
  /// How many packs or requests at once.
  package var width: Int
  /// Bytes of a pack. All packs at work are held in memory.
  package var packSize: Int
  /// The average size of the chunks of large blobs.
  package var chunkSize = 1 << 20

  package init(width: Int = 4) {
    self.width = max(1, min(64, width))
    packSize = min(32 << 20, max(4 << 20, (96 << 20) / self.width))
  }
}

/// Carries a plan out: packs are filled and sent by several threads, each pack's index after it, and recipes when all their
/// chunks have been sent. A push that ends early leaves whole packs, which the next one finds.
package final class Push: Sendable {
  private let plan: PushPlan
  private let store: ObjectStore
  private let publisher: PackPublisher
  private let options: TransferOptions
  private let state: Mutex<State>

  private struct State {
    var report = PushReport()
    /// Chunks that are to be sent or have been: none is sent twice.
    var claimed: Set<ObjectID> = []
    /// What is claimed and not yet in a pack of the remote.
    var unpublished: Set<ObjectID> = []
    var recipes: [(item: PushItem, recipe: Recipe)] = []
    /// Bytes of the large objects whose recipes wait.
    var waiting = 0
  }

  /// Recipes are sent when they stand for so many bytes: a push that is stopped then need not read more than that again.
  private static let mostWaiting = 4 << 30

  private init(_ plan: PushPlan, store: ObjectStore, contents: RemoteContents, options: TransferOptions) {
    self.plan = plan
    self.store = store
    self.options = options
    publisher = PackPublisher(contents)
    state = Mutex(State())
  }

  /// Sends what the plan says. Damaged objects are left out and named in the report.
  package static func run(
    _ plan: PushPlan, store: ObjectStore, contents: RemoteContents, options: TransferOptions
  ) throws(Failure) -> PushReport {
    guard !plan.items.isEmpty else { return PushReport() }
    let push = Push(plan, store: store, contents: contents, options: options)
    try push.publisher.begin()
    try push.sendAll()
    try push.sendRecipes(all: true)
    try push.publisher.mergeIndexes()
    return push.state.withLock { state in
      state.report.sent = push.publisher.sent
      return state.report
    }
  }

  /// An object that is sent in chunks, of so many bytes on average.
  private typealias Large = (item: PushItem, average: Int)

  /// Small objects that follow each other, and large ones.
  private func units() -> (small: [Range<Int>], large: [Large]) {
    var small: [Range<Int>] = []
    var large: [Large] = []
    var start = 0
    var bytes = 0
    func close(at end: Int) {
      if end > start { small.append(start..<end) }
      (start, bytes) = (end, 0)
    }
    for (index, item) in plan.items.enumerated() {
      if let average = Recipe.averageChunk(size: item.size, kind: item.kind, blobAverage: options.chunkSize) {
        close(at: index)
        start = index + 1
        large.append((item, average))
        continue
      }
      bytes += item.size
      if bytes >= options.packSize / 4 || index - start >= 8192 { close(at: index + 1) }
    }
    close(at: plan.items.count)
    return (small, large)
  }

  private func sendAll() throws(Failure) {
    let (small, large) = units()
    let begun = BegunPacks(limit: options.packSize)
    try Workers.run(
      count: small.count, width: options.width,
      prepare: { () throws(Failure) in begun.take() },
      { pack, range throws(Failure) in for items in small[range] { try self.sendSmall(items, &pack) } },
      finish: { pack throws(Failure) in if large.isEmpty { try self.publish(pack) } else { begun.put(pack) } })
    if large.isEmpty { return }
    let pool = ChunkBytes.Pool()
    // As few packs as there can be, for those who read them.
    let packs = max(1, large.reduce(0) { $0 + $1.item.size } / options.packSize)
    try Workers.feed(
      room: options.width / 2, width: min(options.width, packs),
      prepare: { () throws(Failure) in begun.take() },
      { pack, chunk throws(Failure) in
        try self.send(chunk, &pack)
        pool.put(chunk)
      },
      finish: { pack throws(Failure) in try self.publish(pack) },
      from: { put throws(Failure) in
        for (item, average) in large { try cut(item, average, pool, put) }
      })
    while let pack = begun.takeBegun() { try publish(pack) }
  }

  private func publish(_ pack: PackBuffer) throws(Failure) {
    if pack.isEmpty { return }
    let ids = try publisher.publish(pack).ids
    state.withLock { $0.unpublished.subtract(ids) }
  }

  private func sendSmall(_ items: Range<Int>, _ pack: inout PackBuffer) throws(Failure) {
    for item in plan.items[items] {
      try Interruption.check()
      do throws(Failure) {
        let entry = try store.entry(item.id, kind: item.kind, limit: RemoteReader.largestEntry)
        if !pack.hasRoom(for: entry.stored.count) { try publish(pack) }
        pack.append(entry)
        note(item)
      } catch {
        try leaveOut(item, error)
      }
      if pack.isFull { try publish(pack) }
    }
  }

  /// Cuts the object while it is read and verified, and hands out its chunks.
  private func cut(
    _ item: PushItem, _ average: Int, _ pool: ChunkBytes.Pool, _ put: (ChunkBytes) throws(Failure) -> Void
  ) throws(Failure) {
    let object = LargeObject(item)
    let chunks = ChunkStream(Chunker(average: average))
    // What fails there is no damage of the object.
    var failure: Failure?
    func take(_ chunk: UnsafeRawBufferPointer) throws(Failure) {
      do throws(Failure) {
        try put(pool.take(chunk, of: object))
      } catch {
        failure = error
        throw error
      }
    }
    do throws(Failure) {
      try store.stream(item.id) { piece throws(Failure) in try chunks.feed(piece, take) }
      try chunks.finish(take)
    } catch {
      if let failure { throw failure }
      return try leaveOut(item, error)
    }
    note(item)
    if let recipe = object.end(isWhole: true) { add(recipe, of: item) }
  }

  /// Puts the chunk into the pack if nobody has sent it.
  private func send(_ chunk: ChunkBytes, _ pack: inout PackBuffer) throws(Failure) {
    try Interruption.check()
    let bytes = chunk.bytes
    let id = try ContentHasher().hash(bytes)
    if claim(id) {
      if !pack.hasRoom(for: bytes.count) { try publish(pack) }
      pack.append(bytes, id: id, kind: .blob)
    } else {
      state.withLock { $0.report.reused += bytes.count }
    }
    guard let recipe = chunk.object.set(Recipe.Chunk(id: id, size: bytes.count), at: chunk.number) else { return }
    if add(recipe, of: chunk.object.item) >= Self.mostWaiting {
      try publish(pack)
      try sendRecipes(all: false)
    }
  }

  /// Returns the bytes of all objects whose recipes wait.
  @discardableResult
  private func add(_ recipe: Recipe, of item: PushItem) -> Int {
    state.withLock { state in
      state.recipes.append((item, recipe))
      state.waiting += item.size
      return state.waiting
    }
  }

  /// Whether the chunk must be sent: neither the remote has it nor anybody has claimed it.
  private func claim(_ id: ObjectID) -> Bool {
    if publisher.contents.find(id, unmarked: true) != nil { return false }
    return state.withLock { state in
      guard state.claimed.insert(id).inserted else { return false }
      state.unpublished.insert(id)
      return true
    }
  }

  /// Sends the recipes whose chunks are all in the remote.
  private func sendRecipes(all: Bool) throws(Failure) {
    let ready = state.withLock { state -> [(item: PushItem, recipe: Recipe)] in
      let pending = state.recipes
      let unpublished = state.unpublished
      func isReady(_ recipe: Recipe) -> Bool { all || !recipe.chunks.contains { unpublished.contains($0.id) } }
      state.recipes = pending.filter { !isReady($0.recipe) }
      state.waiting = state.recipes.reduce(0) { $0 + $1.item.size }
      return pending.filter { isReady($0.recipe) }
    }
    if ready.isEmpty { return }
    let pack = PackBuffer(limit: options.packSize)
    var first = 0
    for (number, (item, recipe)) in ready.enumerated() {
      try recipe.encoded().withRaw { raw throws(Failure) in
        pack.append(raw, id: item.id, kind: item.kind.asRecipe)
      }
      guard pack.isFull || number == ready.count - 1 else { continue }
      try publish(ready[first...number], pack)
      first = number + 1
    }
  }

  /// Sends recipes, and remembers them: what of them is there, a later push knows without asking.
  private func publish(_ recipes: ArraySlice<(item: PushItem, recipe: Recipe)>, _ pack: PackBuffer) throws(Failure) {
    let id = try publisher.publish(pack).pack
    for (item, recipe) in recipes where publisher.contents.find(item.id)?.pack.id == id {
      RecipeCache(publisher.contents.cache).keep(recipe, item.id, in: id)
    }
  }

  private func note(_ item: PushItem) {
    store.progress.advance(files: 1)
    state.withLock {
      $0.report.objects += 1
      $0.report.bytes += item.size
    }
  }

  /// A damaged or lost object is left out, and the others go; whatever else fails ends the push.
  private func leaveOut(_ item: PushItem, _ failure: Failure) throws(Failure) {
    guard failure.category == .damaged || failure.category == .dataMissing else { throw failure }
    state.withLock { $0.report.failures.append((item.id, failure)) }
  }
}
