package import Diagnostics

/// A small file that is written, read back and removed, to see whether a storage works.
package enum RemoteProbe {
  package static func run(_ storage: any RemoteStorage, _ name: RemoteName) throws(Failure) {
    let content = Array("mlrepo remote check\n".utf8)
    let upload = try storage.upload(name)
    var failure: Failure?
    content.withUnsafeBytes { raw in
      do throws(Failure) { try upload.write(raw) } catch { failure = error }
    }
    if let failure { throw failure }
    try upload.finish()
    var found: [UInt8] = []
    try storage.read(name, 0..<content.count) { piece throws(Failure) in found.append(contentsOf: piece) }
    try storage.remove(name)
    guard found == content else {
      throw Failure("cannot use \(storage.place)", why: "it gave other bytes than were written", category: .remote)
    }
  }
}
