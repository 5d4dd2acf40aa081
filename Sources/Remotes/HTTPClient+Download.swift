package import Diagnostics

extension HTTPClient {
  typealias Consumer = (UnsafeRawBufferPointer) throws(Failure) -> Void

  /// Gives a file's bytes, or those of `range`, to `body`. What breaks off goes on from where it stood. `make` makes the
  /// request without its `Range`; `refusal` explains a status that is no success.
  package func download(
    _ range: Range<Int>?, _ make: () throws(Failure) -> HTTPRequest, refusal: (HTTPResponse) -> Failure,
    into body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    if let range, range.isEmpty { return }
    try withoutActuallyEscaping(body) { (body) throws(Failure) in
      let download = Download(range, place: place, body)
      var failed = 0
      while true {
        let before = download.done
        var request = try make()
        if let header = download.header { request.headers.append(header) }
        request.expected = range?.count ?? .max >> 8
        let result = try exchange(request) { (response) throws(Failure) in try download.start(response) }
        // Whoever gets on is not in trouble.
        failed = download.done > before ? 1 : failed + 1
        switch result {
        case .answer(let response) where response.isTemporary && failed < settings.attempts:
          try pause(after: failed, asked: response.retryAfter)
        case .answer(let response):
          guard response.isSuccess || response.status == 416 else { throw refusal(response) }
          return try download.finish(response)
        case .trouble(let failure):
          guard failed < settings.attempts else { throw failure }
          try pause(after: failed, asked: nil)
        }
      }
    }
  }
}

/// A file on its way, over several requests if need be.
private final class Download {
  private let range: Range<Int>?
  private let place: String
  private let body: HTTPClient.Consumer
  /// How many bytes were given on.
  private(set) var done = 0
  /// What this answer sends before the bytes that are wanted.
  private var skip = 0
  private var entityTag: String?

  init(_ range: Range<Int>?, place: String, _ body: @escaping HTTPClient.Consumer) {
    self.range = range
    self.place = place
    self.body = body
  }

  private var first: Int { (range?.lowerBound ?? 0) + done }

  var header: (name: String, value: String)? {
    if let range { return ("Range", "bytes=\(first)-\(range.upperBound - 1)") }
    return done > 0 ? ("Range", "bytes=\(first)-") : nil
  }

  func start(_ response: HTTPResponse) throws(Failure) -> HTTPClient.Consumer? {
    guard response.status == 200 || response.status == 206 else { return nil }
    if let coding = response["content-encoding"], coding != "identity" {
      throw failure("the server sends the file as '\(coding.prefix(40))', not as it is")
    }
    if done > 0, let old = entityTag, let new = response["etag"], old != new {
      throw failure("the file changed while it was read")
    }
    entityTag = response["etag"]
    // Some send a part with status 200; a server that knows no ranges sends all of the file.
    let isPart = response.status == 206 || response["content-range"] != nil
    skip = isPart ? 0 : first
    if isPart {
      guard let sent = response.contentRange, sent.range.lowerBound == first,
        range.map({ sent.range.upperBound <= $0.upperBound }) ?? true
      else { throw failure("the server sends another range than it was asked for") }
    }
    return { (bytes) throws(Failure) in try self.take(bytes) }
  }

  private func take(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    let passed = min(skip, bytes.count)
    skip -= passed
    let wanted = range.map { min($0.count - done, bytes.count - passed) } ?? (bytes.count - passed)
    if wanted > 0 {
      try body(UnsafeRawBufferPointer(rebasing: bytes[passed..<(passed + wanted)]))
      done += wanted
    }
    // Not what the server meant to send as well.
    if let range, done == range.count, passed + wanted < bytes.count { throw HTTPExchange.enough }
  }

  func finish(_ response: HTTPResponse) throws(Failure) {
    if let range, done < range.count {
      throw failure("it ends \(range.count - done) bytes too early")
    }
    if range == nil, response.status == 416 { throw failure("the file changed while it was read") }
  }

  private func failure(_ why: String) -> Failure {
    Failure("cannot read from \(place)", why: why, category: .remote)
  }
}
