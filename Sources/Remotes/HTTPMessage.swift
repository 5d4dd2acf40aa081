package import Files

/// The bytes that go with a request. They are given again when the request is tried again.
package enum HTTPBody: Sendable {
  case none
  case bytes([UInt8])
  /// A part of a file, read as it is sent.
  case file(SharedFile, offset: Int, count: Int)

  var count: Int {
    switch self {
    case .none: 0
    case .bytes(let bytes): bytes.count
    case .file(_, _, let count): count
    }
  }
}

/// An open file that several requests read from, each at its own places.
package final class SharedFile: Sendable {
  let handle: FileHandle

  package init(_ handle: consuming FileHandle) { self.handle = handle }
}

/// One request, as it is sent.
package struct HTTPRequest: Sendable {
  package var method: String
  package var url: String
  /// Names and values; checked for line breaks when they are sent.
  package var headers: [(name: String, value: String)]
  package var body: HTTPBody
  /// The most bytes of an answer that are kept in memory.
  package var limit: Int
  /// About how many bytes will come: the more, the longer they may take.
  package var expected = 0

  package init(
    _ method: String = "GET", _ url: String, headers: [(name: String, value: String)] = [], body: HTTPBody = .none,
    limit: Int = 1 << 20
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.limit = limit
  }

  var mayHaveBody: Bool { method == "PUT" || method == "POST" || method == "PROPFIND" }
}

/// An answer. Its body is here unless somebody took it piece by piece.
package struct HTTPResponse: Sendable {
  package var status = 0
  /// By names in lower case; of those that come several times the last.
  package var headers: [String: String] = [:]
  package var body: [UInt8] = []

  package init() {}

  package subscript(_ name: String) -> String? { headers[name] }

  package var text: String { String(decoding: body, as: UTF8.self) }

  package var isSuccess: Bool { (200...299).contains(status) }

  /// Whether the same request may fare better a little later.
  package var isTemporary: Bool { [408, 425, 429, 500, 502, 503, 504].contains(status) }

  /// The range of `Content-Range: bytes 0-99/1234`, and the file's size where it is told.
  package var contentRange: (range: Range<Int>, total: Int?)? {
    guard let text = self["content-range"], text.hasPrefix("bytes ") else { return nil }
    let parts = text.dropFirst(6).split(separator: "/")
    guard parts.count == 2 else { return nil }
    let ends = parts[0].split(separator: "-")
    guard ends.count == 2, let first = Int(ends[0]), let last = Int(ends[1]), first >= 0, first <= last, last < .max
    else { return nil }
    return (first..<(last + 1), Int(parts[1]))
  }

  /// How long the server asks to wait, in seconds.
  package var retryAfter: Double? {
    guard let text = self["retry-after"] else { return nil }
    if let seconds = Double(text), seconds >= 0 { return seconds }
    return HTTPTime.header(text).map { Double(max(0, $0 - HTTPTime.now())) }
  }
}

/// What is the same for all requests to a place.
package struct HTTPSettings: Sendable {
  /// A file with the certificates to trust instead of the system's.
  package var caFile: String?
  /// How often a request is sent at most, when it fails for reasons that may pass.
  package var attempts = 6
  /// Seconds to wait before the second attempt; later ones wait longer, up to `longestDelay`.
  package var firstDelay = 0.25
  package var longestDelay = 20.0
  package var connectSeconds = 20
  /// A request ends when fewer than 100 bytes a second come and go for so long.
  package var stallSeconds = 60
  /// The longest that a request may take without what its bytes may take.
  package var totalSeconds = 120
  /// Whether the environment may name a proxy.
  package var usesProxy = true
  /// Whether redirects are followed, as far as they may be. S3 explains its own.
  package var followsRedirects = true

  package init() {}
}

/// Values of the `Authorization` header.
package enum HTTPAuthorization {
  package static func basic(user: String, password: String) -> String {
    "Basic " + Digest.base64(Array("\(user):\(password)".utf8))
  }

  package static func bearer(_ token: String) -> String { "Bearer " + token }
}
