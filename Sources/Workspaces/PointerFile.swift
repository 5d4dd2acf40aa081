package import Diagnostics
package import Files
import Formats
package import Objects

/// A pointer: the text file `NAME.mlr` in git that stands for the tracked path `NAME` beside it.
package struct PointerFile: Equatable, Sendable {
  package static let suffix = Array(".mlr".utf8)

  /// The tracked path's own name, the last part of its path.
  package var name: [UInt8]
  package var content: Content
  /// What the user wrote about it; kept, never interpreted.
  package var description: String?
  package var meta: Meta?
  /// Where it was imported from, if it was.
  package var origin: PointerOrigin?

  /// The user's own data in the pointer, kept as it was parsed.
  package struct Meta: Equatable, Sendable {
    let value: Value
  }

  package init(
    name: [UInt8], content: Content, description: String? = nil, meta: Meta? = nil, origin: PointerOrigin? = nil
  ) {
    self.origin = origin
    self.name = name
    self.content = content
    self.description = description
    self.meta = meta
  }

  /// The pointer's path for the tracked path `tracked`.
  package static func path(of tracked: RepositoryPath) throws(Failure) -> RepositoryPath {
    guard tracked.name.count + suffix.count <= 255 else {
      throw Failure(
        "cannot track \(tracked)", why: "its pointer's name, with '.mlr' behind it, would be longer than 255 bytes",
        hint: "shorten the name, or put it into a folder and add the folder")
    }
    return try RepositoryPath(validating: tracked.bytes + suffix)
  }

  /// The tracked path that the pointer at `pointer` stands for; nil when the name is not a pointer's.
  package static func trackedPath(of pointer: RepositoryPath) -> RepositoryPath? {
    guard pointer.name.count > suffix.count, pointer.name.suffix(suffix.count).elementsEqual(suffix) else { return nil }
    return try? RepositoryPath(validating: pointer.bytes.dropLast(suffix.count))
  }

  /// The pointer's text: canonical, so that equal content gives equal bytes.
  package func encoded() -> [UInt8] {
    var out = [
      ValueMember("path", .string(PathText.escape(name))), ValueMember("id", .string(content.id.text)),
      ValueMember("size", .int(content.size)),
    ]
    if content.isFolder { out.append(ValueMember("files", .int(content.files))) }
    if content.kind == .executable { out.append(ValueMember("executable", .bool(true))) }
    var members = [ValueMember("out", .map(out))]
    if let origin { members.append(ValueMember("from", .map(origin.members))) }
    if let description { members.append(ValueMember("desc", .string(description))) }
    if let meta { members.append(ValueMember("meta", meta.value)) }
    return Array(YAML.emit(.map(members)).utf8)
  }
}

extension PointerFile {
  /// Reads the pointer at `path`. Throws `.damaged`, with line and column, for anything that is not a pointer to the path
  /// beside it.
  package init(decoding bytes: [UInt8], at path: RepositoryPath) throws(Failure) {
    let file = path.text
    guard let tracked = Self.trackedPath(of: path) else {
      throw Failure("cannot read \(file)", why: "a pointer's name ends in '.mlr'", category: .damaged)
    }
    if bytes.starts(with: Array("<<<<<<< ".utf8)) || bytes.contains(conflict: "\n<<<<<<< ") {
      throw Failure.reading(
        file, at: nil, "it holds the conflict markers of a merge; take one side, --ours or --theirs",
        hint: "git checkout --ours -- '\(file)' && mlrepo checkout", category: .damaged
      )
    }
    let root = try YAML.parse(bytes, file: file, limits: ParseLimits(depth: 32, bytes: 1 << 20), category: .damaged)
    let reader = try PointerReader(root, keys: ["out", "from", "desc", "meta"], file: file)
    let out = try PointerReader(
      reader.required("out"), keys: ["path", "id", "size", "files", "executable"], file: file)
    let (pathText, pathAt) = try out.string("path")
    let name = PathText.unescape(pathText)
    if name.contains(UInt8(ascii: "/")) || RepositoryPath.brokenRule(name[...]) != nil {
      throw Failure.reading(
        file, at: pathAt, "the path '\(pathText)' leads away from the pointer; it must be the name beside it",
        hint: "git checkout -- '\(file)'", category: .damaged)
    }
    guard name.elementsEqual(tracked.name) else {
      throw Failure.reading(
        file, at: pathAt, "it points to '\(pathText)', but its own name says '\(PathText.escape(tracked.name))'",
        hint: "rename tracked paths with 'mlrepo move'", category: .damaged)
    }
    self.name = name
    content = try out.content()
    description = try reader.optionalString("desc")
    meta = reader.optional("meta").map { Meta(value: $0.value) }
    origin = try reader.optional("from").map { node throws(Failure) in
      let keys = ["repo", "path", "rev", "rev_lock", "url", "etag", "modified", "listing"]
      return try PointerReader(node, keys: keys, file: file).origin()
    }
  }
}

