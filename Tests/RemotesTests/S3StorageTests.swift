import Diagnostics
import Files
import Foundation
import Objects
import TestSupport
import Testing

@testable import Remotes

private func settings(_ endpoint: String, key: String = "access") -> S3Settings {
  var sources = CredentialsSources(environment: [:])
  (sources.accessKey, sources.secretKey) = (key, "secret/+=")
  var settings = S3Settings(credentials: sources)
  settings.endpoint = endpoint
  settings.http.firstDelay = 0.001
  settings.http.attempts = 3
  return settings
}

private func open(
  _ sandbox: Sandbox, _ settings: S3Settings, _ bucket: String = "bucket", _ prefix: String = "some/where"
) throws -> S3Storage {
  let scratch = Scratch(in: try Folder(at: bytes(sandbox.path)).folder(making: bytes("scratch")))
  return try S3Storage(bucket: bucket, prefix: prefix, settings, scratch: scratch)
}

@Suite("a remote on rclone's S3", .enabled(if: RealServer.rclone != nil, "rclone is not installed: see .ci/servers"))
struct S3ServerTests {
  let sandbox: Sandbox
  let server: RealServer

  init() throws {
    let sandbox = try Sandbox()
    self.sandbox = sandbox
    try sandbox.shell("mkdir -p root/bucket root/open")
    server = try RealServer(in: sandbox) { port in
      "\(RealServer.rclone ?? "") serve s3 --config /dev/null --addr 127.0.0.1:\(port) --auth-key access,secret/+= root"
    }
  }

  private var endpoint: String { "http://127.0.0.1:\(server.port)" }

  @Test("it keeps to all that a storage promises")
  func contract() throws {
    try StorageContract { try open(sandbox, settings(endpoint)) }.holds()
    #expect(
      try sandbox.shell("find scratch -type f; ls -d root/bucket/some/where/packs") == "root/bucket/some/where/packs\n")
  }

  @Test("what is pushed to it is fetched from it")
  func travels() throws { try RemoteBox().travels { try open(sandbox, settings(endpoint)) } }

  @Test("gc and fsck do there what they promise")
  func care() throws { try CareContract { try open(sandbox, settings(endpoint)) }.holds() }

  @Test("a large file goes in parts, and arrives whole")
  func parts() throws {
    var settings = settings(endpoint)
    settings.partSize = 5 << 20
    let storage = try open(sandbox, settings, "bucket", "")
    let content = noise((21 << 20) + 3)
    try storage.put(.pack("large"), content)
    #expect(try storage.bytes(.pack("large")) == content)
    #expect(try storage.sizes(.packs) == ["large": content.count])
  }

  @Test("more files than fit a page are all listed")
  func pages() throws {
    try sandbox.shell("mkdir -p root/bucket/many/packs; cd root/bucket/many/packs; touch $(seq -f 'pack-%g' 1 2345)")
    #expect(try open(sandbox, settings(endpoint), "bucket", "many").list(.packs).count == 2345)
  }

  @Test("what the server refuses is said in plain words")
  func refusals() throws {
    func why(_ settings: S3Settings, _ bucket: String = "bucket") -> String? {
      failure { _ = try open(sandbox, settings, bucket).list(.packs) }?.why
    }
    #expect(why(settings(endpoint), "absent") == "there is no bucket 'absent' at \(endpoint)")
    #expect(
      why(settings(endpoint, key: "other"))
        == "\(endpoint) does not know the access key of the credentials from the remote's settings")
    var wrong = settings(endpoint)
    wrong.credentials.secretKey = "wrong"
    #expect(
      why(wrong) == "the secret key of the credentials from the remote's settings is not that of their access key")
    var anonymous = settings(endpoint)
    anonymous.isAnonymous = true
    #expect(why(anonymous) == "the bucket is not open to everybody")
  }
}

@Suite("S3 with servers that go wrong")
struct S3StorageTests {
  let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private static func error(_ status: Int, _ code: String, _ more: String = "") -> LoopbackServer.Answer {
    .init(status, text: "<?xml version=\"1.0\"?><Error><Code>\(code)</Code><Message>said</Message>\(more)</Error>")
  }

