import Diagnostics
import Files
import Pipelines

/// What stat() says of all files in folders that stages at rest have made, so that a write deep inside is noticed.
///
/// A look costs what the files cost, so there is one only when it is a small part of the time since the last, and one at
/// the end.
struct DeepWatch {
  struct Change {
    /// The file or folder that changed last.
    var path: RepositoryPath
    /// When, by the clock of the files.
    var time: Int64
    var output: RepositoryPath
  }

  /// All of a folder as one number, and what in it changed last.
  private struct Look: Equatable {
    var hash: Int
    var last: RepositoryPath
    var time: Int64
    var files = 0
  }

  /// Folders with more files are only watched from outside.
  private static let fileLimit = 200_000
  /// How much longer than a look the time between two of them is.
  private static let pause = 20.0
  /// What a file costs, in seconds. Counted and not measured, so that a busy machine makes no difference.
  private static let fileCost = 2e-6

  private let root: Folder
  private var seen: [RepositoryPath: Look] = [:]
  private var lastLook = monotonicSeconds()

  init(root: Folder) { self.root = root }

  /// The output is as it should be now.
  mutating func look(at output: RepositoryPath) {
    seen[output] = look(output)
  }

  /// The output changes for good reason.
  mutating func forget(_ output: RepositoryPath) { seen[output] = nil }

  /// The folders in which something changed since they were last looked at; none before it is time for a look, unless it
  /// is the last.
  mutating func changes(isLast: Bool) -> [Change]? {
    let cost = Double(seen.values.reduce(0) { $0 + $1.files }) * Self.fileCost
    guard isLast || monotonicSeconds() - lastLook >= Self.pause * cost else { return nil }
    var found: [Change] = []
    for (output, then) in seen {
      let now = look(output)
      if let now, now.hash != then.hash {
        found.append(Change(path: now.last, time: now.time, output: output))
      }
      seen[output] = now
    }
    lastLook = monotonicSeconds()
    return found.sorted { $0.path < $1.path }
  }

  /// nil for what is no folder, cannot be read or is too large.
  private func look(_ output: RepositoryPath) -> Look? {
    guard let kind = try? root.stat(output.bytes)?.kind, kind == .folder else { return nil }
    var hasher = Hasher()
    var look = Look(hash: 0, last: output, time: .min)
    var room = Self.fileLimit
    var waiting = [output]
    while let path = waiting.popLast() {
      guard let folder = try? root.folder(path), let listing = try? folder.list() else { return nil }
      room -= listing.entries.count
      look.files += listing.entries.count
      guard room >= 0 else { return nil }
      // Of a folder its time counts only for who it was that changed it.
      if let own = try? folder.stat([]), own.modified > look.time { (look.last, look.time) = (path, own.modified) }
      for index in listing.entries.indices {
        let stat = listing.entries[index].stat
        listing.withName(index) { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(stat.kind)
        if stat.kind == .folder {
          guard let inner = try? path.appending(name: listing.name(index)) else { return nil }
          waiting.append(inner)
          continue
        }
        hasher.combine(stat.size)
        hasher.combine(stat.modified)
        hasher.combine(stat.inode)
        guard stat.modified >= look.time, let file = try? path.appending(name: listing.name(index)) else { continue }
        (look.last, look.time) = (file, stat.modified)
      }
    }
    look.hash = hasher.finalize()
    return look
  }
}
