import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An HTTP server on a free port of this machine whose answers a test makes up, however wrong they are to be.
final class LoopbackServer: Sendable {
  struct Request: Sendable {
    var method = ""
    /// With the query, as it was sent.
    var target = ""
    var headers: [String: String] = [:]
    var body: [UInt8] = []

    var path: String { String(target.prefix { $0 != "?" }) }

    var range: Range<Int>? {
      guard
        let ends = headers["range"]?.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false),
        ends.count == 2, let first = Int(ends[0])
      else { return nil }
      return first..<(Int(ends[1]).map { $0 + 1 } ?? .max)
    }
  }

  struct Answer: Sendable {
    var status = 200
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    /// Ends the connection after so many bytes of the body, though more were promised.
    var cut: Int?
    /// Sends nothing more, and keeps the connection open, after so many bytes of the body.
    var stall: Int?
    /// Goes on sending bytes without an end.
    var isEndless = false

    init(_ status: Int = 200, _ body: [UInt8] = [], _ headers: [String: String] = [:]) {
      self.status = status
      self.body = body
      self.headers = headers
    }

    init(_ status: Int = 200, text: String, _ headers: [String: String] = [:]) {
      self.init(status, Array(text.utf8), headers)
    }
  }

  let port: Int
  private let listener: Int32
  private let isOver = Atomic<Bool>(false)
  private let seen = Mutex<[Request]>([])
  private let answer: @Sendable (Request, Int) -> Answer

  /// `answer` gets each request and its number, from 0.
  init(_ answer: @escaping @Sendable (Request, Int) -> Answer) throws {
    self.answer = answer
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    _ = fcntl(listener, F_SETFD, FD_CLOEXEC)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = listener
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, size) == 0 && listen(socket, 64) == 0 && getsockname(socket, $0, &size) == 0
      }
    }
    guard isBound else { throw CocoaError(.fileReadUnknown) }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { [weak self, listener] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0, let self, !self.isOver.load(ordering: .relaxed) else {
          if connection >= 0 { close(connection) }
          break
        }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        Thread.detachNewThread { [weak self] in
          while let server = self, server.serve(connection) {}
          // A program that another test has started may have inherited it, and closing would not end it.
          shutdown(connection, Int32(SHUT_RDWR))
          close(connection)
        }
      }
      close(listener)
    }
  }

  deinit {
    isOver.store(true, ordering: .relaxed)
    shutdown(listener, Int32(SHUT_RDWR))
  }

  var url: String { "http://127.0.0.1:\(port)" }

  /// What was asked so far.
  var requests: [Request] { seen.withLock { $0 } }

  private func serve(_ connection: Int32) -> Bool {
    guard let request = receive(connection) else { return false }
    let number = seen.withLock { seen in
      seen.append(request)
      return seen.count - 1
    }
    let answer = answer(request, number)
    var head = "HTTP/1.1 \(answer.status) Whatever\r\n"
    var headers = answer.headers
    if headers["Content-Length"] == nil, headers["Transfer-Encoding"] == nil, !answer.isEndless {
      headers["Content-Length"] = "\(answer.body.count)"
    }
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    guard send(Array((head + "\r\n").utf8), connection) else { return false }
    if request.method == "HEAD" { return true }
    let count = answer.cut ?? answer.stall ?? answer.body.count
    guard send(Array(answer.body.prefix(count)), connection) else { return false }
    if answer.stall != nil {
      var byte: UInt8 = 0
      while recv(connection, &byte, 1, 0) > 0 {}
      return false
    }
    while answer.isEndless, send([UInt8](repeating: 0x78, count: 1 << 16), connection) {}
    return answer.cut == nil && !answer.isEndless
  }

  private func send(_ bytes: [UInt8], _ connection: Int32) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        systemSend(connection, $0.baseAddress.map { $0 + done }, bytes.count - done, noSignal)
      }
      if count <= 0 { return false }
      done += count
    }
    return true
  }

  private func receive(_ connection: Int32) -> Request? {
    var head: [UInt8] = []
    var byte: UInt8 = 0
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      guard recv(connection, &byte, 1, 0) == 1 else { return nil }
      head.append(byte)
    }
    var request = Request()
    for (index, line) in String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n").enumerated() {
      if index == 0 {
        let words = line.split(separator: " ")
        guard words.count == 3 else { return nil }
        request.method = String(words[0])
        request.target = String(words[1])
      } else if let colon = line.firstIndex(of: ":") {
        request.headers[line[..<colon].lowercased()] = line[line.index(after: colon)...]
          .trimmingCharacters(in: .whitespaces)
      }
    }
    var left = request.headers["content-length"].flatMap { Int($0) } ?? 0
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while left > 0 {
      let count = recv(connection, &buffer, min(left, buffer.count), 0)
      guard count > 0 else { return nil }
      request.body += buffer[..<count]
      left -= count
    }
    return request
  }
}

extension LoopbackServer.Answer {
  /// What a good server sends of `content`.
  static func file(_ content: [UInt8], _ request: LoopbackServer.Request) -> LoopbackServer.Answer {
    guard let range = request.range else { return LoopbackServer.Answer(200, content) }
    guard range.lowerBound < content.count else { return LoopbackServer.Answer(416) }
    let part = range.clamped(to: 0..<content.count)
    return LoopbackServer.Answer(
      206, Array(content[part]), ["Content-Range": "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(content.count)"])
  }
}

private let noSignal = Int32(MSG_NOSIGNAL)

private func systemSend(_ socket: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32) -> Int {
  send(socket, bytes, count, flags)
}
