package import Diagnostics
package import Files
import Objects

/// Makes files of the workspace independent of the store's.
package enum PrivateCopy {
  /// Replaces the file `path`, another name of a file, by one of its own with the same bytes.
  static func make(of path: RepositoryPath, in root: Folder, scratch: Folder, _ durability: Durability) throws(Failure)
  {
    let source = try root.open(path.bytes)
    let copy = try PendingFile(in: scratch)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { buffer.deallocate() }
    if !copy.handle.clone(from: source) {
      while true {
        let count = try source.read(into: buffer)
        if count == 0 { break }
        try copy.handle.writeSparsely(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
      try copy.handle.truncate(to: source.stat().size)
    }
    try copy.commit(as: path.bytes, in: root, durability)
  }

  /// Replaces links into the store, at `path` and below it, by copies that can be edited. Returns which.
  package static func replaceLinks(
    at path: RepositoryPath, state: PathState, in context: ScanContext, scratch: Scratch
  ) throws(Failure) -> [RepositoryPath] {
    let durability = context.store.options.durability
    var replaced: [RepositoryPath] = []
    for file in try files(at: path, state) {
      if try context.root.stat(file.bytes)?.kind == .symlink {
        guard let id = context.store.linkedObject(try context.root.linkTarget(file.bytes)) else { continue }
        let copy = try PendingFile(in: scratch.folder())
        try context.store.copy(id, to: copy.handle)
        try copy.commit(as: file.bytes, in: context.root, durability)
      } else {
        guard try context.root.open(file.bytes).linkCount() > 1 else { continue }
        try make(of: file, in: context.root, scratch: scratch.folder(), durability)
      }
      replaced.append(file)
    }
    return replaced
  }

  private static func files(at path: RepositoryPath, _ state: PathState) throws(Failure) -> [RepositoryPath] {
    guard let scan = state.scan else { return state.exists ? [path] : [] }
    var found: [RepositoryPath] = []
    for level in scan.levels {
      for (index, entry) in level.listing.entries.enumerated() where entry.stat.kind != .folder {
        found.append(try path.appending(level.path).appending(name: level.listing.name(index)))
      }
    }
    return found
  }
}
