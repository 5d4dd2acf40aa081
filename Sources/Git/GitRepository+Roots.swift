import CGit2
package import Diagnostics
import Files

/// Where git's history starts: whatever can be reached from here can still be checked out by somebody.
package struct GitRoots: Equatable, Sendable {
  package var commits: Set<CommitID> = []
  /// Trees that a tag or reference names without a commit.
  package var trees: Set<TreeID> = []
}

extension GitRepository {
  /// Returns every commit and tree that git could give back: from all references (branches, remote branches, tags,
  /// notes, the stash), all reflogs, and the HEAD, the merge or rebase in progress of this and every other work tree.
  ///
  /// Throws when a reference, a reflog or the object a reference names cannot be read: whoever deletes what is
  /// unreachable must not take an unreadable root for an absent one. An id that only a reflog or an operation's
  /// left-over file names, and whose object git itself has already deleted, leads nowhere and is passed over.
  package func reachableRoots() throws(Failure) -> GitRoots {
    var firm: Set<GitID<AnyKind>> = []
    var soft: Set<GitID<AnyKind>> = []
    for folder in try workTreeFolders() {
      try addReferences(in: folder, to: &firm)
      try addOperations(in: folder, to: &soft)
      try addReflogs(in: folder, to: &soft)
    }
    var roots = GitRoots()
    for id in firm { try add(id, mustExist: true, to: &roots) }
    for id in soft.subtracting(firm) { try add(id, mustExist: false, to: &roots) }
    return roots
  }

  /// Returns the files whose path `matching` accepts in the indexes of this and every other work tree.
  package func stagedEntries(matching: ([UInt8]) -> Bool) throws(Failure) -> [GitEntry] {
    var found: [GitEntry] = []
    for folder in try workTreeFolders() {
      let index = folder + Array("/index".utf8)
      if FileSystem.kind(of: index) == nil { continue }
      found += try Self.entries(ofIndexFile: index, matching: matching)
    }
    return found
  }

  /// The folders that hold a HEAD: git's own, and one for each linked work tree, even one whose files are gone.
  private func workTreeFolders() throws(Failure) -> [[UInt8]] {
    let linked = commonFolder + Array("/worktrees".utf8)
    return [commonFolder] + (try FileSystem.names(in: linked) ?? []).map { linked + [UInt8(ascii: "/")] + $0 }
  }

  private func addReferences(in folder: [UInt8], to ids: inout Set<GitID<AnyKind>>) throws(Failure) {
    let references = folder + Array("/refs".utf8)
    for name in try FileSystem.files(below: references) where !name.suffix(5).elementsEqual(".lock".utf8) {
      try addLines(of: references + [UInt8(ascii: "/")] + name, mustHoldOne: true, to: &ids)
    }
    try addLines(of: folder + Array("/packed-refs".utf8), mustHoldOne: false, to: &ids)
    try addLines(of: folder + Array("/HEAD".utf8), mustHoldOne: true, to: &ids)
  }

  /// What a merge, a rebase, a fetch or a bisection left in `folder` to go on or back with.
  private func addOperations(in folder: [UInt8], to ids: inout Set<GitID<AnyKind>>) throws(Failure) {
    for name in operationFiles {
      try addLines(of: folder + [UInt8(ascii: "/")] + Array(name.utf8), mustHoldOne: false, to: &ids)
    }
  }

  /// Adds the id at the start of each line. Empty lines, comments and symbolic references name none, since the
  /// reference that a symbolic one leads to is in the list itself.
  private func addLines(
    of path: [UInt8], mustHoldOne: Bool, to ids: inout Set<GitID<AnyKind>>
  ) throws(Failure) {
    guard let bytes = try FileSystem.contents(of: path) else { return }
    var understood = 0
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      understood += 1
      if line.first == UInt8(ascii: "#") || line.starts(with: "ref:".utf8) { continue }
      let text = line.first == UInt8(ascii: "^") ? line.dropFirst() : line
      guard let id = Self.id(at: text, 0) else { throw Self.damaged(path) }
      ids.insert(id)
    }
    if mustHoldOne, understood == 0 { throw Self.damaged(path) }
  }

  private func addReflogs(in folder: [UInt8], to ids: inout Set<GitID<AnyKind>>) throws(Failure) {
    let logs = folder + Array("/logs".utf8)
    for name in try FileSystem.files(below: logs) where !name.suffix(5).elementsEqual(".lock".utf8) {
      let path = logs + [UInt8(ascii: "/")] + name
      for line in try FileSystem.contents(of: path)?.split(separator: UInt8(ascii: "\n")) ?? [] {
        guard let old = Self.id(at: line, 0), let new = Self.id(at: line, 41) else { throw Self.damaged(path) }
        ids.insert(old)
        ids.insert(new)
      }
    }
  }

  /// The id that starts `offset` bytes into `line` and ends there or at white space.
  private static func id(at line: ArraySlice<UInt8>, _ offset: Int) -> GitID<AnyKind>? {
    let rest = line.dropFirst(offset)
    guard let id = GitID<AnyKind>(hex: rest.prefix(40)) else { return nil }
    guard let next = rest.dropFirst(40).first else { return id }
    return [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")].contains(next) ? id : nil
  }

  private static func damaged(_ path: [UInt8]) -> Failure {
    Failure(
      "cannot read git's file '\(PathText.escape(path))'", why: "it is damaged", hint: "git fsck", category: .damaged)
  }

  private func add(_ id: GitID<AnyKind>, mustExist: Bool, to roots: inout GitRoots) throws(Failure) {
    var oid = id.oid
    if git_oid_is_zero(&oid) == 1 { return }
    var object: OpaquePointer?
    let code = git_object_lookup(&object, handle, &oid, GIT_OBJECT_ANY)
    if LibGit2.isCode(code, GIT_ENOTFOUND), !mustExist { return }
    try LibGit2.check(code, "cannot read the git object \(id.short)")
    defer { git_object_free(object) }
    var peeled: OpaquePointer?
    if git_object_type(object) == GIT_OBJECT_TAG {
      try LibGit2.check(git_object_peel(&peeled, object, GIT_OBJECT_ANY), "cannot follow the git tag \(id.short)")
    }
    defer { git_object_free(peeled) }
    let found = peeled ?? object
    guard let name = git_object_id(found)?.pointee else { return }
    switch git_object_type(found) {
    case GIT_OBJECT_COMMIT: roots.commits.insert(CommitID(name))
    case GIT_OBJECT_TREE: roots.trees.insert(TreeID(name))
    default: break  // A blob has no path, so it is no pointer.
    }
  }
}

private let operationFiles = [
  "ORIG_HEAD", "FETCH_HEAD", "MERGE_HEAD", "MERGE_AUTOSTASH", "CHERRY_PICK_HEAD", "REVERT_HEAD", "REBASE_HEAD",
  "BISECT_HEAD", "rebase-merge/autostash", "rebase-merge/onto", "rebase-merge/orig-head", "rebase-apply/autostash",
  "rebase-apply/onto", "rebase-apply/orig-head", "sequencer/head",
]
