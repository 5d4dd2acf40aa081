package import Files

/// What a tracked path holds: a file's bytes or a whole folder.
package struct Content: Hashable, Sendable {
  /// `.file`, `.executable` or `.folder`; in the record of an operation also `.symlink`, whose object is its target.
  package var kind: FileKind
  package var id: ObjectID
  /// Bytes, of the file or of all files below the folder.
  package var size: Int
  /// Files below the folder; 1 for a file.
  package var files: Int

  package init(kind: FileKind, id: ObjectID, size: Int, files: Int = 1) {
    self.kind = kind
    self.id = id
    self.size = size
    self.files = files
  }

  package var isFolder: Bool { kind == .folder }
}
