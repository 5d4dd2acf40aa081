package import Diagnostics
import Files
import Remotes

/// What the secrets of a remote were given for. They stand in a private file under the remote's name, while the rest may
/// come from somebody else's commit: this says where they may go.
package struct SecretsPlace: Equatable, Sendable, CustomStringConvertible {
  var url: String
  /// The service behind an S3 address; nil for AWS's, or what the environment tells.
  var endpoint: String?
  /// Whether data is encrypted before it goes there.
  var isEncrypted: Bool

  init(url: String, endpoint: String?, isEncrypted: Bool) {
    (self.url, self.endpoint, self.isEncrypted) = (url, endpoint, isEncrypted)
  }

  /// Reads what `text` makes; nil for anything else.
  init?(_ text: String) {
    self.init(url: "", endpoint: nil, isEncrypted: false)
    var rest = text[...]
    while !rest.hasPrefix("url=") {
      guard let space = rest.firstIndex(of: " ") else { return nil }
      let word = rest[..<space]
      if word == "encrypt=true" {
        isEncrypted = true
      } else if word.hasPrefix("endpointurl="), !word.hasSuffix("=") {
        endpoint = String(word.dropFirst("endpointurl=".count))
      } else {
        return nil
      }
      rest = rest[rest.index(after: space)...]
    }
    url = String(rest.dropFirst("url=".count))
    if url.isEmpty { return nil }
  }

  /// As the configuration keeps it: `encrypt=true endpointurl=… url=…`. A folder may have spaces; so the URL comes last.
  var text: String {
    (isEncrypted ? "encrypt=true " : "") + (endpoint.map { "endpointurl=\($0) " } ?? "") + "url=\(url)"
  }

  package var description: String {
    RemoteAddress.shown(url) + (endpoint.map { " at \(RemoteAddress.shown($0))" } ?? "")
      + (isEncrypted ? ", encrypted" : "")
  }
}

extension RemoteOption {
  /// Whether it is what somebody else must not get.
  var isGuarded: Bool {
    switch self {
    case .transport(let option): option.isSecret || option == .accessKey || option == .encryptionKey
    default: false
    }
  }

  /// Whether it is a part of `SecretsPlace`.
  var isPlace: Bool { self == .url || self == .transport(.endpoint) || self == .transport(.encrypt) }
}

extension RemoteConfig {
  /// Where secrets would go now.
  var place: SecretsPlace {
    SecretsPlace(
      url: url, endpoint: options[.transport(.endpoint)], isEncrypted: options[.transport(.encrypt)] == "true")
  }

  /// The files that the secrets are from.
  private var secretScopes: [Settings.Scope] {
    let found = Set(options.keys.filter(\.isGuarded).compactMap { scopes[$0] })
    return Settings.Scope.allCases.filter(found.contains)
  }

  /// Whether all that tells where the secrets go is the user's own word.
  private var isOwnPlace: Bool {
    let hasKey = options[.transport(.encryptionKey)] ?? options[.transport(.passphrase)] != nil
    return scopes[.url] != .shared && scopes[.transport(.endpoint)] != .shared
      && (!hasKey || isOwn(.transport(.encrypt)))
  }

  private func isOwn(_ option: RemoteOption) -> Bool { scopes[option].map { $0 != .shared } ?? false }

  private var usesUsualCredentials: Bool {
    secretScopes.isEmpty && url.lowercased().hasPrefix("s3://") && options[.transport(.anonymous)] != "true"
  }

  /// Refuses when secrets were given for another place than the one that the configuration names now, or when what was
  /// encrypted would go out as it is. What the user's own files say of the place is the user's word, and counts.
  func checkSecrets() throws(Failure) {
    if secretScopes.isEmpty, let given = secretsFor[.local] {
      let changes = self.changes(since: given, hasOwnSecrets: false)
      if !changes.isEmpty { throw refused(changes) }
    }
    for scope in secretScopes {
      let given = [secretsFor[scope], secretsFor[.local]].compactMap(\.self)
      if let first = given.first {
        let isFine = given.contains { changes(since: $0, hasOwnSecrets: true).isEmpty }
        if !isFine { throw refused(changes(since: first, hasOwnSecrets: true)) }
      } else if !isOwnPlace {
        throw refused(["nothing tells that they are for \(place)"])
      }
    }
  }

