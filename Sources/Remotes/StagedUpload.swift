import Diagnostics
import Files

/// An upload that is written to a file of this machine first: for protocols that want to know size and hash before.
final class StagedUpload: RemoteUpload {
  /// What was written.
  struct Content: Sendable {
    let file: SharedFile
    let size: Int
    let sha256: [UInt8]

    var body: HTTPBody { .file(file, offset: 0, count: size) }
  }

  private let file: SharedFile
  private let digest = RunningDigest()
  private var size = 0
  private let send: (Content) throws(Failure) -> Void

  /// The file has no name, so nothing is left of it however the process ends. `send` is called by `finish`.
  init(in scratch: Scratch, _ send: @escaping (Content) throws(Failure) -> Void) throws(Failure) {
    let folder = try scratch.folder()
    let name = Array(uniqueName().utf8)
    file = SharedFile(try folder.create(name, mode: 0o600))
    try folder.remove(name)
    self.send = send
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    try file.handle.write(bytes)
    digest.update(bytes)
    size += bytes.count
  }

  func finish() throws(Failure) { try send(Content(file: file, size: size, sha256: digest.finish())) }
}
