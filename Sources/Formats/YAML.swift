package import Diagnostics
import Yams

/// YAML 1.2, core schema: `yes` and dates are strings, `010` is ten, `0o10` is eight.
///
/// A file is one document of plain data: anchors, aliases and tags of one's own are refused, so a small file cannot
/// stand for a large value.
package enum YAML {
  /// Reads one document. A document without content is a map without members; a key that is no string becomes its text.
  ///
  /// `file` names the source in failures, whose `why` starts with file, line and column. `inFull` leaves out the short
  /// cut for plain blocks, which gives the same and is many times faster.
  package static func parse(
    _ bytes: [UInt8], file: String, limits: ParseLimits = ParseLimits(), category: FailureCategory = .failed,
    inFull: Bool = false
  ) throws(Failure) -> Node {
    let source = try SourceText(bytes, file: file, limits: limits, category: category)
    if !inFull, let node = YAMLBlockReader.parse(source.bytes, depthLimit: limits.depth) { return node }
    if let disarmed = withoutAliases(source.bytes) {
      // Aliases in keys make the composer hash what they stand for, which grows exponentially. Look for anchors first in
      // a text of the same shape in which no alias is left.
      _ = try compose(String(decoding: disarmed, as: UTF8.self), source)
    }
    return try compose(source.text, source)
  }

  private static func compose(_ text: String, _ source: SourceText) throws(Failure) -> Node {
    do {
      // The parser owns the anchors that nodes refer to, so it must outlive the conversion.
      let parser = try Yams.Parser(yaml: text, resolver: .basic, encoding: .utf8)
      return try withExtendedLifetime(parser) {
        guard let root = try parser.singleRoot() else { return emptyDocument }
        let node = try NodeConverter(source: source).convert(root, depth: 1)
        if case .scalar(let scalar) = root, scalar.string.isEmpty, scalar.style == .plain { return emptyDocument }
        return node
      }
    } catch let failure as Failure {
      throw failure
    } catch let error as YamlError {
      throw explained(error, source)
    } catch {
      throw source.failure(nil, "\(error)")
    }
  }

  private static let emptyDocument = Node(.map([]), at: SourcePosition(line: 1, column: 1))

  private static func explained(_ error: YamlError, _ source: SourceText) -> Failure {
    func at(_ mark: Mark) -> SourcePosition { SourcePosition(line: mark.line, column: mark.column) }
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      if problem.hasPrefix("Maximum nesting") { return source.tooDeep(at(mark)) }
      if problem == "but found another document" {
        return source.failure(at(mark), "a second document starts here; a file holds one")
      }
      if problem == "found undefined alias" { return source.failure(at(mark), aliasRefused) }
      let start = context.map { "\($0.text) that starts at \(at($0.mark)): " } ?? ""
      return source.failure(at(mark), start + problem)
    case .reader(let problem, let offset, let value, let text):
      let code = value >= 0 ? " (0x\(String(value, radix: 16)))" : ""
      return source.failure(offset.map { position(ofCharacter: $0, in: text) }, problem + code)
    case .duplicatedKeysInMapping(let keys, let context):
      let key = keys.sorted().first ?? ""
      return source.failure(at(context.mark), "the key '\(key)' stands here and again further down in the same map")
    default:
      return source.failure(nil, "\(error)")
    }
  }

  private static func position(ofCharacter offset: Int, in text: String) -> SourcePosition {
    let before = text.prefix(offset).unicodeScalars
    let line = before.count { $0 == "\n" } + 1
    let column = before.reversed().prefix { $0 != "\n" }.count + 1
    return SourcePosition(line: line, column: column)
  }

  /// Returns `bytes` with every `*` that may start an alias made a letter, or nil if there is no such byte or nothing
  /// that may be an anchor.
  private static func withoutAliases(_ bytes: [UInt8]) -> [UInt8]? {
    var result = bytes
    var aliases = false
    var anchors = false
    for index in bytes.indices.dropLast() where isNameByte(bytes[index + 1]) {
      if bytes[index] == UInt8(ascii: "*") {
        result[index] = UInt8(ascii: "a")
        aliases = true
      } else if bytes[index] == UInt8(ascii: "&") {
        anchors = true
      }
    }
    return aliases && anchors ? result : nil
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}

