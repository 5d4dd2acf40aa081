import Diagnostics
package import Files
package import Git
package import Objects
import Pipelines
import Workspaces

/// Something in git or the workspace that needs an object.
package struct Reference: Hashable, Sendable {
  package var path: RepositoryPath
  package var content: Content
  /// The commit it stands in; nil for the workspace and git's index.
  package var commit: CommitID?
  /// Whether the store must have it. Dependencies, and outputs that git keeps, need not be there.
  package var isRequired = true
}

extension Repository {
  /// Everything that anybody can still get back through git: the pointers and locks of every commit that a branch, tag,
  /// stash, reflog or work tree reaches, of git's indexes, and of the workspace. Throws if any of it can't be read, so that
  /// what is unreadable is never taken for unneeded.
  ///
  /// Operations count from `time` on, in nanoseconds since 1970. A store that several clones share is needed by all.
  func references(operationsSince time: Int64 = .min) throws(Failure) -> Set<Reference> {
    let (found, unreadable) = try readableReferences(operationsSince: time)
    guard let first = unreadable.first else { return found }
    throw Failure(
      "cannot tell what is needed", why: "\(first.what): \(first.why)",
      hint: first.hint ?? "undo what made it so, or wait until no branch, tag, stash or reflog reaches that commit",
      category: first.category)
  }

  /// The same, with what can't be read beside it.
  func readableReferences(operationsSince time: Int64 = .min) throws(Failure) -> (
    found: Set<Reference>, unreadable: [Failure]
  ) {
    var (found, unreadable) = try ownReferences(operationsSince: time)
    for clone in try otherClones() {
      let others = try clone.ownReferences(operationsSince: time)
      found.formUnion(others.found)
      unreadable += others.unreadable
    }
    // One for all clones that share the store. What a record needs but lost makes it useless, no more.
    for record in try runCache().list() where record.lastUsed >= time {
      for output in record.result.outputs {
        found.insert(Reference(path: .root, content: output.content, commit: nil, isRequired: false))
      }
    }
    return (found, unreadable)
  }

  private func ownReferences(operationsSince time: Int64) throws(Failure) -> (
    found: Set<Reference>, unreadable: [Failure]
  ) {
    var collector = ReferenceCollector(repository: self, prefix: try gitPrefix())
    let git = try git()
    let roots = try git.reachableRoots()
    var seen: Set<TreeID>? = []
    try git.walk(from: Array(roots.commits)) { (commit) throws(Failure) in
      let entries = try git.entries(in: git.tree(of: commit), skipping: &seen, matching: ReferenceCollector.isPart)
      for entry in entries { try collector.add(entry, commit) }
      return true
    }
    for tree in roots.trees {
      for entry in try git.entries(in: tree, skipping: &seen, matching: ReferenceCollector.isPart) {
        try collector.add(entry, nil)
      }
    }
    for entry in try git.stagedEntries(matching: ReferenceCollector.isPart) { try collector.add(entry, nil) }
    for path in try projectFiles() {
      if let bytes = try root.contents(path.bytes) { try collector.add(path, bytes, nil) }
    }
    let operations = try operations()
    for operation in try operations.all().filter({ $0.time >= time }) + operations.unfinished() {
      for content in operation.objects {
        collector.found.insert(Reference(path: .root, content: content, commit: nil, isRequired: false))
      }
    }
    return (collector.found, collector.unreadable)
  }
}

private struct ReferenceCollector {
  let repository: Repository
  let prefix: RepositoryPath
  var found: Set<Reference> = []
  var unreadable: [Failure] = []
  private var seen: Set<String> = []

  init(repository: Repository, prefix: RepositoryPath) {
    self.repository = repository
    self.prefix = prefix
  }

  static func isPart(_ path: [UInt8]) -> Bool {
    let name = path[(path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
    return Project.isPart(name) && !name.elementsEqual(PipelineFile.name.utf8)
  }

  mutating func add(_ entry: GitEntry, _ commit: CommitID?) throws(Failure) {
    guard let path = try RepositoryPath(validating: entry.path).relative(to: prefix),
      seen.insert("\(entry.id.hex) \(path.text)").inserted
    else { return }
    try add(path, try repository.git().blob(entry.id), commit)
  }

  mutating func add(_ path: RepositoryPath, _ bytes: [UInt8], _ commit: CommitID?) throws(Failure) {
    do throws(Failure) {
      try parse(path, bytes, commit)
    } catch  where error.category == .damaged {
      let place = commit.map { " of commit \($0.short)" } ?? ""
      unreadable.append(
        Failure(
          "cannot read \(path)\(place)", why: error.why,
          hint: commit == nil ? error.hint ?? "git checkout -- '\(path)'" : nil, category: .damaged))
    }
  }

  private mutating func parse(_ path: RepositoryPath, _ bytes: [UInt8], _ commit: CommitID?) throws(Failure) {
    if let tracked = PointerFile.trackedPath(of: path) {
      let content = try PointerFile(decoding: bytes, at: path).content
      found.insert(Reference(path: tracked, content: content, commit: commit))
    } else if path.name.elementsEqual(Lockfile.name.utf8) {
      for stage in try Lockfile.parse(bytes, file: path).stages.values {
        // Dependencies count too: they may be outputs or data of an earlier state that a run is explained by.
        for output in stage.outputs {
          found.insert(
            Reference(path: output.path, content: output.content, commit: commit, isRequired: output.isCached))
        }
        for dependency in stage.dependencies {
          found.insert(
            Reference(path: dependency.path, content: dependency.content, commit: commit, isRequired: false))
        }
      }
    }
  }
}
