package import Diagnostics

/// What a server says in its own words, for messages: a line without control characters, of which a terminal could take
/// some for orders.
func serverText(_ text: String) -> String {
  let scalars = text.unicodeScalars.prefix(300).map { scalar in
    scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value) || (0x2028...0x202e).contains(scalar.value)
      ? " " : scalar
  }
  return String(String.UnicodeScalarView(scalars))
}

/// The answers of servers, read as the storages read them; for fuzz tests.
package enum OutsideAnswers {
  /// A page of a listing of S3: its files, and what asks for the next page.
  package static func s3Page(_ document: [UInt8]) throws(Failure) -> (files: [RemoteFile], next: String?) {
    let page = try S3ListPage(document, .packs, prefix: "some/where/", from: "s3://bucket")
    return (page.files, page.next)
  }

  /// What the user is told when S3 refuses with this status and body.
  package static func s3Refusal(_ status: Int, _ body: [UInt8]) throws(Failure) -> Failure {
    var answer = HTTPResponse()
    (answer.status, answer.body) = (status, body)
    let settings = S3Settings(credentials: CredentialsSources(environment: [:]))
    let bucket = try S3Bucket("bucket", prefix: "", settings, endpoint: nil)
    return S3Refusal(answer).failure("list", bucket, credentials: "somewhere")
  }

  /// The names in a packet of SFTP, or what the user is told of a status.
  package static func sftp(_ packet: [UInt8]) throws(Failure) -> (names: [[UInt8]], refusal: Failure?) {
    let (_, answer) = try SFTPSession.Answer.read(packet) {
      Failure("cannot use ssh://host", why: $0, category: .remote)
    }
    switch answer {
    case .names(let names): return (names.map(\.name), nil)
    default: return ([], SSHStorage.refusal("list", answer, "ssh://host"))
    }
  }
}