  @Test("requests are made as S3 wants them: signed, hashed, with the bucket where it belongs")
  func requests() throws {
    let server = try LoopbackServer { _, _ in .init(200) }
    var settings = settings(server.url + "/base/")
    settings.serverSideEncryption = "AES256"
    settings.storageClass = "STANDARD_IA"
    settings.credentials.token = "session"
    try open(sandbox, settings).put(.pack("p"), bytes("hello"))
    let put = try #require(server.requests.first)
    #expect(put.method == "PUT")
    #expect(put.target == "/base/bucket/some/where/packs/p")
    #expect(put.body == bytes("hello"))
    #expect(
      put.headers["x-amz-content-sha256"] == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")
    #expect(put.headers["content-md5"] == "XUFAKrxLKna5cZ2REBfFkg==")
    #expect(put.headers["x-amz-server-side-encryption"] == "AES256")
    #expect(put.headers["x-amz-security-token"] == "session")
    #expect(put.headers["expect"] == nil)
    let signed =
      "SignedHeaders=content-md5;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token;"
      + "x-amz-server-side-encryption;x-amz-storage-class,"
    #expect(put.headers["authorization"]?.contains(signed) == true)
    settings.isAnonymous = true
    _ = try? open(sandbox, settings).bytes(.pack("p"))
    #expect(server.requests.last?.headers.keys.contains { $0 == "authorization" || $0.hasPrefix("x-amz") } == false)
  }

  @Test("hosts and paths are those of AWS, or of the service in its place")
  func locations() throws {
    func location(_ name: String, _ endpoint: String?, _ addressing: S3Settings.Addressing = .auto) throws -> String {
      var settings = settings("")
      settings.addressing = addressing
      let found = try S3Bucket(name, prefix: "", settings, endpoint: endpoint).location(of: "a b", region: "eu-west-1")
      return "\(found.scheme)://\(found.host)\(found.path)"
    }
    #expect(try location("bucket", nil) == "https://bucket.s3.eu-west-1.amazonaws.com/a%20b")
    #expect(try location("my.bucket", nil) == "https://s3.eu-west-1.amazonaws.com/my.bucket/a%20b")
    #expect(try location("bucket", "https://store.org:9000/x/") == "https://store.org:9000/x/bucket/a%20b")
    #expect(try location("bucket", "http://store.org", .virtual) == "http://bucket.store.org/a%20b")
    for name in ["", "ab", "a/b", "../x", "bücket", ".abc", "a..b", String(repeating: "a", count: 64)] {
      #expect(failure { _ = try location(name, nil) }?.category == .usage, "\(name)")
    }
    #expect(failure { _ = try location("bucket", "file:///x") }?.category == .usage)
  }

  @Test("the region that the service names is used from then on")
  func region() throws {
    let server = try LoopbackServer { request, _ in
      request.headers["authorization"]?.contains("/eu-north-1/s3/") == true
        ? .init(200, text: "data")
        : Self.error(400, "AuthorizationHeaderMalformed", "<Region>eu-north-1</Region>")
    }
    let storage = try open(sandbox, settings(server.url))
    #expect(try storage.bytes(.pack("p")) == bytes("data"))
    try storage.put(.pack("q"), [])
    #expect(server.requests.count == 3)
  }

  @Test("a wrong clock is corrected by the service's")
  func clock() throws {
    let server = try LoopbackServer { request, _ in
      request.headers["x-amz-date"]?.hasPrefix("20151021T") == true
        ? .init(200, text: "data")
        : .init(
          403, text: "<Error><Code>RequestTimeTooSkewed</Code></Error>", ["Date": "Wed, 21 Oct 2015 07:28:00 GMT"])
    }
    #expect(try open(sandbox, settings(server.url)).bytes(.pack("p")) == bytes("data"))
  }

