/// What kind of trouble a failure is. `Commands` turns it into the documented exit status; libraries know no numbers.
package enum FailureCategory: String, Sendable, CaseIterable {
  /// The command was called wrongly.
  case usage
  /// The command could not do its work.
  case failed
  /// Some of the work was done, some was not.
  case partlyDone = "partly-done"
  /// There is no repository here, or its configuration is wrong.
  case notARepository = "not-a-repository"
  /// Another process holds the repository's lock.
  case locked
  /// Content that is needed is not in the store.
  case dataMissing = "data-missing"
  /// Stored content does not match its hash, or a file of mlrepo's own cannot be understood.
  case damaged
  /// A remote failed.
  case remote
  /// A stage's command failed.
  case stageFailed = "stage-failed"
  /// The user stopped the command.
  case interrupted
  /// A state that cannot be; a bug in mlrepo.
  case bug
}

/// An error that explains itself: what failed and on what, why, and a command that helps.
///
/// Modules throw `Failure` wherever callers only pass the trouble on; a type of its own exists only where some caller
/// reacts to a case.
package struct Failure: Error, Equatable, Sendable {
  /// What failed, naming the path or thing it failed on.
  package var what: String
  /// Why, in the words of the system where it knows.
  package var why: String
  /// What to do next: a command that can be pasted where there is one.
  package var hint: String?
  package var category: FailureCategory

  package init(_ what: String, why: String, hint: String? = nil, category: FailureCategory = .failed) {
    self.what = what
    self.why = why
    self.hint = hint
    self.category = category
  }
}

extension Failure: CustomStringConvertible {
  package var description: String { "\(what): \(why)" }
}
