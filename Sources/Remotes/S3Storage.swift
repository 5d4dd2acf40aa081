package import Diagnostics
package import Files
import Synchronization

/// A remote in a bucket of S3, or of whatever speaks it.
package final class S3Storage: RemoteStorage {
  package let place: String
  let bucket: S3Bucket
  let settings: S3Settings
  let client: HTTPClient
  private let credentials: CredentialsChain
  private let scratch: Scratch
  private let learned: Mutex<Learned>

  /// What answers have taught.
  private struct Learned {
    var region: String
    /// Seconds by which the service's clock is ahead.
    var clock = 0
  }

  static let emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  /// Uploads are written to `scratch` first, since their hash goes ahead of them.
  package init(bucket name: String, prefix: String, _ settings: S3Settings, scratch: Scratch) throws(Failure) {
    let variables = settings.credentials.environment
    let profile = settings.isAnonymous ? [:] : try settings.credentials.profileSettings()
    let endpoint =
      settings.endpoint ?? variables["AWS_ENDPOINT_URL_S3"] ?? variables["AWS_ENDPOINT_URL"]
      ?? profile["endpoint_url"]
    bucket = try S3Bucket(name, prefix: prefix, settings, endpoint: endpoint)
    place = bucket.place
    let region = settings.region ?? variables["AWS_REGION"] ?? variables["AWS_DEFAULT_REGION"] ?? profile["region"]
    learned = Mutex(Learned(region: region ?? "us-east-1"))
    var http = settings.http
    http.followsRedirects = false
    client = try HTTPClient(http, place: place)
    credentials = CredentialsChain(settings.credentials)
    self.settings = settings
    self.scratch = scratch
  }

  package func list(_ folder: RemoteFolder) throws(Failure) -> [RemoteFile] {
    var found: [RemoteFile] = []
    var next: String?
    repeat {
      var query = [
        (name: "list-type", value: "2"), ("prefix", "\(bucket.prefix)\(folder.rawValue)/"), ("delimiter", "/"),
        ("encoding-type", "url"),
      ]
      if let next { query.append(("continuation-token", next)) }
      let answer = try send("GET", nil, query, limit: 32 << 20)
      guard answer.isSuccess else { throw refusal("list", answer) }
      let page = try S3ListPage(answer.body, folder, prefix: bucket.prefix, from: place)
      guard page.next == nil || page.next != next else {
        throw Failure("cannot list \(place)", why: "the service goes in circles", category: .remote)
      }
      found += page.files
      guard found.count <= RemoteListing.mostFiles else { throw RemoteListing.tooMany(place) }
      next = page.next
    } while next != nil
    return found
  }

  package func read(
    _ name: RemoteName, _ range: Range<Int>?, into body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    var isFirst = true
    while true {
      var wasTaught = false
      do throws(Failure) {
        return try client.download(
          range, { () throws(Failure) in try self.request("GET", self.key(name)) },
          refusal: { answer in
            wasTaught = isFirst && learn(from: answer)
            return refusal("read \(name) of", answer)
          }, into: body)
      } catch {
        guard wasTaught else { throw error }
        isFirst = false
      }
    }
  }

  package func upload(_ name: RemoteName) throws(Failure) -> any RemoteUpload {
    try StagedUpload(in: scratch) { (content) throws(Failure) in
      let key = self.key(name)
      if content.size > 4 * self.settings.partSize {
        try S3MultipartUpload(self, key, content, partSize: self.settings.partSize).run()
      } else {
        try self.put(content, as: key)
      }
    }
  }

  private func put(_ content: StagedUpload.Content, as key: String) throws(Failure) {
    let headers = storageHeaders + [("content-md5", Digest.base64(try content.md5(0, content.size)))]
    let answer = try send(
      "PUT", key, headers: headers, body: content.body, payload: Digest.hex(content.sha256))
    guard answer.isSuccess else { throw refusal("write to", answer) }
  }

  package func remove(_ name: RemoteName) throws(Failure) {
    let answer = try send("DELETE", key(name))
    guard answer.isSuccess || answer.status == 404 else { throw refusal("remove \(name) from", answer) }
  }

  private func key(_ name: RemoteName) -> String { "\(bucket.prefix)\(name)" }

  /// How a new object is to be kept.
  var storageHeaders: [(name: String, value: String)] {
    let all = [
      (name: "x-amz-server-side-encryption", value: settings.serverSideEncryption),
      (name: "x-amz-server-side-encryption-aws-kms-key-id", value: settings.encryptionKey),
      (name: "x-amz-storage-class", value: settings.storageClass),
    ]
    return [("content-type", "application/octet-stream")]
      + all.compactMap { header in
        header.value.map { (header.name, $0) }
      }
  }

  /// One exchange, repeated when the service teaches the region or the time.
  func send(
    _ method: String, _ key: String?, _ query: [(name: String, value: String)] = [],
    headers: [(name: String, value: String)] = [], body: HTTPBody = .none, payload: String = emptyHash,
    limit: Int = 1 << 20
  ) throws(Failure) -> HTTPResponse {
    var rounds = 0
    while true {
      let answer = try client.send { () throws(Failure) in
        try self.request(method, key, query, headers: headers, body: body, payload: payload, limit: limit)
      }
      rounds += 1
      if answer.isSuccess || rounds == 3 || !learn(from: answer) { return answer }
    }
  }

  /// The request, signed for this moment.
  func request(
    _ method: String, _ key: String?, _ query: [(name: String, value: String)] = [],
    headers: [(name: String, value: String)] = [], body: HTTPBody = .none, payload: String = emptyHash,
    limit: Int = 1 << 20
  ) throws(Failure) -> HTTPRequest {
    let (region, clock) = learned.withLock { ($0.region, $0.clock) }
    let (scheme, host, path) = bucket.location(of: key, region: region)
    var headers = headers
    if !settings.isAnonymous {
      let found = try credentials.credentials()
      let date = HTTPTime.basic(HTTPTime.now() + clock)
      headers += [("x-amz-content-sha256", payload), ("x-amz-date", date)]
      if let token = found.token { headers.append(("x-amz-security-token", token)) }
      let signature = S3Signature(accessKey: found.accessKey, secretKey: found.secretKey, region: region)
      let authorization = signature.authorization(
        method, path: path, query: query, headers: headers + [("host", host)], payload: payload, date: date)
      headers.append(("Authorization", authorization))
    }
    let text = query.isEmpty ? "" : "?" + S3Signature.text(of: query)
    return HTTPRequest(method, "\(scheme)://\(host)\(path)\(text)", headers: headers, body: body, limit: limit)
  }

  /// Takes from a refusal the region or the time that the service wants; false when it teaches nothing new.
  private func learn(from answer: HTTPResponse) -> Bool {
    let refusal = S3Refusal(answer)
    let isSkewed = refusal.code == "RequestTimeTooSkewed"
    let theirs = isSkewed ? answer["date"].flatMap { HTTPTime.header($0) } : nil
    let isRegion = { (text: String) in text.utf8.allSatisfy { $0.isDigit || $0.isLetter || $0 == UInt8(ascii: "-") } }
    return learned.withLock { learned in
      if let theirs, learned.clock == 0, theirs != HTTPTime.now() {
        learned.clock = theirs - HTTPTime.now()
        return true
      }
      if [301, 307, 400, 403].contains(answer.status), let region = refusal.region, region != learned.region,
        !region.isEmpty, isRegion(region)
      {
        learned.region = region
        return true
      }
      return false
    }
  }

  func refusal(_ doing: String, _ answer: HTTPResponse) -> Failure {
    let source = settings.isAnonymous ? nil : (try? credentials.credentials())?.source
    return S3Refusal(answer).failure(doing, bucket, credentials: source)
  }
}

