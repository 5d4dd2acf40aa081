package import Diagnostics
import Files
import Formats

/// Where a remote is, as its URL tells.
package struct RemoteAddress: Equatable, Sendable {
  package enum Kind: String, Sendable {
    case folder, s3, ssh, http
  }

  package var kind: Kind
  /// As it was written.
  package var url: String

  /// Reads a URL: `s3://…`, `ssh://…`, `https://…`, `http://…`, `file:///…`, or the path of a folder.
  package init(url: String) throws(Failure) {
    self.url = url
    guard !url.isEmpty, url.utf8.count <= 4096, !url.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
      throw Self.refused(url, "it is empty, too long, or holds control characters")
    }
    guard let range = url.firstRange(of: "://") else {
      kind = .folder
      if let colon = url.firstIndex(of: ":"), !url[..<colon].contains("/") {
        let path = url[url.index(after: colon)...]
        throw Self.refused(
          url, "it may be a folder or, as for scp, another machine",
          "write ./\(url) for a folder, or ssh://\(url[..<colon])\(path.hasPrefix("/") ? "" : "/~/")\(path) for a machine"
        )
      }
      try checkFolder()
      return
    }
    switch url[..<range.lowerBound].lowercased() {
    case "file": kind = .folder
    case "s3": kind = .s3
    case "ssh", "sftp": kind = .ssh
    case "http", "https": kind = .http
    case let scheme:
      throw Self.refused(
        url, "mlrepo knows folders, s3://, ssh:// and https://, and not \(scheme)://", Self.hint(for: scheme))
    }
    if kind == .folder { try checkFolder() } else { _ = try HTTPAddress(url) }
  }

  /// Reads the URL of data that is no remote's: it may have a query, and a folder may be anywhere.
  package static func external(_ url: String) throws(Failure) -> RemoteAddress {
    if url.contains("://"), !url.lowercased().hasPrefix("file://") {
      var address = try RemoteAddress(url: ExternalPage.split(url).plain)
      address.url = url
      guard address.kind == .http || !url.contains("?") else {
        throw Self.refused(url, "only URLs of web servers have a query")
      }
      // What stands behind the path is sent as it is.
      guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
        throw Self.refused(url, "it has a space or a character that is not ASCII", "write such characters as '%20'")
      }
      return address
    }
    guard !url.isEmpty, url.utf8.count <= 4096, !url.utf8.contains(0) else {
      throw Self.refused(url, "it is empty, too long, or holds a NUL byte")
    }
    return RemoteAddress(kind: .folder, url: url)
  }

  private init(kind: Kind, url: String) { (self.kind, self.url) = (kind, url) }

  /// A folder that holds git's or mlrepo's own files is no place for a remote, whoever asks for it.
  private func checkFolder() throws(Failure) {
    let path = try folderText()
    if let part = path.split(separator: "/").first(where: { [".git", ".mlrepo"].contains($0.lowercased()) }) {
      throw Self.refused(url, "it lies in \(part), which belongs to \(part.dropFirst())")
    }
  }

  private func folderText() throws(Failure) -> String {
    guard url.lowercased().hasPrefix("file://") else { return url }
    let path = url.dropFirst(7)
    guard path.hasPrefix("/") else { throw Self.refused(url, "a file URL has three slashes and an absolute path") }
    return String(path)
  }

  /// The absolute path of a folder; one that is relative starts at `root`.
  package func folder(from root: [UInt8]) throws(Failure) -> [UInt8] {
    let text = Array(try folderText().utf8)
    let slash = UInt8(ascii: "/")
    var parts: [ArraySlice<UInt8>] = []
    for part in (text.first == slash ? text : root + [slash] + text).split(separator: slash) {
      if part.elementsEqual("..".utf8) {
        _ = parts.popLast()
      } else if !part.elementsEqual(".".utf8) {
        parts.append(part)
      }
    }
    return [slash] + parts.joined(separator: [slash])
  }

  private static func refused(_ url: String, _ why: String, _ hint: String? = nil) -> Failure {
    Failure("cannot use the remote address '\(shown(url))'", why: why, hint: hint, category: .usage)
  }

  private static func hint(for scheme: String) -> String? {
    switch scheme {
    case "gs": "Google's storage speaks S3, too: s3://BUCKET, with endpointurl https://storage.googleapis.com"
    case "webdav", "webdavs", "dav", "davs": "write http:// or https://"
    default:
      nearest(scheme, among: ["file", "s3", "ssh", "sftp", "http", "https"]).map { "did you mean \($0)://?" }
    }
  }

  /// A URL as messages name it: without a password.
  package static func shown(_ url: String) -> String {
    guard let scheme = url.firstRange(of: "://") else { return url }
    let rest = url[scheme.upperBound...]
    let end = rest.firstIndex(of: "/") ?? rest.endIndex
    guard let at = rest[..<end].lastIndex(of: "@"), let colon = rest[..<at].firstIndex(of: ":") else { return url }
    return url[..<scheme.upperBound] + rest[..<colon] + ":…" + rest[at...]
  }
}
