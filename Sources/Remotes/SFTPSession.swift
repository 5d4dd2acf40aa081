import CSSH
import Diagnostics
import Files

/// An SFTP session over a connection of libssh. Requests may be sent ahead of their answers, which is what makes it fast:
/// libssh's own SFTP waits for each write. One thread at a time uses it.
final class SFTPSession {
  /// What a server answers.
  enum Answer {
    case status(UInt32, String)
    case handle([UInt8])
    case data(ArraySlice<UInt8>)
    case names([(name: [UInt8], attributes: SFTPReader.Attributes)])
    case attributes(SFTPReader.Attributes)

    /// Reads a packet without its length: the number of the request, and the answer to it.
    static func read(_ packet: [UInt8], _ broken: (String) -> Failure) throws(Failure) -> (UInt32, Answer) {
      var reader = SFTPReader(packet)
      let kind = SFTPPacket.Kind(rawValue: reader.byte())
      let id = reader.int32()
      let answer: Answer
      switch kind {
      case .status: answer = .status(reader.int32(), reader.isAtEnd ? "" : reader.text())
      case .handle: answer = .handle(Array(reader.string()))
      case .data: answer = .data(reader.string())
      case .attributesAnswer: answer = .attributes(reader.attributes())
      case .names:
        var names: [(name: [UInt8], attributes: SFTPReader.Attributes)] = []
        for _ in 0..<reader.int32() {
          let name = Array(reader.string())
          _ = reader.string()
          names.append((name, reader.attributes()))
          if !reader.isWhole { break }
        }
        answer = .names(names)
      default: throw broken("it sends something that is no answer")
      }
      guard reader.isWhole else { throw broken("it sends an answer that is cut short") }
      return (id, answer)
    }
  }

  enum Code {
    static let ok: UInt32 = 0
    static let end: UInt32 = 1
    static let absent: UInt32 = 2
    static let denied: UInt32 = 3
  }

  let place: String
  private let ssh: OpaquePointer
  private var nextID: UInt32 = 0
  /// Answers that came before they were asked for.
  private var early: [UInt32: Answer] = [:]
  /// Requests whose answers nobody waits for.
  private var unwanted: Set<UInt32> = []
  private var extensions: [String: String] = [:]
  /// Whether the connection is of no use any more.
  private(set) var isBroken = false
  private let stallSeconds: Int

  init(_ settings: SSHSettings, place: String) throws(Failure) {
    self.place = place
    stallSeconds = settings.stallSeconds
    ssh = try settings.connect(place)
    var hello = SFTPPacket(.hello)
    hello.append(UInt32(3))
    try write(hello)
    var answer = SFTPReader(try packet())
    guard answer.byte() == SFTPPacket.Kind.version.rawValue, answer.int32() >= 3 else {
      throw broken("its SFTP server speaks a version that is too old")
    }
    while !answer.isAtEnd, answer.isWhole { extensions[answer.text()] = answer.text() }
  }

  deinit { mlrepo_ssh_close(ssh) }

  func supports(_ name: String) -> Bool { extensions[name] != nil }

  /// Sends a request and returns its number; `fill` appends what belongs to it.
  func send(_ kind: SFTPPacket.Kind, capacity: Int = 64, _ fill: (inout SFTPPacket) -> Void) throws(Failure) -> UInt32 {
    nextID &+= 1
    var request = SFTPPacket(kind, capacity: capacity)
    request.append(nextID)
    fill(&request)
    try write(request)
    return nextID
  }

  /// Waits for the answer to a request.
  func answer(to id: UInt32) throws(Failure) -> Answer {
    while true {
      if let found = early.removeValue(forKey: id) { return found }
      let (other, answer) = try receive()
      if other == id { return answer }
      if unwanted.remove(other) == nil { early[other] = answer }
      guard early.count <= 1024 else { throw broken("it answers what nobody asked") }
    }
  }

  /// Sends a request and waits for its answer.
  func ask(_ kind: SFTPPacket.Kind, _ fill: (inout SFTPPacket) -> Void) throws(Failure) -> Answer {
    try answer(to: try send(kind, fill))
  }

  /// Leaves the answers to these requests to whoever reads next.
  func forget(_ ids: some Sequence<UInt32>) {
    for id in ids where early.removeValue(forKey: id) == nil { unwanted.insert(id) }
  }

  /// Closes a file or folder without waiting.
  func close(_ handle: [UInt8]) {
    if let id = try? send(.close, { $0.append(handle) }) { forget([id]) }
  }

  private func write(_ packet: SFTPPacket) throws(Failure) {
    let written = packet.finished.withUnsafeBytes {
      mlrepo_ssh_write(ssh, $0.baseAddress, UInt32(truncatingIfNeeded: $0.count))
    }
    if written != 0 { throw broken("the connection broke") }
  }

  private func receive() throws(Failure) -> (UInt32, Answer) {
    try Answer.read(packet(), broken)
  }

  /// The next packet, without its length.
  private func packet() throws(Failure) -> [UInt8] {
    var head = SFTPReader(try bytes(4))
    let count = Int(head.int32())
    guard (5...(1 << 20)).contains(count) else { throw broken("it sends a packet of \(count) bytes") }
    return try bytes(count)
  }

  private func bytes(_ count: Int) throws(Failure) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: count)
    var done = 0
    var waited = 0
    while done < count {
      let got = result.withUnsafeMutableBytes {
        mlrepo_ssh_read(ssh, $0.baseAddress.map { $0 + done }, UInt32(truncatingIfNeeded: count - done), 250)
      }
      if got < 0 { throw broken("the connection broke") }
      done += Int(got)
      waited = got > 0 ? 0 : waited + 250
      if waited > stallSeconds * 1000 { throw broken("nothing came for \(stallSeconds) seconds") }
      do throws(Failure) {
        try Interruption.check()
      } catch {
        isBroken = true
        throw error
      }
    }
    return result
  }

  func broken(_ why: String) -> Failure {
    isBroken = true
    return Failure("cannot use \(place)", why: why, category: .remote)
  }
}
