package import Diagnostics
import Yams

/// YAML 1.2, core schema: `yes` and dates are strings, `010` is ten, `0o10` is eight.
///
/// A file is one document of plain data. Tags of one's own are refused; so are anchors and aliases, unless `ParseLimits`
/// allow them: then they and merge keys (`<<`) are followed up to a limit, so a small file cannot stand for a large value.
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
    guard let disarmed = withoutAliases(source.bytes) else {
      return try compose(source.bytes, source) { root throws(Failure) in
        var converter = YAMLConverter(source: source)
        return try converter.convert(root, depth: 1)
      }
    }
    // The composer would put what aliases stand for in their places, and in keys hash it, which grows exponentially. So
    // it is given texts of the same shape: one without any asterisk, to find those that are aliases, and one in which
    // these alone are words. What they stand for is put in here.
    let lines = YAMLLines(source.bytes)
    var aliases: [SourcePosition: Int] = [:]
    _ = try compose(disarmed, source) { root throws(Failure) in
      YAMLConverter.words(in: root, depth: limits.depth) { position in
        let offset = lines.offset(of: position)
        if lines.byte(offset) == UInt8(ascii: "*") { aliases[position] = offset }
      }
      return emptyDocument
    }
    var text = source.bytes
    for offset in aliases.values { text[offset] = UInt8(ascii: "a") }
    return try compose(text, source) { root throws(Failure) in
      var converter = YAMLConverter(source: source, aliases: Set(aliases.keys))
      return try converter.convert(root, depth: 1)
    }
  }

  private static func compose(
    _ text: [UInt8], _ source: SourceText, _ convert: (Yams.Node) throws(Failure) -> Node
  ) throws(Failure) -> Node {
    do {
      let text = String(decoding: text, as: UTF8.self)
      // The parser owns the anchors that nodes refer to, so it must outlive the conversion.
      let parser = try Yams.Parser(yaml: text, resolver: .basic, encoding: .utf8)
      return try withExtendedLifetime(parser) {
        guard let root = try parser.singleRoot() else { return emptyDocument }
        let node = try convert(root)
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
      if problem == "found undefined alias" { return source.failure(at(mark), YAMLConverter.undefined("")) }
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

  /// Returns `bytes` with every `*` that may start an alias made a letter, or nil if there is no such byte.
  private static func withoutAliases(_ bytes: [UInt8]) -> [UInt8]? {
    var result = bytes
    for index in marks(UInt8(ascii: "*"), in: bytes) { result[index] = UInt8(ascii: "a") }
    return result == bytes ? nil : result
  }

  /// Whether values of the text may be shared by way of an anchor and an alias.
  static func mayShareValues(_ bytes: [UInt8]) -> Bool {
    !marks(UInt8(ascii: "*"), in: bytes).isEmpty && !marks(UInt8(ascii: "&"), in: bytes).isEmpty
  }

  private static func marks(_ mark: UInt8, in bytes: [UInt8]) -> [Int] {
    bytes.indices.dropLast().filter { bytes[$0] == mark && isNameByte(bytes[$0 + 1]) }
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
