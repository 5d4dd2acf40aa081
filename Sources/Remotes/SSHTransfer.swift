import Diagnostics
import Files

/// Reading a file with many requests on their way.
struct SSHRead {
  private let session: SFTPSession
  private let path: String
  private let refusal: (SFTPSession.Answer) -> Failure

  init(_ session: SFTPSession, _ path: String, refusal: @escaping (SFTPSession.Answer) -> Failure) {
    self.session = session
    self.path = path
    self.refusal = refusal
  }

  /// Gives the bytes of `range`, or of all of the file, from the `done`th on.
  func run(
    _ range: Range<Int>?, from done: inout Int, into body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let opened = try session.ask(.open) {
      $0.append(path)
      $0.append(UInt32(1))
      $0.append(UInt32(0))
    }
    guard case .handle(let handle) = opened else { throw refusal(opened) }
    defer { session.close(handle) }
    let end = if let range { range.upperBound } else { try size(of: handle) }
    var asked: [(id: UInt32, range: Range<Int>)] = []
    defer { session.forget(asked.map(\.id)) }
    var next = (range?.lowerBound ?? 0) + done
    while true {
      while asked.count < SSHStorage.ahead, next < end {
        let piece = next..<min(end, next + SSHStorage.piece)
        asked.append((try ask(handle, piece), piece))
        next = piece.upperBound
      }
      guard let first = asked.first else { return }
      asked.removeFirst()
      done += try take(first.range, try session.answer(to: first.id), handle, end, body)
    }
  }

  /// Gives one answer on, and asks again for what it lacks.
  private func take(
    _ range: Range<Int>, _ first: SFTPSession.Answer, _ handle: [UInt8], _ end: Int,
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    var at = range.lowerBound
    var answer = first
    while true {
      if case .status(SFTPSession.Code.end, _) = answer {
        throw refusal(.status(4, "it ends after \(at) bytes, before byte \(end)"))
      }
      guard case .data(let data) = answer, !data.isEmpty, data.count <= range.upperBound - at else {
        throw refusal(answer)
      }
      try data.withRaw(body)
      at += data.count
      if at == range.upperBound { return range.count }
      answer = try session.answer(to: try ask(handle, at..<range.upperBound))
    }
  }

  private func ask(_ handle: [UInt8], _ range: Range<Int>) throws(Failure) -> UInt32 {
    try session.send(.read) {
      $0.append(handle)
      $0.append(UInt64(range.lowerBound))
      $0.append(UInt32(range.count))
    }
  }

  private func size(of handle: [UInt8]) throws(Failure) -> Int {
    let answer = try session.ask(.fileAttributes) { $0.append(handle) }
    guard case .attributes(let attributes) = answer, let size = attributes.size else { throw refusal(answer) }
    return size
  }
}

/// A file on its way: written under a temporary name, made durable where the server can, and renamed. Pieces that the
/// server has not confirmed are kept, and sent again when the connection breaks.
final class SSHUpload: RemoteUpload {
  private let storage: SSHStorage
  private let path: String
  private let target: String
  private var session: SFTPSession?
  private var handle: [UInt8] = []
  private var pending: [UInt8] = []
  private var size = 0
  private var unconfirmed: [(id: UInt32, offset: Int, bytes: [UInt8])] = []
  private var isRenaming = false
  private var isDone = false

  init(_ storage: SSHStorage, _ path: String, as target: String) {
    self.storage = storage
    self.path = path
    self.target = target
  }

