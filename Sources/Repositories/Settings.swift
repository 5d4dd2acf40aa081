package import Diagnostics
import Files
import Formats
import Git
import Objects
package import Pipelines

/// Every setting there is. What is not in this table can neither be set nor is it obeyed, so that a repository somebody
/// else made can only say things about data.
package enum Setting: String, CaseIterable, Sendable {
  case jobs = "core.jobs"
  case fsync = "core.fsync"
  case links = "core.links"
  case store = "core.store"
  case remote = "core.remote"
  case copies = "core.numCopies"
  case lockTimeout = "core.lockTimeout"
  case autostage = "core.autostage"
  case gracePeriod = "gc.gracePeriod"
  case environmentDrift = "repro.environment"
  case executor = "repro.executor"
  case slurmPartition = "executor.slurm.partition"
  case slurmAccount = "executor.slurm.account"
  case slurmQuality = "executor.slurm.qos"
  case slurmOptions = "executor.slurm.options"

  package var defaultValue: String {
    switch self {
    case .jobs, .copies: "0"
    case .fsync: "batch"
    case .links: "reflink,copy"
    case .store, .remote: ""
    case .lockTimeout: "60"
    case .autostage: "true"
    case .gracePeriod: "14"
    case .environmentDrift: "rerun"
    case .executor: Executors.local
    case .slurmPartition, .slurmAccount, .slurmQuality, .slurmOptions: ""
    }
  }

  package var summary: String {
    switch self {
    case .links: "how data comes into the workspace, by preference: reflink, hardlink, symlink, copy"
    case .store: "the folder of a store that several clones share; empty for one's own"
    case .remote: "the remote that push, fetch and pull use; empty for the only one"
    case .copies: "on how many remotes gc wants to see an object before it goes from the store"
    case .fsync: "when writes are made durable: batch, each or off"
    case .jobs: "threads for hashing and copying, and stages at a time; 0 for one a core"
    case .lockTimeout: "seconds to wait for another command before giving up"
    case .autostage: "whether commands stage the pointers they write in git"
    case .gracePeriod: "days for which gc keeps what nothing refers to"
    case .executor: "where stages run that do not say it: local or slurm"
    case .slurmPartition: "the partition of Slurm that jobs go to; empty for Slurm's default"
    case .slurmAccount: "the account of Slurm that jobs are charged to; empty for one's default"
    case .slurmQuality: "the quality of service that jobs get from Slurm; empty for the default"
    case .slurmOptions: "further options of sbatch, with spaces between them"
    case .environmentDrift: "what a changed environment of a stage is: a reason to rerun, or only to report"
    }
  }

  /// Returns why `value` can't be this setting's, or nil if it can.
  package func brokenRule(_ value: String) -> String? {
    switch self {
    case .autostage: ["true", "false"].contains(value) ? nil : "it must be true or false"
    case .fsync: Durability(rawValue: value) == nil ? "it must be batch, each or off" : nil
    case .links:
      Self.linkKinds(value) == nil ? "it must be some of reflink, hardlink, symlink and copy, with commas" : nil
    case .store: value.isEmpty || value.hasPrefix("/") ? nil : "it must be an absolute path"
    case .remote: value.isEmpty ? nil : RemoteConfig.brokenRule(value)
    case .jobs: number(value, 0...256)
    case .copies: number(value, 0...64)
    case .lockTimeout: number(value, 0...86_400)
    case .gracePeriod: number(value, 0...36_500)
    case .executor:
      Executors.names.contains(value) ? nil : "it must be \(Executors.names.joined(separator: " or "))"
    case .slurmPartition, .slurmAccount, .slurmQuality:
      value.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-,".contains($0)) }
        ? nil : "it must be names of letters, digits, '.', '_' and '-', with commas"
    case .slurmOptions:
      value.split { $0.isWhitespace }.allSatisfy { $0.hasPrefix("-") }
        ? nil : "each word must be an option with its value, as in '--constraint=fast --nice'"
    case .environmentDrift: ReproPlan.Drift(rawValue: value) == nil ? "it must be rerun or report" : nil
    }
  }

  static func linkKinds(_ value: String) -> [LinkKind]? {
    let names = value.split(separator: ",", omittingEmptySubsequences: false)
    let kinds = names.compactMap { name in LinkKind(rawValue: String(name.drop { $0 == " " })) }
    return kinds.count == names.count && Set(kinds).count == kinds.count ? kinds : nil
  }

  /// Whether the setting is about what is outside the repository, and so cannot come with it from somebody else.
  var isPrivate: Bool { self == .store || rawValue.hasPrefix("executor.") }

  private func number(_ value: String, _ range: ClosedRange<Int>) -> String? {
    if let number = Int(value), range.contains(number) { return nil }
    return "it must be a whole number from \(range.lowerBound) to \(range.upperBound)"
  }
}

