package import Diagnostics
package import Files
package import Git
package import Objects

/// A tracked folder as it stands in the workspace: every folder below it listed, every file's id known, the Merkle tree
/// built. Files whose stat the index knows are not read.
package struct FolderScan: Sendable {
  /// One folder. Folders stand in the order they were met: a parent before what it holds.
  package struct Level: Sendable {
    /// Below the scanned folder; the root is that folder itself.
    package let path: RepositoryPath
    package internal(set) var listing: FolderListing
    /// For each entry of the listing.
    package internal(set) var states: [EntryState]
    /// Index of the level of each entry that is a folder.
    package internal(set) var children: [Int: Int] = [:]
    package internal(set) var tree = TreeSummary.unknown
    /// What the ignore rules leave out.
    var ignored: [(name: [UInt8], kind: FileKind)] = []
    /// The rules for what lies in this folder.
    var rules = IgnoreRules()
    /// Whether the index knows a block with just these names, kinds and stats.
    var matchesIndex = false
    var block: StatIndex.Block?
  }

  package struct EntryState: Sendable {
    // Packed, since there is one for every file: a flag for settled, one for linked, and the size above them.
    private var storedID = ObjectID.zero
    private var bits: Int = 0

    package var id: ObjectID? { storedID == .zero ? nil : storedID }
    package var isSettled: Bool { bits & 1 != 0 }
    /// For a symbolic link into the store, which stands for a file: that file's size.
    package var linkedSize: Int? { bits & 2 != 0 ? bits >> 2 : nil }

    package init() {}

    package init(id: ObjectID, isSettled: Bool, linkedSize: Int? = nil) {
      storedID = id
      bits = (isSettled ? 1 : 0) | (linkedSize.map { $0 << 2 | 2 } ?? 0)
    }
  }

  package struct TreeSummary: Equatable, Sendable {
    package var id: ObjectID?
    package var size: Int
    package var files: Int
    package static let unknown = TreeSummary(id: nil, size: 0, files: 0)
  }

  /// A path that can't be versioned, and why.
  package struct Problem: Equatable, Sendable {
    package var path: RepositoryPath
    package var why: String
  }

  /// From the repository's root.
  package let path: RepositoryPath
  package internal(set) var levels: [Level] = []
  package internal(set) var problems: [Problem] = []
  /// Files that had to be read because the index did not know them.
  package internal(set) var hashed = 0

  /// What the folder holds, as a pointer would record it; nil when something in it could not be read.
  package var content: Content? {
    guard problems.isEmpty, let top = levels.first, let id = top.tree.id else { return nil }
    return Content(kind: .folder, id: id, size: top.tree.size, files: top.tree.files)
  }

  /// Level `level` as a tree records it: its entries, less those that could not be read.
  package func encodedTree(_ level: Int) -> TreeEncoder {
    let folder = levels[level]
    var encoder = TreeEncoder(count: folder.states.count)
    for index in folder.states.indices {
      let (kind, size) = (folder.listing.entries[index].stat.kind, folder.listing.entries[index].stat.size)
      folder.listing.withName(index) { name in
        if let child = folder.children[index] {
          let tree = levels[child].tree
          guard let id = tree.id else { return }
          encoder.append(name, kind: .folder, id: id, size: tree.size, files: tree.files)
        } else if let id = folder.states[index].id {
          let linked = folder.states[index].linkedSize
          encoder.append(name, kind: linked == nil ? kind : .file, id: id, size: linked ?? size)
        }
      }
    }
    return encoder
  }
}

/// Where the ids of files that the index does not know come from.
package enum ScanPurpose: Sendable {
  /// Hash them only.
  case look
  /// Hash and store them, and the trees.
  case store(StoreSession)

  var session: StoreSession? {
    if case .store(let session) = self { return session }
    return nil
  }
}

/// What a scan needs to know of its surroundings.
package struct ScanContext: Sendable {
  /// The repository's root.
  package let root: Folder
  package let store: ObjectStore
  /// Of the `.mlrepoignore` at the root.
  package let ignore: IgnoreRules

  package init(root: Folder, store: ObjectStore, ignore: IgnoreRules) {
    self.root = root
    self.store = store
    self.ignore = ignore
  }

  package static let ignoreFileName = Array(".mlrepoignore".utf8)

  /// The rules for what lies in `folder`: those of the `.mlrepoignore` in it and in each folder above it.
  package func rules(in folder: RepositoryPath) throws(Failure) -> IgnoreRules {
    if folder.isRoot { return ignore }
    let above = try rules(in: folder.parent)
    let file = try folder.appending(name: Self.ignoreFileName)
    let kind = try root.stat(file.bytes)?.kind
    guard kind == .file || kind == .executable else { return above }
    return try adding(file, to: above)
  }

  func adding(_ file: RepositoryPath, to rules: IgnoreRules) throws(Failure) -> IgnoreRules {
    guard let bytes = try root.contents(file.bytes, limit: 1 << 20) else { return rules }
    return rules.adding(bytes, inFolder: file.parent.bytes)
  }
}

extension FolderScan {
  /// Scans the folder `path`. Files written a moment ago by this process can be passed in `fresh` with their ids, keyed by
  /// their path below the folder.
  package static func run(
    _ path: RepositoryPath, index: StatIndex, purpose: ScanPurpose, in context: ScanContext,
    fresh: [RepositoryPath: IndexEntry] = [:]
  ) throws(Failure) -> FolderScan {
    var scan = FolderScan(path: path)
    try scan.list(index: index, in: context, fresh: fresh)
    try scan.hash(purpose: purpose, in: context)
    try scan.checkLinks(purpose: purpose, in: context)
    try scan.buildTrees(purpose: purpose, in: context)
    return scan
  }
}
