import Diagnostics
import Files

/// A file or folder of this machine.
final class ExternalFolder: ExternalSource {
  private let path: [UInt8]

  init(_ path: [UInt8]) { self.path = path }

  var place: String { PathText.escape(path) }

  /// The folder that holds the path, and the path's name in it.
  private func parent() throws(Failure) -> (Folder, [UInt8]) {
    let name = Array(path[(path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...])
    let above = Array(path.dropLast(name.count + 1))
    return (try Folder(at: above.isEmpty ? [UInt8(ascii: "/")] : above), name)
  }

  func look() throws(Failure) -> ExternalLook {
    if let folder = try? Folder(at: path) { return .folder(try files(in: folder)) }
    let (parent, name) = try parent()
    guard let stat = try parent.stat(name) else {
      throw Failure("cannot read \(place)", why: "there is no such file or folder")
    }
    return .file(try file(.root, stat))
  }

  private func files(in folder: Folder) throws(Failure) -> [ExternalFile] {
    var found: [ExternalFile] = []
    var waiting: [RepositoryPath] = [.root]
    while let at = waiting.popLast() {
      let listing = try folder.folder(at).list()
      for (index, entry) in listing.entries.enumerated() {
        let below = try at.appending(name: listing.name(index))
        if entry.stat.kind == .folder { waiting.append(below) } else { found.append(try file(below, entry.stat)) }
        guard found.count + waiting.count <= ExternalLimits.mostFiles else { throw ExternalLimits.tooMany(place) }
      }
    }
    return found
  }

  private func file(_ path: RepositoryPath, _ stat: FileStat) throws(Failure) -> ExternalFile {
    guard stat.kind == .file || stat.kind == .executable else {
      throw Failure(
        "cannot read \(place)", why: "\(path.isRoot ? "it" : path.text) is a symbolic link or a device, not a file")
    }
    var file = ExternalFile(path)
    (file.size, file.modified, file.isExecutable) = (stat.size, Int(stat.modified), stat.kind == .executable)
    return file
  }

  func read(
    _ file: ExternalFile, restart: () -> Void, into body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let handle: FileHandle
    if file.path.isRoot {
      let (parent, name) = try parent()
      handle = try parent.open(name)
    } else {
      handle = try Folder(at: path).open(file.path.bytes)
    }
    let before = try handle.stat()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { buffer.deallocate() }
    while true {
      let count = try handle.read(into: buffer)
      if count == 0 { break }
      try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
    guard try handle.stat() == before, before.size == file.size else {
      throw Failure(
        "cannot read \(PathText.escape(handle.path))", why: "it changed while it was read", hint: "try again")
    }
  }
}
