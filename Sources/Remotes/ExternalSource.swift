package import Diagnostics
package import Files

/// A file at a place that is no remote of mlrepo's, as the place tells of it.
package struct ExternalFile: Equatable, Sendable {
  /// Below the address that was asked for; the root for that itself.
  package var path: RepositoryPath
  package var size: Int?
  package var isExecutable = false
  /// HTTP's and S3's word for one version of the content.
  package var entityTag: String?
  /// Seconds since 1970; nanoseconds where the file is on this machine.
  package var modified: Int?

  package init(_ path: RepositoryPath) { self.path = path }
}

/// What stands at an address.
package enum ExternalLook: Equatable, Sendable {
  case file(ExternalFile)
  case folder([ExternalFile])
}

/// Files on a server or in a folder that are read as they are. Nothing that it tells is trusted.
package protocol ExternalSource {
  /// How messages name the address.
  var place: String { get }

  func look() throws(Failure) -> ExternalLook

  /// Gives the bytes of a file to `body`. When what broke off cannot go on where it stood, `restart` is called and all of it
  /// comes again.
  func read(
    _ file: ExternalFile, restart: () -> Void, into body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure)
}

/// The bounds of what a place may tell.
package enum ExternalLimits {
  package static let mostFiles = 1_000_000
  /// Of a file whose size is not told.
  package static let mostBytes = 64 << 30

  static func tooMany(_ place: String) -> Failure {
    Failure("cannot read \(place)", why: "it has more than \(mostFiles) files", category: .remote)
  }

  /// The path that a name in a listing stands for.
  static func path(_ name: some Collection<UInt8>, _ place: String) throws(Failure) -> RepositoryPath {
    do throws(Failure) {
      return try RepositoryPath(validating: name)
    } catch {
      throw Failure("cannot read \(place)", why: "\(error.what): \(error.why)", category: .remote)
    }
  }
}

extension Transport {
  /// The files at a URL.
  package func external(_ address: RemoteAddress) throws(Failure) -> any ExternalSource {
    switch address.kind {
    case .folder: return ExternalFolder(try address.folder(from: root))
    case .s3:
      let (bucket, prefix) = try Self.bucket(address.url)
      return try ExternalBucket(S3Storage(bucket: bucket, prefix: "", s3Settings, scratch: scratch), prefix)
    case .http:
      let (plain, query) = ExternalPage.split(address.url)
      let url = try HTTPAddress(plain)
      return try ExternalPage(url, query: query, httpSettings, authorization: authorization(url))
    case .ssh: return ExternalAccount(try ssh(HTTPAddress(address.url)))
    }
  }
}