/// Reads the members of one map of a pointer, refusing what it does not know.
private struct PointerReader {
  private var members: [String: Node] = [:]
  private let position: SourcePosition
  private let file: String

  init(_ node: Node, keys: [String], file: String) throws(Failure) {
    self.file = file
    position = node.position
    guard case .map(let members) = node.content else {
      throw Self.damaged(file, node.position, "expected a map, found \(node.value.kind)")
    }
    for member in members {
      guard keys.contains(member.key) else {
        let meant = nearest(member.key, among: keys).map { "; did you mean '\($0)'?" } ?? ""
        throw Self.damaged(file, member.keyPosition, "'\(member.key)' is no key of a pointer\(meant)")
      }
      self.members[member.key] = member.value
    }
  }

  func optional(_ key: String) -> Node? { members[key] }

  func required(_ key: String) throws(Failure) -> Node {
    guard let node = members[key] else { throw Self.damaged(file, position, "the key '\(key)' is missing") }
    return node
  }

  func string(_ key: String) throws(Failure) -> (String, SourcePosition) {
    let node = try required(key)
    guard case .scalar(.string(let text)) = node.content else {
      throw Self.damaged(file, node.position, "'\(key)' must be text, found \(node.value.kind)")
    }
    return (text, node.position)
  }

  func optionalString(_ key: String) throws(Failure) -> String? {
    members[key] == nil ? nil : try string(key).0
  }

  private func count(_ key: String) throws(Failure) -> Int {
    let node = try required(key)
    guard case .scalar(.int(let number)) = node.content, number >= 0 else {
      throw Self.damaged(file, node.position, "'\(key)' must be a number that is not negative")
    }
    return number
  }

  func origin() throws(Failure) -> PointerOrigin {
    let isRepository = members["repo"] != nil
    let foreign = isRepository ? ["url", "etag", "modified", "listing"] : ["path", "rev", "rev_lock"]
    if let key = foreign.first(where: { members[$0] != nil }) {
      let why = "'\(key)' does not go with '\(isRepository ? "repo" : "url")'"
      throw Self.damaged(file, members[key]?.position ?? position, why)
    }
    guard isRepository else {
      let mark = PointerMark(
        entityTag: try optionalString("etag"), modified: members["modified"] == nil ? nil : try count("modified"),
        listing: try optionalString("listing"))
      return .url(try string("url").0, mark)
    }
    let (path, pathAt) = try string("path")
    if path != ".", (try? RepositoryPath(text: path)) == nil {
      throw Self.damaged(file, pathAt, "'\(path)' is no path in a repository")
    }
    let (commit, commitAt) = try string("rev_lock")
    guard commit.utf8.count == 40, commit.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) }) else {
      throw Self.damaged(file, commitAt, "'rev_lock' must be the 40 digits of a commit")
    }
    return .repository(
      place: try string("repo").0, path: path, revision: try optionalString("rev"), commit: commit)
  }

  func content() throws(Failure) -> Content {
    let (idText, idAt) = try string("id")
    let id: ObjectID
    do throws(Failure) { id = try ObjectID(text: idText) } catch { throw Self.damaged(file, idAt, error.why) }
    let size = try count("size")
    if members["files"] != nil { return Content(kind: .folder, id: id, size: size, files: try count("files")) }
    if let node = members["executable"] {
      guard case .scalar(.bool(let isExecutable)) = node.content else {
        throw Self.damaged(file, node.position, "'executable' must be true or false")
      }
      if isExecutable { return Content(kind: .executable, id: id, size: size) }
    }
    return Content(kind: .file, id: id, size: size)
  }

  private static func damaged(_ file: String, _ position: SourcePosition, _ why: String) -> Failure {
    .reading(file, at: position, why, hint: "git checkout -- '\(file)'", category: .damaged)
  }
}

extension [UInt8] {
  /// Whether `text` occurs in the bytes.
  fileprivate func contains(conflict text: String) -> Bool {
    let pattern = Array(text.utf8)
    guard count >= pattern.count else { return false }
    return indices.dropLast(pattern.count - 1).contains { self[$0...].starts(with: pattern) }
  }
}
