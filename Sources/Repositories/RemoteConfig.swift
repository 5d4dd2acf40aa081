package import Diagnostics
import Files
import Formats
import Git
package import Remotes

/// What can be said of a remote, in the section `remote "NAME"` of a configuration file.
package enum RemoteOption: Hashable, Sendable {
  case url
  case jobs
  case chunkSize
  /// What the secrets were given for. mlrepo writes it itself.
  case secretsFor
  /// How the place is reached.
  case transport(TransportOption)

  package static let allCases = [url, jobs, chunkSize, secretsFor] + TransportOption.allCases.map { transport($0) }

  /// The option of this name, in lower case.
  package init?(rawValue: String) {
    guard let found = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = found
  }

  /// The name in the configuration file.
  package var rawValue: String {
    switch self {
    case .url: "url"
    case .jobs: "jobs"
    case .chunkSize: "chunksize"
    case .secretsFor: "secretsfor"
    case .transport(let option): option.rawValue
    }
  }

  package var summary: String {
    switch self {
    case .url: "where it is"
    case .jobs: "how many packs travel at once"
    case .chunkSize: "the average size of the chunks that large files are cut into, in KiB: a power of two"
    case .secretsFor: "what the secrets were given for; 'remote trust' writes it"
    case .transport(let option): option.summary
    }
  }

  /// Whether it is about a person or a machine, and so cannot come with the repository from somebody else.
  var isPrivate: Bool {
    if case .transport(let option) = self { return option.isPrivate }
    return self == .secretsFor
  }

  /// Returns why `value` can't be this option's, or nil if it can.
  package func brokenRule(_ value: String) -> String? {
    switch self {
    case .url:
      do throws(Failure) {
        _ = try RemoteAddress(url: value)
        return nil
      } catch {
        return error.why
      }
    case .jobs:
      return Int(value).map { (1...64).contains($0) } == true ? nil : "it must be a whole number from 1 to 64"
    case .chunkSize:
      let isFine = Int(value).map { (16...16_384).contains($0) && $0.nonzeroBitCount == 1 } == true
      return isFine ? nil : "it must be a power of two from 16 to 16384"
    case .secretsFor: return SecretsPlace(value) == nil ? "it must be what 'mlrepo remote trust' writes" : nil
    case .transport(let option): return option.brokenRule(value)
    }
  }

  /// Why a private option has no place in the file that git shares.
  var privateRule: String {
    "\(rawValue) is about you or this machine, so it counts only in config.local and in the user's own file"
  }
}

/// A remote as the configuration describes it.
package struct RemoteConfig: Equatable, Sendable {
  package var name: String
  package var options: [RemoteOption: String] = [:]
  /// The file that each is from.
  var scopes: [RemoteOption: Settings.Scope] = [:]
  /// What the secrets of each file were given for.
  var secretsFor: [Settings.Scope: SecretsPlace] = [:]
  /// The last file that says something of it.
  package var scope: Settings.Scope

  /// Notes what a file says of it.
  mutating func take(_ option: RemoteOption, _ value: String, from scope: Settings.Scope) {
    self.scope = scope
    if option == .secretsFor {
      secretsFor[scope] = SecretsPlace(value)
    } else {
      options[option] = value
      scopes[option] = scope
    }
  }

  /// Where it is, as it was written; empty if nothing says.
  package var url: String { options[.url] ?? "" }

  /// The same without a password, for people.
  package var shownURL: String { RemoteAddress.shown(url) }

  /// What it says of how the place is reached.
  var transport: [TransportOption: String] {
    var found: [TransportOption: String] = [:]
    for case (.transport(let option), let value) in options { found[option] = value }
    return found
  }

  /// Returns why `name` can't be a remote's, or nil if it can.
  package static func brokenRule(_ name: String) -> String? {
    let isFine = name.utf8.allSatisfy { byte in
      (0x61...0x7a).contains(byte | 0x20) || (0x30...0x39).contains(byte) || "._-".utf8.contains(byte)
    }
    guard isFine, (1...64).contains(name.utf8.count), let first = name.utf8.first, !"._-".utf8.contains(first) else {
      return "a name has up to 64 letters, digits, '.', '_' and '-', and starts with a letter or digit"
    }
    return nil
  }
}

extension Settings {
  /// What an entry of a configuration file says of a remote; nil if it is about something else. Throws when it is wrong.
  static func remoteEntry(
    _ name: String, _ value: String
  ) throws(Failure) -> (remote: String, option: RemoteOption, value: String)? {
    guard name.hasPrefix("remote.") else { return nil }
    let rest = name.dropFirst("remote.".count)
    guard let dot = rest.lastIndex(of: ".") else { return nil }
    let remote = String(rest[..<dot])
    if let broken = RemoteConfig.brokenRule(remote) { throw Failure("", why: "the remote '\(remote)': \(broken)") }
    let option = try remoteOption(String(rest[rest.index(after: dot)...]))
    if let broken = option.brokenRule(value) { throw Failure("", why: "\(name): \(broken)") }
    return (remote, option, value)
  }

  package static func remoteOption(_ name: String) throws(Failure) -> RemoteOption {
    if let found = RemoteOption(rawValue: name.lowercased()) { return found }
    let meant = nearest(name, among: RemoteOption.allCases.map(\.rawValue)).map { "; did you mean '\($0)'?" } ?? ""
    throw Failure(
      "cannot find the option '\(name)' of a remote", why: "there is no such option\(meant)",
      hint: "mlrepo help remote modify", category: .usage)
  }

  /// The remote `name`; without a name the default: what `core.remote` names, or the only one there is.
  package func remote(_ name: String? = nil) throws(Failure) -> RemoteConfig {
    let all = try remotes()
    let wanted = if let name { name } else { try defaultRemote() }
    guard let wanted else {
      if all.isEmpty {
        throw Failure(
          "cannot find a remote", why: "none is configured", hint: "mlrepo remote add origin /path/of/a/folder")
      }
      throw Failure(
        "cannot choose a remote", why: "there are \(all.count), and none is the default",
        hint: "mlrepo remote default \(all[0].name)")
    }
    guard let found = all.first(where: { $0.name == wanted }) else {
      let meant = nearest(wanted, among: all.map(\.name)).map { "; did you mean '\($0)'?" } ?? ""
      throw Failure(
        "cannot find the remote '\(wanted)'", why: "there is none of this name\(meant)", hint: "mlrepo remote list")
    }
    guard !found.url.isEmpty else {
      throw Failure(
        "cannot use the remote '\(wanted)'", why: "nothing says where it is",
        hint: "mlrepo remote modify \(wanted) url …")
    }
    return found
  }

  /// The name of the default remote, if there is one.
  package func defaultRemote() throws(Failure) -> String? {
    let chosen = try value(.remote).value
    if !chosen.isEmpty { return chosen }
    let all = try remotes()
    return all.count == 1 ? all[0].name : nil
  }
}
