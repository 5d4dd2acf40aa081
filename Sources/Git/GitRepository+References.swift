import CGit2
package import Diagnostics

extension GitRepository {
  /// The commits that the references matching `patterns` lead to, such as `refs/heads/*`. One that names no commit is
  /// passed over.
  package func commits(ofReferences patterns: [String]) throws(Failure) -> [CommitID] {
    var found: Set<CommitID> = []
    for pattern in patterns {
      var iterator: OpaquePointer?
      let code = try LibGit2.withCString(Array(pattern.utf8)) {
        git_reference_iterator_glob_new(&iterator, handle, $0)
      }
      try LibGit2.check(code, "cannot list the references \(pattern)")
      defer { git_reference_iterator_free(iterator) }
      while true {
        var reference: OpaquePointer?
        let code = git_reference_next(&reference, iterator)
        if LibGit2.isCode(code, GIT_ITEROVER) { break }
        try LibGit2.check(code, "cannot list the references \(pattern)")
        defer { git_reference_free(reference) }
        var commit: OpaquePointer?
        guard git_reference_peel(&commit, reference, GIT_OBJECT_COMMIT) == 0, let commit else { continue }
        defer { git_object_free(commit) }
        found.insert(CommitID(git_object_id(commit).pointee))
      }
    }
    return found.sorted { $0.hex < $1.hex }
  }
}
