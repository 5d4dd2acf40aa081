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
  /// A store that several clones share is needed by all. With `forgetting`, operations do not count that a gc forgets.
  func references(forgetting: Bool = false) throws(Failure) -> Set<Reference> {
    let known = try readableReferences(forgetting: forgetting)
    if let first = known.unseen.first { throw first }
    if let lost = known.lost.first(where: { ReferenceCollector.isPart($0.path.bytes) }) {
      throw Failure(
        "cannot tell what is needed",
        why: "\(lost.path) for the operation \(lost.operation) is damaged or missing: \(lost.id.text)",
        hint: "mlrepo fsck; operations older than gc.gracePeriod are not asked", category: .damaged)
    }
    guard let first = known.unreadable.first else { return known.found }
    throw Failure(
      "cannot tell what is needed", why: "\(first.what): \(first.why)",
      hint: first.hint ?? "undo what made it so, or wait until no branch, tag, stash or reflog reaches that commit",
      category: first.category)
  }

  /// The same, with what can't be read beside it. Objects that are known to be `damaged` are not read.
  func readableReferences(
    forgetting: Bool = false, damaged: Set<ObjectID> = []
  ) throws(Failure) -> KnownReferences {
    let time = forgetting ? try deadline() : .min
    var known = try ownReferences(operationsSince: time, damaged, withHistory: true)
    let users = try otherUsers()
    known.unseen = users.unseen
    for (user, isClone) in users.found {
      do throws(Failure) {
        let since = forgetting ? try user.operationDeadline() : .min
        let others = try user.ownReferences(operationsSince: since, damaged, withHistory: isClone)
        known.users.append(user)
        known.lost += others.lost
        known.found.formUnion(others.found)
        known.unreadable += others.unreadable
      } catch {
        known.unseen.append(
          Failure(
            "cannot tell what \(PathText.escape(user.root.path)) needs, which uses the same store", why: error.why,
            hint: error.hint, category: error.category))
      }
    }
    // One for all clones that share the store. What a record needs but lost makes it useless, no more.
    for record in try runCache().list() where record.lastUsed >= time {
      for output in record.result.outputs {
        known.found.insert(Reference(path: .root, content: output.content, commit: nil, isRequired: false))
      }
    }
    return known
  }

  /// The time before which a gc forgets this clone's operations, in nanoseconds since 1970. Where this process may not
  /// write, it forgets none: what stays in a log can be taken back.
  func operationDeadline() throws(Failure) -> Int64 {
    try openOperations()?.isWritable == true ? try deadline() : .min
  }

  /// Who else uses the same store: the other work trees of this clone, and other clones.
  func otherUsers() throws(Failure) -> (found: [(repository: Repository, isClone: Bool)], unseen: [Failure]) {
    let (trees, absent) = try otherWorkTrees()
    let (clones, unseen) = try otherClones()
    let known = Set(trees.map(\.root.path))
    return (
      trees.map { ($0, false) } + clones.filter { !known.contains($0.root.path) }.map { ($0, true) }, absent + unseen
    )
  }

  /// Without history only what is this work tree's own.
  func ownReferences(
    operationsSince time: Int64, _ damaged: Set<ObjectID> = [], withHistory: Bool
  ) throws(Failure) -> KnownReferences {
    var collector = ReferenceCollector(repository: self, prefix: try gitPrefix())
    if withHistory { try addHistory(to: &collector) }
    for path in try projectFiles() {
      if let bytes = try root.contents(path.bytes) { try collector.add(path, bytes, nil) }
    }
    // A symbolic link into the store needs its object, whatever pointers say by now.
    for (path, entry) in try reader().indexes.placed() where entry.stat.kind != .special {
      let kind: FileKind = entry.stat.kind == .symlink ? .file : entry.stat.kind
      let content = Content(kind: kind, id: entry.id, size: 0)
      collector.found.insert(Reference(path: path, content: content, commit: nil, isRequired: false))
    }
    var lost: [KnownReferences.Lost] = []
    for operation in try recordedOperations(since: time) {
      let known = try contents(of: operation, damaged)
      lost += known.lost
      for content in known.found {
        collector.found.insert(Reference(path: .root, content: content, commit: nil, isRequired: false))
      }
    }
    return KnownReferences(found: collector.found, lost: lost, unreadable: collector.unreadable)
  }

  /// The operations since `time`, and those under way.
  func recordedOperations(since time: Int64 = .min) throws(Failure) -> [Operation] {
    guard let operations = try openOperations() else { return [] }
    return try operations.all().filter { $0.time >= time } + operations.unfinished()
  }

  /// All that the operation needs to be taken back or finished, and what the pointers and locks refer to that it would
  /// bring then; beside that the files it would bring, if their bytes are damaged or missing.
  func contents(
    of operation: Operation, _ damaged: Set<ObjectID> = []
  ) throws(Failure) -> (found: [Content], lost: [KnownReferences.Lost]) {
    var found = operation.objects
    var lost: [KnownReferences.Lost] = []
    for change in operation.files {
      let isPart = ReferenceCollector.isPart(change.path.bytes)
      for id in Set([change.before, change.after].compactMap { $0 }) {
        do throws(Failure) {
          if damaged.contains(id) { throw ObjectStore.missing(id) }
          guard try store().contains(id) else {
            // What no damage explains a gc took: it spares operations only for a time.
            if try store().wasPutAside(id) { throw ObjectStore.missing(id) }
            continue
          }
          guard isPart else { continue }
          let bytes = try store().read(id, limit: 64 << 20)
          // What is no pointer brings nothing back.
          guard let references = try? Reference.all(in: change.path, bytes, nil) else { continue }
          found += references.map(\.content)
        } catch  where error.category == .damaged || error.category == .dataMissing {
          lost.append(.init(id: id, path: change.path, operation: operation.id))
        }
      }
    }
    return (found, lost)
  }

  private func addHistory(to collector: inout ReferenceCollector) throws(Failure) {
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
  }
}

