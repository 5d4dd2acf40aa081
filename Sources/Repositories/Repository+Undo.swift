package import Diagnostics
import Files
import Objects
import Workspaces

extension Repository {
  /// Takes back the youngest operation that has not been taken back. Returns what was undone.
  package func undo() throws(Failure) -> [Operation] {
    try planning("undo") { collection throws(Failure) in
      let all = try operations().all()
      let undone = OperationLog.undone(in: all)
      guard let last = all.first(where: { $0.undoes.isEmpty && !undone.contains($0.id) }) else {
        throw Failure("cannot undo", why: "there is no operation to take back", hint: "mlrepo op log")
      }
      try takeBack([last], command: "undo", since: collection)
      return [last]
    }
  }

  /// Brings back the state after the operation `text`, by taking back all that came later. Returns what was undone.
  package func restore(toOperation text: String) throws(Failure) -> [Operation] {
    try planning("op restore") { collection throws(Failure) in
      let log = try operations()
      let target = try log.find(text)
      let all = try log.all()
      // An undo among them is taken back like any other operation: its record says what it changed.
      let later = all.filter { $0.id > target.id }
      guard !later.isEmpty else { return [] }
      try takeBack(later, command: "op restore \(target.id)", since: collection)
      return later
    }
  }

  /// Takes back `operations`, youngest first, as one operation of its own. Nothing happens if a file or a path is neither
  /// as it was before nor as it was after: then somebody has changed it since.
  private func takeBack(
    _ operations: [Operation], command: String, since collection: LastCollection
  ) throws(Failure) {
    let what = "cannot take back '\(operations.first?.command ?? "")'"
    var edits = FileEdits(in: root)
    var moves: [RepositoryPath: (now: Content?, then: Content?)] = [:]
    for operation in operations {
      for change in operation.files {
        try check(change, pending: edits.wanted[change.path], what)
        if let before = change.before {
          edits.write(change.path, try store().read(before, limit: 64 << 20))
        } else {
          edits.remove(change.path)
        }
      }
      for move in operation.data { moves[move.path, default: (move.after, nil)].then = move.before }
    }
    let reader = try reader()
    var wanted: [TrackedPath] = []
    var unwanted: [RepositoryPath] = []
    var data: [Operation.DataMove] = []
    for (path, move) in moves.sorted(by: { $0.key < $1.key }) {
      let now = try storedContent(of: path)
      data.append(.init(path: path, before: now, after: move.then))
      if let then = move.then {
        wanted.append(TrackedPath(path: path, content: then, source: .pointer))
      } else {
        unwanted.append(path)
      }
    }
    let plan = try CheckoutPlanner.plan(wanted: wanted, unwanted: unwanted, reader: reader, force: true)
    if let missing = plan.missing.first { throw ObjectStore.missing(missing.id) }
    if let failure = plan.failures.first { throw failure }
    data += try dataMoves(of: plan).filter { move in !moves.keys.contains(move.path) }
    try locked(command, since: collection) { () throws(Failure) in
      _ = try publish(command, edits, data: data, undoing: operations.map(\.id)) { () throws(Failure) in
        let report = try CheckoutExecution.run(plan, reader: reader, scratch: scratch)
        if let failure = report.failures.first { throw failure }
      }
    }
    // What is tracked no more but stays in the workspace is the user's own again.
    for (path, bytes) in edits.wanted where bytes == nil {
      if let tracked = PointerFile.trackedPath(of: path), moves[tracked] == nil { try release(tracked) }
    }
    // An ignored file that came back with the folder it lies in is nothing that mlrepo placed.
    let tracked = Set(try project().tracked.map(\.path))
    for path in moves.keys
    where !tracked.contains(path) && moves.keys.contains(where: { $0 != path && path.isInside($0) }) {
      try reader.indexes.forget(path)
    }
    try reader.indexes.flush()
  }

  /// What `path` holds now, after making sure that the store has all of it.
  func storedContent(of path: RepositoryPath) throws(Failure) -> Content? {
    let reader = try reader()
    let state = try reader.state(of: path)
    guard let content = state.held else { return nil }
    // That the store has a folder's listing does not say that it has the files.
    if !content.isFolder, try store().contains(content.id) { return content }
    let session = StoreSession(try store())
    let stored = try reader.store(path, in: session).held
    try session.commit()
    return stored
  }

  private func check(_ change: Operation.FileChange, pending: [UInt8]??, _ what: String) throws(Failure) {
    // A younger operation that is taken back too has been checked against the disk already.
    if pending != nil { return }
    let now = try root.contents(change.path.bytes).map { bytes throws(Failure) in try ContentHasher.id(of: bytes) }
    if now == change.after || now == change.before { return }
    throw Failure(
      what, why: "\(change.path) has changed since",
      hint: "'mlrepo op show' tells what it was; 'git diff' what it is now")
  }
}
