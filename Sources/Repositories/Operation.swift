package import Diagnostics
package import Files
import Formats
package import Objects

/// One command that changed something, recorded before it changed it, with what is needed to take it back.
package struct Operation: Equatable, Sendable {
  /// A small file that git holds: a pointer, lock, pipeline or ignore file. Its bytes before and after are in the store.
  package struct FileChange: Equatable, Sendable {
    package var path: RepositoryPath
    package var before: ObjectID?
    package var after: ObjectID?
  }

  /// What a tracked path held in the workspace before and after; nil for nothing.
  package struct DataMove: Equatable, Sendable {
    package var path: RepositoryPath
    package var before: Content?
    package var after: Content?
  }

  /// The time in nanoseconds and a random part, so that ids sort by time.
  package internal(set) var id: String
  /// Nanoseconds since 1970.
  package internal(set) var time: Int64
  package var command: String
  package var files: [FileChange]
  package var data: [DataMove]
  /// The operations that this one took back.
  package var undoes: [String] = []

  init(command: String, files: [FileChange], data: [DataMove], undoes: [String] = []) {
    time = wallClock()
    id = Self.digits(UInt64(bitPattern: time), 16) + "-" + Self.digits(.random(in: 0...0xffff), 4)
    self.command = command
    self.files = files
    self.data = data
    self.undoes = undoes
  }

  /// This operation and `later`, which went on from where it ended, as one.
  func extended(by later: Operation) -> Operation {
    var whole = self
    whole.command = later.command
    for change in later.files {
      if let at = whole.files.firstIndex(where: { $0.path == change.path }) {
        whole.files[at].after = change.after
      } else {
        whole.files.append(change)
      }
    }
    for move in later.data {
      if let at = whole.data.firstIndex(where: { $0.path == move.path }) {
        whole.data[at].after = move.after
      } else {
        whole.data.append(move)
      }
    }
    return whole
  }

  /// Every object that taking the operation back, or forth, needs.
  var objects: [Content] {
    files.flatMap { [$0.before, $0.after] }.compactMap { $0.map { Content(kind: .file, id: $0, size: 0) } }
      + data.flatMap { [$0.before, $0.after] }.compactMap { $0 }
  }

  private static func digits(_ number: UInt64, _ width: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}

// MARK: - The file

extension Operation {
  package func encoded() -> [UInt8] {
    let files = files.map { change in
      Value.map([
        ValueMember("path", .string(change.path.text)), ValueMember("before", Self.value(change.before)),
        ValueMember("after", Self.value(change.after)),
      ])
    }
    let data = data.map { move in
      Value.map([
        ValueMember("path", .string(move.path.text)), ValueMember("before", Self.value(move.before)),
        ValueMember("after", Self.value(move.after)),
      ])
    }
    let root = Value.map([
      ValueMember("version", .int(1)), ValueMember("command", .string(command)), ValueMember("time", .int(Int(time))),
      ValueMember("files", .list(files)), ValueMember("data", .list(data)),
      ValueMember("undoes", .list(undoes.map(Value.string))),
    ])
    return Array(JSON.encode(root, pretty: true).utf8)
  }

  /// Reads the operation `id` from its file's bytes.
  package init(decoding bytes: [UInt8], id: String) throws(Failure) {
    let file = ".mlrepo/ops/\(id)"
    let reader = NodeReader(file: file, category: .damaged)
    let known = ["version", "command", "time", "files", "data", "undoes"]
    let root = try reader.map(JSON.parse(bytes, file: file, category: .damaged), "the operation", known: known)
    func field(_ map: [String: Node], _ key: String) throws(Failure) -> Node {
      guard let node = map[key] else { throw reader.failure(at: nil, "the key '\(key)' is missing") }
      return node
    }
    guard try reader.count(field(root, "version"), "'version'") == 1 else {
      throw reader.failure(at: nil, "a later version of mlrepo wrote it", hint: "update mlrepo")
    }
    self.id = id
    command = try reader.string(field(root, "command"), "'command'")
    time = Int64(try reader.count(field(root, "time"), "'time'"))
    (files, data, undoes) = ([], [], [])
    for node in try reader.list(field(root, "files"), "'files'") {
      let map = try reader.map(node, "a file", known: ["path", "before", "after"])
      files.append(
        FileChange(
          path: try RepositoryPath(text: try reader.string(field(map, "path"), "'path'")),
          before: try Self.id(field(map, "before"), reader), after: try Self.id(field(map, "after"), reader)))
    }
    for node in try reader.list(field(root, "data"), "'data'") {
      let map = try reader.map(node, "a path", known: ["path", "before", "after"])
      data.append(
        DataMove(
          path: try RepositoryPath(text: try reader.string(field(map, "path"), "'path'")),
          before: try Self.content(field(map, "before"), reader), after: try Self.content(field(map, "after"), reader)))
    }
    for node in try reader.list(field(root, "undoes"), "'undoes'") {
      undoes.append(try reader.string(node, "an operation's id"))
    }
  }

  private static func value(_ id: ObjectID?) -> Value { id.map { .string($0.text) } ?? .null }

  private static func value(_ content: Content?) -> Value {
    guard let content else { return .null }
    var members = [ValueMember("id", .string(content.id.text)), ValueMember("size", .int(content.size))]
    if content.isFolder { members.append(ValueMember("files", .int(content.files))) }
    if content.kind == .executable { members.append(ValueMember("executable", .bool(true))) }
    if content.kind == .symlink { members.append(ValueMember("link", .bool(true))) }
    return .map(members)
  }

  private static func id(_ node: Node, _ reader: NodeReader) throws(Failure) -> ObjectID? {
    if node.value == .null { return nil }
    return try ObjectID(text: try reader.string(node, "an id"))
  }

  private static func content(_ node: Node, _ reader: NodeReader) throws(Failure) -> Content? {
    if node.value == .null { return nil }
    let map = try reader.map(node, "a content", known: ["id", "size", "files", "executable", "link"])
    guard let id = map["id"], let size = map["size"] else {
      throw reader.failure(at: node.position, "'id' and 'size' are needed")
    }
    let files = try map["files"].map { node throws(Failure) in try reader.count(node, "'files'") }
    func isSet(_ key: String) throws(Failure) -> Bool {
      guard let node = map[key] else { return false }
      return try reader.bool(node, "'\(key)'")
    }
    let kind: FileKind =
      files != nil ? .folder : try isSet("executable") ? .executable : try isSet("link") ? .symlink : .file
    return Content(
      kind: kind, id: try ObjectID(text: try reader.string(id, "'id'")), size: try reader.count(size, "'size'"),
      files: files ?? 1)
  }
}
