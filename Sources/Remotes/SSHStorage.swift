package import Diagnostics
import Files
import Synchronization

/// A remote in a folder of another machine, by SFTP. It is laid out like one in a folder of this machine.
package final class SSHStorage: RemoteStorage {
  package let place: String
  private let settings: SSHSettings
  /// The remote's folder: absolute, or from where the account begins.
  let root: String
  private let idle = Mutex<[Held]>([])
  /// Only one connection is opened at a time: servers refuse many that have not said who they are.
  private let opening = Mutex<Void>(())
  private let made = Mutex<Set<String>>([])

  private struct Held: @unchecked Sendable {
    let session: SFTPSession
  }

  private static let uploads = "tmp"
  private static let abandonedAfter = 24 * 3600
  /// Bytes of a request, and requests on their way: enough to fill a long line.
  static let piece = 32 << 10
  static let ahead = 64

  /// `path` is as in the URL: from the root, or from the account's own folder when it begins with `/~/`.
  package init(_ settings: SSHSettings, path: String) throws(Failure) {
    self.settings = settings
    guard let decoded = percentDecoded(path), !decoded.utf8.contains(0) else {
      throw Failure("cannot use the path '\(path)'", why: "its '%' are not followed by two digits", category: .usage)
    }
    var plain = decoded.hasPrefix("/~/") ? String(decoded.dropFirst(3)) : decoded
    while plain.hasSuffix("/"), plain != "/" { plain.removeLast() }
    root = plain.isEmpty ? (decoded.hasPrefix("/~") ? "." : "/") : plain
    place =
      "ssh://" + (settings.user.map { "\($0)@" } ?? "") + settings.host + (settings.port.map { ":\($0)" } ?? "")
      + path
  }

  package func list(_ folder: RemoteFolder) throws(Failure) -> [RemoteFile] {
    let found = try trying { (session) throws(Failure) in try self.entries(folder.rawValue, session) }
    return found.compactMap { entry in
      guard entry.attributes.isFile, let size = entry.attributes.size,
        let name = RemoteName(folder, String(decoding: entry.name, as: UTF8.self))
      else { return nil }
      return RemoteFile(name: name, size: size, modified: entry.attributes.modified.map { Int64($0) * 1_000_000_000 })
    }
  }

  private func entries(
    _ folder: String, _ session: SFTPSession
  ) throws(Failure) -> [(name: [UInt8], attributes: SFTPReader.Attributes)] {
    try entries(at: Array("\(root)/\(folder)".utf8), session, what: "list \(folder)/ of")
  }

  /// What is in the folder `path`; nothing if there is none.
  func entries(
    at path: [UInt8], _ session: SFTPSession, what: String
  ) throws(Failure) -> [(name: [UInt8], attributes: SFTPReader.Attributes)] {
    let opened = try session.ask(.openFolder) { $0.append(path) }
    if case .status(SFTPSession.Code.absent, _) = opened { return [] }
    guard case .handle(let handle) = opened else { throw refusal(what, opened) }
    defer { session.close(handle) }
    var found: [(name: [UInt8], attributes: SFTPReader.Attributes)] = []
    var asked: [UInt32] = []
    while true {
      while asked.count < 4 { asked.append(try session.send(.readFolder) { $0.append(handle) }) }
      let answer = try session.answer(to: asked.removeFirst())
      if case .names(let names) = answer {
        found += names
        guard found.count <= RemoteListing.mostFiles else { throw RemoteListing.tooMany(place) }
        continue
      }
      session.forget(asked)
      guard case .status(SFTPSession.Code.end, _) = answer else { throw refusal(what, answer) }
      return found
    }
  }

  package func read(
    _ name: RemoteName, _ range: Range<Int>?, into body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    var done = 0
    try trying { (session) throws(Failure) in
      try SSHRead(session, "\(self.root)/\(name)", refusal: { self.refusal("read \(name) of", $0) })
        .run(range, from: &done, into: body)
    }
  }

  package func upload(_ name: RemoteName) throws(Failure) -> any RemoteUpload {
    try makeFolder(Self.uploads)
    try makeFolder(name.folder.rawValue)
    return SSHUpload(self, "\(root)/\(Self.uploads)/\(uniqueName())", as: "\(root)/\(name)")
  }

  package func remove(_ name: RemoteName) throws(Failure) {
    let answer = try trying { (session) throws(Failure) in
      try session.ask(.remove) { $0.append("\(self.root)/\(name)") }
    }
    switch answer {
    case .status(SFTPSession.Code.ok, _), .status(SFTPSession.Code.absent, _): return
    default: throw refusal("remove \(name) from", answer)
    }
  }

  /// Makes a folder of the remote, and those above it, once.
  private func makeFolder(_ name: String) throws(Failure) {
    if made.withLock({ $0.contains(name) }) { return }
    try trying { (session) throws(Failure) in
      var path = self.root.hasPrefix("/") ? "/" : ""
      for part in (self.root.split(separator: "/") + [Substring(name)]) where part != "." {
        path += path.isEmpty || path == "/" ? part : "/\(part)"
        if case .attributes = try session.ask(.attributes, { $0.append(path) }) { continue }
        let answer = try session.ask(.makeFolder) {
          $0.append(path)
          $0.append(UInt32(0))
        }
        if case .status(SFTPSession.Code.ok, _) = answer { continue }
        // Another may have made it in between.
        guard case .attributes = try session.ask(.attributes, { $0.append(path) }) else {
          throw self.refusal("make the folder \(path) of", answer)
        }
      }
      if name == Self.uploads { try self.sweep(session) }
    }
    made.withLock { _ = $0.insert(name) }
  }

  /// Removes what processes that were killed left a day ago.
  private func sweep(_ session: SFTPSession) throws(Failure) {
    let deadline = HTTPTime.now() - Self.abandonedAfter
    for entry in try entries(Self.uploads, session) where entry.attributes.isFile {
      guard let modified = entry.attributes.modified, modified < deadline else { continue }
      let path = Array("\(root)/\(Self.uploads)/".utf8) + entry.name
      _ = try session.ask(.remove) { $0.append(path) }
    }
  }

  /// Calls `body` with a session, and again with a new one when the connection breaks.
  func trying<Result>(_ body: (SFTPSession) throws(Failure) -> Result) throws(Failure) -> Result {
    var attempt = 1
    while true {
      var session: SFTPSession?
      do throws(Failure) {
        let taken = try take()
        session = taken
        let result = try body(taken)
        give(taken)
        return result
      } catch {
        if let session { give(session) }
        try pause(after: &attempt, error, broken: session?.isBroken ?? (attempt > 1))
      }
    }
  }

  /// Waits before another connection is tried; throws `failure` where that would be no use.
  func pause(after attempt: inout Int, _ failure: Failure, broken isBroken: Bool) throws(Failure) {
    guard isBroken, failure.category != .interrupted, attempt < settings.attempts else { throw failure }
    try Backoff.pause(after: attempt, first: settings.firstDelay, longest: 20)
    attempt += 1
  }

  func take() throws(Failure) -> SFTPSession {
    if let held = idle.withLock({ $0.popLast() }) { return held.session }
    let opened: Result<Held, Failure> = opening.withLock { _ in
      do throws(Failure) {
        return .success(Held(session: try SFTPSession(settings, place: place)))
      } catch {
        return .failure(error)
      }
    }
    return try opened.get().session
  }

  func give(_ session: SFTPSession) {
    if !session.isBroken {
      let held = Held(session: session)
      idle.withLock { $0.append(held) }
    }
  }

  func refusal(_ doing: String, _ answer: SFTPSession.Answer) -> Failure { Self.refusal(doing, answer, place) }

  static func refusal(_ doing: String, _ answer: SFTPSession.Answer, _ place: String) -> Failure {
    let why: String
    switch answer {
    case .status(SFTPSession.Code.absent, _): why = "there is no such file"
    case .status(SFTPSession.Code.denied, _): why = "the server does not allow it"
    case .status(let code, let message):
      why = message.isEmpty ? "the server answers with code \(code)" : serverText(message)
    default: why = "the server answers something else than it was asked"
    }
    return Failure("cannot \(doing) \(place)", why: why, category: .remote)
  }
}
