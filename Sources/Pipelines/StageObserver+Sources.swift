package import Diagnostics
package import Files
import Git
package import Objects
import Workspaces

extension StageObserver {
  /// What the stage's sources hold. With `lock`, what was taken from a file that has not changed since is not taken anew.
  package func sources(
    of stage: Stage, lock: LockedStage? = nil
  ) throws(Failure) -> [Stage.Source: SourceContent] {
    if stage.sources.isEmpty { return [:] }
    let known = Dictionary((lock?.sources ?? []).map { ($0.source, $0.content) }) { first, _ in first }
    var found: [Stage.Source: SourceContent] = [:]
    for source in stage.sources {
      switch source {
      case .glob(let pattern): found[source] = .files(try files(matching: PathGlob(pattern), of: stage))
      case .command(let command):
        found[source] =
          try output(of: command, in: stage).map { .bytes($0.id, size: $0.size) } ?? .unknown
      case .lines(let path, _, _), .matches(let path, _), .query(let path, _):
        guard let file = try reader.state(of: path).content, !file.isFolder else {
          found[source] = .missing
          continue
        }
        if let last = known[source], case .bytes(_, _, file.id?) = last, try !isWritten(path) {
          found[source] = last
        } else {
          found[source] = try SourceExtract(root: reader.context.root).content(
            of: source, stage: stage.id, file: file.id)
        }
      }
    }
    return found
  }

  /// Whether `path` is a database with changes that are not in the file itself yet.
  private func isWritten(_ path: RepositoryPath) throws(Failure) -> Bool {
    try (reader.context.root.stat(path.bytes + Array("-wal".utf8))?.size ?? 0) > 0
  }

  /// The ids of the values of the stage's environment variables. Each is hashed with its name, so that equal values do not
  /// show.
  package func variables(of stage: Stage) throws(Failure) -> [String: ObjectID?] {
    var found: [String: ObjectID?] = [:]
    for name in stage.variables {
      var id: ObjectID?
      if let value = surroundings.environment[name] { id = try ContentHasher.id(of: Array("\(name)=\(value)".utf8)) }
      found[name] = .some(id)
    }
    return found
  }

  /// What the stage's probes tell. Those that can't be looked at here are left out.
  package func probes(of stage: Stage) throws(Failure) -> [Stage.Probe: ProbeResult?] {
    var found: [Stage.Probe: ProbeResult?] = [:]
    for probe in stage.probes {
      switch probe {
      case .file(let path):
        let content = try reader.state(of: path).content
        found[probe] = .some(content.map { ProbeResult(id: $0.id, size: $0.size) })
      case .command(let command):
        if let result = try output(of: command, in: stage) { found[probe] = .some(result) }
      }
    }
    return found
  }

  /// What the stage's `map` goes through, or nil if it has none.
  package func items(of stage: Stage) throws(Failure) -> [RepositoryPath: Content]? {
    switch stage.map {
    case nil: nil
    case .glob(let pattern): try files(matching: PathGlob(pattern), of: stage)
    // What lies in the folder itself, be it files or folders.
    case .folder(let path): try entries(of: path, of: stage)
    }
  }

  /// Runs the command, once.
  private func output(of command: String, in stage: Stage) throws(Failure) -> ProbeResult? {
    guard let run = surroundings.run else { return nil }
    let call = Call(command: command, folder: stage.workingFolder)
    if let known = printed[call] { return known }
    let bytes: [UInt8]
    do throws(Failure) {
      bytes = try run(command, stage.workingFolder)
    } catch {
      throw Failure(
        "cannot tell what the stage '\(stage.id)' depends on", why: "'\(RunReason.shortened(command))' \(error.why)",
        hint: error.hint ?? "run it by hand, or correct it in \(stage.id.file)", category: error.category)
    }
    let first = String(decoding: bytes.prefix { $0 != 0x0a }.prefix(1000), as: UTF8.self)
    let line = first.filter { !$0.isNewline }
    let result = ProbeResult(id: try ContentHasher.id(of: bytes), size: bytes.count, line: RunReason.shortened(line))
    printed[call] = result
    return result
  }

  private func entries(of folder: RepositoryPath, of stage: Stage) throws(Failure) -> [RepositoryPath: Content] {
    guard let open = try reader.context.root.folderIfPresent(folder.bytes) else { return [:] }
    var found: [RepositoryPath: Content] = [:]
    for (name, isFolder) in try open.names() where RepositoryPath.brokenRule(name[...]) == nil {
      let path = try folder.appending(name: name)
      if reader.context.ignore.isIgnored(path.bytes, isFolder: isFolder) || Self.isNoItem(name) { continue }
      found[path] = try content(of: path, stage)
    }
    return found
  }

  /// What git and mlrepo keep beside data.
  private static func isNoItem(_ name: [UInt8]) -> Bool {
    name.suffix(PointerFile.suffix.count) == PointerFile.suffix[...]
      || [Array(".gitignore".utf8), ScanContext.ignoreFileName].contains(name)
  }

  private func files(matching glob: PathGlob, of stage: Stage) throws(Failure) -> [RepositoryPath: Content] {
    let root = reader.context.root
    let ignore = reader.context.ignore
    var found: [RepositoryPath: Content] = [:]
    var waiting = [glob.base]
    while let folder = waiting.popLast() {
      guard let open = try root.folderIfPresent(folder.bytes) else { continue }
      for (name, isFolder) in try open.names() where RepositoryPath.brokenRule(name[...]) == nil {
        let path = try folder.appending(name: name)
        if ignore.isIgnored(path.bytes, isFolder: isFolder) { continue }
        if isFolder {
          if glob.mayMatch(below: path) { waiting.append(path) }
        } else if glob.matches(path), path.name.suffix(PointerFile.suffix.count) != PointerFile.suffix[...] {
          found[path] = try content(of: path, stage)
        }
      }
    }
    return found
  }

  private func content(of path: RepositoryPath, _ stage: Stage) throws(Failure) -> Content {
    let state = try reader.state(of: path)
    if let content = state.content { return content }
    throw Failure(
      "cannot read \(path), a dependency of the stage '\(stage.id)'",
      why: state.problems.first.map { "\($0.path): \($0.why)" } ?? "it went away")
  }
}
