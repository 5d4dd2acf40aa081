import Diagnostics
import Files
import Objects
import Remotes
import TestSupport

/// `count` bytes that do not compress, the same for the same seed.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
  var random = SeededRandom(seed: seed)
  return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
    let raw = UnsafeMutableRawBufferPointer(buffer)
    var at = 0
    while at + 8 <= count {
      raw.storeBytes(of: random.next(), toByteOffset: at, as: UInt64.self)
      at += 8
    }
    while at < count {
      raw[at] = UInt8(truncatingIfNeeded: random.next())
      at += 1
    }
    filled = count
  }
}

extension RemoteName {
  static func pack(_ name: String) -> RemoteName {
    guard let made = RemoteName(.packs, name) else { preconditionFailure("'\(name)' is no name") }
    return made
  }
}

extension RemoteStorage {
  /// The bytes of a range, or of all of a file.
  func bytes(_ name: RemoteName, _ range: Range<Int>? = nil) throws(Failure) -> [UInt8] {
    var found: [UInt8] = []
    try read(name, range) { piece throws(Failure) in found.append(contentsOf: piece) }
    return found
  }

  func put(_ name: RemoteName, _ content: [UInt8]) throws(Failure) {
    let upload = try upload(name)
    try content.withRaw { raw throws(Failure) in try upload.write(raw) }
    try upload.finish()
  }
}
