import CGit2
package import Diagnostics
import Files

extension GitRepository {
  /// Makes git's index match the work tree at `paths`, as `git add` does: files and symbolic links are added, what is
  /// gone is removed. Ignore rules do not apply. The index is written once, or not at all when something fails.
  package func stage(_ paths: [[UInt8]]) throws(Failure) {
    if paths.isEmpty { return }
    // Making the content durable takes the time, so it is done before the lock is taken.
    for path in paths { try store(path) }
    // libgit2 flushes the folder an object is in, but not that folder's own name.
    try FileSystem.sync(commonFolder + Array("/objects".utf8), durability)
    try changeIndex { (index) throws(Failure) in
      for path in paths {
        if self.kind(of: path) == nil {
          try self.remove(path, from: index)
        } else {
          let code = try LibGit2.withCString(path) { git_index_add_bypath(index, $0) }
          try LibGit2.check(code, Self.cannotStage(path))
        }
      }
    }
  }

  /// Makes git forget `paths`, as `git rm --cached` does; the work tree keeps them. Unknown paths are passed over.
  package func removeFromIndex(_ paths: [[UInt8]]) throws(Failure) {
    if paths.isEmpty { return }
    try changeIndex { (index) throws(Failure) in
      for path in paths { try self.remove(path, from: index) }
    }
  }

  /// Whether git tracks a file at exactly `path`, merged or in conflict.
  package func isTracked(_ path: [UInt8]) throws(Failure) -> Bool {
    try withIndex { (index) throws(Failure) in
      try LibGit2.withCString(path) { git_index_find(nil, index, $0) } == 0
    }
  }

  /// Returns the files that git tracks at `path` or below it, in git's order, but at most `limit`.
  /// The empty path stands for the whole work tree.
  package func trackedPaths(under path: [UInt8], limit: Int = .max) throws(Failure) -> [[UInt8]] {
    let prefix = path.isEmpty ? [] : path + [UInt8(ascii: "/")]
    return try withIndex { (index) throws(Failure) in
      var paths: [[UInt8]] = []
      if !path.isEmpty, try LibGit2.withCString(path, { git_index_find(nil, index, $0) }) == 0 { paths.append(path) }
      var at = 0
      if try LibGit2.withCString(prefix, { git_index_find_prefix(&at, index, $0) }) != 0 { return paths }
      while paths.count < limit, let entry = git_index_get_byindex(index, at) {
        let found = LibGit2.bytes(of: entry.pointee.path)
        guard found.starts(with: prefix) else { break }
        if found != paths.last { paths.append(found) }
        at += 1
      }
      return Array(paths.prefix(max(0, limit)))
    }
  }

  /// Returns the files of git's index whose path `matching` accepts. During a merge, every side of a conflict.
  package func indexEntries(matching: ([UInt8]) -> Bool) throws(Failure) -> [GitEntry] {
    try withIndex { (index) throws(Failure) in Self.entries(of: index, matching: matching) }
  }

  /// Returns the files of the index file at `path`, of another work tree for example; none if there is no such file.
  static func entries(ofIndexFile path: [UInt8], matching: ([UInt8]) -> Bool) throws(Failure) -> [GitEntry] {
    var index: OpaquePointer?
    let code = try LibGit2.withCString(path) { git_index_open(&index, $0) }
    try LibGit2.check(code, "cannot read git's index '\(PathText.escape(path))'")
    guard let index else { return [] }
    defer { git_index_free(index) }
    return entries(of: index, matching: matching)
  }

  private static func entries(of index: OpaquePointer, matching: ([UInt8]) -> Bool) -> [GitEntry] {
    var found: [GitEntry] = []
    for at in 0..<git_index_entrycount(index) {
      guard let entry = git_index_get_byindex(index, at) else { break }
      let path = LibGit2.bytes(of: entry.pointee.path)
      guard let kind = GitEntry.kind(ofMode: entry.pointee.mode), matching(path) else { continue }
      found.append(GitEntry(path: path, id: BlobID(entry.pointee.id), kind: kind))
    }
    return found
  }

  /// Calls `body` with the index as it stands on the disk now.
  private func withIndex<Result>(_ body: (OpaquePointer) throws(Failure) -> Result) throws(Failure) -> Result {
    var opened: OpaquePointer?
    let code = git_repository_index(&opened, handle)
    guard code == 0, let index = opened else { throw Self.cannotReadIndex(code) }
    defer { git_index_free(index) }
    let fresh = git_index_read(index, 0)
    if fresh < 0 { throw Self.cannotReadIndex(fresh) }
    return try body(index)
  }

  private static func cannotReadIndex(_ code: Int32) -> Failure {
    var failure = LibGit2.failure(code, "cannot read git's index")
    if failure.why.contains("'link'") {
      failure.hint = "git update-index --no-split-index"
    } else if failure.why.contains("'sdir'") {
      failure.hint = "git sparse-checkout reapply --no-sparse-index"
    } else {
      failure.hint = "git fsck"
    }
    return failure
  }

  private func remove(_ path: [UInt8], from index: OpaquePointer) throws(Failure) {
    let code = try LibGit2.withCString(path) { git_index_remove_bypath(index, $0) }
    if LibGit2.isCode(code, GIT_ENOTFOUND) { return }
    try LibGit2.check(code, "cannot remove '\(PathText.escape(path))' from git's index")
  }

  /// Reads, changes and writes the index while holding its lock, so that no other git command's change is lost.
  private func changeIndex(_ body: (OpaquePointer) throws(Failure) -> Void) throws(Failure) {
    let path = try withIndex { (index) in LibGit2.bytes(of: git_index_path(index)) }
    let lock = try IndexLock(on: path)
    var opened: OpaquePointer?
    let what = "cannot change git's index"
    let code = try LibGit2.withCString(lock.path) { git_index_open(&opened, $0) }
    if code < 0 { throw Self.cannotReadIndex(code) }
    guard let index = opened else { throw Failure(what, why: "libgit2 gave none") }
    defer { git_index_free(index) }
    try LibGit2.check(git_repository_set_index(handle, index), what)
    // Afterwards the repository opens the index anew when it next needs it.
    defer { git_repository_set_index(handle, nil) }
    let fromOwner = GIT_INDEX_CAPABILITY_FROM_OWNER.rawValue
    try LibGit2.check(git_index_set_caps(index, fromOwner), what)
    try body(index)
    try LibGit2.check(git_index_write(index), what)
    try lock.publish(durability)
  }

  private func kind(of path: [UInt8]) -> FileSystem.Kind? {
    FileSystem.kind(of: workTree + [UInt8(ascii: "/")] + path)
  }

  /// Writes the file's content to git's database; nothing if there is no such file.
  private func store(_ path: [UInt8]) throws(Failure) {
    switch kind(of: path) {
    case nil: return
    case .folder: throw Failure(Self.cannotStage(path), why: "it is a folder", hint: "stage the files in it")
    case .file, .other:
      var oid = git_oid()
      let code = try LibGit2.withCString(path) { git_blob_create_from_workdir(&oid, handle, $0) }
      try LibGit2.check(code, Self.cannotStage(path))
    }
  }

  private static func cannotStage(_ path: [UInt8]) -> String { "cannot stage '\(PathText.escape(path))' in git" }
}
