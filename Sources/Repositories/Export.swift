import Diagnostics
import Files
import Git
import Objects
import Workspaces

/// A file or folder that appears at a place outside any repository: written aside, verified, durable, and only then given
/// its name.
struct Export {
  /// Where it is to appear.
  let target: [UInt8]
  private let parent: Folder
  private let name: [UInt8]
  let scratch: Scratch
  /// For objects that are brought here first.
  let store: ObjectStore

  private static let scratchName = Array(".mlrepo-get".utf8)

  /// `target` is an absolute path. Unless `force` is given, nothing may be there.
  init(to target: [UInt8], force: Bool, progress: ProgressMeter) throws(Failure) {
    self.target = target
    name = Array(target[(target.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...])
    guard !name.isEmpty else { throw Failure("cannot write /", why: "it is the root of all folders", category: .usage) }
    let above = Array(target.dropLast(name.count + 1))
    parent = try Folder.making(at: above.isEmpty ? [UInt8(ascii: "/")] : above)
    if try parent.stat(name) != nil {
      guard force else {
        throw Failure(
          "cannot write \(PathText.escape(target))", why: "it exists already",
          hint: "--force puts what is there aside, as \(PathText.escape(name))~", category: .failed)
      }
      try Self.checkAside(name, in: parent)
    }
    scratch = Scratch(in: try parent.folder(making: Self.scratchName))
    let home = try scratch.folder().folder(making: Array("store".utf8))
    var options = StoreOptions()
    options.durability = .off
    store = try ObjectStore(in: home, scratch: scratch, progress: progress, options: options)
  }

  private static func checkAside(_ name: [UInt8], in parent: Folder) throws(Failure) {
    let aside = name + [UInt8(ascii: "~")]
    guard try parent.stat(aside) != nil else { return }
    let path = PathText.escape(parent.full(aside))
    throw Failure(
      "cannot put \(PathText.escape(parent.full(name))) aside", why: "\(path) exists already", hint: "take \(path) away"
    )
  }

  /// Writes `content`, which `source` has.
  func write(_ content: Content, from source: ObjectStore) throws(Failure) {
    let room = try scratch.folder().folder(making: Array("new".utf8))
    let indexes = IndexStore(in: try scratch.folder().folder(making: Array("index".utf8)), scratch: scratch)
    let reader = WorkspaceReader(ScanContext(root: room, store: source, ignore: IgnoreRules()), indexes: indexes)
    let path = try RepositoryPath(validating: Array("content".utf8))
    let wanted = [TrackedPath(path: path, content: content, source: .pointer)]
    let plan = try CheckoutPlanner.plan(wanted: wanted, unwanted: [], reader: reader, force: false)
    if let missing = plan.missing.first {
      throw Failure(
        "cannot write \(PathText.escape(target))", why: "the object \(missing.id.text) is missing",
        category: .dataMissing)
    }
    if let failure = plan.failures.first { throw failure }
    let report = try CheckoutExecution.run(plan, reader: reader, scratch: scratch)
    if let failure = report.failures.first { throw failure }
    try room.syncFileSystem(.batch)
    try place(path.bytes, from: room)
  }

  private func place(_ made: [UInt8], from room: Folder) throws(Failure) {
    if try parent.stat(name) != nil {
      let aside = name + [UInt8(ascii: "~")]
      guard try parent.renameUnlessPresent(name, to: aside, in: parent) else {
        return try Self.checkAside(name, in: parent)
      }
    }
    guard try room.renameUnlessPresent(made, to: name, in: parent) else {
      throw Failure("cannot write \(PathText.escape(target))", why: "somebody else has just written there")
    }
    try parent.sync()
  }

  /// Takes away what was only needed on the way.
  func cleanUp() {
    scratch.remove()
    try? parent.remove(Self.scratchName, folder: true)
  }
}
