package import Diagnostics
package import Files

/// Which objects nothing refers to, and what will become of them.
package struct GarbagePlan: Sendable {
  /// Loose objects to take away.
  package internal(set) var loose: [(id: ObjectID, bytes: Int, modified: Int64)] = []
  /// Packs in which enough is dead; what lives in them is written to a new pack first.
  package internal(set) var packs: [(name: String, dead: Int, deadBytes: Int, live: [ObjectID], modified: Int64)] = []
  /// Packs without an index and indexes without a pack, left by what was killed between the two.
  package internal(set) var strays: [(name: [UInt8], bytes: Int)] = []
  /// Unreachable but younger than the grace period: kept.
  package internal(set) var young = Amount()
  /// Unreachable and old, and kept since too few copies are elsewhere.
  package internal(set) var spared = Amount()
  /// Unreachable in packs that are not worth rewriting: kept.
  package internal(set) var scattered = Amount()
  package internal(set) var reachable = Amount()
  /// When other users last asked for something, by the marks that were there.
  var renewals: [String: Int64] = [:]

  package struct Amount: Equatable, Sendable {
    package var objects = 0
    package var bytes = 0

    mutating func add(_ bytes: Int, objects: Int = 1) {
      self.objects += objects
      self.bytes += bytes
    }
  }

  package var objects: Int { loose.count + packs.reduce(0) { $0 + $1.dead } }
  package var bytes: Int { loose.reduce(0) { $0 + $1.bytes } + packs.reduce(0) { $0 + $1.deadBytes } }
  package var isEmpty: Bool { loose.isEmpty && packs.isEmpty && strays.isEmpty }
}

extension ObjectStore {
  /// Decides what can go: objects not in `reachable` that were last written, or asked for by an `add`, before `deadline`
  /// (nanoseconds since 1970), and that `mayGo` gives away.
  package func planGarbage(
    reachable: Set<ObjectID>, before deadline: Int64, mayGo: (ObjectID) -> Bool = { _ in true }
  ) throws(Failure) -> GarbagePlan {
    var plan = GarbagePlan()
    let deadline = try sparing(deadline)
    let renewals = try renewals()
    plan.renewals = renewals
    try planLoose(&plan, reachable, deadline, renewals, mayGo)
    let unpaired = Set(try strayPackFiles().map(\.stem))
    for name in try packNames() where !unpaired.contains(name) {
      try planPack(PackFile(name, in: packFolder), &plan, reachable, deadline, renewals, mayGo)
    }
    plan.strays = try sweepableStrays(reachable, before: deadline)
    return plan
  }

  private func planLoose(
    _ plan: inout GarbagePlan, _ reachable: Set<ObjectID>, _ deadline: Int64, _ renewals: [String: Int64],
    _ mayGo: (ObjectID) -> Bool
  ) throws(Failure) {
    for (prefix, isFolder) in try looseFolder.names() where isFolder && prefix.count == 2 {
      let listing = try looseFolder.folder(prefix).list()
      for (index, entry) in listing.entries.enumerated() {
        guard let id = ObjectID(hex: prefix + listing.name(index)) else { continue }
        if reachable.contains(id) {
          plan.reachable.add(entry.stat.size)
        } else if max(entry.stat.modified, renewals[id.hex] ?? 0) >= deadline {
          plan.young.add(entry.stat.size)
        } else if !mayGo(id) {
          plan.spared.add(entry.stat.size)
        } else {
          plan.loose.append((id, entry.stat.size, entry.stat.modified))
        }
      }
    }
  }

