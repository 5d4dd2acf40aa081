package import Diagnostics
package import Files
import Git
package import Objects

/// What was copied from elsewhere, and to where.
package struct CopiedPath: Sendable {
  /// The absolute path.
  package var target: [UInt8]
  package var content: Content
  /// The commit it is from; nil for what is no repository's.
  package var commit: String?
}

/// Copies from places elsewhere, which need no repository here.
package struct Elsewhere {
  package let progress = ProgressMeter()
  let environment: [String: String]
  let current: [UInt8]

  /// `current` is the folder that relative paths start in.
  package init(current: [UInt8], environment: [String: String]) {
    self.current = current
    self.environment = environment
  }

  /// What is tracked at or below `path` of another repository. Its files do not come.
  package func list(
    _ address: SourceAddress, _ path: RepositoryPath, recursive: Bool
  ) throws(Failure) -> [ListedPath] {
    let source = try SourceRepository(address, environment: environment, known: knownRemotes())
    let scratch = try SourceCache(address.place, environment: environment).scratch
    var options = StoreOptions()
    options.durability = .off
    let store = try ObjectStore(
      in: scratch.folder().folder(making: Array("store".utf8)), scratch: scratch, progress: progress, options: options)
    return try source.list(path, recursive: recursive, with: store)
  }

  /// Copies what another repository has at `path` to `out`; by default to its own name in the current folder.
  package func get(
    _ address: SourceAddress, _ path: RepositoryPath, to out: [UInt8]?, force: Bool
  ) throws(Failure) -> CopiedPath {
    let target = try target(out, name: Array(path.name))
    let source = try SourceRepository(address, environment: environment, known: knownRemotes())
    let export = try Export(to: target, force: force, progress: progress)
    defer { export.cleanUp() }
    let content = try source.bring(path, into: export.store)
    try export.write(content, from: export.store)
    return CopiedPath(target: target, content: content, commit: source.commit.hex)
  }

  /// The absolute path that `out` means for something named `name`: in it, if it is a folder.
  func target(_ out: [UInt8]?, name: [UInt8]) throws(Failure) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    let whole = SourceAddress.absolute(out ?? [], current)
    if out != nil, out?.last != slash, try Folder.ifPresent(at: whole) == nil { return whole }
    guard !name.isEmpty else {
      throw Failure(
        "cannot tell where to write", why: "the whole of a repository or server has no name of its own",
        hint: "give one with -o", category: .usage)
    }
    return (whole == [slash] ? [] : whole) + [slash] + name
  }

  /// The remotes of the repository that the user stands in, if it is one.
  func knownRemotes() throws(Failure) -> [RemoteConfig] {
    guard let root = try Repository.findRoot(from: current) else { return [] }
    return try Repository(root: root, environment: environment).settings.remotes()
  }
}
