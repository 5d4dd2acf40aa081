import Diagnostics
import Files
import Formats
import Synchronization

/// What S3 knows somebody by.
struct Credentials: Equatable, Sendable {
  var accessKey: String
  var secretKey: String
  var token: String?
  /// When they end, in seconds since 1970.
  var expires: Int?
  /// Where they were found, for messages.
  var source: String
}

/// Where credentials may be found. Everything secret in it stays in memory.
package struct CredentialsSources: Sendable {
  /// From the remote's own settings.
  package var accessKey: String?
  package var secretKey: String?
  package var token: String?
  package var profile: String?
  /// The variables of the process.
  package var environment: [String: String]

  package init(environment: [String: String]) { self.environment = environment }

  var profileName: String { profile ?? environment["AWS_PROFILE"] ?? "default" }

  /// The user's files of AWS: `~/.aws/config` and, more important, `~/.aws/credentials`.
  func profileSettings() throws(Failure) -> [String: String] {
    let home = environment["HOME"] ?? ""
    let config = environment["AWS_CONFIG_FILE"] ?? "\(home)/.aws/config"
    let shared = environment["AWS_SHARED_CREDENTIALS_FILE"] ?? "\(home)/.aws/credentials"
    let name = profileName
    let general = try CredentialsFile.sections(of: config)
    let secret = try CredentialsFile.sections(of: shared)
    let found = general[name == "default" ? "default" : "profile \(name)"] ?? general["profile \(name)"]
    if found == nil, secret[name] == nil {
      guard name != "default" || profile != nil else { return [:] }
      throw Failure(
        "cannot find credentials", why: "neither \(config) nor \(shared) has the profile '\(name)'",
        hint: "see which there are with: aws configure list-profiles", category: .usage)
    }
    return (found ?? [:]).merging(secret[name] ?? [:]) { $1 }
  }
}

/// Finds credentials in the places that AWS's own tools look in, and again before they end.
final class CredentialsChain: Sendable {
  private let sources: CredentialsSources
  private let current = Mutex<Credentials?>(nil)
  private let metadata = HTTPSettings.metadata

  init(_ sources: CredentialsSources) { self.sources = sources }

  func credentials() throws(Failure) -> Credentials {
    if let known = current.withLock({ $0 }), known.expires.map({ $0 - 300 > HTTPTime.now() }) ?? true { return known }
    let found = try find()
    current.withLock { $0 = found }
    return found
  }

  private func find() throws(Failure) -> Credentials {
    if let accessKey = sources.accessKey, let secretKey = sources.secretKey {
      return Credentials(
        accessKey: accessKey, secretKey: secretKey, token: sources.token, source: "the remote's settings")
    }
    let variables = sources.environment
    if sources.profile == nil, let accessKey = variables["AWS_ACCESS_KEY_ID"], !accessKey.isEmpty,
      let secretKey = variables["AWS_SECRET_ACCESS_KEY"]
    {
      return Credentials(
        accessKey: accessKey, secretKey: secretKey, token: variables["AWS_SESSION_TOKEN"], source: "the environment")
    }
    if let found = try fromProfile() { return found }
    if let found = try fromWebIdentity() { return found }
    if let found = try fromContainer() { return found }
    if let found = try fromInstance() { return found }
    throw Failure(
      "cannot find credentials for S3",
      why: "neither the environment, nor ~/.aws, nor this machine has any",
      hint: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; for a public bucket set 'anonymous = true' of the remote",
      category: .remote)
  }

  private func fromProfile() throws(Failure) -> Credentials? {
    let profile = try sources.profileSettings()
    let name = sources.profileName
    if let accessKey = profile["aws_access_key_id"], let secretKey = profile["aws_secret_access_key"] {
      return Credentials(
        accessKey: accessKey, secretKey: secretKey, token: profile["aws_session_token"], source: "the profile '\(name)'"
      )
    }
    let others = ["role_arn", "sso_session", "sso_start_url", "credential_process", "web_identity_token_file"]
    guard let other = others.first(where: { profile[$0] != nil }) else { return nil }
    throw Failure(
      "cannot take credentials from the profile '\(name)'", why: "it has '\(other)', which only AWS's tools can follow",
      hint: "let them do it: eval \"$(aws configure export-credentials --profile \(name) --format env)\"",
      category: .remote)
  }

