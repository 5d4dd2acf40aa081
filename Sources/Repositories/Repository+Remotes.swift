package import Diagnostics
import Files
import Git
import Objects
import Remotes

extension Repository {
  private static let remotesName = Array("remotes".utf8)

  // MARK: - Configuration

  /// Adds a remote. Without a default yet, and with `isDefault`, it becomes the default.
  package func addRemote(
    _ name: String, url: String, current: [UInt8], isDefault: Bool, in scope: Settings.Scope
  ) throws(Failure) -> RemoteConfig {
    if let broken = RemoteConfig.brokenRule(name) {
      throw Failure("cannot add the remote '\(name)'", why: broken, category: .usage)
    }
    if let known = try settings.remotes().first(where: { $0.name == name }) {
      throw Failure(
        "cannot add the remote '\(name)'", why: "there is one of this name: \(RemoteAddress.shown(known.url))",
        hint: "mlrepo remote modify \(name) url …", category: .usage)
    }
    let url = try address(url, current)
    try settings.set(.url, of: name, to: url, in: scope)
    if isDefault { try settings.set(Setting.remote.rawValue, to: name, in: scope) }
    return try settings.remote(name)
  }

  /// Sets or, with nil, unsets an option of a remote. Returns what its secrets are for from now on, if that is new.
  package func modifyRemote(
    _ name: String, _ option: RemoteOption, to value: String?, current: [UInt8], in scope: Settings.Scope
  ) throws(Failure) -> SecretsPlace? {
    guard let before = try settings.remotes().first(where: { $0.name == name }) else { throw try unknownRemote(name) }
    var value = value
    if option == .url, let url = value { value = try address(url, current) }
    if let value, let broken = option.brokenRule(value) {
      throw Failure("cannot set \(option.rawValue) of the remote '\(name)'", why: broken, category: .usage)
    }
    if option.isPrivate, scope == .shared, value != nil {
      throw Failure(
        "cannot set \(option.rawValue) of the remote '\(name)' for everybody", why: option.privateRule,
        hint: "mlrepo remote modify --local \(name) \(option.rawValue) …", category: .usage)
    }
    if option == .secretsFor, value != nil {
      throw Failure(
        "cannot set secretsfor of the remote '\(name)'", why: "mlrepo writes it itself",
        hint: "mlrepo remote trust \(name)", category: .usage)
    }
    // A new secret is no reason to let the others go where somebody else's commit says.
    if option.isGuarded, value != nil, !before.secretsFor.isEmpty { try before.checkSecrets() }
    try settings.set(option, of: name, to: value, in: scope)
    return try bindSecrets(of: before, after: option, value, in: scope)
  }

  /// Forgets a remote: what the configuration says of it, and the cache of its indexes. The place itself stays.
  package func removeRemote(_ name: String) throws(Failure) {
    guard try settings.remotes().contains(where: { $0.name == name }) else { throw try unknownRemote(name) }
    for scope in Settings.Scope.allCases {
      for option in try settings.options(of: name, in: scope).keys {
        try settings.set(option, of: name, to: nil, in: scope)
      }
      if try settings.ownValue(.remote, in: scope) == name {
        try settings.set(Setting.remote.rawValue, to: nil, in: scope)
      }
    }
    try base.removeTree(Self.remotesName + [UInt8(ascii: "/")] + Array(name.utf8))
  }

  package func renameRemote(_ old: String, to new: String) throws(Failure) {
    guard try settings.remotes().contains(where: { $0.name == old }) else { throw try unknownRemote(old) }
    if let broken = RemoteConfig.brokenRule(new) {
      throw Failure("cannot name a remote '\(new)'", why: broken, category: .usage)
    }
    if try settings.remotes().contains(where: { $0.name == new }) {
      throw Failure("cannot rename the remote '\(old)'", why: "there is one named '\(new)'", category: .usage)
    }
    for scope in Settings.Scope.allCases {
      for (option, value) in try settings.options(of: old, in: scope) {
        try settings.set(option, of: new, to: value, in: scope)
      }
      if try settings.ownValue(.remote, in: scope) == old {
        try settings.set(Setting.remote.rawValue, to: new, in: scope)
      }
    }
    try removeRemote(old)
  }

  private func unknownRemote(_ name: String) throws(Failure) -> Failure {
    do throws(Failure) {
      _ = try settings.remote(name)
    } catch {
      return error
    }
    return Failure("cannot find the remote '\(name)'", why: "there is none of this name", hint: "mlrepo remote list")
  }

