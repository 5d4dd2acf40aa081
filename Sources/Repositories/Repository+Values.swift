package import Diagnostics
package import Experiments
package import Files
import Git
import Objects
import Pipelines
import Workspaces

extension Repository {
  package enum ValueKind: Sendable {
    case params, metrics
  }

  /// The values of all params or metrics files at a side, or of `only` those. A file that can't be read is a value that
  /// says so.
  package func values(
    _ kind: ValueKind, at side: Side, only: [RepositoryPath] = []
  ) throws(Failure) -> [RepositoryPath: FileValues] {
    let project: Project
    switch side {
    case .nothing: return [:]
    case .workspace: project = try self.project()
    case .commit(let commit): project = try self.project(at: commit)
    }
    let files = only.isEmpty ? Self.files(of: kind, in: project) : Set(only)
    var found: [RepositoryPath: FileValues] = [:]
    for file in files {
      do throws(Failure) {
        if let bytes = try contents(of: file, at: side, in: project) { found[file] = FileValues(bytes, file: file) }
      } catch {
        found[file] = .unreadable("\(error.what): \(error.why)")
      }
    }
    return found
  }

  /// The params or metrics files that pipelines name at a side, in order.
  package func valueFiles(_ kind: ValueKind, at side: Side) throws(Failure) -> [RepositoryPath] {
    switch side {
    case .nothing: []
    case .workspace: Self.files(of: kind, in: try project()).sorted()
    case .commit(let commit): Self.files(of: kind, in: try project(at: commit)).sorted()
    }
  }

  private static func files(of kind: ValueKind, in project: Project) -> Set<RepositoryPath> {
    switch kind {
    case .params:
      Set(
        project.pipelines.flatMap { $0.params + $0.templateFiles }
          + project.stages.flatMap { $0.params.map(\.file) })
    case .metrics:
      Set(
        project.pipelines.flatMap(\.metrics)
          + project.stages.flatMap { $0.outputs.filter { $0.role == .metric }.map(\.path) })
    }
  }

  private func contents(
    of file: RepositoryPath, at side: Side, in project: Project
  ) throws(Failure) -> [UInt8]? {
    guard case .commit(let commit) = side else { return try root.contents(file.bytes) }
    if let bytes = try git().blob(at: gitPath(file), in: commit) { return bytes }
    guard let owner = project.owner(of: file), let below = file.relative(to: owner.path),
      let entry = try entry(in: owner, at: below)
    else { return nil }
    return try store().read(entry.id, limit: 64 << 20)
  }
}
