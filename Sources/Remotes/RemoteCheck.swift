package import Diagnostics
import Files
package import Objects
import Synchronization

/// Something in a remote that is not as it should be.
package struct RemoteFinding: Equatable, Sendable {
  package enum Kind: String, Sendable {
    case damaged
    /// Of no use, and no harm: a gc removes it in time.
    case leftOver = "left over"
    /// Nothing that this mlrepo knows; keeps a gc from its work.
    case unknown
  }

  package var kind: Kind
  /// From the remote's root.
  package var file: String
  package var why: String
  /// The object that is damaged.
  package var id: ObjectID?
}

/// What a look through a whole remote found.
package struct RemoteCheck: Sendable {
  package var findings: [RemoteFinding] = []
  package var packs = 0
  package var objects = 0
  /// Of the packs.
  package var bytes = 0
  /// Entries whose bytes were read, and those that an earlier check had read.
  package var read = 0
  package var resumed = 0
  /// The packs in which each damaged object is damaged.
  package var spoiled: [ObjectID: Set<ObjectID>] = [:]

  package init() {}
}

/// Compares the listing of a remote with its indexes, these with each other and, if that is wanted, the packs with them.
/// Every index is read again from the remote.
package final class RemoteChecker {
  private let contents: RemoteContents
  private let width: Int
  private var check = RemoteCheck()
  private var plain: [ObjectID: RemoteIndex] = [:]
  private var merged: [RemoteIndex] = []

  package init(_ contents: RemoteContents, width: Int) {
    self.contents = contents
    self.width = width
  }

  /// With `data`, all bytes are read, but for packs that an interrupted check has found intact when `resuming`.
  package func run(data: Bool, resuming: Bool, progress meter: ProgressMeter) throws(Failure) -> RemoteCheck {
    let listing = contents.listing
    for file in listing.packFiles where !RemoteListing.isKnown(file.name.name) {
      note(.unknown, file.name, "mlrepo does not put such a file there")
    }
    (check.packs, check.bytes) = contents.packs
    try readIndexes()
    for index in plain.values.sorted(by: { $0.id < $1.id }) { checkPlain(index) }
    for index in merged { checkMerged(index) }
    for (id, _) in listing.packs.sorted(by: { $0.key < $1.key }) where listing.indexes[id] == nil {
      guard let name = RemotePack(id: id, size: 0).name else { continue }
      note(.leftOver, name, "it has no index: a push was stopped, or is at work")
    }
    if data { try readData(resuming, meter) }
    check.findings.sort { ($0.kind.rawValue, $0.file) < ($1.kind.rawValue, $1.file) }
    return check
  }

  private func note(_ kind: RemoteFinding.Kind, _ name: RemoteName, _ why: String) {
    check.findings.append(RemoteFinding(kind: kind, file: name.description, why: why))
  }

  private func readIndexes() throws(Failure) {
    let files = (Array(contents.listing.indexes) + Array(contents.listing.merged)).sorted { $0.key < $1.key }
    let found = Mutex<(indexes: [RemoteIndex], bad: [(RemoteName, String)])>(([], []))
    try Workers.run(count: files.count, width: width) { [contents] range throws(Failure) in
      for (id, file) in files[range] {
        do throws(Failure) {
          let index = try contents.cache.index(file.name, id, size: file.size, from: contents.storage, fresh: true)
          found.withLock { $0.indexes.append(index) }
        } catch {
          guard error.category == .damaged || error.category == .remote else { throw error }
          found.withLock { $0.bad.append((file.name, error.why)) }
        }
      }
    }
    let (indexes, bad) = found.withLock { $0 }
    for (name, why) in bad { note(.damaged, name, why) }
    for index in indexes where !index.isMerged { plain[index.id] = index }
    merged = indexes.filter(\.isMerged).sorted { $0.id < $1.id }
  }

  private func checkPlain(_ index: RemoteIndex) {
    guard let pack = index.packs.first, let name = pack.name, let own = pack.indexName else { return }
    switch contents.listing.packs[pack.id] {
    case nil: return note(.leftOver, own, "its pack is not there")
    case pack.size?: break
    case let size?: return note(.damaged, name, "it has \(size) bytes, its index tells of \(pack.size)")
    }
    check.objects += index.count
    for position in 0..<index.count where index.record(position) == nil {
      return note(.damaged, own, "its record \(position) points nowhere")
    }
  }

  /// What an index of many packs tells of a pack must be what the pack's own index tells.
  private func checkMerged(_ index: RemoteIndex) {
    guard let name = RemoteName(.packs, "merged-\(index.id.hex).idx") else { return }
    var counts: [ObjectID: Int] = [:]
    for position in 0..<index.count {
      guard let (pack, record) = index.record(position) else {
        return note(.damaged, name, "its record \(position) points nowhere")
      }
      counts[pack.id, default: 0] += 1
      guard let own = plain[pack.id] else { continue }
      var isSame = false
      own.find(record.id) { _, other in
        isSame =
          (other.offset, other.stored, other.size, other.kind, other.codec)
          == (record.offset, record.stored, record.size, record.kind, record.codec)
        return true
      }
      if !isSame {
        return note(.damaged, name, "it tells otherwise of \(record.id.text) than the index of pack-\(pack.id.short)…")
      }
    }
    for pack in index.packs where contents.listing.packs[pack.id] != nil {
      if let own = plain[pack.id], own.count != counts[pack.id] ?? 0 {
        return note(.damaged, name, "it does not tell of all in pack-\(pack.id.short)…")
      }
      if contents.listing.indexes[pack.id] == nil, let own = pack.indexName {
        note(.damaged, own, "it is not there; only indexes of many packs tell what is in its pack")
      }
    }
  }

  /// So many packs are read together: their records are in memory.
  private static let packsAtOnce = 16

  private func readData(_ resuming: Bool, _ meter: ProgressMeter) throws(Failure) {
    let progress = CheckProgress(in: contents.cache.folder, resuming: resuming)
    var waiting = plain.values.filter { contents.listing.packs[$0.id] == $0.packs.first?.size }.sorted { $0.id < $1.id }
    waiting = waiting.filter { index in
      guard let known = progress.amount(of: "pack-\(index.id.hex)"), known.objects == index.count else { return true }
      check.resumed += index.count
      return false
    }
    meter.begin(
      "reading", files: waiting.reduce(0) { $0 + $1.count },
      bytes: waiting.reduce(0) { $0 + ($1.packs.first?.size ?? 0) })
    defer { meter.end() }
    while !waiting.isEmpty {
      let group = Array(waiting.prefix(Self.packsAtOnce))
      waiting.removeFirst(group.count)
      try readData(of: group, meter)
      for index in group where !check.spoiled.values.contains(where: { $0.contains(index.id) }) {
        progress.note(
          "pack-\(index.id.hex)", CheckProgress.Amount(objects: index.count, bytes: index.packs.first?.size ?? 0))
      }
    }
    progress.finish()
  }

  private func readData(of group: [RemoteIndex], _ meter: ProgressMeter) throws(Failure) {
    var entries: [RemoteEntry] = []
    var failed: [RemoteReader.Failed] = []
    for index in group {
      for position in 0..<index.count {
        guard let (pack, record) = index.record(position) else { continue }
        if max(record.stored, record.size) > RemoteReader.largestEntry {
          let why = EntryParser.damaged(record.id, pack.id, contents.storage.place, "it is larger than entries are")
          failed.append(RemoteReader.Failed(id: record.id, pack: pack.id, why: why))
        } else {
          entries.append(RemoteEntry(pack: pack, record: record))
        }
      }
    }
    let badRecipes = Mutex<[ObjectID: Failure]>([:])
    failed += try RemoteReader(contents: contents, width: width).read(
      RemoteReader.batches(entries), { () throws(Failure) in },
      { _, arrival throws(Failure) in
        meter.advance(files: 1, bytes: arrival.entry.stored.count)
        guard arrival.entry.kind.isRecipe else { return }
        do throws(Failure) {
          _ = try Recipe(decoding: arrival.bytes)
        } catch {
          badRecipes.withLock { $0[arrival.entry.id] = error }
        }
      }, { _ throws(Failure) in })
    for (id, why) in badRecipes.withLock({ $0 }) {
      for entry in entries where entry.record.id == id && entry.record.kind.isRecipe {
        failed.append(RemoteReader.Failed(id: id, pack: entry.pack.id, why: why))
      }
    }
    check.read += entries.count
    for item in failed.sorted(by: { ($0.pack, $0.id) < ($1.pack, $1.id) }) {
      check.spoiled[item.id, default: []].insert(item.pack)
      // The object and the pack are told beside it.
      let why = item.why.why.firstRange(of: " (sha256:").map { String(item.why.why[..<$0.lowerBound]) } ?? item.why.why
      check.findings.append(
        RemoteFinding(kind: .damaged, file: "packs/pack-\(item.pack.hex).pack", why: why, id: item.id))
    }
  }
}