/// What is known of who needs what.
struct KnownReferences {
  /// A small file that an operation would bring back, if the store had it.
  struct Lost {
    var id: ObjectID
    var path: RepositoryPath
    var operation: String
  }

  var found: Set<Reference> = []
  var lost: [Lost] = []
  /// Pointers and locks that can't be read.
  var unreadable: [Failure] = []
  /// Clones and work trees with the same store that can't be looked into.
  var unseen: [Failure] = []
  /// Those that can.
  var users: [Repository] = []
}

struct ReferenceCollector {
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
          hint: commit == nil ? error.hint ?? "git checkout -- \(shell: path)" : nil, category: .damaged))
    }
  }

  private mutating func parse(_ path: RepositoryPath, _ bytes: [UInt8], _ commit: CommitID?) throws(Failure) {
    found.formUnion(try Reference.all(in: path, bytes, commit))
  }
}

extension Reference {
  /// What the pointer or lock `path` refers to.
  static func all(in path: RepositoryPath, _ bytes: [UInt8], _ commit: CommitID?) throws(Failure) -> [Reference] {
    if let tracked = PointerFile.trackedPath(of: path) {
      return [
        Reference(path: tracked, content: try PointerFile(decoding: bytes, at: path).content, commit: commit)
      ]
    }
    guard path.name.elementsEqual(Lockfile.name.utf8) else { return [] }
    var found: [Reference] = []
    for stage in try Lockfile.parse(bytes, file: path).stages.values {
      for output in stage.outputs {
        found.append(
          Reference(path: output.path, content: output.content, commit: commit, isRequired: output.isCached))
      }
      // Dependencies count too: they may be outputs or data of an earlier state that a run is explained by.
      for dependency in stage.dependencies {
        found.append(
          Reference(path: dependency.path, content: dependency.content, commit: commit, isRequired: false))
      }
    }
    return found
  }
}
