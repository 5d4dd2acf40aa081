package import Diagnostics
package import Objects

/// What of a remote nothing needs, and what will become of it.
///
/// A pack is not removed at once. First it is marked, by a file in `marks`: from then on a push takes it for absent, and
/// sends again what it needs. When the mark is as old as the grace period and still nothing needs the pack, it goes. So
/// whoever found something in it before it was marked has the grace period to make known that it is needed.
package struct RemoteGarbagePlan: Sendable {
  /// Files of one name: a pack and its index, an index of many packs, or a batch of runs.
  package struct Item: Equatable, Sendable {
    /// Without an ending: `pack-DIGITS`, `merged-DIGITS` or `runs-DIGITS`, as its mark is called.
    package var name: String
    /// Of its files.
    package var bytes = 0
    package var objects = 0
    /// Objects in it that are needed and that no pack that stays has.
    package var needed: [ObjectID] = []
  }

  package struct Amount: Equatable, Sendable {
    package var objects = 0
    package var bytes = 0

    mutating func add(_ bytes: Int) {
      objects += 1
      self.bytes += bytes
    }
  }

  /// Needed entries in packs that stay, and unneeded ones there.
  package internal(set) var inUse = Amount()
  package internal(set) var scattered = Amount()
  /// Unneeded entries in packs that are younger than the grace period.
  package internal(set) var young = Amount()
  /// To be marked now.
  package internal(set) var mark: [Item] = []
  /// To be marked when what is needed of them is in other packs.
  package internal(set) var rewrite: [Item] = []
  /// Marked, and not yet for long enough.
  package internal(set) var waiting: [Item] = []
  /// Marked for so long that it may go at any moment, and needed again: what is needed is put into other packs.
  package internal(set) var rescue: [Item] = []
  /// Whose mark is taken away, because it is needed again.
  package internal(set) var unmark: [Item] = []
  /// To be removed now.
  package internal(set) var remove: [Item] = []
  /// Runs to be put into a new batch, because theirs are to go.
  package internal(set) var runs: [RunBatch.Record] = []
  /// Marks of what is gone, and probes that were left behind.
  var staleMarks: [RemoteName] = []
  /// When each mark was written.
  var marked: [String: Int64] = [:]

  package init() {}

  /// Whether there is nothing to do.
  package var isEmpty: Bool {
    [mark, rewrite, rescue, unmark, remove].allSatisfy(\.isEmpty) && runs.isEmpty && staleMarks.isEmpty
  }

  /// Objects to be put into other packs.
  package var copied: [ObjectID] {
    var seen: Set<ObjectID> = []
    return (rewrite + rescue).flatMap(\.needed).filter { seen.insert($0).inserted }
  }
}

/// Times of a remote, by its own clock, in nanoseconds since 1970.
package struct RemoteClock: Sendable {
  package var now: Int64
  package var grace: Int64

  package init(now: Int64, grace: Int64) { (self.now, self.grace) = (now, grace) }

  func isOld(_ time: Int64) -> Bool { now.subtractingReportingOverflow(time).partialValue >= grace }

  /// Whether a mark of this age can be taken away: nobody whose clock and patience are about the same removes yet.
  func isFresh(_ time: Int64) -> Bool { now.subtractingReportingOverflow(time).partialValue < grace / 2 }

  /// Reads the remote's clock, by writing a file.
  package static func read(_ storage: any RemoteStorage, grace: Int64) throws(Failure) -> RemoteClock {
    guard let name = RemoteName(.marks, "\(RemoteGarbagePlanner.probe)\(UInt32.random(in: .min ... .max))") else {
      return RemoteClock(now: 0, grace: grace)
    }
    let upload = try storage.upload(name)
    try Array("mlrepo\n".utf8).withRaw { raw throws(Failure) in try upload.write(raw) }
    try upload.finish()
    let now = try storage.list(.marks).first { $0.name == name }?.modified
    try storage.remove(name)
    guard let now else {
      throw Failure(
        "cannot tell the time of \(storage.place)", why: "it does not say when its files were written",
        hint: "remove what nobody needs at the place itself, where times can be seen", category: .remote)
    }
    return RemoteClock(now: now, grace: grace)
  }
}
