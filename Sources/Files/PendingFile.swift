package import Diagnostics
import Synchronization

/// A file that replaces another whole or not at all.
///
/// Readers see the old bytes or the new ones, never a mixture, even when power is lost. Letting the value go without
/// `commit` or `publish` leaves everything as it was.
package final class PendingFile: Sendable {
  package let handle: FileHandle
  private let scratch: Folder
  /// In the folder it was started in; for those who read it before it is published.
  package let name: [UInt8]
  private let isPublished = Atomic<Bool>(false)

  /// Starts a file in the folder `scratch`, which must lie on the file system it will be published on.
  package init(in scratch: Folder, mode: UInt32 = 0o666) throws(Failure) {
    let name = Array(uniqueName().utf8)
    handle = try scratch.create(name, mode: mode)
    self.scratch = scratch
    self.name = name
  }

  deinit {
    if !isPublished.load(ordering: .relaxed) { try? scratch.remove(name) }
  }

  package func write(_ bytes: [UInt8]) throws(Failure) { try handle.write(bytes) }

  /// Makes the content durable and gives it its name, durably too. With `.off` it waits for neither: for caches, which
  /// may be lost but carry a checksum of their own.
  package func commit(as relative: [UInt8], in folder: Folder, _ durability: Durability = .batch) throws(Failure) {
    try handle.sync(durability)
    let (parent, last) = try folder.parent(of: relative)
    try publish(as: last, in: parent)
    try parent.sync(durability)
  }

  /// Makes the content durable and closes the file, so that any number of files can wait for their names: a process may
  /// have only so many open.
  package func seal(_ durability: Durability = .batch) throws(Failure) -> SealedFile {
    try handle.sync(durability)
    isPublished.store(true, ordering: .relaxed)
    return SealedFile(name, in: scratch)
  }

  /// Gives the file its name, leaving both the content and the name for the caller to make durable.
  package func publish(as last: [UInt8], in folder: Folder) throws(Failure) {
    try scratch.rename(name, to: last, in: folder)
    isPublished.store(true, ordering: .relaxed)
  }
}

/// A complete and closed file that waits for its name. Letting the value go leaves everything as it was.
package final class SealedFile: Sendable {
  private let scratch: Folder
  private let name: [UInt8]
  private let isPublished = Atomic<Bool>(false)

  fileprivate init(_ name: [UInt8], in scratch: Folder) {
    self.name = name
    self.scratch = scratch
  }

  deinit {
    if !isPublished.load(ordering: .relaxed) { try? scratch.remove(name) }
  }

  /// Makes the content durable, if it was sealed without.
  package func sync(_ durability: Durability) throws(Failure) {
    if durability != .off { try scratch.open(name).sync(durability) }
  }

  /// Gives the file its name, which the caller makes durable.
  package func publish(as last: [UInt8], in folder: Folder) throws(Failure) {
    try scratch.rename(name, to: last, in: folder)
    isPublished.store(true, ordering: .relaxed)
  }
}

/// A name no other process uses: for files that are about to be renamed.
package func uniqueName() -> String {
  "tmp-\(String(UInt64.random(in: .min ... .max), radix: 36))"
}

/// Whether `name` may be one of `uniqueName`.
func isUniqueName(_ name: [UInt8]) -> Bool { name.starts(with: "tmp-".utf8) }

extension Folder {
  /// Replaces the small file `relative` durably; its folder must exist. Keeps the mode of the file it replaces.
  package func replace(
    _ relative: [UInt8], with bytes: [UInt8], scratch: Folder, _ durability: Durability = .batch
  ) throws(Failure) {
    try replacement(of: relative, with: bytes, scratch: scratch).commit(as: relative, in: self, durability)
  }

  /// The file that is to replace `relative`, written but not yet durable and without its name.
  package func replacement(of relative: [UInt8], with bytes: [UInt8], scratch: Folder) throws(Failure) -> PendingFile {
    let old = try stat(relative)
    let isFile = old?.kind == .file || old?.kind == .executable
    let pending = try PendingFile(in: scratch)
    if isFile, let mode = try permissions(relative) { try pending.handle.setMode(mode) }
    try pending.write(bytes)
    return pending
  }
}
