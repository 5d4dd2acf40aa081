package import Diagnostics

/// A remote that keeps in each folder the file `list`, with a name and a size on each line, so that a web server which
/// shows no folders can serve it. It is written after each index: the last of what makes a push.
package final class ListedStorage: RemoteStorage {
  private let inner: any RemoteStorage
  static let name = "list"

  package init(_ inner: any RemoteStorage) { self.inner = inner }

  package var place: String { inner.place }

  package func list(_ folder: RemoteFolder) throws(Failure) -> [RemoteFile] {
    try inner.list(folder).filter { $0.name.name != Self.name }
  }

  package func read(
    _ name: RemoteName, _ range: Range<Int>?, into body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    try inner.read(name, range, into: body)
  }

  package func upload(_ name: RemoteName) throws(Failure) -> any RemoteUpload {
    let upload = try inner.upload(name)
    guard name.name.hasSuffix(".idx") || name.folder == .runs else { return upload }
    return ListedUpload(upload) { () throws(Failure) in try self.publish(name.folder) }
  }

  package func remove(_ name: RemoteName) throws(Failure) {
    try inner.remove(name)
    try publish(name.folder)
  }

  private func publish(_ folder: RemoteFolder) throws(Failure) {
    guard let name = RemoteName(folder, Self.name) else { return }
    let lines = try list(folder).map { "\($0.name.name) \($0.size)\n" }.sorted().joined()
    let upload = try inner.upload(name)
    try Array(lines.utf8)[...].withRaw { (raw) throws(Failure) in try upload.write(raw) }
    try upload.finish()
  }
}

private final class ListedUpload: RemoteUpload {
  private let inner: any RemoteUpload
  private let publish: () throws(Failure) -> Void

  init(_ inner: any RemoteUpload, _ publish: @escaping () throws(Failure) -> Void) {
    self.inner = inner
    self.publish = publish
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) { try inner.write(bytes) }

  func finish() throws(Failure) {
    try inner.finish()
    try publish()
  }
}
