package import Diagnostics
package import Files
import Git
import Objects
package import Workspaces

/// How an import stands beside where it is from.
package struct ImportState: Sendable {
  package enum State: String, Sendable {
    case current, moved, unknown
  }

  package var path: RepositoryPath
  package var state: State
  package var origin: PointerOrigin
  /// Why it cannot be told.
  package var why: String?
}

/// What an update did.
package struct UpdateReport: Sendable {
  package var paths: [ImportedPath] = []
  /// Imports from this machine, which are only updated when they are named: a pointer that came with a repository could
  /// name anybody's private files.
  package var skipped: [ImportedPath] = []
}

extension Repository {
  /// The imports at or below `paths`, by path; all if there are none.
  private func imports(_ paths: [RepositoryPath]) throws(Failure) -> [(path: RepositoryPath, pointer: PointerFile)] {
    let project = try project()
    let named = paths.map { Self.named($0, in: project) }
    let all = project.pointers.filter { $0.value.origin != nil }.sorted { $0.key < $1.key }
    for path in named where !all.contains(where: { $0.key.isInside(path) }) {
      throw Failure("cannot update \(path)", why: "it is no import", hint: "mlrepo import", category: .usage)
    }
    return all.filter { item in named.isEmpty || named.contains { item.key.isInside($0) } }.map { ($0.key, $0.value) }
  }

  /// Brings imports up to date; with `revision`, those from repositories go to that revision. Nothing is changed when any of
  /// them cannot be had.
  package func update(
    _ paths: [RepositoryPath], revision: String?, force: Bool
  ) throws(Failure) -> UpdateReport {
    var report = UpdateReport()
    for (path, pointer) in try imports(paths) {
      guard let origin = pointer.origin else { continue }
      var item = ImportedPath(path: path, action: .unchanged, content: pointer.content, origin: origin)
      if paths.isEmpty, try isHere(origin) {
        report.skipped.append(item)
        continue
      }
      try update(&item, revision)
      report.paths.append(item)
    }
    let changed = report.paths.filter { $0.action == .updated }
    if !changed.isEmpty {
      try place(changed, command: "update \(changed.map(\.path.text).joined(separator: " "))", force: force)
    }
    return report
  }

  private func update(_ item: inout ImportedPath, _ revision: String?) throws(Failure) {
    switch item.origin {
    case .repository(let place, let sourcePath, let old, let commit):
      let address = try SourceAddress.stored(place, revision: revision ?? old, root: root.path)
      let source = try SourceRepository(address, environment: environment, known: try settings.remotes())
      if source.commit.hex == commit, revision == nil || revision == old { return }
      let path = try sourcePath == "." ? RepositoryPath.root : RepositoryPath(text: sourcePath)
      let content = try source.bring(path, into: try store())
      if content == item.content, address.revision == old { return }
      item.content = content
      item.origin = .repository(
        place: place, path: sourcePath, revision: address.revision, commit: source.commit.hex)
      item.action = .updated
    case .url(let url, let mark):
      if revision != nil { return }
      let external = try ExternalIntake(url, current: root.path, repository: self)
      if try external.isUnchanged(since: mark, size: item.content.size) { return }
      let (content, now) = try external.bring(into: try store())
      if content == item.content, now == mark { return }
      (item.content, item.origin, item.action) = (content, .url(url, now), .updated)
    }
  }

  /// Whether the place is on this machine.
  private func isHere(_ origin: PointerOrigin) throws(Failure) -> Bool {
    switch origin {
    case .repository(let place, _, let revision, _):
      if SourceAddress.isLocal(place) { return true }
      return try SourceAddress.stored(place, revision: revision, root: root.path).folder != nil
    case .url(let url, _): return try ExternalIntake.isLocal(url)
    }
  }

  /// Asks where imports are from whether they have changed there. Nothing is changed here.
  package func importStates() throws(Failure) -> [ImportState] {
    var found: [ImportState] = []
    for (path, pointer) in try imports([]) {
      guard let origin = pointer.origin else { continue }
      var state = ImportState(path: path, state: .current, origin: origin)
      do throws(Failure) {
        if try hasMoved(origin, pointer) { state.state = .moved }
      } catch {
        if error.category == .interrupted { throw error }
        (state.state, state.why) = (.unknown, "\(error)")
      }
      found.append(state)
    }
    return found
  }

  private func hasMoved(_ origin: PointerOrigin, _ pointer: PointerFile) throws(Failure) -> Bool {
    switch origin {
    case .repository(let place, let sourcePath, let revision, let commit):
      let address = try SourceAddress.stored(place, revision: revision, root: root.path)
      let source = try SourceRepository(address, environment: environment, known: try settings.remotes())
      if source.commit.hex == commit { return false }
      let path = try sourcePath == "." ? RepositoryPath.root : RepositoryPath(text: sourcePath)
      return try source.identify(path, with: try store()) != pointer.content.id
    case .url(let url, let mark):
      return try !ExternalIntake(url, current: root.path, repository: self)
        .isUnchanged(since: mark, size: pointer.content.size)
    }
  }
}
