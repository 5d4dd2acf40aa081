import Diagnostics
import Files

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where a command writes: files that appear whole or not at all.
enum Output {
  /// Makes the file at `path` hold `bytes`, or leaves what was there. Missing folders on the way are made.
  static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    let (folder, name) = try openParent(of: path)
    guard try folder.stat(name)?.kind != .folder else {
      throw Failure("cannot write \(path)", why: "a folder of that name is in the way")
    }
    let pending = try PendingFile(in: folder)
    try pending.write(bytes)
    try pending.commit(as: name, in: folder)
  }

  /// Puts `files` into the folder at `path`, each whole, in this order: the last one vouches for those before it. Whatever
  /// else a user keeps in the folder stays.
  static func write(_ files: [(name: String, bytes: [UInt8])], intoFolder path: String) throws(Failure) {
    for file in files { try write(file.bytes, to: "\(path)/\(file.name)") }
  }

  /// `path` with its folder's links resolved, for telling whether two paths are one file.
  static func canonical(_ path: String) -> [UInt8] {
    let bytes = Array(path.utf8)
    let end = bytes.lastIndex(of: slash)
    let folder = end.map { $0 == 0 ? [slash] : Array(bytes[..<$0]) } ?? dot
    guard let resolved = withCPath(folder, { realpath($0, nil) }) else { return bytes }
    defer { free(resolved) }
    return Array(String(cString: resolved).utf8) + [slash] + bytes[(end.map { $0 + 1 } ?? 0)...]
  }

  /// Opens the folder that holds `path`, making it if need be, and returns it with the last part of the path.
  private static func openParent(of path: String) throws(Failure) -> (Folder, [UInt8]) {
    var bytes = Array(path.utf8)
    while bytes.count > 1, bytes.last == slash { bytes.removeLast() }
    let end = bytes.lastIndex(of: slash)
    let name = Array(bytes[(end.map { $0 + 1 } ?? 0)...])
    guard !name.isEmpty, name != dot, name != dot + dot, !bytes.contains(0) else {
      throw Failure("cannot write '\(path)'", why: "it names no file of its own")
    }
    return (try openFolder(end.map { $0 == 0 ? [slash] : Array(bytes[..<$0]) } ?? dot), name)
  }

  private static func openFolder(_ path: [UInt8]) throws(Failure) -> Folder {
    // A part such as '..' is the system's to resolve; only a folder that is missing is made here.
    do throws(Failure) { return try Folder(at: path) } catch {
      guard withCPath(path, { access($0, F_OK) }) != 0, errno == ENOENT else { throw error }
      let (parent, name) = try openParent(of: String(decoding: path, as: UTF8.self))
      return try parent.folder(making: name)
    }
  }

  private static let slash = UInt8(ascii: "/")
  private static let dot = Array(".".utf8)
}
