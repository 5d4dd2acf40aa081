import Diagnostics
import Remotes
import Synchronization
import Testing

/// A storage that lets something happen before one of its steps.
final class SteppingStorage: RemoteStorage {
  private let storage: any RemoteStorage
  private let left: Mutex<Int>
  private let action: @Sendable () throws -> Void

  init(_ storage: any RemoteStorage, at step: Int, _ action: @escaping @Sendable () throws -> Void) {
    self.storage = storage
    left = Mutex(step)
    self.action = action
  }

  var hasStepped: Bool { left.withLock { $0 < 0 } }

  private func step() {
    let isNow = left.withLock { left in
      left -= 1
      return left == -1
    }
    if isNow { #expect(throws: Never.self) { try action() } }
  }

  var place: String { storage.place }

  func list(_ folder: RemoteFolder) throws(Failure) -> [RemoteFile] {
    step()
    return try storage.list(folder)
  }

  func read(
    _ name: RemoteName, _ range: Range<Int>?, into body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    step()
    try storage.read(name, range, into: body)
  }

  func upload(_ name: RemoteName) throws(Failure) -> any RemoteUpload {
    step()
    return try storage.upload(name)
  }

  func remove(_ name: RemoteName) throws(Failure) {
    step()
    try storage.remove(name)
  }
}

/// A storage that fails from some change on, as when the process is killed there.
final class StoppingStorage: RemoteStorage {
  private let storage: any RemoteStorage
  private let left: Mutex<Int>

  init(_ storage: any RemoteStorage, after count: Int) {
    self.storage = storage
    left = Mutex(count)
  }

  private func change() throws(Failure) {
    let isOver = left.withLock { left in
      left -= 1
      return left < 0
    }
    if isOver { throw Failure("cannot change \(place)", why: "killed", category: .remote) }
  }

  var place: String { storage.place }

  func list(_ folder: RemoteFolder) throws(Failure) -> [RemoteFile] { try storage.list(folder) }

  func read(
    _ name: RemoteName, _ range: Range<Int>?, into body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) { try storage.read(name, range, into: body) }

  func upload(_ name: RemoteName) throws(Failure) -> any RemoteUpload {
    try change()
    return try storage.upload(name)
  }

  func remove(_ name: RemoteName) throws(Failure) {
    try change()
    try storage.remove(name)
  }
}
