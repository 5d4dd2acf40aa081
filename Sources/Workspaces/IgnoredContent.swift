import Diagnostics
import Files

/// What lies in a tracked folder and is ignored: no scan shows it, yet it may be where a checkout has to write.
struct IgnoredContent {
  private let root: Folder
  /// The outermost of what is ignored.
  private var tops: [RepositoryPath: FileKind] = [:]

  init(in scan: FolderScan?, root: Folder) throws(Failure) {
    self.root = root
    guard let scan else { return }
    for level in scan.levels where !level.ignored.isEmpty {
      let folder = scan.path.appending(level.path)
      // A name that no path can have, like git's own folder, is nothing that could be stored.
      for (name, kind) in level.ignored { tops[try folder.appending(name: name)] = kind }
    }
  }

  /// What is ignored in the folder `path` itself, not in those below it.
  func directly(in path: RepositoryPath) -> [RepositoryPath] { tops.keys.filter { $0.parent == path }.sorted() }

  /// Everything at and below `path` that is ignored.
  func all(at path: RepositoryPath) throws(Failure) -> [(path: RepositoryPath, stat: FileStat)] {
    if tops.isEmpty { return [] }
    var found: [(path: RepositoryPath, stat: FileStat)] = []
    for top in tops.keys.filter({ $0.isInside(path) }).sorted() { try collect(top, &found) }
    if found.isEmpty, isInsideTop(path) { try collect(path, &found) }
    return found
  }

  /// Whether a file or link stands at `path` that is ignored.
  func hasFile(at path: RepositoryPath) -> Bool {
    if let kind = tops[path] { return kind != .folder }
    guard isInsideTop(path), let stat = try? root.stat(path.bytes) else { return false }
    return stat.kind != .folder
  }

  private func isInsideTop(_ path: RepositoryPath) -> Bool {
    var at = path
    while !at.isRoot {
      if tops[at] != nil { return true }
      at = at.parent
    }
    return false
  }

  private func collect(
    _ path: RepositoryPath, _ found: inout [(path: RepositoryPath, stat: FileStat)], depth: Int = 0
  ) throws(Failure) {
    try checkDepth(depth, at: path)
    // What lies behind an ignored link is not in the way; the link is.
    guard let stat = try? root.stat(path.bytes) else { return }
    found.append((path, stat))
    guard stat.kind == .folder else { return }
    let listing = try root.folder(path).list()
    for index in listing.entries.indices {
      try collect(try path.appending(name: listing.name(index)), &found, depth: depth + 1)
    }
  }
}
