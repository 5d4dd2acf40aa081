import Diagnostics
import Files
import Objects
import TestSupport

/// A sandbox with a store in `objects`, and scratch folders in `tmp`.
struct StoreBox {
  let sandbox: Sandbox
  let folder: Folder
  private let scratch: Scratch

  init() throws {
    sandbox = try Sandbox()
    let top = try Folder(at: bytes(sandbox.path))
    folder = try top.folder(making: bytes("objects"))
    scratch = Scratch(in: try top.folder(making: bytes("tmp")))
  }

  /// Opens the store as another process would: it knows nothing yet.
  func open() throws -> ObjectStore { try ObjectStore(in: folder, scratch: scratch) }

  /// Stores `contents` in one session and returns their ids.
  @discardableResult
  func store(_ contents: [[UInt8]], kind: ObjectKind = .blob) throws -> [ObjectID] {
    let session = StoreSession(try open())
    let ids = try contents.map { try session.store($0, kind: kind) }
    try session.commit()
    return ids
  }

  func open(_ name: String) throws -> FileHandle { try Folder(at: bytes(sandbox.path)).open(bytes(name)) }

  /// Paths of all files in the store, sorted.
  func files() throws -> [String] {
    try sandbox.shell("cd objects; find . -type f | sort").split(separator: "\n").map { String($0.dropFirst(2)) }
  }

  /// The one file whose name ends in `suffix`.
  func file(endingIn suffix: String) throws -> String {
    guard let found = try files().first(where: { $0.hasSuffix(suffix) }) else {
      throw Failure("no file ends in \(suffix)", why: try files().joined(separator: " "))
    }
    return "objects/" + found
  }

  func loosePath(_ id: ObjectID) -> String { "objects/loose/\(id.hex.prefix(2))/\(id.hex.dropFirst(2))" }

  /// Makes the store forget which copies were found damaged.
  func forgetDamage() throws { try folder.removeTree(bytes("damaged")) }

  /// Puts `content` in the place of the read-only file `path`, as damage would.
  func damage(_ path: String, _ content: [UInt8]) throws {
    let name = bytes(String(path.dropFirst("objects/".count)))
    try folder.remove(name)
    try folder.create(name).write(content)
  }

  func content(_ path: String) throws -> [UInt8] {
    guard let found = sandbox.read(path) else { throw Failure("no file \(path)", why: "") }
    return found
  }
}

/// What reading gave: the right bytes, or a failure of this category, or wrong bytes.
enum Outcome: Equatable {
  case right, wrong
  case failed(FailureCategory)

  static func reading(_ id: ObjectID, expecting content: [UInt8], from store: ObjectStore) -> Outcome {
    do throws(Failure) {
      return try store.read(id) == content ? .right : .wrong
    } catch {
      return .failed(error.category)
    }
  }
}
