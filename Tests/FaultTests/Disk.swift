import Foundation
import TestSupport

/// What is left on a disk of all that was not made durable when power goes.
enum Survival: Sendable, CustomStringConvertible {
  /// Nothing.
  case nothing
  /// Every name, but no file's content: the files that were renamed into place are empty.
  case names
  /// Every name, and for content zeros of the right length.
  case zeros
  /// A file system that keeps changes of names in their order: the first few of them, and any of the content.
  case ordered(seed: UInt64)
  /// One that keeps that order only within each folder, and any of the content. A rename may leave both names, but never
  /// loses both.
  case anything(seed: UInt64)

  var description: String {
    switch self {
    case .nothing: "nothing unflushed survives"
    case .names: "unflushed names survive"
    case .zeros: "unflushed content is zeros"
    case .ordered(let seed): "unflushed changes survive in order (seed \(seed))"
    case .anything(let seed): "anything unflushed survives (seed \(seed))"
    }
  }
}

/// A folder on a disk: what programs see of it, and what a loss of power would leave.
final class Disk {
  fileprivate final class Node {
    enum Kind { case file, link, folder }

    let kind: Kind
    var mode: Int
    var durableMode: Int
    var content = Data()
    var durable = Data()
    /// Writes and truncations since the content was last flushed.
    var unflushed: [JournalRecord] = []
    var names: [String: Node] = [:]
    var durableNames: [String: Node] = [:]
    var unflushedNames: [NameChange] = []

    init(_ kind: Kind, mode: Int) { (self.kind, self.mode, durableMode) = (kind, mode, mode) }
  }

  fileprivate struct NameChange {
    var operation: Int
    var name: String
    /// Nil takes the name away.
    var node: Node?
    /// The old name of a rename.
    var isDeparture = false
  }

  private let root: Node
  private var nodes: [Node] = []
  private var operations = 0
  /// Renames whose new name is durable.
  private var arrived: Set<Int> = []
  /// Where files have been written to, for those with several names.
  private var written: [ObjectIdentifier: String] = [:]

  /// All that is in `folder`, durable.
  init(of folder: String) throws {
    root = Node(.folder, mode: 0o755)
    nodes.append(root)
    try read(folder, into: root)
  }

  private func read(_ path: String, into node: Node) throws {
    let manager = FileManager.default
    for name in try manager.contentsOfDirectory(atPath: path) {
      let inner = "\(path)/\(name)"
      let attributes = try manager.attributesOfItem(atPath: inner)
      let mode = attributes[.posixPermissions] as? Int ?? 0o644
      let made: Node
      switch attributes[.type] as? FileAttributeType {
      case .typeDirectory?:
        made = Node(.folder, mode: mode)
        try read(inner, into: made)
      case .typeSymbolicLink?:
        made = Node(.link, mode: mode)
        made.content = Data(try manager.destinationOfSymbolicLink(atPath: inner).utf8)
      default:
        made = Node(.file, mode: mode)
        made.content = try Data(contentsOf: URL(fileURLWithPath: inner))
      }
      made.durable = made.content
      node.names[name] = made
      nodes.append(made)
    }
    node.durableNames = node.names
  }
}

// MARK: - What programs do

extension Disk {
  func apply(_ record: JournalRecord) {
    operations += 1
    let node = find(record.path)
    switch record.call {
    case "create", "mkdir", "symlink": make(record)
    case "write", "truncate": node?.change(record)
    case "chmod": node?.mode = record.number
    case "unlink": set(record.path, to: nil)
    case "link": set(record.path, to: find(record.text))
    case "rename": rename(record.text, to: record.path)
    case "exchange": rename(record.text, to: record.path, leaving: node)
    case "fsync": if let node { flush(node) }
    case "syncfs": nodes.forEach(flush)
    default: preconditionFailure("no such record: \(record)")
    }
  }

  private func find(_ path: String) -> Node? {
    path.split(separator: "/").reduce(root) { $0?.names[String($1)] }
  }

  private func make(_ record: JournalRecord) {
    let kind: Node.Kind = record.call == "mkdir" ? .folder : record.call == "symlink" ? .link : .file
    let made = Node(kind, mode: record.call == "symlink" ? 0o777 : record.number & ~0o022)
    (made.content, made.durable) = (record.data, record.data)
    nodes.append(made)
    set(record.path, to: made)
  }

  private func set(_ path: String, to node: Node?, isDeparture: Bool = false) {
    let parts = path.split(separator: "/").map(String.init)
    guard let name = parts.last, let folder = find(parts.dropLast().joined(separator: "/")) else { return }
    folder.names[name] = node
    folder.unflushedNames.append(
      NameChange(operation: operations, name: name, node: node, isDeparture: isDeparture))
  }

