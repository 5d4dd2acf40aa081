import Diagnostics
import Files
import Objects
import Remotes
import TestSupport
import Testing

/// A remote in a folder, and any number of stores that push to it and fetch from it.
struct RemoteBox {
  let sandbox: Sandbox
  let top: Folder

  init() throws {
    sandbox = try Sandbox()
    top = try Folder(at: bytes(sandbox.path))
  }

  var storage: FolderStorage { FolderStorage(at: bytes(sandbox.absolute("remote"))) }

  /// A store of its own, opened as a new process would.
  func store(_ name: String) throws -> ObjectStore {
    let home = try top.folder(making: bytes(name))
    return try ObjectStore(
      in: home.folder(making: bytes("objects")), scratch: Scratch(in: home.folder(making: bytes("tmp"))))
  }

  /// What the clone `name` remembers of the remote.
  func known(_ name: String) throws -> KnownRemote? {
    let home = try top.folder(making: bytes(name))
    return try KnownRemote(
      in: IndexCache(
        in: home.folder(making: bytes("remotes/origin")), scratch: Scratch(in: home.folder(making: bytes("tmp")))))
  }

  /// What the remote has, as the clone `name` sees it.
  func contents(_ name: String, _ storage: (any RemoteStorage)? = nil) throws -> RemoteContents {
    let home = try top.folder(making: bytes(name))
    let cache = IndexCache(
      in: try home.folder(making: bytes("remotes/origin")), scratch: Scratch(in: try home.folder(making: bytes("tmp"))))
    return try RemoteContents(storage ?? self.storage, cache: cache)
  }

  /// Stores files and a folder of them, and returns what stands for it.
  func add(_ files: [String: [UInt8]], to name: String) throws -> Content {
    let session = StoreSession(try store(name))
    let writer = try StoreWriter(session)
    let scratch = try top.folder(making: bytes("files"))
    var entries: [TreeEntry] = []
    for (file, content) in files.sorted(by: { $0.key < $1.key }) {
      try? scratch.remove(bytes(file))
      try scratch.create(bytes(file)).write(content)
      let id = try writer.store(scratch.open(bytes(file))).id
      entries.append(TreeEntry(name: bytes(file), kind: .file, id: id, size: content.count))
    }
    writer.finish()
    let tree = Tree(sorted: entries)
    let id = try session.store(tree.encoded(), kind: .tree)
    try session.commit()
    return Content(kind: .folder, id: id, size: tree.size, files: tree.files)
  }

  static let options: TransferOptions = {
    var options = TransferOptions(width: 2)
    options.chunkSize = 16 << 10
    options.packSize = 256 << 10
    return options
  }()

  @discardableResult
  func push(
    _ roots: [Content], from name: String, to storage: (any RemoteStorage)? = nil
  ) throws -> (plan: PushPlan, report: PushReport) {
    let store = try store(name)
    let contents = try contents(name, storage)
    let plan = try PushPlan(roots, store: store, contents: contents, options: Self.options)
    return (plan, try Push.run(plan, store: store, contents: contents, options: Self.options))
  }

  @discardableResult
  func fetch(
    _ root: Content, into name: String, from storage: (any RemoteStorage)? = nil
  ) throws -> FetchReport {
    let fetch = try Fetch(store(name), from: contents(name, storage), width: 2)
    var seen: Set<ObjectID> = []
    var blobs: [ObjectID] = []
    try fetch.trees([root.id], seen: &seen) { _, tree throws(Failure) in blobs += tree.entries.map(\.id) }
    try fetch.objects(fetch.lacking(blobs))
    return fetch.report
  }

  /// What the store `name` has of a folder.
  func files(_ root: Content, in name: String) throws -> [String: [UInt8]] {
    let store = try store(name)
    var found: [String: [UInt8]] = [:]
    for entry in try store.tree(root.id).entries {
      found[String(decoding: entry.name, as: UTF8.self)] = try store.read(entry.id)
    }
    return found
  }

  /// The remote's files whose names end so, sorted.
  func remoteFiles(_ ending: String) throws -> [RemoteFile] {
    try storage.list(.packs).filter { $0.name.name.hasSuffix(ending) }.sorted { $0.name.name < $1.name.name }
  }

  /// Puts other bytes in the place of a remote's file.
  func damage(_ name: RemoteName, _ change: (inout [UInt8]) -> Void) throws {
    var content = try storage.bytes(name)
    change(&content)
    try storage.put(name, content)
  }
}

extension RemoteBox {
  /// Pushes a folder through one storage and fetches it through another of the same place, as two machines would.
  func travels(_ open: () throws -> any RemoteStorage) throws {
    var files: [String: [UInt8]] = ["large": noise(700_000)]
    for index in 0..<40 { files["file-\(index)"] = noise(3000 + index, seed: UInt64(index + 2)) }
    let root = try add(files, to: "a")
    #expect(try push([root], from: "a", to: open()).report.objects == files.count + 1)
    #expect(try push([root], from: "a", to: open()).plan.items.isEmpty)
    #expect(try fetch(root, into: "b", from: open()).failures.isEmpty)
    #expect(try self.files(root, in: "b") == files)
  }
}
