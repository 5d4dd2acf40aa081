import Diagnostics
import Files
import Pipelines

/// What stat() says of the outputs of stages at rest, so that a stage that writes into them is noticed. Of a folder that
/// is what happens to its own entries, and now and then all in it.
struct OutputWatch {
  private let root: Folder
  private let owned: [StageID: [RepositoryPath]]
  /// By folder, so that each is opened once for a look at all.
  private var seen: [RepositoryPath: [RepositoryPath: FileStat?]] = [:]
  private var deep: DeepWatch

  init(_ stages: [Stage], root: Folder) {
    self.root = root
    deep = DeepWatch(root: root)
    owned = Dictionary(stages.map { ($0.id, $0.outputs.map(\.path)) }, uniquingKeysWith: { first, _ in first })
  }

  /// `inDepth` tells whose folders are looked into already: of a stage that is about to run there is no need.
  mutating func lookAtAll(inDepth: (StageID) -> Bool) {
    for (stage, paths) in owned {
      for path in paths { seen[path.parent, default: [:]][path] = .some(nil) }
      if inDepth(stage) { for path in paths { deep.look(at: path) } }
    }
    _ = changes()
  }

  /// The outputs of `stage` are as they should be now.
  mutating func look(at stage: Stage) {
    for output in stage.outputs {
      seen[output.path.parent, default: [:]][output.path] = .some(try? root.stat(output.path.bytes))
      deep.look(at: output.path)
    }
  }

  /// From now on the stage's outputs change for good reason.
  mutating func forget(_ stage: StageID) {
    for path in owned[stage] ?? [] {
      seen[path.parent]?[path] = nil
      deep.forget(path)
    }
  }

  /// What changed inside folders; nil when it is not yet time to look.
  mutating func changesInDepth(isLast: Bool) -> [DeepWatch.Change]? { deep.changes(isLast: isLast) }

  /// The outputs that differ from when they were last looked at; looks at all.
  mutating func changes() -> [RepositoryPath] {
    var found: [RepositoryPath] = []
    for (parent, paths) in seen where !paths.isEmpty {
      let folder = try? root.folderIfPresent(parent.bytes)
      for (path, then) in paths {
        let now = try? folder?.stat(Array(path.name))
        if Self.differs(then, now) { found.append(path) }
        seen[parent]?[path] = .some(now)
      }
    }
    return found.sorted()
  }

  /// Another name of a file, or its mode, changes nothing of what it holds.
  private static func differs(_ a: FileStat?, _ b: FileStat?) -> Bool {
    a?.size != b?.size || a?.modified != b?.modified || a?.inode != b?.inode
  }
}
