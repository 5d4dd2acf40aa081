package import Diagnostics
package import Files
package import Objects

/// The stat indexes of a workspace: one for each tracked folder, and one, `files`, for single files and for which paths
/// mlrepo has placed. A command on one path touches the index of that path only.
package final class IndexStore {
  private let folder: Folder
  private let scratch: Scratch
  private var files: [RepositoryPath: IndexEntry]?
  /// What changed since `files` was read; nil for what is forgotten.
  private var changed: [RepositoryPath: IndexEntry?] = [:]
  private var trees: [RepositoryPath: StatIndex] = [:]

  package init(in folder: Folder, scratch: Scratch) {
    self.folder = folder
    self.scratch = scratch
  }

  /// The index of the folder `path`; empty when there is none.
  package func tree(_ path: RepositoryPath) throws(Failure) -> StatIndex {
    if let open = trees[path] { return open }
    let index = StatIndex(try Self.treeName(path), in: folder)
    trees[path] = index
    return index
  }

  /// Remembers a scan, if it read anything the index did not know. Who may not write here goes without an index.
  package func save(_ scan: FolderScan) throws(Failure) {
    guard scan.levels.first?.matchesIndex == false, isWritable else { return }
    var writer = try StatIndexWriter(in: scratch.folder())
    for level in scan.levels.sorted(by: { $0.path < $1.path }) {
      guard let tree = level.tree.id else { continue }
      writer.begin(
        level.path, tree: tree, size: level.tree.size, files: level.tree.files, count: level.states.count)
      for (position, state) in level.states.enumerated() {
        let id = level.children[position].flatMap { scan.levels[$0].tree.id } ?? state.id
        let entry = IndexEntry(
          stat: level.listing.entries[position].stat, id: id ?? tree,
          // What a link into the store stands for is asked of the store each time.
          isSettled: state.isSettled && id != nil && state.linkedSize == nil)
        level.listing.withName(position) { writer.add($0, entry) }
        try writer.relieve()
      }
    }
    try save(writer, of: scan.path)
  }

  /// Publishes the index of the folder `path`; see `StatIndexWriter.write`.
  func save(_ index: StatIndexWriter, of path: RepositoryPath, settledAt time: Int64? = nil) throws(Failure) {
    try index.write(as: try Self.treeName(path), in: folder, scratch: try scratch.folder(), settledAt: time)
    trees[path] = nil
  }

  package func file(_ path: RepositoryPath) throws(Failure) -> IndexEntry? { try loadFiles()[path] }

  package func remember(_ path: RepositoryPath, _ entry: IndexEntry) throws(Failure) {
    guard try loadFiles()[path] != entry else { return }
    files?[path] = entry
    changed[path] = .some(entry)
  }

  /// Notes that mlrepo has put `path` into the workspace, or found it there as tracked.
  package func markPlaced(_ path: RepositoryPath, _ content: Content, stat: FileStat) throws(Failure) {
    let known = try file(path)
    let settled = known?.id == content.id && known?.stat == stat && known?.isSettled == true
    try remember(path, IndexEntry(stat: stat, id: content.id, isSettled: settled, isPlaced: true))
  }

  package func forget(_ path: RepositoryPath) throws(Failure) {
    guard try loadFiles()[path] != nil else { return }
    files?[path] = nil
    changed[path] = .some(nil)
    trees[path] = nil
    try folder.remove(try Self.treeName(path))
  }

  /// The paths that mlrepo has placed in the workspace.
  package func placed() throws(Failure) -> [RepositoryPath: IndexEntry] { try loadFiles().filter(\.value.isPlaced) }

  /// Writes what has changed in `files`, over what other processes have written meanwhile.
  package func flush() throws(Failure) {
    guard !changed.isEmpty, isWritable else { return }
    files = nil
    var files = try loadFiles()
    for (path, entry) in changed { files[path] = entry }
    var writer = StatIndexWriter()
    let sorted = files.sorted { $0.key < $1.key }
    // Folder by folder: entries of one folder are neighbours only in the order of (folder, name).
    let byFolder = Dictionary(grouping: sorted) { $0.key.parent }
    for (parent, entries) in byFolder.sorted(by: { $0.key < $1.key }) {
      writer.begin(parent, tree: .zero, size: 0, files: 0, count: entries.count)
      for (path, entry) in entries.sorted(by: { $0.key.name.lexicographicallyPrecedes($1.key.name) }) {
        Array(path.name).withUnsafeBufferPointer { writer.add($0, entry) }
      }
    }
    try writer.write(as: Self.filesName, in: folder, scratch: try scratch.folder())
    self.files = files
    changed = [:]
  }

  private var isWritable: Bool { folder.isWritable && scratch.isWritable }

  private func loadFiles() throws(Failure) -> [RepositoryPath: IndexEntry] {
    if let files { return files }
    let index = StatIndex(Self.filesName, in: folder)
    var known: [RepositoryPath: IndexEntry] = [:]
    for parent in try index.folders() {
      guard let block = index.block(parent) else { continue }
      for (name, entry) in index.entries(of: block) {
        if let path = try? parent.appending(name: name) { known[path] = entry }
      }
    }
    files = known
    return known
  }

  private static let filesName = Array("files".utf8)

  /// Named by the hash of the path, which may hold any bytes and be of any length.
  private static func treeName(_ path: RepositoryPath) throws(Failure) -> [UInt8] {
    Array("tree-".utf8) + (try ContentHasher.id(of: path.bytes)).hexBytes.prefix(32)
  }
}
