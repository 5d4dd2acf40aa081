package import Diagnostics

/// A place that keeps files under names: what each kind of remote brings, and all that it need know.
///
/// A file appears whole or not at all, and never changes. Calls block, and any thread may make them. Nothing that a
/// storage answers is trusted: names, sizes and bytes are checked by its callers. `RemoteStorageContract` in the tests
/// says in full what a storage keeps to.
package protocol RemoteStorage: Sendable {
  /// How messages name the place: a URL without anything secret.
  var place: String { get }

  /// The files in `folder`, in no order; none when the folder is not there. Names that are no `RemoteName` are left out.
  func list(_ folder: RemoteFolder) throws(Failure) -> [RemoteFile]

  /// Gives the bytes of `range`, or of the whole file, to `body` piece by piece. Never gives more than was asked for; fails
  /// when there are fewer. A call that breaks off is tried again from where it stood, so no byte comes twice.
  func read(
    _ name: RemoteName, _ range: Range<Int>?, into body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure)

  /// Starts a file, which appears with `finish`. Fails where this place can't be written.
  func upload(_ name: RemoteName) throws(Failure) -> any RemoteUpload

  /// Removes a file; one that is not there is no error.
  func remove(_ name: RemoteName) throws(Failure)
}

/// A file on its way to a remote. Letting it go without `finish` leaves nothing that anybody would find.
package protocol RemoteUpload: AnyObject {
  func write(_ bytes: UnsafeRawBufferPointer) throws(Failure)

  /// Makes the file durable and visible, and returns when it is. Replaces one of the same name, which holds the same.
  func finish() throws(Failure)
}

/// The folders of a remote.
package enum RemoteFolder: String, Sendable, CaseIterable {
  /// Packs, their indexes, and indexes of many packs.
  case packs
  /// Records of the run cache.
  case runs
  /// What a gc is about to remove.
  case marks
}

/// The name of a file of a remote: a folder, and letters, digits, `-` and `.`, which every kind of remote can hold.
package struct RemoteName: Hashable, Sendable, CustomStringConvertible {
  package let folder: RemoteFolder
  package let name: String

  /// Nil for a name that no remote may hold.
  package init?(_ folder: RemoteFolder, _ name: String) {
    guard (1...240).contains(name.utf8.count), name.utf8.first != UInt8(ascii: "."),
      name.utf8.allSatisfy({ byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
          UInt8(ascii: "."):
          true
        default: false
        }
      })
    else { return nil }
    self.folder = folder
    self.name = name
  }

  /// Below the remote's root: `packs/pack-….idx`.
  package var description: String { "\(folder.rawValue)/\(name)" }
}

/// A file of a remote, as its listing tells.
package struct RemoteFile: Equatable, Sendable {
  package var name: RemoteName
  package var size: Int
  /// When it was written, in nanoseconds since 1970 by the remote's clock; nil where the remote does not tell.
  package var modified: Int64?

  package init(name: RemoteName, size: Int, modified: Int64? = nil) {
    self.name = name
    self.size = size
    self.modified = modified
  }
}
