import Diagnostics
import Files
import Objects

/// Puts something in the place of a file of the workspace, or takes the file away, so that nothing is lost which another
/// program writes there at the same moment: what comes out is looked at once no name leads to it any more, and goes back
/// if it is not what was expected.
struct Displacement: Sendable {
  let root: Folder
  let store: ObjectStore
  /// On the file system of the workspace.
  let scratch: Folder

  /// What became of an attempt.
  enum Outcome: Equatable, Sendable {
    case done
    /// Something else stands there than expected, and stays. If that replaced yet another content in the meantime, that
    /// one is in the store now.
    case changed(saved: ObjectID?)
    /// The file is as expected, but another program has it open for writing. It stays likewise.
    case open(saved: ObjectID?)

    /// Throws the failure that names `path` if the attempt came to nothing.
    func check(_ path: RepositoryPath, doing: String = "check out") throws(Failure) {
      let (why, saved): (String, ObjectID?)
      switch self {
      case .done: return
      case .changed(let between): (why, saved) = ("it changed just now", between)
      case .open(let between): (why, saved) = ("another program has it open for writing", between)
      }
      let more = saved.map { "; what it held in between is kept: mlrepo cat \($0.text)" } ?? ""
      throw Failure(
        "cannot \(doing) \(path)", why: why + more, hint: "run the command again when nothing writes there")
    }
  }

  /// Gives what has the name `name` in the scratch folder, with the content `id`, the path `path`, where `seen` stood, or
  /// nothing if nil.
  func place(
    _ name: [UInt8], holding id: ObjectID, at path: RepositoryPath, over seen: CheckoutPlan.Seen?
  ) throws(Failure) -> Outcome {
    let (parent, last) = try root.parent(of: path.bytes)
    guard let new = try scratch.stat(name) else { throw .system("look at", scratch.full(name), errno: 2) }
    for _ in 0..<Self.attempts {
      let look = try Look(path, seen, in: self)
      guard look.isExpected else { return .changed(saved: nil) }
      guard let now = look.stat else {
        if try scratch.renameUnlessPresent(name, to: last, in: parent) { return .done }
        continue
      }
      switch try scratch.exchange(name, with: last, in: parent) {
      case .absent: continue
      case .impossible:
        try scratch.rename(name, to: last, in: parent)
        // Where the file is this very link already, renaming does nothing and the second name stays.
        try? scratch.remove(name)
        return .done
      case .done:
        let state = try state(of: name, since: now, settledAt: look.time, look.id)
        if state == .untouched {
          try? scratch.remove(name)
          return .done
        }
        let saved = try putBack(name, to: last, in: parent, insteadOf: (new, id))
        return state == .open ? .open(saved: saved) : .changed(saved: saved)
      }
    }
    return .changed(saved: nil)
  }

  /// Takes the file or link `path` away, where `seen` stood. What is gone already is done.
  func takeAway(_ path: RepositoryPath, _ seen: CheckoutPlan.Seen?) throws(Failure) -> Outcome {
    let look = try Look(path, seen, in: self)
    guard look.isExpected else { return .changed(saved: nil) }
    guard let now = look.stat else { return .done }
    let (parent, last) = try root.parent(of: path.bytes)
    let name = Array(uniqueName().utf8)
    guard try parent.moveIfPresent(last, to: name, in: scratch) else { return .done }
    let state = try state(of: name, since: now, settledAt: look.time, look.id)
    if state == .untouched {
      try? scratch.remove(name)
      return .done
    }
    let saved = try scratch.renameUnlessPresent(name, to: last, in: parent) ? nil : save(name)
    return state == .open ? .open(saved: saved) : .changed(saved: saved)
  }

  /// Each is lost only to another program that makes or removes the very file in between.
  private static let attempts = 5

  private enum State { case untouched, open, changed }

  /// Whether what was taken out is what had the stat `before` at `time`, and nobody can write into it any more.
  private func state(
    of name: [UInt8], since before: FileStat, settledAt time: Int64?, _ id: ObjectID?
  ) throws(Failure) -> State {
    guard try scratch.stat(name)?.isSameFile(as: before) == true else { return .changed }
    if before.kind == .symlink { return .untouched }
    let file = try scratch.open(name)
    // Who has it open may write at any time later; whoever had has written all by now.
    let isOpen = file.isOpenForWriting() == true
    guard try file.stat().isSameFile(as: before) else { return .changed }
    if isOpen { return .open }
    // Renaming moves the change time, so only the modification time tells, which a write in the same tick leaves.
    if let time, before.isSettled(at: time) { return .untouched }
    guard let id else { return .changed }
    return try StoreWriter(StoreSession(store)).hash(file).id == id ? .untouched : .changed
  }

  /// Gives the path back what stood there. Returns what has nowhere to go, once it is stored: a third content that came
  /// in between and was replaced in turn.
  private func putBack(
    _ name: [UInt8], to last: [UInt8], in parent: Folder, insteadOf new: (stat: FileStat, id: ObjectID)
  ) throws(Failure) -> ObjectID? {
    for _ in 0..<2 {
      guard try scratch.exchange(name, with: last, in: parent) == .done else {
        if try scratch.renameUnlessPresent(name, to: last, in: parent) { return nil }
        continue
      }
      if try state(of: name, since: new.stat, settledAt: nil, new.id) == .untouched {
        try? scratch.remove(name)
        return nil
      }
      // Somebody has replaced or edited the new file already: that stays, and what it came from is kept.
    }
    return try save(name)
  }

  private func save(_ name: [UInt8]) throws(Failure) -> ObjectID? {
    guard let kind = try scratch.stat(name)?.kind, kind != .folder, kind != .special else { return nil }
    let session = StoreSession(store)
    let writer = try StoreWriter(session)
    let id =
      kind == .symlink
      ? try writer.store(try scratch.linkTarget(name), kind: .blob) : try writer.store(try scratch.open(name)).id
    writer.finish()
    try session.commit()
    return id
  }

  /// What stands at a path right now, compared with what is expected there.
  private struct Look {
    let stat: FileStat?
    let time: Int64
    let id: ObjectID?
    let isExpected: Bool

    init(_ path: RepositoryPath, _ seen: CheckoutPlan.Seen?, in place: Displacement) throws(Failure) {
      time = wallClock()
      id = seen?.id
      stat = try place.root.stat(path.bytes)
      isExpected = try Self.isExpected(stat, seen, path, in: place)
    }

    /// A new link to the same file, from the store for instance, changes the stat but not the content.
    private static func isExpected(
      _ now: FileStat?, _ seen: CheckoutPlan.Seen?, _ path: RepositoryPath, in place: Displacement
    ) throws(Failure) -> Bool {
      guard let now else { return true }
      guard let seen, now.kind != .folder, now.kind != .special else { return false }
      if now == seen.stat { return true }
      guard let id = seen.id, now.inode == seen.stat.inode, now.size == seen.stat.size, now.kind == seen.stat.kind,
        now.kind == .file || now.kind == .executable
      else { return false }
      return try StoreWriter(StoreSession(place.store)).hash(place.root.open(path.bytes)).id == id
    }
  }
}

extension FileStat {
  /// Whether this is the stat of the same file, not written meanwhile; a rename moves the change time only.
  func isSameFile(as other: FileStat) -> Bool {
    kind == other.kind && size == other.size && modified == other.modified && inode == other.inode
  }
}
