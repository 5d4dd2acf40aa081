package import Diagnostics
import Files

/// The record of what commands have done: a file for each operation in `.mlrepo/ops`, named so that they sort by time.
package struct OperationLog {
  private let folder: Folder
  private let scratch: Scratch
  private let durability: Durability

  init(in folder: Folder, scratch: Scratch, _ durability: Durability) {
    self.folder = folder
    self.scratch = scratch
    self.durability = durability
  }

  /// Writes the operation durably, for changes that need not be taken back when they are cut short.
  func append(_ operation: Operation) throws(Failure) {
    try folder.replace(
      Array(operation.id.utf8), with: operation.encoded(), scratch: try scratch.folder(), durability)
  }

  /// Writes the operation durably as one that is under way. The caller makes its changes only then.
  func begin(_ operation: Operation) throws(Failure) {
    try folder.folder(making: Self.unfinishedName, durability).replace(
      Array(operation.id.utf8), with: operation.encoded(), scratch: try scratch.folder(), durability)
  }

  /// The operation's changes are all made. If it extends one that is done, both are one from now on.
  func finish(_ operation: Operation) throws(Failure) {
    let name = Array(operation.id.utf8)
    let unfinished = Self.unfinishedName + [UInt8(ascii: "/")] + name
    if let done = try folder.contents(name), try folder.contents(unfinished) != done {
      let whole = try Operation(decoding: done, id: operation.id).extended(by: operation)
      try folder.replace(name, with: whole.encoded(), scratch: try scratch.folder(), durability)
      try folder.remove(unfinished)
    } else {
      try folder.rename(unfinished, to: name)
      // A loss of power may have left both names, and then the rename does nothing.
      try folder.remove(unfinished)
    }
    try folder.sync(durability)
    // Else the operation might be under way again after a loss of power.
    try folder.folder(Self.unfinishedName).sync(durability)
  }

  /// Whether `operation` is the last that was done, so that it can be extended: what came after it has to be taken back
  /// before it, and could not be if it grew.
  func isLast(_ operation: Operation) throws(Failure) -> Bool { try ids().first == operation.id }

  /// The operation is as if it had never begun.
  func drop(_ operation: Operation) throws(Failure) {
    let name = Array(operation.id.utf8)
    let unfinished = Self.unfinishedName + [UInt8(ascii: "/")] + name
    // A loss of power may leave both names of an operation that was being finished; what it extends has another content.
    if let begun = try folder.contents(unfinished), try folder.contents(name) == begun { try folder.remove(name) }
    try folder.remove(unfinished)
    try folder.sync(durability)
    try folder.folder(Self.unfinishedName).sync(durability)
  }

  /// Operations that are under way, or whose process died in the middle of them; oldest first.
  func unfinished() throws(Failure) -> [Operation] {
    guard let under = try folder.folderIfPresent(Self.unfinishedName) else { return [] }
    var found: [Operation] = []
    for id in try under.names().filter({ Self.isID($0.name) }).map({ String(decoding: $0.name, as: UTF8.self) })
      .sorted()
    {
      if let bytes = try under.contents(Array(id.utf8)) { found.append(try Operation(decoding: bytes, id: id)) }
    }
    return found
  }

  func isUnfinished(_ operation: Operation) throws(Failure) -> Bool {
    try folder.stat(Self.unfinishedName + [UInt8(ascii: "/")] + Array(operation.id.utf8)) != nil
  }

  private static let unfinishedName = Array("unfinished".utf8)

  /// The ids of all operations, youngest first.
  package func ids() throws(Failure) -> [String] {
    try folder.names().filter { !$0.isFolder && Self.isID($0.name) }.map { String(decoding: $0.name, as: UTF8.self) }
      .sorted(by: >)
  }

  package func read(_ id: String) throws(Failure) -> Operation {
    guard let bytes = try folder.contents(Array(id.utf8)) else {
      throw Failure("cannot find the operation '\(id)'", why: "there is none of this id", hint: "mlrepo op log")
    }
    return try Operation(decoding: bytes, id: id)
  }

  /// The one operation whose id starts or ends with `text`.
  package func find(_ text: String) throws(Failure) -> Operation {
    let found = try ids().filter { $0 == text || (text.count >= 4 && ($0.hasPrefix(text) || $0.hasSuffix(text))) }
    guard let id = found.first, found.count == 1 else {
      throw Failure(
        "cannot find the operation '\(text)'",
        why: found.isEmpty
          ? "there is none of this id" : "several ids match: \(found.prefix(5).joined(separator: ", "))",
        hint: "mlrepo op log")
    }
    return try read(id)
  }

  /// All operations, youngest first.
  package func all() throws(Failure) -> [Operation] {
    var found: [Operation] = []
    for id in try ids() { found.append(try read(id)) }
    return found
  }

  /// The ids of those of `operations`, all there are, youngest first, that have been taken back and not brought back since.
  package static func undone(in operations: [Operation]) -> Set<String> {
    let byID = Dictionary(operations.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var undone: Set<String> = []
    // Taking back an undo brings back what it took. Operations only name older ones, so this comes to an end.
    func toggle(_ id: String) {
      if undone.remove(id) == nil { undone.insert(id) }
      for older in byID[id]?.undoes ?? [] where older < id { toggle(older) }
    }
    for operation in operations.reversed() {
      for id in operation.undoes where id < operation.id { toggle(id) }
    }
    return undone
  }

  /// Whether this process may add and forget operations.
  var isWritable: Bool { folder.isWritable }

  /// Forgets operations from before `time`, in nanoseconds since 1970. They are gone for good before what only they need
  /// can go.
  func prune(before time: Int64) throws(Failure) {
    for id in try ids() where try read(id).time < time { try folder.remove(Array(id.utf8)) }
    try folder.sync(durability)
  }

  private static func isID(_ name: [UInt8]) -> Bool {
    name.count == 21 && name.allSatisfy { $0 == 0x2d || (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}

extension Repository {
  package func operations() throws(Failure) -> OperationLog {
    let durability = try settings.durability()
    return OperationLog(
      in: try home.folder(makingIfAllowed: Array("ops".utf8), durability), scratch: scratch, durability)
  }
}
