/// AWS's Signature Version 4, with which S3 and whatever speaks it know who asks.
struct S3Signature {
  var accessKey: String
  var secretKey: String
  var region: String
  var service = "s3"

  /// The value of the header `Authorization` for a request with these `headers`, all of which are signed: `host` and
  /// `x-amz-date` are among them. `path` is percent-encoded, `query` is not.
  func authorization(
    _ method: String, path: String, query: [(name: String, value: String)],
    headers: [(name: String, value: String)], payload: String, date: String
  ) -> String {
    let sorted = headers.map { (name: $0.name.lowercased(), value: Self.trimmed($0.value)) }
      .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    let names = sorted.map(\.name).joined(separator: ";")
    let request = [
      method, path.isEmpty ? "/" : path, Self.text(of: query),
      sorted.map { "\($0.name):\($0.value)\n" }.joined(), names, payload,
    ].joined(separator: "\n")
    let day = String(date.prefix(8))
    let scope = "\(day)/\(region)/\(service)/aws4_request"
    let toSign = "AWS4-HMAC-SHA256\n\(date)\n\(scope)\n\(Digest.hex(Digest.sha256(request.utf8)))"
    var key = Array("AWS4\(secretKey)".utf8)
    for part in [day, region, service, "aws4_request", toSign] { key = Digest.mac(part.utf8, key: key) }
    return "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope),SignedHeaders=\(names),Signature=\(Digest.hex(key))"
  }

  /// The query as it is signed and sent: encoded, and in the order of its bytes.
  static func text(of query: [(name: String, value: String)]) -> String {
    query.map { (percentEncoded($0.name), percentEncoded($0.value)) }
      .sorted { a, b in
        a.0 == b.0 ? a.1.utf8.lexicographicallyPrecedes(b.1.utf8) : a.0.utf8.lexicographicallyPrecedes(b.0.utf8)
      }
      .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
  }

  private static func trimmed(_ value: String) -> String {
    value.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
  }
}
