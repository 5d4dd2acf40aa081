import CCurl
package import Diagnostics
import Files
import Synchronization

/// HTTP to one place, over libcurl: connections that stay open, time-outs, attempts with growing pauses between them,
/// and redirects that lead nowhere else.
package final class HTTPClient: Sendable {
  let settings: HTTPSettings
  /// How messages name the place.
  let place: String
  private let idle = Mutex<[Handle]>([])
  /// Whether anybody ever answered. Until then an address that leads nowhere is a mistake rather than a moment's trouble.
  private let hasAnswered = Atomic<Bool>(false)

  private struct Handle: @unchecked Sendable {
    let curl: OpaquePointer
  }

  package init(_ settings: HTTPSettings, place: String) throws(Failure) {
    guard mlrepo_curl_load() == 1 else {
      throw Failure(
        "cannot reach \(place)", why: "libcurl is not installed",
        hint: RemoteLibrary.curl.hint, category: .remote)
    }
    self.settings = settings
    self.place = place
  }

  deinit { idle.withLock { for handle in $0 { mlrepo_curl_close(handle.curl) } } }

  /// Sends a request, made anew by `make` for each attempt, until it gets an answer that another attempt would not
  /// better, whatever its status. `consume` may ask for the body of an answer piece by piece.
  package func send(
    _ make: () throws(Failure) -> HTTPRequest,
    consume: ((HTTPResponse) throws(Failure) -> ((UnsafeRawBufferPointer) throws(Failure) -> Void)?)? = nil
  ) throws(Failure) -> HTTPResponse {
    var attempt = 1
    while true {
      try Interruption.check()
      let result = try exchange(try make(), consume)
      switch result {
      case .answer(let response):
        guard response.isTemporary, attempt < settings.attempts else { return response }
        try pause(after: attempt, asked: response.retryAfter)
      case .trouble(let failure):
        guard attempt < settings.attempts else { throw failure }
        try pause(after: attempt, asked: nil)
      }
      attempt += 1
    }
  }

  enum Result {
    case answer(HTTPResponse)
    /// What may pass if one tries again.
    case trouble(Failure)
  }

  /// One attempt, with the redirects that it meets.
  func exchange(
    _ request: HTTPRequest,
    _ consume: ((HTTPResponse) throws(Failure) -> ((UnsafeRawBufferPointer) throws(Failure) -> Void)?)?
  ) throws(Failure) -> Result {
    var request = request
    for _ in 0...5 {
      let result = try once(request, consume)
      guard case .answer(let response) = result, let target = try redirect(of: request, response) else { return result }
      request.url = target
    }
    throw Failure("cannot read from \(place)", why: "it redirects in circles", category: .remote)
  }

  private func redirect(of request: HTTPRequest, _ response: HTTPResponse) throws(Failure) -> String? {
    let isRead = request.method == "GET" || request.method == "HEAD"
    guard settings.followsRedirects,
      [307, 308].contains(response.status) || (isRead && [301, 302, 303].contains(response.status)),
      let location = response["location"]
    else { return nil }
    let query = request.url.firstIndex(of: "?") ?? request.url.endIndex
    guard let target = try HTTPAddress(String(request.url[..<query])).redirected(to: location) else {
      throw Failure(
        "cannot use \(place)", why: "it redirects to '\(location.prefix(200))', which is another place",
        hint: "if that is where the data is, make it the remote's URL", category: .remote)
    }
    return target
  }

  private func once(
    _ request: HTTPRequest,
    _ consume: ((HTTPResponse) throws(Failure) -> ((UnsafeRawBufferPointer) throws(Failure) -> Void)?)?
  ) throws(Failure) -> Result {
    for (name, value) in request.headers + [("", request.url)]
    where (name + value).utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) {
      throw Failure("cannot use \(place)", why: "a setting has a control character in it", category: .usage)
    }
    let handle: Handle
    if let kept = idle.withLock({ $0.popLast() }) { handle = kept } else { handle = try open() }
    let exchange = HTTPExchange(request, consume)
    let (outcome, explanation) = exchange.run(on: handle.curl, settings)
    idle.withLock { $0.append(handle) }
    if let failure = exchange.failure { throw failure }
    if outcome != MLREPO_CURL_UNREACHABLE, exchange.response.status != 0 { hasAnswered.store(true, ordering: .relaxed) }
    return try result(of: exchange, outcome, explanation)
  }

  private func result(of exchange: HTTPExchange, _ outcome: Int, _ explanation: String) throws(Failure) -> Result {
    let failure = Failure("cannot reach \(place)", why: explanation, category: .remote)
    switch outcome {
    case MLREPO_CURL_DONE: return .answer(exchange.response)
    case MLREPO_CURL_STOPPED where exchange.isSatisfied: return .answer(exchange.response)
    case MLREPO_CURL_STOPPED:
      try Interruption.check()
      throw failure
    case MLREPO_CURL_TIMEOUT, MLREPO_CURL_DROPPED: return .trouble(failure)
    case MLREPO_CURL_UNREACHABLE where hasAnswered.load(ordering: .relaxed): return .trouble(failure)
    case MLREPO_CURL_UNTRUSTED:
      throw Failure(
        "cannot trust \(place)", why: explanation,
        hint: "if its certificate is signed by an authority of your own, set 'cafile' to that authority's certificate",
        category: .remote)
    default: throw failure
    }
  }

  private func open() throws(Failure) -> Handle {
    guard let curl = mlrepo_curl_open() else {
      throw Failure("cannot reach \(place)", why: "libcurl does not start", category: .remote)
    }
    return Handle(curl: curl)
  }

  func pause(after attempt: Int, asked: Double?) throws(Failure) {
    try Backoff.pause(after: attempt, first: settings.firstDelay, longest: settings.longestDelay, asked: asked)
  }
}
