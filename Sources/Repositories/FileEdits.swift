import Diagnostics
import Files
import Objects
import Workspaces

/// Changes to the small files that git holds, gathered before any of them is made.
struct FileEdits {
  private let root: Folder
  /// The new bytes by path; nil takes the file away.
  private(set) var wanted: [RepositoryPath: [UInt8]?] = [:]

  init(in root: Folder) { self.root = root }

  mutating func write(_ path: RepositoryPath, _ bytes: [UInt8]) { wanted[path] = .some(bytes) }

  mutating func remove(_ path: RepositoryPath) { wanted[path] = .some(nil) }

  /// Hides `path` from git by a line in the ignore file beside it.
  mutating func ignore(_ path: RepositoryPath) throws(Failure) {
    try changeIgnoreFile(of: path) { $0.ignore(path.name) }
  }

  mutating func unignore(_ path: RepositoryPath) throws(Failure) {
    try changeIgnoreFile(of: path) { $0.unignore(path.name) }
  }

  private mutating func changeIgnoreFile(
    of path: RepositoryPath, _ change: (inout GitIgnoreFile) -> Bool
  ) throws(Failure) {
    let name = try path.parent.appending(name: ".gitignore".utf8)
    let present: [UInt8]?
    if let pending = wanted[name] {
      present = pending
    } else {
      present = try root.contents(name.bytes, limit: 16 << 20)
    }
    var file = GitIgnoreFile(present ?? [])
    guard change(&file) else { return }
    wanted[name] = file.isEmpty ? .some(nil) : .some(file.bytes)
  }

  /// The edits that change anything, in the order in which they are safe: data is hidden from git before a pointer to it
  /// appears, and nothing goes before what takes its place is there.
  func effective() throws(Failure) -> [(path: RepositoryPath, before: [UInt8]?, after: [UInt8]?)] {
    var found: [(path: RepositoryPath, before: [UInt8]?, after: [UInt8]?)] = []
    for (path, after) in wanted {
      let before = try root.contents(path.bytes)
      if before != after { found.append((path, before, after)) }
    }
    func rank(_ edit: (path: RepositoryPath, before: [UInt8]?, after: [UInt8]?)) -> Int {
      edit.after == nil ? 2 : edit.path.name.elementsEqual(".gitignore".utf8) ? 0 : 1
    }
    return found.sorted { (rank($0), $0.path) < (rank($1), $1.path) }
  }
}

extension Repository {
  /// Makes the edits, after what they replace is in the store and the operation is in the log. Call it while holding the
  /// lock. `data` is what happens to the workspace besides; `move` does that, between the record and the edits. Returns the
  /// files that changed, for git's index.
  @discardableResult
  func publish(
    _ command: String, _ edits: FileEdits, data: [Operation.DataMove] = [], undoing: [String] = [],
    move: () throws(Failure) -> Void = {}
  ) throws(Failure) -> [RepositoryPath] {
    try openStore?.confirmRelied()
    let changes = try edits.effective()
    let moved = data.filter { $0.before != $0.after }
    if !changes.isEmpty || !moved.isEmpty {
      try record(command, changes, moved, undoing: undoing)
    }
    try move()
    try openStore?.consolidate()
    for (path, _, after) in changes {
      if let after {
        _ = try root.folder(making: path.parent.bytes)
        try root.replace(path.bytes, with: after, scratch: try scratch.folder())
      } else {
        try root.remove(path.bytes)
      }
    }
    return changes.map(\.path)
  }

  private func record(
    _ command: String, _ changes: [(path: RepositoryPath, before: [UInt8]?, after: [UInt8]?)],
    _ data: [Operation.DataMove], undoing: [String]
  ) throws(Failure) {
    let session = StoreSession(try store())
    func keep(_ bytes: [UInt8]?) throws(Failure) -> ObjectID? {
      guard let bytes else { return nil }
      return try session.store(bytes, kind: .blob)
    }
    var files: [Operation.FileChange] = []
    for (path, before, after) in changes {
      files.append(.init(path: path, before: try keep(before), after: try keep(after)))
    }
    try session.commit()
    try operations().append(Operation(command: command, files: files, data: data, undoes: undoing))
  }
}
