import Diagnostics
import Files

/// A file on a web server.
final class ExternalPage: ExternalSource {
  let place: String
  private let client: HTTPClient
  private let url: String
  private let headers: [(name: String, value: String)]
  private static let attempts = 4

  init(_ address: HTTPAddress, query: String, _ settings: HTTPSettings, authorization: String?) throws(Failure) {
    place = address.origin + address.path
    url = place + query
    client = try HTTPClient(settings, place: place)
    headers = authorization.map { [(name: "Authorization", value: $0)] } ?? []
  }

  /// A URL without its query, and that with its question mark. The part behind `#` is no server's business.
  static func split(_ url: String) -> (plain: String, query: String) {
    let url = url.prefix { $0 != "#" }
    guard let mark = url.firstIndex(of: "?") else { return (String(url), "") }
    return (String(url[..<mark]), String(url[mark...]))
  }

  func look() throws(Failure) -> ExternalLook {
    let request = HTTPRequest("HEAD", url, headers: headers)
    let answer = try explained { () throws(Failure) in try client.send({ request }) }
    var file = ExternalFile(.root)
    // Some servers know no HEAD; what they have comes with GET.
    if answer.status == 405 || answer.status == 501 { return .file(file) }
    guard answer.isSuccess else { throw refusal(answer) }
    if answer["content-encoding"] == nil { file.size = answer["content-length"].flatMap { Int($0) } }
    if let size = file.size, size < 0 { throw refused("the server tells the size \(size)") }
    file.entityTag = answer["etag"].flatMap { (2...1024).contains($0.utf8.count) ? $0 : nil }
    file.modified = answer["last-modified"].flatMap { HTTPTime.header($0) }
    return .file(file)
  }

  func read(
    _ file: ExternalFile, restart: () -> Void, into body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    // Only a strong tag says that two parts are of the same bytes.
    let tag = file.entityTag.flatMap { $0.hasPrefix("\"") ? $0 : nil }
    let most = file.size ?? ExternalLimits.mostBytes
    for attempt in 1...Self.attempts {
      var done = 0
      var cannotResume = false
      do throws(Failure) {
        try explained { () throws(Failure) in
          try client.download(
            nil,
            { () throws(Failure) in
              guard done > 0 else { return HTTPRequest("GET", url, headers: headers) }
              guard let tag else {
                cannotResume = true
                throw self.refused("the connection broke, and the server gives no strong ETag to go on by")
              }
              return HTTPRequest("GET", url, headers: headers + [("If-Range", tag)])
            }, refusal: { refusal($0) },
            into: { bytes throws(Failure) in
              done += bytes.count
              guard done <= most else { throw refused("it sends more than the \(most) bytes that it may have") }
              try body(bytes)
            })
        }
        guard file.size == nil || done == file.size else { throw refused("it ends after \(done) of \(most) bytes") }
        return
      } catch {
        guard cannotResume, attempt < Self.attempts else { throw error }
        restart()
      }
    }
  }

  /// Where the client speaks of remotes, the user has given a URL.
  private func explained<Result>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    do throws(Failure) {
      return try body()
    } catch {
      guard error.why.hasPrefix("it redirects to '") else { throw error }
      throw Failure(error.what, why: error.why, hint: "if that is where the data is, give that URL", category: .remote)
    }
  }

  private func refused(_ why: String) -> Failure { Failure("cannot read \(place)", why: why, category: .remote) }

  private func refusal(_ answer: HTTPResponse) -> Failure {
    switch answer.status {
    case 404, 410: refused("there is no such file")
    case 401:
      Failure(
        "cannot read \(place)", why: "the server wants to know who asks",
        hint: "describe it as a remote, with 'user' and 'password' or 'token': mlrepo remote add NAME URL",
        category: .remote)
    case 403: refused("the server does not allow it")
    default: refused("the server answers with status \(answer.status)")
    }
  }
}
