import Diagnostics
package import Files
import Objects

/// The indexes of one remote as they were read, in a folder of this machine: `.mlrepo/remotes/NAME`. A cache: a file that is
/// not what its name says is read again.
package struct IndexCache: Sendable {
  let folder: Folder
  let scratch: Scratch

  package init(in folder: Folder, scratch: Scratch) {
    self.folder = folder
    self.scratch = scratch
  }

  /// The most bytes that an index may have: a hundred million objects.
  private static let mostBytes = 8 << 30

  /// The index `name` of `storage`, of which the listing says that it has `size` bytes. With `fresh`, what is known of it
  /// does not count.
  func index(
    _ name: RemoteName, _ id: ObjectID, size: Int, from storage: any RemoteStorage, fresh: Bool = false
  ) throws(Failure) -> RemoteIndex {
    let local = Array(name.name.utf8)
    if !fresh, let file = try folder.openIfPresent(local), let known = try? RemoteIndex(MappedFile(file), id: id) {
      return known
    }
    guard size <= Self.mostBytes else { throw RemoteIndex.damaged(id, "it is larger than \(Self.mostBytes) bytes") }
    let pending = try PendingFile(in: scratch.folder())
    try storage.read(name, 0..<size) { piece throws(Failure) in try pending.handle.write(piece) }
    let index = try RemoteIndex(MappedFile(scratch.folder().open(pending.name)), id: id)
    try pending.publish(as: local, in: folder)
    return index
  }

  /// Keeps an index that this process made.
  func keep(_ bytes: [UInt8], as name: RemoteName, _ id: ObjectID) throws(Failure) -> RemoteIndex {
    let pending = try PendingFile(in: scratch.folder())
    try pending.write(bytes)
    let index = try RemoteIndex(MappedFile(scratch.folder().open(pending.name)), id: id)
    try pending.publish(as: Array(name.name.utf8), in: folder)
    return index
  }

  /// Removes batches of runs that the remote does not have any more.
  func forgetRuns(allBut names: Set<String>) {
    for (name, _) in (try? folder.names()) ?? [] where name.starts(with: "runs-".utf8) {
      if !names.contains(String(decoding: name.dropFirst(5), as: UTF8.self)) { try? folder.remove(name) }
    }
  }

  /// Removes what the remote does not have any more.
  func forget(allBut names: Set<String>) {
    for (name, _) in (try? folder.names()) ?? []
    where !names.contains(String(decoding: name, as: UTF8.self)) && !name.starts(with: "runs-".utf8)
      && name != CheckProgress.name && name != RemoteMemory.name && name != RecipeCache.name
    {
      try? folder.remove(name)
    }
  }
}