  /// A URL as the configuration keeps it. The path of a folder that is relative starts where the user is; it is kept
  /// relative to the repository's root.
  private func address(_ url: String, _ current: [UInt8]) throws(Failure) -> String {
    let address = try RemoteAddress(url: url)
    guard address.kind == .folder, !url.hasPrefix("/"), !url.contains("://") else { return url }
    let slash = UInt8(ascii: "/")
    let target = try address.folder(from: realPath(current)).split(separator: slash)
    let from = root.path.split(separator: slash)
    let common = zip(target, from).prefix { $0.elementsEqual($1) }.count
    let parts = Array(repeating: Array("..".utf8)[...], count: from.count - common) + target.dropFirst(common)
    return String(decoding: Array(parts.joined(separator: [slash])), as: UTF8.self)
  }

  // MARK: - Use

  /// Opens a remote and reads what is new in it.
  func open(_ remote: RemoteConfig) throws(Failure) -> RemoteContents {
    let contents = try opener(of: remote)()
    if remote.isFirstUse(environment) {
      // Only a later change can be told from this, so a folder that can't be written is no reason to fail.
      try? settings.set(.secretsFor, of: remote.name, to: remote.place.text, in: .local)
    }
    return contents
  }

  /// What is known of a remote without asking it; nil when nothing is.
  func known(_ remote: RemoteConfig) throws(Failure) -> KnownRemote? {
    let slash = [UInt8(ascii: "/")]
    guard let folder = try base.folderIfPresent(Self.remotesName + slash + Array(remote.name.utf8)) else { return nil }
    return try KnownRemote(in: IndexCache(in: folder, scratch: scratch))
  }

  /// The same for later, and for other threads.
  private func opener(of remote: RemoteConfig) -> @Sendable () throws(Failure) -> RemoteContents {
    let (base, name, url, options) = (base, Array(remote.name.utf8), remote.url, remote.transport)
    let (root, own, variables) = (root.path, base.path == home.path ? scratch : nil, environment)
    return { () throws(Failure) in
      try remote.checkSecrets()
      let scratch = if let own { own } else { Scratch(in: try base.folder(making: Array("tmp".utf8))) }
      var transport = Transport(environment: variables, root: root, scratch: scratch)
      transport.options = options
      let storage = try transport.open(RemoteAddress(url: url))
      let caches = try base.folder(making: Self.remotesName)
      let ignore = Array(".gitignore".utf8)
      if try caches.stat(ignore) == nil {
        // No cache: without its content git would see the others.
        try caches.replace(ignore, with: Array("*\n".utf8), scratch: scratch.folder())
      }
      return try RemoteContents(storage, cache: IndexCache(in: caches.folder(making: name), scratch: scratch))
    }
  }

  /// From now on an object that turns out to be damaged or lost is asked for in the default remote, if there is one.
  func healFromRemote() throws(Failure) {
    guard !healsFromRemote else { return }
    healsFromRemote = true
    guard let name = try settings.defaultRemote(), let remote = try? settings.remote(name) else { return }
    let tell = healing
    try store().heal(from: RemoteSource(opener(of: remote), healing: { tell(name) }))
  }

  /// The default remote as a source of objects.
  func defaultSource() throws(Failure) -> RemoteSource { RemoteSource(opener(of: try settings.remote())) }

  /// The remotes of these names, in order; the default if there are none.
  func remotes(_ names: [String]) throws(Failure) -> [RemoteConfig] {
    if names.isEmpty { return [try settings.remote()] }
    var found: [RemoteConfig] = []
    for name in names {
      let remote = try settings.remote(name)
      if !found.contains(remote) { found.append(remote) }
    }
    return found
  }

  func options(_ remote: RemoteConfig, jobs: Int?) -> TransferOptions {
    var options = TransferOptions(width: jobs ?? remote.options[.jobs].flatMap { Int($0) } ?? 4)
    if let size = remote.options[.chunkSize].flatMap({ Int($0) }) { options.chunkSize = size << 10 }
    return options
  }

  /// What a look at a remote found.
  package struct RemoteCheck: Sendable {
    package var name: String
    package var place: String
    /// Nothing has been pushed to it yet.
    package var isNew = false
    package var packs = 0
    package var bytes = 0
    package var problems: [Failure] = []
    /// Whether a file could be written and removed; nil if that was not tried.
    package var isWritable: Bool?
    package var seconds = 0.0
  }

  /// Looks whether a remote can be reached, read and, with `writing`, written.
  package func checkRemote(_ name: String?, writing: Bool) throws(Failure) -> RemoteCheck {
    let remote = try settings.remote(name)
    let start = monotonicSeconds()
    let contents = try open(remote)
    var check = RemoteCheck(name: remote.name, place: contents.storage.place)
    (check.isNew, check.problems) = (contents.isNew, contents.problems)
    (check.packs, check.bytes) = contents.packs
    if writing, let probe = RemoteName(.marks, "check-\(UInt32.random(in: .min ... .max))") {
      try RemoteProbe.run(contents.storage, probe)
      check.isWritable = true
    }
    check.seconds = monotonicSeconds() - start
    return check
  }
}