  @Test("an upload in parts that broke off goes on with the parts that are missing")
  func resumed() throws {
    let content = noise(50)
    let good = Digest.hex(md5(content[0..<10]))
    let server = try LoopbackServer { request, _ in
      switch (request.method, request.target.contains("uploads=")) {
      case ("GET", true):
        return .init(
          200,
          text: """
            <ListMultipartUploadsResult>
            <Upload><Key>some/where/packs/p</Key><UploadId>new</UploadId><Initiated>2026-02-01T00:00:00Z</Initiated></Upload>
            <Upload><Key>some/where/packs/p</Key><UploadId>old</UploadId><Initiated>2026-01-01T00:00:00Z</Initiated></Upload>
            <Upload><Key>some/where/packs/p2</Key><UploadId>other</UploadId><Initiated>2026-03-01T00:00:00Z</Initiated></Upload>
            </ListMultipartUploadsResult>
            """)
      case ("GET", false):
        return .init(
          200,
          text: """
            <ListPartsResult>
            <Part><PartNumber>1</PartNumber><Size>10</Size><ETag>"\(good)"</ETag></Part>
            <Part><PartNumber>2</PartNumber><Size>10</Size><ETag>"00000000000000000000000000000000"</ETag></Part>
            <Part><PartNumber>3</PartNumber><Size>9</Size><ETag>"x"</ETag></Part></ListPartsResult>
            """)
      case ("PUT", _): return .init(200, [], ["ETag": "\"part\(request.body.count)\""])
      default: return .init(200, text: "<CompleteMultipartUploadResult/>")
      }
    }
    var settings = settings(server.url)
    settings.partSize = 10
    let storage = try open(sandbox, settings)
    let upload = try S3MultipartUploadProbe.staged(content, in: Scratch(in: try Folder(at: bytes(sandbox.path))))
    try S3MultipartUpload(storage, "some/where/packs/p", upload, partSize: 10).run()
    let sent = server.requests.filter { $0.method == "PUT" }
    #expect(sent.allSatisfy { $0.target.hasSuffix("uploadId=new") })
    #expect(sent.map(\.body) == (1..<5).map { Array(content[($0 * 10)..<($0 * 10 + 10)]) })
    let complete = try #require(server.requests.first { $0.method == "POST" })
    #expect(
      String(decoding: complete.body, as: UTF8.self).contains("<PartNumber>1</PartNumber><ETag>\"\(good)\"</ETag>"))
    #expect(
      server.requests.filter { $0.method == "DELETE" }.map(\.target) == ["/bucket/some/where/packs/p?uploadId=old"])
  }

  @Test("an upload whose end is an error with status 200 is no success")
  func lateError() throws {
    let server = try LoopbackServer { request, _ in
      switch request.method {
      case "PUT": .init(200, [], ["ETag": "\"e\""])
      case "POST" where request.target.contains("uploads"):
        .init(200, text: "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
      case "POST": Self.error(200, "InternalError")
      default: .init(404)
      }
    }
    let storage = try open(sandbox, settings(server.url))
    let upload = try S3MultipartUploadProbe.staged(noise(25), in: Scratch(in: try Folder(at: bytes(sandbox.path))))
    let failure = failure { try S3MultipartUpload(storage, "k", upload, partSize: 10).run() }
    #expect(failure?.why == "InternalError: said")
  }

  @Test("a listing that is none, or goes in circles, is refused")
  func listings() throws {
    let page =
      "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken></ListBucketResult>"
    let cases = [
      page: "the service goes in circles",
      "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>":
        "the service does not say how its list goes on",
      "<html/>": "the answer is no list of objects",
      "<html><br></html>": "line 1: mismatched tag",
    ]
    for (text, why) in cases {
      let server = try LoopbackServer { _, _ in .init(200, text: text) }
      #expect(failure { _ = try open(sandbox, settings(server.url)).list(.packs) }?.why == why)
    }
    let odd = """
      <ListBucketResult><EncodingType>url</EncodingType>
      <Contents><Key>some/where/packs/a%2Db</Key><Size>5</Size><LastModified>2024-02-29T23:59:59.000Z</LastModified></Contents>
      <Contents><Key>some/where/packs/deep/er</Key><Size>5</Size></Contents>
      <Contents><Key>else/packs/c</Key><Size>5</Size></Contents>
      <Contents><Key>some/where/packs/d</Key><Size>-5</Size></Contents>
      <Contents><Key>some/where/packs/..%2Fe</Key><Size>5</Size></Contents></ListBucketResult>
      """
    let server = try LoopbackServer { _, _ in .init(200, text: odd) }
    let found = try open(sandbox, settings(server.url)).list(.packs)
    #expect(found == [RemoteFile(name: .pack("a-b"), size: 5, modified: 1_709_251_199_000_000_000)])
  }

  @Test("every refusal that is common has words, and no secret is in them")
  func words() throws {
    let bucket = try S3Bucket("bucket", prefix: "", settings("http://h"), endpoint: nil)
    let codes = [
      "NoSuchBucket", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken",
      "RequestTimeTooSkewed", "PermanentRedirect", "NoSuchKey", "EntityTooLarge", "SomethingElse",
    ]
    let whys = codes.map { code in
      var answer = HTTPResponse()
      answer.status = 403
      answer.body = Self.error(403, code).body
      return S3Refusal(answer).failure("read", bucket, credentials: "the environment").why
    }
    #expect(
      whys == [
        "there is no bucket 'bucket' at AWS", "the credentials from the environment do not allow it",
        "AWS does not know the access key of the credentials from the environment",
        "the secret key of the credentials from the environment is not that of their access key",
        "the credentials from the environment have expired",
        "this machine's clock is wrong by more than 15 minutes", "the bucket is in another region",
        "there is no such file", "the service takes no files as large as this one", "SomethingElse: said",
      ])
  }

  private func md5(_ bytes: some Collection<UInt8>) -> [UInt8] {
    let digest = RunningDigest(md5: true)
    Array(bytes).withUnsafeBytes { digest.update($0) }
    return digest.finish()
  }

}

/// What an upload has written, as `finish` sees it.
private enum S3MultipartUploadProbe {
  static func staged(_ content: [UInt8], in scratch: Scratch) throws -> StagedUpload.Content {
    var staged: StagedUpload.Content?
    let upload = try StagedUpload(in: scratch) { (content) throws(Failure) in staged = content }
    try content.withRaw { raw throws(Failure) in try upload.write(raw) }
    try upload.finish()
    return try #require(staged)
  }
}
