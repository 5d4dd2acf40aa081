package import Diagnostics
import Files
import Synchronization

/// A remote in a folder of this machine or of a network mount.
///
/// An upload is written in the folder `tmp`, made durable and renamed. What a process left there that was killed is
/// removed by a later one; only a day after it was written, since locks do not reach every machine that has the mount.
package final class FolderStorage: RemoteStorage {
  package let place: String
  private let path: [UInt8]
  private let opened = Mutex<[String: Folder]>([:])
  private static let uploads = "tmp"
  private static let abandonedAfter: Int64 = 24 * 3600 * 1_000_000_000

  /// `path` is absolute; what is missing of it is made by the first upload.
  package init(at path: [UInt8]) {
    self.path = path
    place = PathText.escape(path)
  }

  package func list(_ folder: RemoteFolder) throws(Failure) -> [RemoteFile] {
    guard let open = try existing(folder.rawValue) else { return [] }
    let listing = try open.list()
    var found: [RemoteFile] = []
    for (index, entry) in listing.entries.enumerated() where entry.stat.kind == .file || entry.stat.kind == .executable
    {
      guard let name = RemoteName(folder, String(decoding: listing.name(index), as: UTF8.self)) else { continue }
      found.append(RemoteFile(name: name, size: entry.stat.size, modified: entry.stat.modified))
    }
    return found
  }

  package func read(
    _ name: RemoteName, _ range: Range<Int>?, into body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    guard let folder = try existing(name.folder.rawValue), let file = try folder.openIfPresent(Array(name.name.utf8))
    else {
      throw Failure("cannot read \(name) of \(place)", why: "there is no such file", category: .remote)
    }
    var at = range?.lowerBound ?? 0
    let end = if let range { range.upperBound } else { try file.stat().size }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, min(end - at, 1 << 20)), alignment: 4096)
    defer { buffer.deallocate() }
    while at < end {
      try Interruption.check()
      let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, end - at)])
      let count = try file.read(at: at, into: piece, caching: .ofPiece(piece.count))
      if count > 0 { try body(UnsafeRawBufferPointer(rebasing: piece[..<count])) }
      at += count
      if count < piece.count {
        throw Failure(
          "cannot read \(name) of \(place)", why: "it ends after \(at) bytes, before byte \(end)", category: .remote)
      }
    }
  }

  package func upload(_ name: RemoteName) throws(Failure) -> any RemoteUpload {
    let uploads = try making(Self.uploads)
    return FolderUpload(try PendingFile(in: uploads, mode: 0o444), name, in: try making(name.folder.rawValue))
  }

  package func remove(_ name: RemoteName) throws(Failure) {
    guard let folder = try existing(name.folder.rawValue) else { return }
    try folder.remove(Array(name.name.utf8))
    try folder.sync()
  }

  /// The folder `name` of the remote; nil while there is none.
  private func existing(_ name: String) throws(Failure) -> Folder? {
    if let folder = opened.withLock({ $0[name] }) { return folder }
    guard let folder = try Folder.ifPresent(at: path)?.folderIfPresent(Array(name.utf8)) else { return nil }
    opened.withLock { $0[name] = folder }
    return folder
  }

  private func making(_ name: String) throws(Failure) -> Folder {
    if let folder = opened.withLock({ $0[name] }) { return folder }
    let folder = try Folder.making(at: path).folder(making: Array(name.utf8), .batch)
    if name == Self.uploads { try sweep(folder) }
    opened.withLock { $0[name] = folder }
    return folder
  }

  private func sweep(_ uploads: Folder) throws(Failure) {
    let listing = try uploads.list()
    let deadline = wallClock() - Self.abandonedAfter
    for (index, entry) in listing.entries.enumerated() where entry.stat.modified < deadline {
      try uploads.remove(listing.name(index), folder: entry.stat.kind == .folder)
    }
  }
}

private final class FolderUpload: RemoteUpload {
  private let file: PendingFile
  private let name: RemoteName
  private let folder: Folder
  private var written = 0

  init(_ file: PendingFile, _ name: RemoteName, in folder: Folder) {
    self.file = file
    self.name = name
    self.folder = folder
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    try file.handle.write(bytes, caching: .ofPiece(bytes.count))
    // The disk starts at once, so that there is little left to wait for at the end.
    file.handle.startWriteback(from: written, count: bytes.count)
    written += bytes.count
  }

  func finish() throws(Failure) { try file.commit(as: Array(name.name.utf8), in: folder) }
}

extension FileHandle.Caching {
  /// Packs are written or read once; small pieces are faster with the cache.
  fileprivate static func ofPiece(_ size: Int) -> Self { size >= 1 << 20 ? .none : .usual }
}
