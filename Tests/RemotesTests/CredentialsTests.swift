import Diagnostics
import TestSupport
import Testing

@testable import Remotes

@Suite("where credentials for S3 are found")
struct CredentialsTests {
  let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// What is found with these variables and the files in the sandbox; never what the machine has.
  private func find(_ variables: [String: String], profile: String? = nil) throws -> Credentials {
    var environment = ["HOME": sandbox.path, "AWS_EC2_METADATA_DISABLED": "true"]
    environment.merge(variables) { $1 }
    var sources = CredentialsSources(environment: environment)
    sources.profile = profile
    return try CredentialsChain(sources).credentials()
  }

  @Test("the environment comes before the files, unless a profile is asked for")
  func order() throws {
    try sandbox.write(
      """
      # mine
      [default]
      aws_access_key_id = D
      aws_secret_access_key = ds  # of the default
      [ work ]
      aws_access_key_id=W
      aws_secret_access_key=ws=/+
      aws_session_token = wt
      """, to: ".aws/credentials")
    try sandbox.write(
      """
      [profile work]\r
      region = eu-central-1\r
      s3 =
        addressing_style = path
        aws_access_key_id = nested
      [profile role]
      role_arn = arn:aws:iam::1:role/x
      """, to: ".aws/config")
    let variables = ["AWS_ACCESS_KEY_ID": "E", "AWS_SECRET_ACCESS_KEY": "es"]
    #expect(try find(variables) == Credentials(accessKey: "E", secretKey: "es", source: "the environment"))
    #expect(try find([:]) == Credentials(accessKey: "D", secretKey: "ds", source: "the profile 'default'"))
    let work = Credentials(accessKey: "W", secretKey: "ws=/+", token: "wt", source: "the profile 'work'")
    #expect(try find(variables, profile: "work") == work)
    #expect(try find(["AWS_PROFILE": "work"]) == work)
    #expect(failure { _ = try find([:], profile: "absent") }?.why.hasSuffix("has the profile 'absent'") == true)
    #expect(
      failure { _ = try find(["AWS_PROFILE": "role"]) }?.why == "it has 'role_arn', which only AWS's tools can follow")
    var sources = CredentialsSources(environment: ["AWS_PROFILE": "work", "HOME": sandbox.path])
    #expect(try sources.profileSettings()["region"] == "eu-central-1")
    (sources.accessKey, sources.secretKey) = ("S", "ss")
    #expect(
      try CredentialsChain(sources).credentials()
        == Credentials(accessKey: "S", secretKey: "ss", source: "the remote's settings"))
  }

  @Test("the files may be links, as in many a home")
  func links() throws {
    try sandbox.write("[default]\naws_access_key_id=L\naws_secret_access_key=ls\n", to: "dotfiles/credentials")
    try sandbox.shell("mkdir .aws; ln -s ../dotfiles/credentials .aws/credentials")
    #expect(try find([:]).accessKey == "L")
  }

  @Test("without any, it is said where they may be")
  func none() throws {
    #expect(failure { _ = try find([:]) }?.why == "neither the environment, nor ~/.aws, nor this machine has any")
  }

  @Test("a container's host gives them, and again before they end")
  func container() throws {
    let server = try LoopbackServer { request, number in
      guard request.path == "/creds", request.headers["authorization"] == "t0" else { return .init(403) }
      let end = number == 0 ? "2001-01-01T00:00:00Z" : "2999-01-01T00:00:00Z"
      return .init(
        200,
        text: "{\"AccessKeyId\":\"C\(number)\",\"SecretAccessKey\":\"cs\",\"Token\":\"ct\",\"Expiration\":\"\(end)\"}")
    }
    try sandbox.write("t0\n", to: "token")
    var sources = CredentialsSources(environment: [
      "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(server.url)/creds", "http_proxy": "http://127.0.0.1:1",
      "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": sandbox.absolute("token"),
    ])
    let chain = CredentialsChain(sources)
    #expect(try chain.credentials().accessKey == "C0")
    #expect(try chain.credentials().accessKey == "C1")
    #expect(try chain.credentials().accessKey == "C1")
    sources.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = nil
    #expect(
      failure { _ = try CredentialsChain(sources).credentials() }?.why == "the answer, with status 403, holds none")
  }

  @Test("an instance gives those of its role, for a token that it gave before")
  func instance() throws {
    let server = try LoopbackServer { request, _ in
      if request.path == "/latest/api/token" {
        return request.method == "PUT" && request.headers["x-aws-ec2-metadata-token-ttl-seconds"] != nil
          ? .init(200, text: "tok") : .init(400)
      }
      guard request.headers["x-aws-ec2-metadata-token"] == "tok" else { return .init(401) }
      let folder = "/latest/meta-data/iam/security-credentials/"
      if request.path == folder { return .init(200, text: "my-role\n") }
      guard request.path == folder + "my-role" else { return .init(404) }
      return .init(
        200, text: "{\"Code\":\"Success\",\"AccessKeyId\":\"I\",\"SecretAccessKey\":\"is\",\"Token\":\"it\"}")
    }
    let variables = ["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url + "/", "AWS_EC2_METADATA_DISABLED": "false"]
    #expect(
      try find(variables) == Credentials(accessKey: "I", secretKey: "is", token: "it", source: "this machine's role"))
  }

  @Test("a token of Kubernetes is exchanged for them")
  func webIdentity() throws {
    try sandbox.write("web-token", to: "token")
    let server = try LoopbackServer { request, _ in
      guard request.method == "POST", request.target.contains("WebIdentityToken=web-token") else {
        return .init(400, text: "<ErrorResponse><Error><Message>no token</Message></Error></ErrorResponse>")
      }
      return .init(
        200,
        text: """
          <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>K</AccessKeyId><SecretAccessKey>ks</SecretAccessKey>
          <SessionToken>kt</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>
          </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>
          """)
    }
    let variables = [
      "AWS_WEB_IDENTITY_TOKEN_FILE": sandbox.absolute("token"), "AWS_ROLE_ARN": "arn:x",
      "AWS_ENDPOINT_URL_STS": server.url,
    ]
    let found = try find(variables)
    #expect([found.accessKey, found.secretKey, found.token, found.source] == ["K", "ks", "kt", "the role 'arn:x'"])
    try sandbox.write("other", to: "token")
    #expect(failure { _ = try find(variables) }?.why == "no token")
  }
}
