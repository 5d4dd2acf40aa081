import Diagnostics
import Files

/// A file or folder of another machine, by SFTP.
final class ExternalAccount: ExternalSource {
  private let storage: SSHStorage

  init(_ storage: SSHStorage) { self.storage = storage }

  var place: String { storage.place }

  func look() throws(Failure) -> ExternalLook {
    try storage.trying { session throws(Failure) in
      let answer = try session.ask(.attributes) { $0.append(self.storage.root) }
      guard case .attributes(let found) = answer else { throw self.storage.refusal("read", answer) }
      if found.isFile { return .file(Self.file(.root, found)) }
      guard found.isFolder else {
        throw Failure("cannot read \(self.place)", why: "it is neither a file nor a folder", category: .remote)
      }
      return .folder(try self.files(session))
    }
  }

  /// All files below. Symbolic links and devices are refused: what they stand for is no part of the folder.
  private func files(_ session: SFTPSession) throws(Failure) -> [ExternalFile] {
    var found: [ExternalFile] = []
    var waiting: [RepositoryPath] = [.root]
    while let folder = waiting.popLast() {
      let path = Array(storage.root.utf8) + (folder.isRoot ? [] : [UInt8(ascii: "/")] + folder.bytes)
      for (name, attributes) in try storage.entries(at: path, session, what: "list") {
        if name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8) { continue }
        let below = try ExternalLimits.path(folder.isRoot ? name : folder.bytes + [UInt8(ascii: "/")] + name, place)
        if attributes.isFolder {
          waiting.append(below)
        } else if attributes.isFile {
          found.append(Self.file(below, attributes))
        } else {
          throw Failure(
            "cannot read \(place)", why: "\(below) is a symbolic link or a device", category: .remote)
        }
        guard found.count + waiting.count <= ExternalLimits.mostFiles else { throw ExternalLimits.tooMany(place) }
      }
    }
    return found
  }

  private static func file(_ path: RepositoryPath, _ attributes: SFTPReader.Attributes) -> ExternalFile {
    var file = ExternalFile(path)
    (file.size, file.modified, file.isExecutable) = (attributes.size, attributes.modified, attributes.isExecutable)
    return file
  }

  func read(
    _ file: ExternalFile, restart: () -> Void, into body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let path = storage.root + (file.path.isRoot ? "" : "/" + String(decoding: file.path.bytes, as: UTF8.self))
    var begun = false
    try storage.trying { session throws(Failure) in
      // SFTP has no word for a version of a file: what broke off comes again from the start.
      if begun { restart() }
      begun = true
      var done = 0
      try SSHRead(session, path, refusal: { self.storage.refusal("read \(file.path) of", $0) })
        .run(nil, from: &done, into: body)
      guard file.size == nil || done == file.size else {
        throw Failure("cannot read \(path) of \(self.place)", why: "it changed while it was read", category: .remote)
      }
    }
  }
}
