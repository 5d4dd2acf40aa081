package import Diagnostics

/// How much a reader accepts, so that no file can exhaust memory or the stack.
package struct ParseLimits: Sendable {
  /// How deep lists and maps may nest.
  package var depth: Int
  /// How many bytes a file may hold.
  package var bytes: Int
  /// How much aliases of YAML may stand for in all, in values and bytes of text. 0 refuses anchors and aliases.
  package var aliased: Int

  package init(depth: Int = 64, bytes: Int = 64 << 20, aliased: Int = 0) {
    self.depth = depth
    self.bytes = bytes
    self.aliased = aliased
  }

  /// For files that people write, in which anchors, aliases and merge keys save them repetition.
  package static let people = ParseLimits(aliased: 1 << 20)
}

extension Failure {
  /// A failure to read `file` whose `why` starts with file, line and column, as compilers write them.
  package static func reading(
    _ file: String, at position: SourcePosition?, _ why: String, hint: String? = nil,
    category: FailureCategory = .failed
  ) -> Failure {
    let place = position.map { "\(file):\($0)" } ?? file
    return Failure("cannot read \(file)", why: "\(place): \(why)", hint: hint, category: category)
  }
}

/// The checked bytes of a text file: no larger than allowed, valid UTF-8, no NUL, without a byte order mark.
struct SourceText {
  let file: String
  let bytes: [UInt8]
  let text: String
  let limits: ParseLimits
  let category: FailureCategory

  init(_ bytes: [UInt8], file: String, limits: ParseLimits, category: FailureCategory) throws(Failure) {
    self.file = file
    self.limits = limits
    self.category = category
    self.bytes = bytes.starts(with: byteOrderMark) ? Array(bytes.dropFirst(byteOrderMark.count)) : bytes
    guard bytes.count <= limits.bytes else {
      let why = "it holds \(bytes.count) bytes, and at most \(limits.bytes) are read"
      throw Failure.reading(file, at: nil, why, category: category)
    }
    if let zero = self.bytes.firstIndex(of: 0) {
      let why = "a NUL byte is not text; is this a binary file?"
      throw Failure.reading(file, at: position(of: zero, in: self.bytes), why, category: category)
    }
    guard let text = String(validating: self.bytes, as: UTF8.self) else {
      let broken = firstInvalid(self.bytes)
      let why = "the byte 0x\(String(self.bytes[broken], radix: 16)) is not valid UTF-8; save the file as UTF-8"
      throw Failure.reading(file, at: position(of: broken, in: self.bytes), why, category: category)
    }
    self.text = text
  }

  func failure(_ position: SourcePosition?, _ why: String, hint: String? = nil) -> Failure {
    .reading(file, at: position, why, hint: hint, category: category)
  }

  func tooDeep(_ position: SourcePosition) -> Failure {
    failure(position, "lists and maps nest deeper than \(limits.depth) levels here")
  }
}

private let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

/// The position of the byte at `offset`: lines end at LF, columns count scalars.
private func position(of offset: Int, in bytes: [UInt8]) -> SourcePosition {
  var line = 1
  var column = 1
  for byte in bytes[..<offset] {
    if byte == UInt8(ascii: "\n") {
      (line, column) = (line + 1, 1)
    } else if byte & 0xc0 != 0x80 {
      column += 1
    }
  }
  return SourcePosition(line: line, column: column)
}

/// The offset of the first byte that is no part of well-formed UTF-8; `bytes` holds one.
private func firstInvalid(_ bytes: [UInt8]) -> Int {
  var decoder = UTF8()
  var source = bytes.makeIterator()
  var offset = 0
  while case .scalarValue(let scalar) = decoder.decode(&source) {
    offset += UTF8.width(scalar)
  }
  return min(offset, bytes.count - 1)
}