  /// `other` takes the old name, when names are swapped.
  private func rename(_ from: String, to: String, leaving other: Node? = nil) {
    // What a program made that is not watched is not known: such a file has nothing durable.
    let node = find(from) ?? Node(.file, mode: 0o644)
    if find(to) === node { return }
    set(to, to: node)
    set(from, to: other, isDeparture: true)
  }

  private func flush(_ node: Node) {
    for change in node.unflushedNames where !change.isDeparture { arrived.insert(change.operation) }
    (node.durable, node.durableNames, node.durableMode) = (node.content, node.names, node.mode)
    (node.unflushed, node.unflushedNames) = ([], [])
  }
}

extension Disk.Node {
  fileprivate func change(_ record: JournalRecord) {
    content = Self.changed(content, record)
    unflushed.append(record)
  }

  static func changed(_ content: Data, _ record: JournalRecord) -> Data {
    let end = record.call == "truncate" ? record.number : record.number + record.data.count
    var content = record.call == "truncate" ? content.prefix(end) : content
    if content.count < end { content.append(Data(count: end - content.count)) }
    if record.call == "write" { content.replaceSubrange(record.number..<end, with: record.data) }
    return content
  }
}

// MARK: - Loss of power

extension Disk {
  /// Writes what a loss of power at this moment leaves to the folder `path`, which must not exist.
  func write(_ survival: Survival, to path: String) throws {
    var random = SeededRandom(seed: survival.seed)
    let kept = kept(survival, &random)
    written = [:]
    try write(root, to: path, survival, kept, &random)
  }

  /// Which of the changes of names are kept, folder by folder.
  private func kept(_ survival: Survival, _ random: inout SeededRandom) -> [ObjectIdentifier: [NameChange]] {
    var kept: [ObjectIdentifier: [NameChange]] = [:]
    let last = Int.random(in: 0...operations, using: &random)
    for folder in nodes where !folder.unflushedNames.isEmpty {
      let changes = folder.unflushedNames
      switch survival {
      case .nothing: break
      case .names, .zeros: kept[ObjectIdentifier(folder)] = changes
      case .ordered: kept[ObjectIdentifier(folder)] = changes.filter { $0.operation <= last }
      case .anything:
        kept[ObjectIdentifier(folder)] = Array(changes.prefix(Int.random(in: 0...changes.count, using: &random)))
      }
    }
    let arrivals = arrived.union(kept.values.joined().lazy.filter { !$0.isDeparture }.map(\.operation))
    return kept.mapValues { $0.filter { !$0.isDeparture || arrivals.contains($0.operation) } }
  }

  private func write(
    _ node: Node, to path: String, _ survival: Survival, _ kept: [ObjectIdentifier: [NameChange]],
    _ random: inout SeededRandom
  ) throws {
    let manager = FileManager.default
    if let other = written[ObjectIdentifier(node)] { return try manager.linkItem(atPath: other, toPath: path) }
    if node.kind == .file { written[ObjectIdentifier(node)] = path }
    switch node.kind {
    case .folder:
      try manager.createDirectory(atPath: path, withIntermediateDirectories: false)
      var names = node.durableNames
      for change in kept[ObjectIdentifier(node)] ?? [] { names[change.name] = change.node }
      for (name, inner) in names.sorted(by: { $0.key < $1.key }) {
        try write(inner, to: "\(path)/\(name)", survival, kept, &random)
      }
    case .link:
      try manager.createSymbolicLink(
        atPath: path, withDestinationPath: String(decoding: node.content, as: UTF8.self))
    case .file:
      // Foundation would let every program that is started meanwhile have the file open for writing.
      try Sandbox.write(Array(node.content(survival, &random)), to: path)
    }
    if node.kind != .link {
      try manager.setAttributes([.posixPermissions: node.mode(survival, &random)], ofItemAtPath: path)
    }
  }
}

extension Survival {
  fileprivate var seed: UInt64 {
    switch self {
    case .nothing, .names, .zeros: 0
    case .ordered(let seed), .anything(let seed): seed
    }
  }
}

extension Disk.Node {
  fileprivate func mode(_ survival: Survival, _ random: inout SeededRandom) -> Int {
    switch survival {
    case .nothing: durableMode
    case .names, .zeros: mode
    case .ordered, .anything: Bool.random(using: &random) ? mode : durableMode
    }
  }

  fileprivate func content(_ survival: Survival, _ random: inout SeededRandom) -> Data {
    if unflushed.isEmpty { return durable }
    let zeros = durable.prefix(content.count) + Data(count: max(0, content.count - durable.count))
    switch survival {
    case .nothing, .names: return durable
    case .zeros: return zeros
    case .ordered, .anything:
      switch Int.random(in: 0..<4, using: &random) {
      case 0: return durable
      case 1: return zeros
      case 2: return content
      default: return content.prefix(Int.random(in: 0...content.count, using: &random))
      }
    }
  }
}
