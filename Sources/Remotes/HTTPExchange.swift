import CCurl
import Diagnostics
import Files

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One request on its way and what comes back: the side of libcurl's callbacks.
final class HTTPExchange {
  typealias Consumer = (UnsafeRawBufferPointer) throws(Failure) -> Void

  private let request: HTTPRequest
  /// Takes the body of a good answer; else it is kept.
  private let consume: ((HTTPResponse) throws(Failure) -> Consumer?)?
  private var consumer: Consumer?
  private var hasBegun = false
  private var sent = 0
  private var headerBytes = 0
  private(set) var response = HTTPResponse()
  /// What one of the callbacks found wrong.
  private(set) var failure: Failure?
  /// Whether the consumer had enough, and the rest is of no use.
  private(set) var isSatisfied = false

  /// Thrown by consumers that need no more.
  static let enough = Failure("enough", why: "", category: .bug)

  init(_ request: HTTPRequest, _ consume: ((HTTPResponse) throws(Failure) -> Consumer?)?) {
    self.request = request
    self.consume = consume
  }

  /// Performs the exchange on `curl`.
  func run(on curl: OpaquePointer, _ settings: HTTPSettings) -> (outcome: Int, explanation: String) {
    var calls = mlrepo_curl_calls(
      context: Unmanaged.passUnretained(self).toOpaque(),
      header: { context, bytes, count in
        exchange(context).take { (exchange) throws(Failure) in
          try exchange.header(UnsafeRawBufferPointer(start: bytes, count: count))
        }
      },
      body: { context, bytes, count in
        exchange(context).take { (exchange) throws(Failure) in
          try exchange.body(UnsafeRawBufferPointer(start: bytes, count: count))
        }
      },
      send: { context, buffer, count in
        exchange(context).give(UnsafeMutableRawBufferPointer(start: buffer, count: count))
      },
      rewind: { context, offset in exchange(context).rewind(Int(offset)) },
      should_stop: { _ in (try? Interruption.check()) == nil ? 1 : 0 })
    var explanation = [CChar](repeating: 0, count: 256)
    let hasBody = request.mayHaveBody
    let lines = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    let outcome = withCStrings([request.url, request.method] + lines + ["Expect:"]) { strings in
      var plain = mlrepo_curl_request()
      plain.url = strings[0]
      plain.method = strings[1]
      plain.body_size = hasBody ? Int64(request.body.count) : -1
      plain.connect_seconds = settings.connectSeconds
      plain.stall_seconds = settings.stallSeconds
      plain.least_rate = 100
      plain.no_proxy = settings.usesProxy ? 0 : 1
      // Time for what is known to travel, at a rate that only a broken connection has.
      plain.total_seconds = settings.totalSeconds + (request.body.count + request.expected) / 16384
      return strings[2...].withUnsafeBufferPointer { headers in
        plain.headers = headers.baseAddress
        guard let file = settings.caFile else { return mlrepo_curl_perform(curl, &plain, &calls, &explanation) }
        return file.withCString { path in
          plain.ca_file = path
          return mlrepo_curl_perform(curl, &plain, &calls, &explanation)
        }
      }
    }
    let end = explanation.firstIndex(of: 0) ?? explanation.endIndex
    return (Int(outcome), String(decoding: explanation[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }

  private func take(_ step: (HTTPExchange) throws(Failure) -> Void) -> Int32 {
    do throws(Failure) {
      try step(self)
      return 0
    } catch {
      if error == Self.enough { isSatisfied = true } else { failure = error }
      return 1
    }
  }

  private func header(_ line: UnsafeRawBufferPointer) throws(Failure) {
    headerBytes += line.count
    guard headerBytes <= 64 << 10 else {
      throw Failure("the server's answer is no use", why: "its headers are larger than 64 KiB", category: .remote)
    }
    let text = String(decoding: line, as: UTF8.self)
    if text.hasPrefix("HTTP/") {
      // Another answer begins: the one before was interim, or a proxy's.
      response = HTTPResponse()
      response.status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      return
    }
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return }
    let value = text[text.utf8.index(after: colon)...].utf8.drop { $0 <= 0x20 }.reversed().drop { $0 <= 0x20 }
    response.headers[text[..<colon].lowercased()] = String(decoding: value.reversed(), as: UTF8.self)
  }

  private func body(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    if !hasBegun {
      hasBegun = true
      consumer = try consume?(response)
    }
    if let consumer { return try consumer(bytes) }
    guard response.body.count + bytes.count <= request.limit else {
      throw Failure("the server's answer is no use", why: "it is larger than \(request.limit) bytes", category: .remote)
    }
    response.body += bytes
  }

  private func give(_ buffer: UnsafeMutableRawBufferPointer) -> Int64 {
    let count = min(buffer.count, request.body.count - sent)
    guard count > 0 else { return 0 }
    let target = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
    switch request.body {
    case .none: return 0
    case .bytes(let bytes):
      bytes.withUnsafeBytes { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sent..<(sent + count)])) }
    case .file(let file, let offset, _):
      do throws(Failure) {
        guard try file.handle.read(at: offset + sent, into: target) == count else {
          throw Failure("cannot send a file", why: "it has become shorter", category: .failed)
        }
      } catch {
        failure = error
        return -1
      }
    }
    sent += count
    return Int64(count)
  }

  private func rewind(_ offset: Int) -> Int32 {
    guard (0...request.body.count).contains(offset) else { return 1 }
    sent = offset
    return 0
  }
}

private func exchange(_ context: UnsafeMutableRawPointer?) -> HTTPExchange {
  Unmanaged<HTTPExchange>.fromOpaque(context.unsafelyUnwrapped).takeUnretainedValue()
}

/// Calls `body` with C strings and a null pointer behind them.
private func withCStrings<Result>(_ strings: [String], _ body: ([UnsafePointer<CChar>?]) -> Result) -> Result {
  let copies = strings.map { strdup($0) }
  defer { for copy in copies { free(copy) } }
  return body(copies.map { UnsafePointer($0) } + [nil])
}