let aliasRefused =
  "anchors (&name) and aliases (*name) are not read; write the value out, or quote it if it is meant as text"

/// Turns composed nodes into values, checking depth, keys, anchors and tags on the way.
private struct NodeConverter {
  let source: SourceText

  func convert(_ node: Yams.Node, depth: Int) throws(Failure) -> Node {
    let position = position(node.mark)
    if node.anchor != nil { throw source.failure(position, aliasRefused) }
    switch node {
    case .scalar(let scalar):
      return Node(.scalar(try value(scalar, at: position)), at: position)
    case .sequence(let sequence):
      guard depth <= source.limits.depth else { throw source.tooDeep(position) }
      try checkTag(sequence.tag, [.implicit, .nonSpecific, .seq], position)
      var items: [Node] = []
      for item in sequence { items.append(try convert(item, depth: depth + 1)) }
      return Node(.list(items), at: position)
    case .mapping(let mapping):
      guard depth <= source.limits.depth else { throw source.tooDeep(position) }
      try checkTag(mapping.tag, [.implicit, .nonSpecific, .map], position)
      var members: [Node.Member] = []
      var keys: Set<String> = []
      for (key, value) in mapping {
        let member = Node.Member(
          key: try text(ofKey: key), keyPosition: self.position(key.mark), value: try convert(value, depth: depth + 1))
        guard keys.insert(member.key).inserted else {
          throw source.failure(member.keyPosition, "the key '\(member.key)' is already in this map")
        }
        members.append(member)
      }
      return Node(.map(members), at: position)
    case .alias:
      throw source.failure(position, aliasRefused)
    }
  }

  private func position(_ mark: Mark?) -> SourcePosition {
    SourcePosition(line: mark?.line ?? 1, column: mark?.column ?? 1)
  }

  private func text(ofKey key: Yams.Node) throws(Failure) -> String {
    if key.anchor != nil { throw source.failure(position(key.mark), aliasRefused) }
    guard case .scalar(let scalar) = key else {
      throw source.failure(position(key.mark), "a list or map cannot be a key")
    }
    return scalar.string
  }

  private func checkTag(_ tag: Tag, _ known: [Tag.Name], _ position: SourcePosition) throws(Failure) {
    guard known.contains(where: { $0.rawValue == tag.rawValue }) else {
      throw source.failure(position, "the tag '\(tag.rawValue)' is not read; leave it out")
    }
  }

  private func value(_ scalar: Yams.Node.Scalar, at position: SourcePosition) throws(Failure) -> Value {
    let tag = scalar.tag.rawValue
    if tag == Tag.Name.str.rawValue || tag == Tag.Name.nonSpecific.rawValue { return .string(scalar.string) }
    guard let value = YAMLScalar.resolve(scalar.string) else {
      throw source.failure(position, YAMLScalar.tooLarge(scalar.string))
    }
    let fits: Bool
    switch (tag, value) {
    case ("", _): return scalar.style == .plain ? value : .string(scalar.string)
    case (Tag.Name.int.rawValue, .int), (Tag.Name.bool.rawValue, .bool), (Tag.Name.null.rawValue, .null),
      (Tag.Name.float.rawValue, .float):
      return value
    case (Tag.Name.float.rawValue, .int(let int)): return .float(Double(int))
    case (Tag.Name.int.rawValue, _), (Tag.Name.bool.rawValue, _), (Tag.Name.null.rawValue, _),
      (Tag.Name.float.rawValue, _):
      fits = false
    default: fits = true
    }
    let why = fits ? "is not read; leave it out" : "does not fit '\(scalar.string)'"
    throw source.failure(position, "the tag '\(tag)' \(why)")
  }
}
