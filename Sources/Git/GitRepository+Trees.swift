import CGit2
package import Diagnostics
import Files

/// A file in one of git's trees or in its index.
package struct GitEntry: Hashable, Sendable {
  package enum Kind: Sendable {
    case file, executable, symlink
  }

  /// Raw bytes, relative to the work tree.
  package let path: [UInt8]
  package let id: BlobID
  package let kind: Kind

  package init(path: [UInt8], id: BlobID, kind: Kind) {
    self.path = path
    self.id = id
    self.kind = kind
  }

  /// Nil for what holds no bytes of its own: folders and submodules.
  static func kind(ofMode mode: UInt32) -> Kind? {
    switch mode & 0o170000 {
    case 0o120000: .symlink
    case 0o100000: mode & 0o100 == 0 ? .file : .executable
    default: nil
    }
  }
}

extension GitRepository {
  /// Returns the bytes of the file `path` in `commit`; nil if there is no file of that name.
  package func blob(at path: [UInt8], in commit: CommitID) throws(Failure) -> [UInt8]? {
    guard let id = try blobID(at: path, in: commit) else { return nil }
    return try blob(id)
  }

  /// Returns the id of the file `path` in `commit`; nil if there is no file of that name.
  package func blobID(at path: [UInt8], in commit: CommitID) throws(Failure) -> BlobID? {
    try blobID(at: path, in: tree(of: commit))
  }

  /// Returns the id of the file `path` in `tree`; nil if there is no file of that name.
  package func blobID(at path: [UInt8], in tree: TreeID) throws(Failure) -> BlobID? {
    if path.isEmpty || path.contains(0) { return nil }
    return try withTree(tree) { (tree) throws(Failure) in
      var entry: OpaquePointer?
      let code = try LibGit2.withCString(path) { git_tree_entry_bypath(&entry, tree, $0) }
      if LibGit2.isCode(code, GIT_ENOTFOUND) { return nil }
      try LibGit2.check(code, "cannot read '\(PathText.escape(path))' from git")
      defer { git_tree_entry_free(entry) }
      guard git_tree_entry_type(entry) == GIT_OBJECT_BLOB, let oid = git_tree_entry_id(entry) else { return nil }
      return BlobID(oid.pointee)
    }
  }

  /// Returns the bytes of a blob.
  package func blob(_ id: BlobID) throws(Failure) -> [UInt8] {
    var blob: OpaquePointer?
    var oid = id.oid
    try LibGit2.check(git_blob_lookup(&blob, handle, &oid), "cannot read the blob \(id.short) from git")
    defer { git_blob_free(blob) }
    let size = Int(clamping: git_blob_rawsize(blob))
    return Array(UnsafeRawBufferPointer(start: git_blob_rawcontent(blob), count: size))
  }

  /// Returns the files of `commit` whose path `matching` accepts, in git's order.
  package func entries(in commit: CommitID, matching: ([UInt8]) -> Bool) throws(Failure) -> [GitEntry] {
    var seen: Set<TreeID>?
    return try entries(in: tree(of: commit), skipping: &seen, matching: matching)
  }

  /// Returns the files of `tree` whose path `matching` accepts, in git's order.
  ///
  /// With a set, trees in it are passed over and trees that are read are added to it: over a whole history every
  /// folder is then read once, and a file is reported under the first path it is met at.
  package func entries(
    in tree: TreeID, skipping seen: inout Set<TreeID>?, matching: ([UInt8]) -> Bool
  ) throws(Failure) -> [GitEntry] {
    var found: [GitEntry] = []
    try collect(from: tree, under: [], depth: 0, skipping: &seen, matching: matching, into: &found)
    return found
  }

  private func collect(
    from id: TreeID, under folder: [UInt8], depth: Int, skipping seen: inout Set<TreeID>?,
    matching: ([UInt8]) -> Bool, into found: inout [GitEntry]
  ) throws(Failure) {
    guard depth < maximumTreeDepth else {
      throw Failure("cannot read '\(PathText.escape(folder))' from git", why: "its folders are nested too deeply")
    }
    if seen?.insert(id).inserted == false { return }
    try withTree(id) { (tree) throws(Failure) in
      for index in 0..<git_tree_entrycount(tree) {
        guard let entry = git_tree_entry_byindex(tree, index), let oid = git_tree_entry_id(entry) else { continue }
        let path = folder + LibGit2.bytes(of: git_tree_entry_name(entry))
        if git_tree_entry_type(entry) == GIT_OBJECT_TREE {
          let inner = path + [UInt8(ascii: "/")]
          try collect(
            from: TreeID(oid.pointee), under: inner, depth: depth + 1, skipping: &seen, matching: matching,
            into: &found)
        } else if let kind = GitEntry.kind(ofMode: git_tree_entry_filemode_raw(entry).rawValue), matching(path) {
          found.append(GitEntry(path: path, id: BlobID(oid.pointee), kind: kind))
        }
      }
    }
  }

  /// Returns the files of `tree` that `matching` accepts by their name and id, in git's order. What is found in a tree is
  /// kept in `known`, so that over a whole history each is read once, and still every commit gets its answer.
  package func entries(
    in tree: TreeID, remembering known: inout [TreeID: [GitEntry]],
    matching: (_ name: [UInt8], BlobID) throws(Failure) -> Bool
  ) throws(Failure) -> [GitEntry] {
    try entries(in: tree, depth: 0, remembering: &known, matching: matching)
  }

  private func entries(
    in id: TreeID, depth: Int, remembering known: inout [TreeID: [GitEntry]],
    matching: (_ name: [UInt8], BlobID) throws(Failure) -> Bool
  ) throws(Failure) -> [GitEntry] {
    guard depth < maximumTreeDepth else {
      throw Failure("cannot read the tree \(id.short) from git", why: "its folders are nested too deeply")
    }
    if let found = known[id] { return found }
    var found: [GitEntry] = []
    try withTree(id) { (tree) throws(Failure) in
      for index in 0..<git_tree_entrycount(tree) {
        guard let entry = git_tree_entry_byindex(tree, index), let oid = git_tree_entry_id(entry) else { continue }
        let name = LibGit2.bytes(of: git_tree_entry_name(entry))
        if git_tree_entry_type(entry) == GIT_OBJECT_TREE {
          let inner = try entries(
            in: TreeID(oid.pointee), depth: depth + 1, remembering: &known, matching: matching)
          found += inner.map { GitEntry(path: name + [UInt8(ascii: "/")] + $0.path, id: $0.id, kind: $0.kind) }
        } else if let kind = GitEntry.kind(ofMode: git_tree_entry_filemode_raw(entry).rawValue) {
          let blob = BlobID(oid.pointee)
          if try matching(name, blob) { found.append(GitEntry(path: name, id: blob, kind: kind)) }
        }
      }
    }
    known[id] = found
    return found
  }

  func withTree<Result>(
    _ id: TreeID, _ body: (OpaquePointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var tree: OpaquePointer?
    var oid = id.oid
    try LibGit2.check(git_tree_lookup(&tree, handle, &oid), "cannot read the tree \(id.short) from git")
    guard let tree else { throw Failure("cannot read the tree \(id.short) from git", why: "it is missing") }
    defer { git_tree_free(tree) }
    return try body(tree)
  }
}

/// Far deeper than any real work tree; guards the stack against a forged tree.
private let maximumTreeDepth = 512
