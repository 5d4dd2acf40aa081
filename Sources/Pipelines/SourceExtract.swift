import Diagnostics
import Files
import Objects

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Takes from a file the part that a stage depends on.
struct SourceExtract {
  let root: Folder

  private static let sizeLimit = 1 << 30

  /// `file` is the id of the whole file; nil if not all that counts is in it.
  func content(of source: Stage.Source, stage: StageID, file: ObjectID?) throws(Failure) -> SourceContent {
    do throws(Failure) {
      let result: Extract
      switch source {
      case .lines(let path, let first, let last): result = try lines(of: path, first, last)
      case .matches(let path, let expression): result = try matches(of: path, expression)
      case .query(let path, let sql): result = try TableQuery(root: root, path: path).run(sql)
      case .glob, .command: return .unknown
      }
      return .bytes(result.id, size: result.size, file: file)
    } catch {
      throw Failure(
        "cannot read the \(source.text), a dependency of the stage '\(stage)'", why: error.why,
        hint: error.hint ?? "correct it in \(stage.file)", category: error.category)
    }
  }

  private func lines(of path: RepositoryPath, _ first: Int, _ last: Int) throws(Failure) -> Extract {
    let bytes = try bytes(of: path)
    let extract = try ExtractWriter()
    var number = 1
    var start = 0
    while start < bytes.count, number <= last {
      let end = bytes[start...].firstIndex(of: newline).map { $0 + 1 } ?? bytes.count
      if number >= first { extract.add(bytes[start..<end]) }
      number += 1
      start = end
    }
    return extract.finish()
  }

  private func matches(of path: RepositoryPath, _ expression: String) throws(Failure) -> Extract {
    let bytes = try bytes(of: path)
    let pattern = try Expression(expression)
    let extract = try ExtractWriter()
    var start = 0
    var count = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: newline) ?? bytes.count
      if pattern.matches(bytes[start..<end]) {
        extract.add(bytes[start..<end])
        extract.add([newline])
      }
      start = end + 1
      count += 1
      if count % 1000 == 0 { try Interruption.check() }
    }
    return extract.finish()
  }

  private func bytes(of path: RepositoryPath) throws(Failure) -> [UInt8] {
    guard let bytes = try root.contents(path.bytes, limit: Self.sizeLimit) else {
      throw Failure("cannot read \(path)", why: "it went away")
    }
    return bytes
  }
}

/// What was taken: the id of its bytes and how many they are.
struct Extract: Equatable {
  var id: ObjectID
  var size: Int
}

/// Hashes an extract piece by piece.
final class ExtractWriter {
  private let hasher: ContentHasher
  private var size = 0

  init() throws(Failure) { hasher = try ContentHasher() }

  func add(_ bytes: some Collection<UInt8>) {
    size += bytes.count
    if bytes.withContiguousStorageIfAvailable({ hasher.update(UnsafeRawBufferPointer($0)) }) == nil {
      Array(bytes).withUnsafeBytes { hasher.update($0) }
    }
  }

  func finish() -> Extract { Extract(id: hasher.finish(), size: size) }
}

/// A POSIX extended regular expression.
private final class Expression {
  private var compiled = regex_t()

  init(_ text: String) throws(Failure) {
    let code = regcomp(&compiled, text, REG_EXTENDED | REG_NOSUB)
    guard code == 0 else {
      var message = [CChar](repeating: 0, count: 200)
      regerror(code, &compiled, &message, message.count)
      let why = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw Failure("cannot read the regular expression '\(text.prefix(200))'", why: "the expression is wrong: \(why)")
    }
  }

  deinit { regfree(&compiled) }

  /// `line` is looked at up to its first NUL.
  func matches(_ line: ArraySlice<UInt8>) -> Bool {
    withCPath(line) { regexec(&compiled, $0, 0, nil, 0) == 0 }
  }
}

private let newline = UInt8(ascii: "\n")
