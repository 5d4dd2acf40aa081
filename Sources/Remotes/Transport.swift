package import Diagnostics
package import Files

/// All that is needed to reach a remote, beside its address.
package struct Transport: Sendable {
  package var options: [TransportOption: String] = [:]
  /// The variables of the process.
  package var environment: [String: String]
  /// Where relative folders begin.
  package var root: [UInt8]
  /// Where uploads are written that need it.
  package var scratch: Scratch

  package init(environment: [String: String], root: [UInt8], scratch: Scratch) {
    self.environment = environment
    self.root = root
    self.scratch = scratch
  }

  /// The place, opened for reading and writing. Nothing is asked of it yet.
  package func open(_ address: RemoteAddress) throws(Failure) -> any RemoteStorage {
    if let stray = options.keys.filter({ !$0.kinds.contains(address.kind) }).min(by: { $0.rawValue < $1.rawValue }) {
      throw Failure(
        "cannot use the remote '\(RemoteAddress.shown(address.url))'",
        why: "'\(stray.rawValue)' means nothing for a remote of this kind",
        hint: "mlrepo remote modify --unset NAME \(stray.rawValue)", category: .usage)
    }
    var storage = try plain(address)
    if options[.listing] == "true" { storage = ListedStorage(storage) }
    return options[.encrypt] == "true" ? SealedStorage(storage, try secret()) : storage
  }

  private func plain(_ address: RemoteAddress) throws(Failure) -> any RemoteStorage {
    switch address.kind {
    case .folder: return FolderStorage(at: try address.folder(from: root))
    case .s3:
      let (bucket, prefix) = try Self.bucket(address.url)
      return try S3Storage(bucket: bucket, prefix: prefix, s3Settings, scratch: scratch)
    case .http:
      let url = try HTTPAddress(address.url)
      return try HTTPStorage(url, httpSettings, authorization: authorization(url), scratch: scratch)
    case .ssh:
      return try ssh(HTTPAddress(address.url))
    }
  }

  /// Bucket and prefix of `s3://BUCKET/PREFIX`.
  static func bucket(_ text: String) throws(Failure) -> (name: String, prefix: String) {
    let url = try HTTPAddress(text)
    guard url.port == nil, url.user == nil else {
      throw Failure(
        "cannot use '\(text)'", why: "such a URL is s3://BUCKET/PREFIX",
        hint: "name another service with 'endpointurl' of a remote, or AWS_ENDPOINT_URL", category: .usage)
    }
    guard let prefix = percentDecoded(url.path) else {
      throw Failure("cannot use '\(text)'", why: "its '%' are not followed by two digits", category: .usage)
    }
    return (url.host, prefix)
  }

  func ssh(_ url: HTTPAddress) throws(Failure) -> SSHStorage {
    var settings = SSHSettings(host: url.host)
    settings.port = url.port
    settings.user = url.user ?? options[.user]
    settings.keyFile = path(.keyFile)
    settings.password = options[.password]
    settings.home = environment["HOME"]
    return try SSHStorage(settings, path: url.path)
  }

  var httpSettings: HTTPSettings {
    var settings = HTTPSettings()
    settings.caFile = path(.caFile)
    return settings
  }

  var s3Settings: S3Settings {
    var sources = CredentialsSources(environment: environment)
    sources.accessKey = options[.accessKey]
    sources.secretKey = options[.secretKey]
    sources.token = options[.sessionToken]
    sources.profile = options[.profile]
    var settings = S3Settings(credentials: sources)
    settings.endpoint = options[.endpoint]
    settings.region = options[.region]
    settings.addressing = options[.addressing].flatMap { S3Settings.Addressing(rawValue: $0) } ?? .auto
    settings.isAnonymous = options[.anonymous] == "true"
    settings.serverSideEncryption = options[.serverSideEncryption]
    settings.encryptionKey = options[.serverSideKey]
    settings.storageClass = options[.storageClass]
    settings.partSize = options[.partSize].flatMap { Int($0) }.map { $0 << 20 } ?? settings.partSize
    settings.http = httpSettings
    // As AWS's own tools find it.
    settings.http.caFile = settings.http.caFile ?? environment["AWS_CA_BUNDLE"]
    return settings
  }

  func authorization(_ url: HTTPAddress) -> String? {
    if let token = options[.token] { return HTTPAuthorization.bearer(token) }
    guard let user = url.user ?? options[.user] else { return nil }
    return HTTPAuthorization.basic(user: user, password: options[.password] ?? "")
  }

  private func secret() throws(Failure) -> SealedSecret {
    if let file = path(.encryptionKey) { return try SealedSecret(keyFile: Array(file.utf8)) }
    if let words = options[.passphrase] ?? environment["MLREPO_PASSPHRASE"], !words.isEmpty {
      return .passphrase(words)
    }
    throw Failure(
      "cannot encrypt or decrypt", why: "the remote is encrypted, and there is neither a key nor a passphrase",
      hint: "set its 'encryptkey' to a file from: openssl rand -hex 32 > FILE; or set MLREPO_PASSPHRASE",
      category: .remote)
  }

  /// The path that an option names, from the user's own folder on where it begins with `~/`.
  private func path(_ option: TransportOption) -> String? {
    guard let path = options[option] else { return nil }
    return path.hasPrefix("~/") ? (environment["HOME"] ?? "") + path.dropFirst(1) : path
  }
}