/// The settings in force. Later files win: the user's own, the repository's shared `config`, its private `config.local`.
package final class Settings {
  package enum Scope: String, CaseIterable, Sendable {
    case user, shared, local
  }

  private let home: Folder
  private let base: Folder
  private let environment: [String: String]
  private var loaded: Loaded?

  private struct Loaded {
    var values: [Setting: (value: String, scope: Scope)] = [:]
    var remotes: [String: RemoteConfig] = [:]
  }

  /// The shared settings are in `home`, which git keeps; the private ones in `base`, for all work trees of a clone.
  init(home: Folder, base: Folder, environment: [String: String]) {
    self.home = home
    self.base = base
    self.environment = environment
  }

  package func value(_ setting: Setting) throws(Failure) -> (value: String, scope: Scope?) {
    if let found = try load().values[setting] { return (found.value, found.scope) }
    return (setting.defaultValue, nil)
  }

  /// nil for one a core.
  package func jobs() throws(Failure) -> Int? { Int(try value(.jobs).value).flatMap { $0 > 0 ? $0 : nil } }
  package func copies() throws(Failure) -> Int { Int(try value(.copies).value) ?? 0 }
  package func lockTimeout() throws(Failure) -> Int { Int(try value(.lockTimeout).value) ?? 60 }
  package func gracePeriodDays() throws(Failure) -> Int { Int(try value(.gracePeriod).value) ?? 14 }
  package func environmentDrift() throws(Failure) -> ReproPlan.Drift {
    ReproPlan.Drift(rawValue: try value(.environmentDrift).value) ?? .rerun
  }
  package func autostages() throws(Failure) -> Bool { try value(.autostage).value == "true" }

  /// What `sbatch` is told besides what a stage needs.
  func slurmOptions() throws(Failure) -> [String] {
    var options: [String] = []
    for (setting, name) in [(Setting.slurmPartition, "partition"), (.slurmAccount, "account"), (.slurmQuality, "qos")] {
      let value = try value(setting).value
      if !value.isEmpty { options.append("--\(name)=\(value)") }
    }
    return options + (try value(.slurmOptions).value).split { $0.isWhitespace }.map(String.init)
  }

  func durability() throws(Failure) -> Durability { Durability(rawValue: try value(.fsync).value) ?? .batch }

  /// How the store works by these settings.
  func storeOptions() throws(Failure) -> StoreOptions {
    var options = StoreOptions()
    options.width = try jobs() ?? options.width
    options.links = Setting.linkKinds(try value(.links).value) ?? options.links
    options.durability = try durability()
    return options
  }

  package func set(_ name: String, to value: String?, in scope: Scope) throws(Failure) {
    let setting = try Self.setting(name)
    if let value, let broken = setting.brokenRule(value) {
      throw Failure("cannot set \(setting.rawValue) to '\(value)'", why: broken, category: .usage)
    }
    if setting.isPrivate, scope == .shared, value != nil {
      throw Failure(
        "cannot set \(setting.rawValue) for everybody", why: Self.privateRule(setting),
        hint: "mlrepo config --local \(setting.rawValue) …", category: .usage)
    }
    try change(setting.rawValue, to: value, in: scope)
  }

  private func change(_ name: String, to value: String?, in scope: Scope) throws(Failure) {
    guard let path = path(of: scope) else {
      throw Failure("cannot set \(name) for the user", why: "HOME is not set", category: .usage)
    }
    if scope == .user { try makeParent(of: path) }
    let file = try GitConfigFile(at: path)
    if let value { try file.set(name, to: value) } else { _ = try file.unset(name) }
    if scope == .local { try base.setMode(Array("config.local".utf8), 0o600) }
    loaded = nil
  }

  package static func setting(_ name: String) throws(Failure) -> Setting {
    if let found = Setting.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() }) { return found }
    let meant = nearest(name, among: Setting.allCases.map(\.rawValue)).map { "; did you mean '\($0)'?" } ?? ""
    throw Failure(
      "cannot find the setting '\(name)'", why: "there is no such setting\(meant)", hint: "mlrepo config --list",
      category: .usage)
  }

  private static func privateRule(_ setting: Setting) -> String {
    "\(setting.rawValue) is about what is outside the repository, so it counts only in config.local and in the user's own file"
  }

  /// The remotes by name.
  package func remotes() throws(Failure) -> [RemoteConfig] { try load().remotes.values.sorted { $0.name < $1.name } }

  /// Sets or, with nil, unsets an option of a remote.
  func set(_ option: RemoteOption, of remote: String, to value: String?, in scope: Scope) throws(Failure) {
    try change("remote.\(remote).\(option.rawValue)", to: value, in: scope)
  }

  private func load() throws(Failure) -> Loaded {
    if let loaded { return loaded }
    var found = Loaded()
    for scope in Scope.allCases {
      guard let path = path(of: scope), try exists(path) else { continue }
      for (name, value) in try Self.entries(at: path) {
        let setting: Setting
        do throws(Failure) {
          if let (remote, option, value) = try Self.remoteEntry(name, value) {
            if option.isPrivate, scope == .shared { throw Failure("", why: option.privateRule) }
            found.remotes[remote, default: RemoteConfig(name: remote, scope: scope)].take(option, value, from: scope)
            continue
          }
          setting = try Self.setting(name)
          if setting.isPrivate, scope == .shared { throw Failure("", why: Self.privateRule(setting)) }
          if let broken = setting.brokenRule(value) { throw Failure("", why: "\(name) is '\(value)': \(broken)") }
        } catch {
          let why = error.what.isEmpty ? error.why : "\(name): \(error.why)"
          throw Failure(
            "cannot use the configuration file \(PathText.escape(path))", why: why,
            hint: "git config --file \(shell: PathText.escape(path)) --unset-all \(name)", category: .notARepository)
        }
        found.values[setting] = (value, scope)
      }
    }
    loaded = found
    return found
  }

  /// What the file of one scope says of a remote.
  func options(of remote: String, in scope: Scope) throws(Failure) -> [RemoteOption: String] {
    guard let path = path(of: scope), try exists(path) else { return [:] }
    var found: [RemoteOption: String] = [:]
    for (name, value) in try Self.entries(at: path) {
      if let entry = try Self.remoteEntry(name, value), entry.remote == remote { found[entry.option] = entry.value }
    }
    return found
  }

  /// What the file of one scope itself says.
  func ownValue(_ setting: Setting, in scope: Scope) throws(Failure) -> String? {
    guard let path = path(of: scope), try exists(path) else { return nil }
    return try Self.entries(at: path).last { $0.name.lowercased() == setting.rawValue.lowercased() }?.value
  }

  private static func entries(at path: [UInt8]) throws(Failure) -> [(name: String, value: String)] {
    do throws(Failure) {
      if let plain = try GitConfigFile.plainEntries(at: path) { return plain }
      return try GitConfigFile(at: path).entries()
    } catch  where error.category == .damaged {
      throw Failure(error.what, why: error.why, hint: "correct that line", category: .notARepository)
    }
  }

  private func exists(_ path: [UInt8]) throws(Failure) -> Bool {
    guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return false }
    // Its folder may be absent as well.
    guard let folder = try? Folder(at: Array(path[..<slash])) else { return false }
    return try folder.stat(Array(path[(slash + 1)...]))?.kind == .file
  }

  private func path(of scope: Scope) -> [UInt8]? {
    switch scope {
    case .shared: return home.full(Array("config".utf8))
    case .local: return base.full(Array("config.local".utf8))
    case .user:
      if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
        return Array("\(folder)/mlrepo/config".utf8)
      }
      guard let folder = environment["HOME"], folder.hasPrefix("/") else { return nil }
      return Array("\(folder)/.config/mlrepo/config".utf8)
    }
  }

  private func makeParent(of path: [UInt8]) throws(Failure) {
    _ = try Folder(at: Array("/".utf8)).folder(
      making: Array(path.split(separator: UInt8(ascii: "/")).dropLast().joined(separator: "/".utf8)))
  }
}
