import CGit2
package import Diagnostics
import Files

/// What git records about one commit.
package struct CommitInfo: Equatable, Sendable {
  package let id: CommitID
  package let tree: TreeID
  package let parents: [CommitID]
  /// The first line of the message; bytes that are no UTF-8 are escaped.
  package let summary: String
  package let author: String
  package let email: String
  /// When it was written, in seconds since 1970 in UTC.
  package let time: Int64
  /// The author's offset from UTC then, in minutes.
  package let offset: Int32

  package init(
    id: CommitID, tree: TreeID, parents: [CommitID], summary: String, author: String, email: String, time: Int64,
    offset: Int32
  ) {
    self.id = id
    self.tree = tree
    self.parents = parents
    self.summary = summary
    self.author = author
    self.email = email
    self.time = time
    self.offset = offset
  }
}

extension GitRepository {
  /// The commit that is checked out; nil as long as there is none.
  package func headCommit() throws(Failure) -> CommitID? {
    var oid = git_oid()
    let code = git_reference_name_to_id(&oid, handle, "HEAD")
    if LibGit2.isCode(code, GIT_ENOTFOUND) || LibGit2.isCode(code, GIT_EUNBORNBRANCH) { return nil }
    try LibGit2.check(code, "cannot read HEAD")
    return CommitID(oid)
  }

  /// Returns the commit that `text`, in git's revision syntax, names: a branch, a tag, `HEAD~1`, an abbreviated id.
  package func resolveCommit(_ text: String) throws(Failure) -> CommitID {
    var object: OpaquePointer?
    let code = try LibGit2.withCString(Array(text.utf8)) { git_revparse_single(&object, handle, $0) }
    guard code == 0, let object else { throw try unknownRevision(text, code) }
    defer { git_object_free(object) }
    var commit: OpaquePointer?
    guard git_object_peel(&commit, object, GIT_OBJECT_COMMIT) == 0, let commit else {
      let kind = LibGit2.bytes(of: git_object_type2string(git_object_type(object)))
      throw Failure(
        "cannot use the revision '\(text)'", why: "it names a \(PathText.escape(kind)), not a commit",
        hint: "git log --oneline")
    }
    defer { git_object_free(commit) }
    return CommitID(git_object_id(commit).pointee)
  }

  /// Returns what the commit says.
  package func info(of id: CommitID) throws(Failure) -> CommitInfo {
    try withCommit(id) { (commit) throws(Failure) in
      var parents: [CommitID] = []
      for index in 0..<git_commit_parentcount(commit) {
        guard let oid = git_commit_parent_id(commit, index) else { break }
        parents.append(CommitID(oid.pointee))
      }
      guard let tree = git_commit_tree_id(commit), let author = git_commit_author(commit) else {
        throw Failure("cannot read the commit \(id.short)", why: "it is malformed", hint: "git fsck")
      }
      return CommitInfo(
        id: id, tree: TreeID(tree.pointee), parents: parents,
        summary: PathText.escape(LibGit2.bytes(of: git_commit_summary(commit))),
        author: PathText.escape(LibGit2.bytes(of: author.pointee.name)),
        email: PathText.escape(LibGit2.bytes(of: author.pointee.email)),
        time: author.pointee.when.time, offset: author.pointee.when.offset)
    }
  }

  /// Returns the tree the commit records. Commits with equal trees have equal content.
  package func tree(of id: CommitID) throws(Failure) -> TreeID {
    try withCommit(id) { (commit) throws(Failure) in
      guard let tree = git_commit_tree_id(commit) else {
        throw Failure("cannot read the commit \(id.short)", why: "it is malformed", hint: "git fsck")
      }
      return TreeID(tree.pointee)
    }
  }

  func withCommit<Result>(
    _ id: CommitID, _ body: (OpaquePointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var commit: OpaquePointer?
    var oid = id.oid
    try LibGit2.check(git_commit_lookup(&commit, handle, &oid), "cannot read the commit \(id.short)")
    guard let commit else { throw Failure("cannot read the commit \(id.short)", why: "it is missing") }
    defer { git_commit_free(commit) }
    return try body(commit)
  }

  private func unknownRevision(_ text: String, _ code: Int32) throws(Failure) -> Failure {
    let what = "cannot find the revision '\(text)'"
    let hint = "git log --oneline"
    if LibGit2.isCode(code, GIT_EAMBIGUOUS) {
      return Failure(what, why: "it is ambiguous: more than one object starts with it", hint: hint)
    }
    if LibGit2.isCode(code, GIT_EINVALIDSPEC) {
      return Failure(what, why: "it is not the name of one commit", hint: hint)
    }
    guard LibGit2.isCode(code, GIT_ENOTFOUND) else { return LibGit2.failure(code, what) }
    if try headCommit() == nil {
      return Failure(what, why: "there is no commit on this branch yet", hint: "git commit -m 'first commit'")
    }
    if git_repository_is_shallow(handle) == 1 {
      return Failure(
        what, why: "git has no such commit here, and this clone is shallow", hint: "git fetch --unshallow")
    }
    return Failure(what, why: "git has no such branch, tag or commit", hint: hint)
  }
}
