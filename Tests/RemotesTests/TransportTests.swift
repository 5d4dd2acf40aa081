import Diagnostics
import Files
import TestSupport
import Testing

@testable import Remotes

@Suite("from a URL to a storage")
struct TransportTests {
  let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private func open(
    _ url: String, _ options: [TransportOption: String] = [:], _ environment: [String: String] = [:]
  ) throws -> any RemoteStorage {
    let scratch = Scratch(in: try Folder(at: bytes(sandbox.path)))
    var transport = Transport(
      environment: ["HOME": sandbox.path].merging(environment) { $1 }, root: bytes(sandbox.path), scratch: scratch)
    transport.options = options
    return try transport.open(RemoteAddress(url: url))
  }

  @Test("every kind of URL opens its kind of storage")
  func kinds() throws {
    let places = try [
      open("data"), open("file:///srv/x"), open("s3://bucket/a%20b/"), open("https://example.org/x/"),
      open("ssh://me@example.org:22/srv"), open("sftp://example.org/~/x"),
    ].map(\.place)
    #expect(
      places == [
        "\(sandbox.path)/data", "/srv/x", "s3://bucket/a b", "https://example.org/x", "ssh://me@example.org:22/srv",
        "ssh://example.org/~/x",
      ])
  }

  @Test("what is no URL of a remote is refused with what may have been meant")
  func refused() {
    let hints = ["shh://h/x", "s4://b", "gs://bucket", "davs://h/x", "me@host:data", "nothing://x"].map { url in
      failure { _ = try open(url) }?.hint
    }
    #expect(
      hints == [
        "did you mean ssh://?", "did you mean s3://?",
        "Google's storage speaks S3, too: s3://BUCKET, with endpointurl https://storage.googleapis.com",
        "write http:// or https://", "write ./me@host:data for a folder, or ssh://me@host/~/data for a machine", nil,
      ])
    for url in [
      "https://me:secret@h/x", "ssh://-oProxyCommand=x/", "s3://bucket:9000/x", "s3://b/x%zz", "https://h/a b",
    ] {
      let failure = failure { _ = try open(url) }
      #expect(failure?.category == .usage, "\(url)")
      #expect(failure.map { "\($0)".contains("secret") } == false)
    }
  }

  @Test("options that mean nothing for the kind are refused, not passed over")
  func strayOptions() {
    #expect(
      failure { _ = try open("ssh://h/x", [.region: "eu-west-1"]) }?.why
        == "'region' means nothing for a remote of this kind")
    #expect(failure { _ = try open("data", [.password: "p", .encrypt: "false"]) }?.category == .usage)
  }

  @Test("options are checked, and secret ones are known as such")
  func options() {
    let wrong: [TransportOption: String] = [
      .anonymous: "yes", .addressing: "host", .partSize: "4", .caFile: "ca.pem", .endpoint: "file:///x", .region: "a/b",
      .user: "", .password: "a\n", .encrypt: "1", .keyFile: "key", .encryptionKey: "key",
    ]
    #expect(wrong.filter { $0.key.brokenRule($0.value) == nil } == [:])
    let right: [TransportOption: String] = [
      .anonymous: "true", .addressing: "path", .partSize: "64", .caFile: "~/ca.pem", .endpoint: "http://h:9000",
      .region: "eu-west-1", .user: "me", .encrypt: "false", .keyFile: "/key",
    ]
    #expect(right.compactMap { $0.key.brokenRule($0.value) } == [])
    #expect(
      TransportOption.allCases.filter(\.isSecret) == [.secretKey, .sessionToken, .password, .token, .passphrase])
    #expect(TransportOption.allCases.filter { $0.isSecret && !$0.isPrivate } == [])
  }

  @Test("an encrypted remote takes its key from a file, a setting or the environment, and needs one")
  func encrypted() throws {
    try sandbox.shell("openssl rand -hex 32 > key")
    let sealed: [TransportOption: String] = [.encrypt: "true"]
    #expect(
      failure { _ = try open("data", sealed) }?.why
        == "the remote is encrypted, and there is neither a key nor a passphrase")
    try open("data", sealed.merging([.encryptionKey: "~/key"]) { $1 }).put(.pack("p"), bytes("x"))
    #expect(
      try open("data", sealed.merging([.encryptionKey: sandbox.absolute("key")]) { $1 }).sizes(.packs) == ["p": 1])
    try open("other", sealed, ["MLREPO_PASSPHRASE": "words"]).put(.pack("p"), bytes("x"))
    #expect(try open("other", sealed.merging([.passphrase: "words"]) { $1 }).sizes(.packs) == ["p": 1])
  }
}