/// A page of a listing.
struct S3ListPage {
  var files: [RemoteFile] = []
  /// What to ask for the next page with.
  var next: String?

  init(_ document: [UInt8], _ folder: RemoteFolder, prefix: String, from place: String) throws(Failure) {
    let root = try XMLElement.parse(document, from: place)
    guard root.name == "ListBucketResult" else {
      throw Failure("cannot list \(place)", why: "the answer is no list of objects", category: .remote)
    }
    let isEncoded = root["EncodingType"]?.text == "url"
    let start = "\(prefix)\(folder.rawValue)/"
    for object in root.all("Contents") {
      guard let key = object["Key"]?.text, let plain = isEncoded ? percentDecoded(key) : key, plain.hasPrefix(start),
        let name = RemoteName(folder, String(plain.dropFirst(start.count))),
        let size = object["Size"].flatMap({ Int($0.text) }), size >= 0
      else { continue }
      let modified = object["LastModified"].flatMap { HTTPTime.iso($0.text) }
      files.append(RemoteFile(name: name, size: size, modified: modified.flatMap(HTTPTime.nanoseconds)))
    }
    guard root["IsTruncated"]?.text == "true" else { return }
    guard let token = root["NextContinuationToken"]?.text, !token.isEmpty else {
      throw Failure("cannot list \(place)", why: "the service does not say how its list goes on", category: .remote)
    }
    next = token
  }
}
