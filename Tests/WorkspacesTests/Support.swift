import Diagnostics
import Files
import Git
import Objects
import TestSupport
import Workspaces

func path(_ text: String) throws -> RepositoryPath { try RepositoryPath(text: text) }

/// A sandbox with a workspace in `work`, its store, its indexes and its scratch folder beside it.
final class WorkBox {
  let sandbox: Sandbox
  let root: Folder
  let store: ObjectStore
  let scratch: Scratch
  private let indexFolder: Folder
  var ignore = IgnoreRules()

  init(options: StoreOptions = StoreOptions()) throws {
    sandbox = try Sandbox()
    let top = try Folder(at: bytes(sandbox.path))
    root = try top.folder(making: bytes("work"))
    scratch = Scratch(in: try top.folder(making: bytes("tmp")))
    indexFolder = try top.folder(making: bytes("index"))
    store = try ObjectStore(in: try top.folder(making: bytes("objects")), scratch: scratch, options: options)
  }

  /// A reader as the next command would have it: it knows what the indexes on disk say, and nothing else.
  func reader() -> WorkspaceReader {
    WorkspaceReader(
      ScanContext(root: root, store: store, ignore: ignore), indexes: IndexStore(in: indexFolder, scratch: scratch))
  }

  @discardableResult
  func shell(_ script: String) throws -> String { try sandbox.shell(script, in: "work") }

  /// Scans the tracked folder `name` as `status` does.
  func scan(_ name: String) throws -> FolderScan {
    guard let scan = try reader().state(of: path(name)).scan else { throw Failure("\(name) is no folder", why: "") }
    return scan
  }

  /// Stores what `name` holds, as `add` does, and returns what its pointer would say.
  func add(_ name: String) throws -> TrackedPath {
    let session = StoreSession(store)
    let reader = self.reader()
    let state = try reader.store(path(name), in: session)
    try session.commit()
    try reader.indexes.flush()
    guard let content = state.content else { throw Failure("cannot add \(name)", why: "\(state.problems)") }
    return TrackedPath(path: try path(name), content: content, source: .pointer)
  }

  func plan(
    _ wanted: [TrackedPath], unwanted: [RepositoryPath] = [], force: Bool = false
  ) throws -> CheckoutPlan {
    try CheckoutPlanner.plan(wanted: wanted, unwanted: unwanted, reader: reader(), force: force)
  }

  func execute(_ plan: CheckoutPlan) throws -> CheckoutReport {
    try CheckoutExecution.run(plan, reader: reader(), scratch: scratch)
  }

  @discardableResult
  func checkout(
    _ wanted: [TrackedPath], unwanted: [RepositoryPath] = [], force: Bool = false
  ) throws -> CheckoutReport {
    try execute(plan(wanted, unwanted: unwanted, force: force))
  }

  /// Waits until what was written so far is older than a tick of the file system's clock.
  func settle() throws { try sandbox.shell("sleep 0.05") }

  /// Damages the loose object `id`.
  func damage(_ id: ObjectID) throws {
    let file = "objects/loose/\(id.hex.prefix(2))/\(id.hex.dropFirst(2))"
    try sandbox.shell("test -f \(file); chmod u+w \(file); printf damaged > \(file)")
  }

  func removeObject(_ id: ObjectID) throws {
    try sandbox.shell("rm -f objects/loose/\(id.hex.prefix(2))/\(id.hex.dropFirst(2))")
  }
}