extension RemoteContents {
  /// Whether the object is kept in chunks.
  package func isInChunks(_ id: ObjectID) -> Bool { find(id)?.record.kind.isRecipe == true }

  /// Which of `ids` the remote has whole, in packs that no gc is about to remove.
  package func secured(_ ids: Set<ObjectID>, width: Int) throws(Failure) -> Set<ObjectID> {
    var found: Set<ObjectID> = []
    var recipes: [ObjectID] = []
    for id in ids {
      guard let entry = find(id, unmarked: true) else { continue }
      if entry.record.kind.isRecipe { recipes.append(id) } else { found.insert(id) }
    }
    return found.union(try RecipeReader(self, width: width).complete(recipes, unmarked: true, fresh: true))
  }

  /// How the remote stands to `ids`: what it lacks, in whole or of its chunks, and what lies in packs alone that a gc is about
  /// to remove. Entries in `spoiled` packs do not count.
  package func gaps(
    _ ids: some Sequence<ObjectID>, spoiled: [ObjectID: Set<ObjectID>], width: Int
  ) throws(Failure) -> (lacking: Set<ObjectID>, atRisk: Int) {
    var lacking: Set<ObjectID> = []
    var recipes: [ObjectID] = []
    var atRisk = 0
    for id in ids {
      guard let entry = find(id, except: spoiled[id] ?? []) else {
        lacking.insert(id)
        continue
      }
      if isMarked(entry.pack.id), find(id, unmarked: true, except: spoiled[id] ?? []) == nil { atRisk += 1 }
      if entry.record.kind.isRecipe { recipes.append(id) }
    }
    let found = try RecipeReader(self, width: width).recipes(recipes, fresh: true).found
    for id in recipes {
      let isWhole = found[id]?.chunks.allSatisfy { find($0.id, except: spoiled[$0.id] ?? []) != nil }
      if isWhole != true { lacking.insert(id) }
    }
    return (lacking, atRisk)
  }
}