  /// A token of Kubernetes, for which AWS gives credentials.
  private func fromWebIdentity() throws(Failure) -> Credentials? {
    let variables = sources.environment
    guard let file = variables["AWS_WEB_IDENTITY_TOKEN_FILE"], let role = variables["AWS_ROLE_ARN"] else { return nil }
    let region = variables["AWS_REGION"] ?? variables["AWS_DEFAULT_REGION"] ?? "us-east-1"
    let endpoint = variables["AWS_ENDPOINT_URL_STS"] ?? "https://sts.\(region).amazonaws.com"
    let query = S3Signature.text(of: [
      ("Action", "AssumeRoleWithWebIdentity"), ("Version", "2011-06-15"), ("RoleArn", role),
      ("RoleSessionName", variables["AWS_ROLE_SESSION_NAME"] ?? "mlrepo"),
      ("WebIdentityToken", try Self.token(in: file)),
    ])
    let request = HTTPRequest("POST", "\(endpoint)/?\(query)")
    let answer = try HTTPClient(HTTPSettings(), place: endpoint).send { request }
    let document = try XMLElement.parse(answer.body, from: endpoint)
    guard answer.isSuccess, let found = document["AssumeRoleWithWebIdentityResult"]?["Credentials"],
      let accessKey = found["AccessKeyId"]?.text, let secretKey = found["SecretAccessKey"]?.text
    else {
      throw Failure(
        "cannot get credentials for the role '\(role)'",
        why: document["Error"]?["Message"]?.text ?? "the server answers with status \(answer.status)", category: .remote
      )
    }
    return Credentials(
      accessKey: accessKey, secretKey: secretKey, token: found["SessionToken"]?.text,
      expires: found["Expiration"].flatMap { HTTPTime.iso($0.text) }, source: "the role '\(role)'")
  }

  private static func token(in file: String) throws(Failure) -> String {
    let text = String(decoding: try CredentialsFile.contents(of: file) ?? [], as: UTF8.self)
    return String(text.utf8.prefix { $0 > 0x20 }) ?? ""
  }

  /// What a container's host offers it.
  private func fromContainer() throws(Failure) -> Credentials? {
    let variables = sources.environment
    let url: String
    if let path = variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
      url = "http://169.254.170.2\(path)"
    } else if let full = variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
      url = full
    } else {
      return nil
    }
    var headers: [(name: String, value: String)] = []
    if let file = variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
      headers.append(("Authorization", try Self.token(in: file)))
    } else if let token = variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] {
      headers.append(("Authorization", token))
    }
    let request = HTTPRequest("GET", url, headers: headers)
    let answer = try HTTPClient(metadata, place: "this container's credentials").send { request }
    return try Self.read(answer, source: "this container")
  }

  /// What an instance of EC2 can ask for, by the second version of that service.
  private func fromInstance() throws(Failure) -> Credentials? {
    let variables = sources.environment
    if variables["AWS_EC2_METADATA_DISABLED"]?.lowercased() == "true" { return nil }
    var endpoint = variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? "http://169.254.169.254"
    while endpoint.hasSuffix("/") { endpoint.removeLast() }
    let client = try HTTPClient(metadata, place: "this machine's credentials")
    let life = [(name: "x-aws-ec2-metadata-token-ttl-seconds", value: "300")]
    let asking = HTTPRequest("PUT", "\(endpoint)/latest/api/token", headers: life)
    // Most machines are no instances, and nobody answers.
    guard let token = try? client.send({ asking }), token.status == 200 else {
      try Interruption.check()
      return nil
    }
    let headers = [(name: "x-aws-ec2-metadata-token", value: token.text)]
    let folder = "\(endpoint)/latest/meta-data/iam/security-credentials/"
    let listing = HTTPRequest("GET", folder, headers: headers)
    let roles = try client.send { listing }
    guard roles.status == 200, let role = roles.text.split(separator: "\n").first else { return nil }
    let request = HTTPRequest("GET", folder + percentEncoded(String(role)), headers: headers)
    return try Self.read(try client.send { request }, source: "this machine's role")
  }

  private static func read(_ answer: HTTPResponse, source: String) throws(Failure) -> Credentials {
    let failure = Failure(
      "cannot get the credentials of \(source)", why: "the answer, with status \(answer.status), holds none",
      category: .remote)
    guard answer.status == 200 else { throw failure }
    let value = try JSON.parse(answer.body, file: source, category: .remote).value
    guard case .string(let accessKey)? = value[path: "AccessKeyId"],
      case .string(let secretKey)? = value[path: "SecretAccessKey"]
    else { throw failure }
    var found = Credentials(accessKey: accessKey, secretKey: secretKey, source: source)
    if case .string(let token)? = value[path: "Token"] { found.token = token }
    if case .string(let end)? = value[path: "Expiration"] { found.expires = HTTPTime.iso(end) }
    return found
  }
}

extension HTTPSettings {
  /// For services of this machine: near, quick, and never by way of a proxy.
  fileprivate static var metadata: HTTPSettings {
    var settings = HTTPSettings()
    settings.attempts = 2
    settings.connectSeconds = 1
    settings.totalSeconds = 5
    settings.usesProxy = false
    settings.followsRedirects = false
    return settings
  }
}
