import Diagnostics
import Files
import Formats
import Git
import Objects
import Remotes

/// A remote that is opened when it is first asked.
final class LazyRemote {
  let name: String
  private let open: () throws(Failure) -> RemoteContents
  private var opened: RemoteContents?

  init(_ name: String, _ open: @escaping () throws(Failure) -> RemoteContents) {
    self.name = name
    self.open = open
  }

  func contents() throws(Failure) -> RemoteContents {
    if let opened { return opened }
    let contents = try open()
    opened = contents
    return contents
  }
}

extension SourceRepository {
  /// Brings objects of the repository at `root` of git's tree into `store`.
  func intake(into store: ObjectStore, at root: RepositoryPath) throws(Failure) -> ObjectIntake {
    let local = try local(at: root)
    var remotes: [LazyRemote] = []
    var unusable: [Failure] = []
    for remote in try configs(local, root) {
      do throws(Failure) {
        remotes.append(try opener(of: remote, root))
      } catch {
        unusable.append(error)
      }
    }
    return ObjectIntake(
      into: store, place: address.place, local: try local?.store(), remotes: remotes, unusable: unusable)
  }

  /// The remotes that the repository names, its default first.
  private func configs(_ local: Repository?, _ root: RepositoryPath) throws(Failure) -> [RemoteConfig] {
    var found: [RemoteConfig]
    var first: String?
    if let local {
      found = try local.settings.remotes()
      first = try local.settings.value(.remote).value
    } else {
      (found, first) = try configured(root)
    }
    found.sort { ($0.name == first ? 0 : 1, $0.name) < ($1.name == first ? 0 : 1, $1.name) }
    return found.map { remote in known.first { $0.url == remote.url && !$0.url.isEmpty } ?? remote }
  }

  /// What the committed configuration says of remotes: that of today first, since data may have been pushed after the commit
  /// that refers to it, or have moved. Anything else in it, and anything that is wrong, counts for nothing.
  private func configured(_ root: RepositoryPath) throws(Failure) -> ([RemoteConfig], first: String?) {
    var (found, first) = try configured(root, at: git.headCommit() ?? commit)
    let then = try configured(root, at: commit)
    found += then.0.filter { old in !found.contains { $0.url == old.url } }
    return (found, first ?? then.first)
  }

  private func configured(
    _ root: RepositoryPath, at commit: CommitID
  ) throws(Failure) -> ([RemoteConfig], first: String?) {
    guard let bytes = try configuration(of: root, at: commit), bytes.count <= 1 << 20 else { return ([], nil) }
    let scratch = try SourceCache(address.place, environment: environment).scratch
    let file = try PendingFile(in: scratch.folder())
    try file.write(bytes)
    let path = try scratch.folder().full(file.name)
    let entries: [(name: String, value: String)]
    if let plain = try GitConfigFile.plainEntries(at: path) {
      entries = plain
    } else {
      entries = try GitConfigFile(at: path).entries()
    }
    withExtendedLifetime(file) {}
    var remotes: [String: RemoteConfig] = [:]
    var first: String?
    for (name, value) in entries {
      if name.lowercased() == Setting.remote.rawValue { first = value }
      guard let entry = try? Settings.remoteEntry(name, value), !entry.option.isPrivate else { continue }
      remotes[entry.remote, default: RemoteConfig(name: entry.remote, scope: .shared)]
        .take(entry.option, value, from: .shared)
    }
    return (remotes.values.sorted { $0.name < $1.name }, first)
  }

  private func opener(of remote: RemoteConfig, _ root: RepositoryPath) throws(Failure) -> LazyRemote {
    try remote.checkSecrets()
    let address = try RemoteAddress(url: remote.url)
    let start = folderBase(at: root)
    guard address.kind != .folder || start != nil else {
      throw Failure(
        "cannot use the remote '\(remote.name)'",
        why: "\(self.address.place) is elsewhere, and names a folder of this machine, \(remote.url)", category: .remote)
    }
    return LazyRemote(remote.name) { [environment, place = self.address.place] () throws(Failure) in
      let cache = try SourceCache(place, environment: environment)
      var transport = Transport(environment: environment, root: start ?? [UInt8(ascii: "/")], scratch: cache.scratch)
      transport.options = remote.transport
      let indexes = IndexCache(in: try cache.indexes(of: remote.name), scratch: cache.scratch)
      return try RemoteContents(transport.open(address), cache: indexes)
    }
  }
}
