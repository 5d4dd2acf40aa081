package import Diagnostics
package import Files
package import Objects

/// What a checkout will do to the workspace, decided before anything is touched. Printing it is `--dry-run`.
package struct CheckoutPlan: Sendable {
  /// One thing to do. Steps stand in an order in which they can be done.
  package enum Step: Equatable, Sendable {
    /// Take away a file or link whose content the store has.
    case remove(RepositoryPath)
    /// Take away a folder, if nothing is left in it.
    case removeFolder(RepositoryPath)
    case makeFolder(RepositoryPath)
    /// Write a file or link; what stood there is in the store.
    case write(RepositoryPath, TreeEntry)
    case setExecutable(RepositoryPath, Bool)
    /// Write a folder that is wholly absent, and give it its name when it is complete.
    case writeFolder(RepositoryPath, Content)

    /// Whether it writes so much that reading it again would take longer than a tick of the file system's clock.
    var isLarge: Bool {
      switch self {
      case .write(_, let entry): entry.size >= Self.largeSize
      case .writeFolder(_, let content): content.size >= Self.largeSize
      default: false
      }
    }

    private static let largeSize = 32 << 20
  }

  /// Content that must be stored before a step may take it away.
  package struct Unsaved: Equatable, Sendable {
    package var path: RepositoryPath
    package var isOverwritten: Bool
    /// Whether it is no part of what is tracked, because a rule ignores it.
    package var isIgnored = false
  }

  /// Content that is wanted and that the store does not have.
  package struct Missing: Equatable, Sendable {
    package var path: RepositoryPath
    package var id: ObjectID
  }

  var removals: [RepositoryPath] = []
  var folderRemovals: [RepositoryPath] = []
  var newFolders: [RepositoryPath] = []
  var writes: [Step] = []
  /// What stood at the paths that are removed or written when it was found that the store has it.
  var seen: [RepositoryPath: Seen] = [:]

  /// Everything to do, in order.
  package var steps: [Step] {
    removals.map { .remove($0) } + folderRemovals.sorted(by: >).map { .removeFolder($0) }
      + newFolders.sorted().map { .makeFolder($0) } + writes
  }

  /// In the way of a step, and not in the store.
  package internal(set) var unsaved: [Unsaved] = []
  /// Not wanted, but not in the store either: left where it is.
  package internal(set) var kept: [RepositoryPath] = []
  /// Ignored, so left where it is, in a folder that is wanted no more.
  package internal(set) var keptIgnored: [RepositoryPath] = []
  /// Folders without anything in them that are ignored and have to go.
  package internal(set) var emptyIgnored: [RepositoryPath] = []
  package internal(set) var missing: [Missing] = []
  /// What kept a tracked path from being planned at all, a damaged object for instance.
  package internal(set) var failures: [Failure] = []
  /// Tracked paths that change, with what they will hold; nil for what goes away.
  package internal(set) var targets: [(path: RepositoryPath, content: Content?)] = []
  /// What a person is told: one line for each path that changes.
  package internal(set) var changes: [TreeChange] = []

  mutating func append(_ other: CheckoutPlan) {
    removals += other.removals
    folderRemovals += other.folderRemovals
    newFolders += other.newFolders
    writes += other.writes
    seen.merge(other.seen) { first, _ in first }
    unsaved += other.unsaved
    kept += other.kept
    keptIgnored += other.keptIgnored
    emptyIgnored += other.emptyIgnored
    missing += other.missing
    failures += other.failures
    targets += other.targets
    changes += other.changes
  }

  package var isEmpty: Bool { removals.isEmpty && folderRemovals.isEmpty && newFolders.isEmpty && writes.isEmpty }
}
