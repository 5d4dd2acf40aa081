import Diagnostics
import Files
import Objects
import Synchronization

/// Writes a folder that the store has into an empty one, and makes the index of what stands there then.
///
/// Folders are taken in the order in which the index has them, some thousand files at a time: what is kept of a file
/// afterwards is its place in the index.
final class FolderFill {
  private let store: ObjectStore
  private let links: LinkRule
  /// Where the folder will be in the workspace.
  private let path: RepositoryPath
  private let outcome: CheckoutOutcome
  private(set) var index: StatIndexWriter
  /// Files and folders written.
  private(set) var count = 0
  private var batch = Batch()

  /// A folder to fill, and where its files stand among the batch's.
  private struct Unit: Sendable {
    var below: RepositoryPath
    var id: ObjectID
    var tree: Tree
    /// Of its first file.
    var start: Int
  }

  /// Folders whose files are written together.
  private struct Batch: Sendable {
    var units: [Unit] = []
    /// The unit and entry of each file and link.
    var files: [(unit: Int32, entry: Int32)] = []
    /// What one thread writes at a time: files of one folder, since a folder takes new names from one thread only.
    var pieces: [Range<Int>] = []
  }

  /// Enough for all threads to be busy, and few enough to be forgotten.
  private static let filesInBatch = 16384
  private static let filesInPiece = 1024

  init(
    _ path: RepositoryPath, from store: ObjectStore, _ links: LinkRule, _ outcome: CheckoutOutcome, scratch: Folder
  ) throws(Failure) {
    (self.store, self.links, self.path, self.outcome) = (store, links, path, outcome)
    index = try StatIndexWriter(in: scratch)
  }

  /// Writes everything below `id` into `top`, but for what is damaged: that stands in the outcome then.
  func run(_ id: ObjectID, into top: Folder) throws(Failure) {
    try walk(id, .root, into: top, depth: 0)
    try write(into: top)
  }

  private func walk(_ id: ObjectID, _ below: RepositoryPath, into top: Folder, depth: Int) throws(Failure) {
    try checkDepth(depth, at: below)
    let tree = try store.tree(id)
    let unit = Int32(clamping: batch.units.count)
    batch.units.append(Unit(below: below, id: id, tree: tree, start: batch.files.count))
    count += tree.entries.count
    for (position, entry) in tree.entries.enumerated() {
      if entry.kind == .folder {
        _ = try top.folder(making: try below.appending(name: entry.name).bytes)
      } else {
        batch.files.append((unit, Int32(clamping: position)))
      }
    }
    let start = batch.units[Int(unit)].start
    for piece in stride(from: start, to: batch.files.count, by: Self.filesInPiece) {
      batch.pieces.append(piece..<min(piece + Self.filesInPiece, batch.files.count))
    }
    if batch.files.count >= Self.filesInBatch { try write(into: top) }
    for entry in tree.entries where entry.kind == .folder {
      try walk(entry.id, try below.appending(name: entry.name), into: top, depth: depth + 1)
    }
  }

  /// Writes the files of the batch, and gives its folders to the index.
  private func write(into top: Folder) throws(Failure) {
    let batch = self.batch
    self.batch = Batch()
    let stats = Mutex<[FileStat?]>(Array(repeating: nil, count: batch.files.count))
    let (store, links, path, outcome) = (self.store, self.links, self.path, self.outcome)
    try Workers.run(count: batch.pieces.count, width: store.options.width) { range throws(Failure) in
      for piece in batch.pieces[range] {
        let unit = batch.units[Int(batch.files[piece.lowerBound].unit)]
        let place = unit.below.isRoot ? top : try top.folder(unit.below)
        var written: [FileStat?] = []
        for (_, position) in batch.files[piece] {
          let entry = unit.tree.entries[Int(position)]
          let whole = path.appending(try unit.below.appending(name: entry.name))
          written.append(
            try outcome.collect(whole) { () throws(Failure) in
              try StoredFile.create(entry, entry.name, in: place, from: store, links, for: whole)
            })
          store.progress.advance(files: 1)
        }
        stats.withLock { [written] in $0.replaceSubrange(piece, with: written) }
      }
    }
    try note(batch, stats.withLock { $0 })
  }

  private func note(_ batch: Batch, _ stats: [FileStat?]) throws(Failure) {
    for unit in batch.units {
      var next = unit.start
      index.begin(
        unit.below, tree: unit.id, size: unit.tree.size, files: unit.tree.files, count: unit.tree.entries.count)
      for entry in unit.tree.entries {
        var stat = FileStat(kind: entry.kind, size: 0, modified: 0, changed: 0, inode: 0)
        if entry.kind != .folder {
          // What could not be written must not seem to be there: no listing has anything of this kind.
          stat.kind = .special
          if let found = stats[next] {
            outcome.count(entry)
            // A link into the store is looked at anew each time.
            if found.kind == entry.kind || entry.kind != .symlink && found.kind != .symlink { stat = found }
          }
          next += 1
        }
        entry.name.withUnsafeBufferPointer {
          index.add($0, IndexEntry(stat: stat, id: entry.id, isSettled: false))
        }
        try index.relieve()
      }
    }
  }
}