  /// What is no longer as it was when the secrets were given. Credentials of the environment or of `~/.aws` are for all of a
  /// service's buckets, and go to AWS's own in any case.
  private func changes(since given: SecretsPlace, hasOwnSecrets: Bool) -> [String] {
    var changes: [String] = []
    let (now, endpoint) = (place, RemoteOption.transport(.endpoint))
    if hasOwnSecrets, scopes[.url] == .shared, given.url != now.url {
      changes.append("its url was \(RemoteAddress.shown(given.url)), and is \(RemoteAddress.shown(now.url)) now")
    }
    let endpointMatters = hasOwnSecrets || (usesUsualCredentials && now.endpoint != nil)
    if endpointMatters, !isOwn(endpoint), given.endpoint != now.endpoint {
      func shown(_ endpoint: String?) -> String { endpoint.map { RemoteAddress.shown($0) } ?? "that of AWS" }
      changes.append("its endpointurl was \(shown(given.endpoint)), and is \(shown(now.endpoint)) now")
    }
    if given.isEncrypted, !now.isEncrypted, !isOwn(.transport(.encrypt)) {
      changes.append("it was encrypted, and now everything would go there as it is")
    }
    return changes
  }

  private func refused(_ changes: [String]) -> Failure {
    Failure(
      "cannot use the remote '\(name)': it is not what its secrets were given for",
      why: changes.joined(separator: "; "), hint: "if that is right: mlrepo remote trust \(name)", category: .remote)
  }

  /// Whether the place is to be remembered now that it is used with secrets that no file of mlrepo has.
  func isFirstUse(_ environment: [String: String]) -> Bool {
    guard secretScopes.isEmpty, secretsFor[.local] == nil, !isOwnPlace else { return false }
    return usesUsualCredentials || (place.isEncrypted && environment["MLREPO_PASSPHRASE"]?.isEmpty == false)
  }
}

extension Repository {
  /// Says that the secrets of a remote are for the place that the configuration names now.
  package func trustRemote(_ name: String) throws(Failure) -> SecretsPlace {
    let remote = try settings.remote(name)
    try settings.set(.secretsFor, of: name, to: remote.place.text, in: .local)
    return remote.place
  }

  /// Notes what the user's own change of an option means for where secrets may go. Returns the place if it is a new one.
  func bindSecrets(
    of before: RemoteConfig, after option: RemoteOption, _ value: String?, in scope: Settings.Scope
  ) throws(Failure) -> SecretsPlace? {
    if option.isGuarded, value == nil {
      // With the last secret of a file goes what it was for.
      let left = try settings.options(of: before.name, in: scope)
      if left[.secretsFor] != nil, !left.keys.contains(where: \.isGuarded) {
        try settings.set(.secretsFor, of: before.name, to: nil, in: scope)
      }
      return nil
    }
    guard let now = try settings.remotes().first(where: { $0.name == before.name }), !now.url.isEmpty else {
      return nil
    }
    let target: Settings.Scope = scope == .user ? .user : .local
    var place: SecretsPlace
    if option.isGuarded {
      place = now.place
    } else if option.isPlace, let known = before.secretsFor[target] ?? before.secretsFor[.user] {
      // The rest may have changed by another's hand, and is not what the user speaks of.
      place = known
      if option == .url { place.url = now.url }
      if option == .transport(.endpoint) { place.endpoint = now.place.endpoint }
      if option == .transport(.encrypt) { place.isEncrypted = now.place.isEncrypted }
    } else {
      return nil
    }
    if before.secretsFor[target] == place { return nil }
    try settings.set(.secretsFor, of: now.name, to: place.text, in: target)
    return place
  }
}