  private func planPack(
    _ pack: PackFile, _ plan: inout GarbagePlan, _ reachable: Set<ObjectID>, _ deadline: Int64,
    _ renewals: [String: Int64], _ mayGo: (ObjectID) -> Bool
  ) throws(Failure) {
    guard let stat = try packFolder.stat(Array("\(pack.name).pack".utf8)) else { return }
    var live: [ObjectID] = []
    var (dead, spared) = (GarbagePlan.Amount(), GarbagePlan.Amount())
    let isYoung = max(stat.modified, renewals[pack.name] ?? 0) >= deadline
    for index in 0..<pack.count {
      guard let record = pack.record(index) else {
        throw PackFile.damaged(pack.name, "record \(index) of its index points nowhere")
      }
      if reachable.contains(record.id), !isBad(record.id, in: pack.name) {
        plan.reachable.add(record.size)
        live.append(record.id)
      } else if !isYoung, !isBad(record.id, in: pack.name), !mayGo(record.id) {
        spared.add(record.size)
        live.append(record.id)
      } else {
        dead.add(record.stored)
      }
    }
    plan.spared.add(spared.bytes, objects: spared.objects)
    if dead.objects == 0 { return }
    if isYoung {
      plan.young.add(dead.bytes, objects: dead.objects)
    } else if live.isEmpty || dead.bytes * 4 >= pack.packSize {
      plan.packs.append((pack.name, dead.objects, dead.bytes, live, stat.modified))
    } else {
      plan.scattered.add(dead.bytes, objects: dead.objects)
    }
  }

  /// The objects that a plan takes.
  package func taken(by plan: GarbagePlan) throws(Failure) -> Set<ObjectID> {
    var found = Set(plan.loose.map(\.id))
    for (name, _, _, live, _) in plan.packs {
      let kept = Set(live)
      let pack = try PackFile(name, in: packFolder)
      for index in 0..<pack.count {
        if let id = pack.record(index)?.id, !kept.contains(id) { found.insert(id) }
      }
    }
    return found
  }

  /// Carries the plan out. What goes is moved to `trash` first. What lives in a pack that goes is durable in another
  /// before. What an `add` has asked for since the plan was made comes back.
  package func collect(_ plan: GarbagePlan, into trash: Folder) throws(Failure) {
    for (name, _, _, live, modified) in plan.packs {
      try rewrite(live)
      let (index, pack) = (Array("\(name).idx".utf8), Array("\(name).pack".utf8))
      for file in [index, pack] { try packFolder.rename(file, to: file, in: trash) }
      if try isRenewed(pack, in: trash, since: modified, mark: name, plan) {
        for file in [pack, index] { try trash.rename(file, to: file, in: packFolder) }
      }
    }
    for (id, _, modified) in plan.loose {
      try looseFolder.rename(Self.loosePath(id), to: id.hexBytes, in: trash)
      if try isRenewed(id.hexBytes, in: trash, since: modified, mark: id.hex, plan) {
        try trash.rename(id.hexBytes, to: Self.loosePath(id), in: looseFolder)
      }
    }
    for (name, _) in plan.strays where try packFolder.stat(name) != nil {
      try packFolder.rename(name, to: name, in: trash)
    }
    try packFolder.sync(options.durability)
    try trash.sync(options.durability)
    try reload()
  }

  /// Whoever asks for an object renews its file first, or its mark: before it was moved, then it shows here, or too late,
  /// then the object is not found and stored anew.
  private func isRenewed(
    _ file: [UInt8], in trash: Folder, since modified: Int64, mark: String, _ plan: GarbagePlan
  ) throws(Failure) -> Bool {
    if let stat = try trash.stat(file), stat.modified != modified { return true }
    let now = try folder.stat(Self.renewedName + Array("/\(mark)".utf8))?.modified
    return now != plan.renewals[mark]
  }

  private func rewrite(_ live: [ObjectID]) throws(Failure) {
    guard !live.isEmpty else { return }
    let compression = Compression()
    var pack = try PackWriter(in: scratch())
    for id in live {
      guard let (source, record) = try packed(id) else { throw Self.missing(id) }
      guard let bytes = try verified(source, record) else { throw setAside(id, .packed(source, record)) }
      try bytes.withRaw { raw throws(Failure) in
        try pack.append(raw, id: id, kind: record.kind, compression: compression)
      }
      if pack.isFull {
        try pack.finish(scratch: scratch()).commit(in: packFolder, options.durability)
        pack = try PackWriter(in: scratch())
      }
    }
    try pack.finish(scratch: scratch()).commit(in: packFolder, options.durability)
    try packFolder.sync(options.durability)
  }
}
