/// What can be said of how a remote is reached, beside its URL.
package enum TransportOption: String, CaseIterable, Sendable {
  case endpoint = "endpointurl"
  case region
  case profile
  case addressing
  case anonymous
  case accessKey = "accesskey"
  case secretKey = "secretkey"
  case sessionToken = "sessiontoken"
  case serverSideEncryption = "sse"
  case serverSideKey = "ssekey"
  case storageClass = "storageclass"
  case partSize = "partsize"
  case user
  case password
  case token
  case keyFile = "keyfile"
  case caFile = "cafile"
  case listing
  case encrypt
  case encryptionKey = "encryptkey"
  case passphrase

  package var summary: String {
    switch self {
    case .endpoint: "the URL of a service other than AWS's that speaks S3"
    case .region: "the region of the bucket; else that of the environment or the profile"
    case .profile: "the profile of ~/.aws with the credentials"
    case .addressing: "where the bucket's name goes: path, virtual (into the host's name) or auto"
    case .anonymous: "whether S3 is asked without credentials, as public buckets allow"
    case .accessKey: "the access key, where neither the environment nor a profile has it"
    case .secretKey: "the secret key that belongs to it"
    case .sessionToken: "the session's token that belongs to them"
    case .serverSideEncryption: "how S3 is to encrypt what it keeps: AES256, aws:kms"
    case .serverSideKey: "the id of the key for aws:kms"
    case .storageClass: "the storage class of new objects, as STANDARD_IA"
    case .partSize: "MiB of a part of a large upload, 5 to 5000"
    case .user: "the user, for HTTP; for SSH it can stand in the URL"
    case .password: "the password of that user, or of the private key"
    case .token: "a bearer token, for HTTP"
    case .keyFile: "a private key for SSH, beside those of the OpenSSH configuration"
    case .caFile: "a file with the certificates of the authorities to trust instead of the system's"
    case .listing: "whether a list of files is kept for web servers that show no folders"
    case .encrypt: "whether everything is encrypted before it leaves this machine"
    case .encryptionKey: "the file with the key for that: 64 hexadecimal digits"
    case .passphrase: "the passphrase for that, in place of a key; else MLREPO_PASSPHRASE in the environment"
    }
  }

  /// Whether nobody may see it: it is never printed.
  package var isSecret: Bool {
    switch self {
    case .secretKey, .sessionToken, .password, .token, .passphrase: true
    default: false
    }
  }

  /// Whether it is about a person or a machine, and so cannot come with the repository from somebody else.
  package var isPrivate: Bool {
    switch self {
    case .accessKey, .keyFile, .caFile, .encryptionKey: true
    default: isSecret
    }
  }

  /// The kinds of remotes that it means something for.
  package var kinds: Set<RemoteAddress.Kind> {
    switch self {
    case .endpoint, .region, .profile, .addressing, .anonymous, .accessKey, .secretKey, .sessionToken,
      .serverSideEncryption, .serverSideKey, .storageClass, .partSize:
      [.s3]
    case .user, .password: [.http, .ssh]
    case .token: [.http]
    case .keyFile: [.ssh]
    case .caFile: [.s3, .http]
    case .listing: [.folder, .s3, .ssh]
    case .encrypt, .encryptionKey, .passphrase: [.folder, .s3, .ssh, .http]
    }
  }

  /// Returns why `value` can't be this option's, or nil if it can.
  package func brokenRule(_ value: String) -> String? {
    if value.isEmpty { return "it is empty" }
    if value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) { return "it holds control characters" }
    switch self {
    case .anonymous, .encrypt, .listing: return ["true", "false"].contains(value) ? nil : "it must be true or false"
    case .addressing: return S3Settings.Addressing(rawValue: value) == nil ? "it must be auto, path or virtual" : nil
    case .partSize:
      return Int(value).map { (5...5000).contains($0) } == true ? nil : "it must be a whole number from 5 to 5000"
    case .caFile, .keyFile, .encryptionKey:
      return value.hasPrefix("/") || value.hasPrefix("~/") ? nil : "it must be an absolute path, or begin with ~/"
    case .endpoint:
      guard let address = try? HTTPAddress(value), ["http", "https"].contains(address.scheme) else {
        return "it must be a URL that begins with https:// or http://"
      }
      return nil
    case .region:
      return value.utf8.allSatisfy { $0.isDigit || $0.isLetter || $0 == UInt8(ascii: "-") }
        ? nil : "a region has letters, digits and '-'"
    case .profile, .accessKey, .secretKey, .sessionToken, .serverSideEncryption, .serverSideKey, .storageClass, .user,
      .password, .token, .passphrase:
      return nil
    }
  }
}
