package import Diagnostics
package import Files
import Synchronization

/// A remote on a web server: read from any that serves files, written to where the server takes PUT.
///
/// What files there are is told by the page that the server makes of a folder, by WebDAV, or by the file `list` in it.
package final class HTTPStorage: RemoteStorage {
  package let place: String
  private let client: HTTPClient
  private let base: HTTPAddress
  private let authorization: String?
  private let scratch: Scratch

  /// `authorization` is the value of that header, if the server wants one. Uploads are written to `scratch` first.
  package init(
    _ address: HTTPAddress, _ settings: HTTPSettings, authorization: String? = nil, scratch: Scratch
  ) throws(Failure) {
    var base = address
    while base.path.hasSuffix("/") { base.path.removeLast() }
    place = base.origin + base.path
    client = try HTTPClient(settings, place: place)
    self.base = base
    self.authorization = authorization
    self.scratch = scratch
  }

  package func list(_ folder: RemoteFolder) throws(Failure) -> [RemoteFile] {
    let entries = try entries(of: folder)
    let sizes = Mutex([Int?](repeating: nil, count: entries.count))
    try Workers.run(count: entries.count, width: 8) { (range) throws(Failure) in
      for index in range {
        let size = if let known = entries[index].size { known } else { try self.size(of: entries[index].name) }
        sizes.withLock { $0[index] = size }
      }
    }
    return sizes.withLock { sizes in
      entries.indices.compactMap { index in
        sizes[index].map { RemoteFile(name: entries[index].name, size: $0, modified: entries[index].modified) }
      }
    }
  }

  private func entries(of folder: RemoteFolder) throws(Failure) -> [HTTPListing.Entry] {
    let path = "\(base.path)/\(folder.rawValue)/"
    let page = try send("GET", path, limit: 64 << 20)
    if page.isSuccess {
      let found = HTTPListing.page(page.body, folder, path: path)
      if !found.isEmpty { return found }
    }
    let properties = try send("PROPFIND", path, headers: [("Depth", "1")], limit: 64 << 20)
    if properties.status == 207 {
      return try HTTPListing.properties(properties.body, folder, path: path, from: place)
    }
    let list = try send("GET", path + "list", limit: 64 << 20)
    if list.isSuccess { return try HTTPListing.list(list.body, folder, from: place) }
    // An empty page is a listing too, and a folder that is not there has no files.
    if page.isSuccess || (page.status == 404 && list.status == 404) { return [] }
    throw refusal("list \(folder.rawValue)/ of", page.status == 404 ? list : page)
  }

  /// Nil for a file that is not there any more.
  private func size(of name: RemoteName) throws(Failure) -> Int? {
    let answer = try send("HEAD", path(of: name))
    if answer.status == 404 || answer.status == 410 { return nil }
    guard answer.isSuccess else { throw refusal("look at \(name) of", answer) }
    guard let size = answer["content-length"].flatMap({ Int($0) }), size >= 0 else {
      throw Failure("cannot look at \(name) of \(place)", why: "the server does not tell its size", category: .remote)
    }
    return size
  }

  package func read(
    _ name: RemoteName, _ range: Range<Int>?, into body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let request = request("GET", path(of: name))
    try client.download(range, { request }, refusal: { refusal("read \(name) of", $0) }, into: body)
  }

  package func upload(_ name: RemoteName) throws(Failure) -> any RemoteUpload {
    try StagedUpload(in: scratch) { (content) throws(Failure) in try self.put(content, as: name) }
  }

  private func put(_ content: StagedUpload.Content, as name: RemoteName) throws(Failure) {
    let headers = [("Content-Type", "application/octet-stream")]
    var answer = try send("PUT", path(of: name), headers: headers, body: content.body)
    if answer.status == 409 || answer.status == 404 {
      try makeFolders(above: name)
      answer = try send("PUT", path(of: name), headers: headers, body: content.body)
    }
    guard [200, 201, 204].contains(answer.status) else { throw refusal("write \(name) to", answer) }
  }

  /// WebDAV makes folders one by one.
  private func makeFolders(above name: RemoteName) throws(Failure) {
    var path = ""
    for part in base.path.split(separator: "/") + [Substring(name.folder.rawValue)] {
      path += "/\(part)"
      _ = try send("MKCOL", path + "/")
    }
  }

  package func remove(_ name: RemoteName) throws(Failure) {
    let answer = try send("DELETE", path(of: name))
    guard answer.isSuccess || answer.status == 404 || answer.status == 410 else {
      throw refusal("remove \(name) from", answer)
    }
  }

  private func path(of name: RemoteName) -> String { "\(base.path)/\(name)" }

  private func request(
    _ method: String, _ path: String, headers: [(name: String, value: String)] = [], body: HTTPBody = .none,
    limit: Int = 1 << 20
  ) -> HTTPRequest {
    let own = authorization.map { [(name: "Authorization", value: $0)] } ?? []
    return HTTPRequest(method, base.origin + path, headers: headers + own, body: body, limit: limit)
  }

  private func send(
    _ method: String, _ path: String, headers: [(name: String, value: String)] = [], body: HTTPBody = .none,
    limit: Int = 1 << 20
  ) throws(Failure) -> HTTPResponse {
    let request = request(method, path, headers: headers, body: body, limit: limit)
    return try client.send { request }
  }

  private func refusal(_ doing: String, _ answer: HTTPResponse) -> Failure {
    let what = "cannot \(doing) \(place)"
    switch answer.status {
    case 404, 410: return Failure(what, why: "there is no such file", category: .remote)
    case 401:
      return Failure(
        what, why: "the server wants to know who asks",
        hint: authorization == nil
          ? "set 'user' and 'password', or 'token', of this remote" : "check user and password",
        category: .remote)
    case 403: return Failure(what, why: "the server does not allow it", category: .remote)
    case 405, 501:
      return Failure(
        what, why: "the server does not know how: it only serves files",
        hint: "push to a remote of another kind, such as the folder that this server serves", category: .remote)
    case 413: return Failure(what, why: "the server takes no files as large as this one", category: .remote)
    case 507: return Failure(what, why: "the server's disk is full", category: .remote)
    default: return Failure(what, why: "the server answers with status \(answer.status)", category: .remote)
    }
  }
}
