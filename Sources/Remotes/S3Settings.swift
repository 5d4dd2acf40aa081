import Diagnostics

/// What is told of an S3 remote beside its bucket.
package struct S3Settings: Sendable {
  package enum Addressing: String, Sendable, CaseIterable {
    /// The bucket is part of the host's name where that is AWS's, and of the path elsewhere.
    case auto
    case path
    case virtual
  }

  /// The URL of a service other than AWS's.
  package var endpoint: String?
  package var region: String?
  package var addressing = Addressing.auto
  /// Requests are not signed: for public buckets.
  package var isAnonymous = false
  package var credentials: CredentialsSources
  package var http = HTTPSettings()
  /// Files larger than four of them are sent in parts of this size.
  package var partSize = 16 << 20
  /// Values of `x-amz-server-side-encryption`, of the key's id with it, and of `x-amz-storage-class`.
  package var serverSideEncryption: String?
  package var encryptionKey: String?
  package var storageClass: String?

  package init(credentials: CredentialsSources) { self.credentials = credentials }
}

/// Where the objects of a bucket are.
struct S3Bucket: Sendable {
  let name: String
  /// What keys begin with: empty, or ending in a slash.
  let prefix: String
  private let endpoint: HTTPAddress?
  private let addressing: S3Settings.Addressing

  init(_ name: String, prefix: String, _ settings: S3Settings, endpoint: String?) throws(Failure) {
    let isName =
      (3...63).contains(name.utf8.count)
      && name.utf8.allSatisfy { $0.isDigit || $0.isLetter || "-._".utf8.contains($0) }
    guard isName, name.utf8.first != UInt8(ascii: "."), !name.contains("..") else {
      throw Failure("cannot use the bucket '\(name)'", why: "a bucket cannot have that name", category: .usage)
    }
    self.name = name
    let parts = prefix.split(separator: "/")
    self.prefix = parts.map { "\($0)/" }.joined()
    self.addressing = settings.addressing
    var address: HTTPAddress?
    if let endpoint {
      let read = try HTTPAddress(endpoint)
      guard read.scheme == "http" || read.scheme == "https" else {
        throw Failure(
          "cannot use the endpoint '\(endpoint)'", why: "it has to begin with https:// or http://", category: .usage)
      }
      address = read
      while address?.path.hasSuffix("/") == true { address?.path.removeLast() }
    }
    self.endpoint = address
  }

  /// Host and encoded path of a key, or of the bucket itself.
  func location(of key: String?, region: String) -> (scheme: String, host: String, path: String) {
    let scheme = endpoint?.scheme ?? "https"
    let host = endpoint?.authority ?? "s3.\(region).amazonaws.com"
    let start = endpoint?.path ?? ""
    let key = key.map { percentEncoded($0, keepingSlashes: true) } ?? ""
    let isVirtual =
      switch addressing {
      case .path: false
      case .virtual: true
      // A certificate for *.s3.amazonaws.com does not cover names with dots.
      case .auto: endpoint == nil && !name.contains(".")
      }
    if isVirtual { return (scheme, "\(name).\(host)", "\(start)/\(key)") }
    return (scheme, host, "\(start)/\(name)" + (key.isEmpty ? "" : "/\(key)"))
  }

  /// How messages name it.
  var place: String { "s3://\(name)" + (prefix.isEmpty ? "" : "/\(prefix.dropLast())") }

  /// Where it is, for messages.
  var service: String { endpoint?.origin ?? "AWS" }
}
