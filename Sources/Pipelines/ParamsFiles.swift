import Diagnostics
import Files
import Formats

/// Files of params as they are now. Many stages name the same file; it is parsed again only when its bytes differ.
final class ParamsFiles {
  private struct Known {
    var bytes: [UInt8]
    var value: Value
  }

  private var known: [RepositoryPath: Known] = [:]

  /// The value of `file` below `root`; a map without members if there is no such file.
  func value(of file: RepositoryPath, in root: Folder) throws(Failure) -> Value {
    guard let bytes = try root.contents(file.bytes) else { return .map([]) }
    if let known = known[file], known.bytes == bytes { return known.value }
    let value = try DataFile.parse(bytes, file: file.text).value
    known[file] = Known(bytes: bytes, value: value)
    return value
  }
}