  deinit {
    guard let session else { return }
    if !isDone, !session.isBroken {
      session.forget(unconfirmed.map(\.id))
      session.close(handle)
      if let id = try? session.send(.remove, { [path] in $0.append(path) }) { session.forget([id]) }
    }
    storage.give(session)
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = min(rest.count, SSHStorage.piece - pending.count)
      pending += rest.prefix(count)
      rest = rest.dropFirst(count)
      if pending.count == SSHStorage.piece { try flush() }
    }
  }

  private func flush() throws(Failure) {
    guard !pending.isEmpty else { return }
    let piece = pending
    let offset = size
    pending = []
    size += piece.count
    unconfirmed.append((0, offset, piece))
    try surviving { (session) throws(Failure) in
      let last = self.unconfirmed.count - 1
      if self.unconfirmed[last].id == 0 { try self.send(last, session) }
      while self.unconfirmed.count >= SSHStorage.ahead { try self.confirm(session) }
    }
  }

  func finish() throws(Failure) {
    try flush()
    try surviving { (session) throws(Failure) in
      while !self.unconfirmed.isEmpty { try self.confirm(session) }
      let answer = try session.ask(.fileAttributes) { $0.append(self.handle) }
      guard case .attributes(let attributes) = answer, attributes.size == self.size else {
        throw self.storage.refusal("write to", .status(4, "the server has lost some of what it was sent"))
      }
      try self.seal(session)
      self.isRenaming = true
      try self.rename(session)
      self.isDone = true
    }
  }

  /// Makes the content durable and the file read-only, as far as the server can.
  private func seal(_ session: SFTPSession) throws(Failure) {
    _ = try session.ask(.setFileAttributes) {
      $0.append(handle)
      $0.append(UInt32(4))
      $0.append(UInt32(0o444))
    }
    if session.supports("fsync@openssh.com") {
      let answer = try session.ask(.extended) {
        $0.append("fsync@openssh.com")
        $0.append(handle)
      }
      try expectSuccess(answer)
    }
    try expectSuccess(try session.ask(.close) { $0.append(handle) })
  }

  private func rename(_ session: SFTPSession) throws(Failure) {
    if session.supports("posix-rename@openssh.com") {
      let answer = try session.ask(.extended) {
        $0.append("posix-rename@openssh.com")
        $0.append(path)
        $0.append(target)
      }
      return try expectSuccess(answer)
    }
    let plain = { (packet: inout SFTPPacket) in
      packet.append(self.path)
      packet.append(self.target)
    }
    if case .status(SFTPSession.Code.ok, _) = try session.ask(.rename, plain) { return }
    // By the protocol a rename replaces nothing. What is there holds the same.
    _ = try session.ask(.remove) { $0.append(target) }
    try expectSuccess(try session.ask(.rename, plain))
  }

  private func send(_ index: Int, _ session: SFTPSession) throws(Failure) {
    let piece = unconfirmed[index]
    unconfirmed[index].id = try session.send(.write, capacity: piece.bytes.count + 128) {
      $0.append(handle)
      $0.append(UInt64(piece.offset))
      $0.append(piece.bytes)
    }
  }

  private func confirm(_ session: SFTPSession) throws(Failure) {
    try expectSuccess(try session.answer(to: unconfirmed[0].id))
    unconfirmed.removeFirst()
  }

  private func expectSuccess(_ answer: SFTPSession.Answer) throws(Failure) {
    guard case .status(SFTPSession.Code.ok, _) = answer else { throw storage.refusal("write to", answer) }
  }

  /// Calls `body` with the session that has the file open. When the connection breaks, another takes its place and gets
  /// all that the first may have lost.
  private func surviving(_ body: (SFTPSession) throws(Failure) -> Void) throws(Failure) {
    var attempt = 1
    while !isDone {
      do throws(Failure) {
        let session = try open()
        if !isDone { try body(session) }
        return
      } catch {
        try storage.pause(after: &attempt, error, broken: session?.isBroken ?? (attempt > 1))
        session = nil
      }
    }
  }

  private func open() throws(Failure) -> SFTPSession {
    if let session { return session }
    let opened = try storage.take()
    session = opened
    // To write, making it if nothing of it can be there.
    let isNew = (unconfirmed.first?.offset ?? size) == 0
    let answer = try opened.ask(.open) {
      $0.append(path)
      $0.append(UInt32(isNew ? 2 | 8 : 2))
      $0.append(UInt32(0))
    }
    if case .handle(let handle) = answer {
      self.handle = handle
      for index in unconfirmed.indices { try send(index, opened) }
    } else if isRenaming, case .attributes(let there) = try opened.ask(.attributes, { $0.append(target) }),
      there.size == size
    {
      // Only the answer was lost.
      isDone = true
    } else {
      throw storage.refusal("write to", answer)
    }
    return opened
  }
}

extension ArraySlice<UInt8> {
  /// `withUnsafeBytes` for bodies that throw a failure.
  func withRaw(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
    var failure: Failure?
    withUnsafeBytes { raw in
      do throws(Failure) { try body(raw) } catch { failure = error }
    }
    if let failure { throw failure }
  }
}
