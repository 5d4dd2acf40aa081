package import Diagnostics

/// A new file that is written front to back and not read again soon: where the file system can, its bytes go past the
/// system's cache of files, which keeps what others read, and spares a copy.
package final class StreamedFile {
  private let file: PendingFile
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: FileHandle.pageSize)
  private var filled = 0
  private var written = 0
  private var isPastCache = false

  /// Starts a file in the folder `scratch`, which must lie on the file system it will be published on.
  package init(in scratch: Folder, mode: UInt32) throws(Failure) { file = try PendingFile(in: scratch, mode: mode) }

  deinit { buffer.deallocate() }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    var rest = bytes
    while !rest.isEmpty {
      let count = min(rest.count, buffer.count - filled)
      UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyMemory(from: .init(rebasing: rest[..<count]))
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      filled += count
      if filled == buffer.count { try flush() }
    }
  }

  private func flush() throws(Failure) {
    // A small file never gets here with a full buffer, and is written as any other.
    if written == 0, filled == buffer.count { isPastCache = file.handle.beginPastCache() }
    try file.handle.write(UnsafeRawBufferPointer(rebasing: buffer[..<filled]), pastCache: &isPastCache)
    if !isPastCache { file.handle.startWriteback(from: written, count: filled) }
    written += filled
    filled = 0
  }

  /// Makes the content durable and gives it its name, durably too.
  package func commit(as name: [UInt8], in folder: Folder) throws(Failure) {
    try flush()
    try file.commit(as: name, in: folder)
  }
}
