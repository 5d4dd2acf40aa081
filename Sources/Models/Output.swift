import Diagnostics
import Files

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where a command writes: files that appear whole, and folders that are replaced whole.
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

  /// Makes the folder at `path` hold `files` and nothing else.
  ///
  /// The folder appears whole. One that is there is replaced only if it holds nothing but files of the same names;
  /// whatever else a user keeps in it is not this command's to remove. A crash leaves the old or the new folder, or
  /// neither with both beside it under names that begin with a dot.
  static func writeFolder(_ files: [(name: String, bytes: [UInt8])], to path: String) throws(Failure) {
    let (parent, name) = try openParent(of: path)
    let replaces = try checkReplaceable(name, in: parent, files.map(\.name), path)
    let new = Array(".\(uniqueName())".utf8)
    let old = Array(".\(uniqueName())".utf8)
    do throws(Failure) {
      let folder = try parent.folder(making: new)
      for file in files {
        let handle = try folder.create(Array(file.name.utf8))
        try handle.write(file.bytes)
        try handle.sync()
      }
      try folder.sync()
      if replaces { try parent.rename(name, to: old) }
      do throws(Failure) {
        try parent.rename(new, to: name)
      } catch {
        if replaces { try parent.rename(old, to: name) }
        throw error
      }
    } catch {
      try? parent.removeTree(new)
      throw error
    }
    try parent.removeTree(old)
    try parent.sync()
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

  /// Whether `name` is a folder to replace. Throws if something is there that must stay.
  private static func checkReplaceable(
    _ name: [UInt8], in parent: Folder, _ names: [String], _ path: String
  ) throws(Failure) -> Bool {
    guard let found = try parent.stat(name) else { return false }
    let what = "cannot write the folder \(path)"
    guard found.kind == .folder else { throw Failure(what, why: "something that is not a folder has that name") }
    let listing = try parent.folder(name).list()
    for index in listing.entries.indices where !names.contains(where: { listing.name(index).elementsEqual($0.utf8) }) {
      throw Failure(
        what, why: "it holds '\(PathText.escape(listing.name(index)))', which is no part of a model",
        hint: "name a folder of its own, such as \(path)/model")
    }
    return true
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
