package import Diagnostics
package import Files

/// What a traced command read and made, as the dependencies and outputs of a stage would say it: a folder whose files are
/// all meant stands for them.
package struct TraceProposal: Equatable, Sendable {
  package var dependencies: [RepositoryPath] = []
  package var outputs: [RepositoryPath] = []
  /// Files that were read and then written: which of both a stage would call them only its user knows.
  package var both: [RepositoryPath] = []

  /// `root` holds the files as they are after the command; `known` says what the stage tells of already.
  package init(
    _ trace: FileTrace, root: Folder, folder: RepositoryPath, known: (RepositoryPath) -> Bool
  ) throws(Failure) {
    let finder = Finder(root: root, folder: folder)
    func counts(_ path: RepositoryPath) throws(Failure) -> Bool {
      if known(path) { return false }
      return try finder.counts(path)
    }
    var read: Set<RepositoryPath> = []
    var written: Set<RepositoryPath> = []
    for path in trace.read where try counts(path) { read.insert(path) }
    for path in trace.written where try counts(path) { written.insert(path) }
    both = read.intersection(written).sorted()
    read.subtract(both)
    written.subtract(both)
    dependencies = try finder.collapsed(read)
    outputs = try finder.collapsed(written)
  }
}

/// Looks at the files that a trace speaks of.
private struct Finder {
  let root: Folder
  let folder: RepositoryPath

  /// Folders of tools, whose content tells nothing of what a command works on.
  private static let caches: Set<String> = [
    "__pycache__", ".cache", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".ipynb_checkpoints", "node_modules",
    "site-packages", ".venv",
  ]
  /// Files of mlrepo and git, and what interpreters leave behind.
  private static let own = [".gitignore", ".gitattributes", ".mlrepoignore", PipelineFile.name, Lockfile.name]

  /// Whether a stage could name the file: it is there, is one, and belongs to the work.
  func counts(_ path: RepositoryPath) throws(Failure) -> Bool {
    let name = PathText.escape(path.name)
    if Self.own.contains(name) || name.hasSuffix(".pyc") || name.hasSuffix(".mlr") { return false }
    var above = path.parent
    while !above.isRoot {
      if Self.caches.contains(PathText.escape(above.name)) { return false }
      // A virtual environment of Python is an interpreter, wherever it lies.
      if try root.stat(above.bytes + Array("/pyvenv.cfg".utf8)) != nil { return false }
      above = above.parent
    }
    guard let kind = try root.stat(path.bytes)?.kind else { return false }
    return kind != .folder && kind != .special
  }

  /// `files` in order, the highest folders that hold two or more of them and nothing else in their place.
  func collapsed(_ files: Set<RepositoryPath>) throws(Failure) -> [RepositoryPath] {
    var counts: [RepositoryPath: Int?] = [:]
    var found: Set<RepositoryPath> = []
    for file in files {
      var best = file
      var above = file.parent
      while !above.isRoot, !folder.isInside(above) {
        let known = counts[above]
        let count = if let known { known } else { try self.count(above, files) }
        counts[above] = .some(count)
        guard let count else { break }
        if count > 1 { best = above }
        above = above.parent
      }
      found.insert(best)
    }
    return found.sorted()
  }

  /// How many files lie below `folder`; nil as soon as one is not among `files`.
  private func count(_ folder: RepositoryPath, _ files: Set<RepositoryPath>) throws(Failure) -> Int? {
    var count = 0
    for (name, isFolder) in try root.folder(folder).names() {
      let path = try folder.appending(name: name)
      if isFolder {
        guard let inner = try self.count(path, files), inner > 0 else { return nil }
        count += inner
      } else if files.contains(path) {
        count += 1
      } else {
        return nil
      }
    }
    return count
  }
}
