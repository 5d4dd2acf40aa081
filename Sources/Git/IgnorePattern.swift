/// One line of an ignore file in gitignore's syntax, compiled.
struct IgnorePattern: Sendable {
  private enum Token: Sendable {
    case byte(UInt8)
    /// `?`: one byte except `/`.
    case one
    case set(ByteSet)
    /// `*`: any bytes except `/`.
    case star
    /// `**` at the end: any bytes.
    case all
    /// `**/`: no folder or several.
    case folders
  }

  /// How the pattern is matched; most are plain words, which need no tokens.
  private enum Shape: Sendable {
    case exact([UInt8])
    case suffix([UInt8])
    case tokens([Token])
  }

  /// A line that starts with `!` takes back what an earlier one ignored.
  let isNegated: Bool
  /// A line that ends with `/` means folders only.
  let isFolderOnly: Bool
  /// A line with a `/` before its end matches the whole path; any other matches the last component.
  let isAnchored: Bool
  private let shape: Shape

  /// Compiles a line without its end; nil if it holds no pattern or one that can match nothing.
  init?(line: ArraySlice<UInt8>) {
    var text = Self.trimmed(line)
    if text.isEmpty || text.first == UInt8(ascii: "#") { return nil }
    isNegated = text.first == UInt8(ascii: "!")
    if isNegated { text = text.dropFirst() }
    isFolderOnly = text.last == slash
    if isFolderOnly { text = text.dropLast() }
    isAnchored = text.contains(slash)
    if text.first == slash { text = text.dropFirst() }
    if text.isEmpty { return nil }
    let isPlain = { (part: ArraySlice<UInt8>) in !part.contains(where: special.contains) }
    if isPlain(text) {
      shape = .exact(Array(text))
    } else if !isAnchored, text.first == UInt8(ascii: "*"), isPlain(text.dropFirst()) {
      shape = .suffix(Array(text.dropFirst()))
    } else if let tokens = Self.compile(Array(text)) {
      shape = .tokens(tokens)
    } else {
      return nil
    }
  }

  /// Whether the pattern matches `path`, relative to the ignore file's folder; `name` is where its last component starts.
  func matches(_ path: ArraySlice<UInt8>, name: Int, isFolder: Bool) -> Bool {
    if isFolderOnly, !isFolder { return false }
    let subject = isAnchored ? path : path[name...]
    switch shape {
    case .exact(let bytes): return subject.count == bytes.count && subject.elementsEqual(bytes)
    case .suffix(let bytes): return subject.count >= bytes.count && subject.suffix(bytes.count).elementsEqual(bytes)
    case .tokens(let tokens): return Self.matches(tokens, subject)
    }
  }

  /// Drops trailing spaces, but not an escaped one, and nothing after it.
  private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var end = line.startIndex
    var at = line.startIndex
    while at < line.endIndex {
      if line[at] == UInt8(ascii: "\\") {
        at = min(at + 2, line.endIndex)
        end = at
      } else {
        at += 1
        if line[at - 1] != UInt8(ascii: " ") { end = at }
      }
    }
    return line[..<end]
  }

  private static func compile(_ text: [UInt8]) -> [Token]? {
    var tokens: [Token] = []
    var at = 0
    while at < text.count {
      switch text[at] {
      case UInt8(ascii: "?"):
        tokens.append(.one)
        at += 1
      case UInt8(ascii: "*"):
        tokens.append(compileStars(text, &at))
      case UInt8(ascii: "["):
        guard let set = ByteSet(bracket: text, at: &at) else { return nil }
        tokens.append(.set(set))
      case UInt8(ascii: "\\"):
        guard at + 1 < text.count else { return nil }
        tokens.append(.byte(text[at + 1]))
        at += 2
      default:
        tokens.append(.byte(text[at]))
        at += 1
      }
    }
    return tokens
  }

  /// Two stars count only as a whole component; elsewhere any number of them is one star.
  private static func compileStars(_ text: [UInt8], _ at: inout Int) -> Token {
    let start = at
    while at < text.count, text[at] == UInt8(ascii: "*") { at += 1 }
    guard at - start > 1, start == 0 || text[start - 1] == slash else { return .star }
    if at == text.count { return .all }
    if text[at] == slash {
      at += 1
      return .folders
    }
    return text[at...].starts(with: [UInt8(ascii: "\\"), slash]) ? .all : .star
  }

  /// Goes forward, and on a mismatch back to the last star, or else to the last `**`, and lets it take one more. No
  /// other way back is needed: what stands before a star is matched as early as it can be.
  private static func matches(_ tokens: [Token], _ text: ArraySlice<UInt8>) -> Bool {
    var token = 0
    var at = text.startIndex
    var star: (token: Int, at: Int)?
    var wide: (token: Int, at: Int)?
    while true {
      if token == tokens.count {
        if at == text.endIndex { return true }
      } else {
        switch tokens[token] {
        case .star:
          token += 1
          star = (token, at)
          continue
        case .all, .folders:
          token += 1
          wide = (token, at)
          star = nil
          continue
        case let single where at < text.endIndex && accepts(single, text[at]):
          token += 1
          at += 1
          continue
        default: break
        }
      }
      if let last = star, last.at < text.endIndex, text[last.at] != slash {
        (token, at) = (last.token, last.at + 1)
        star = (token, at)
      } else if let last = wide, let next = advanced(tokens[last.token - 1], text, last.at) {
        (token, at) = (last.token, next)
        wide = (token, at)
        star = nil
      } else {
        return false
      }
    }
  }

  private static func accepts(_ token: Token, _ byte: UInt8) -> Bool {
    switch token {
    case .byte(let wanted): byte == wanted
    case .one: byte != slash
    case .set(let set): byte != slash && set.contains(byte)
    case .star, .all, .folders: false
    }
  }

  /// Where matching goes on after a `**` that reached `at` takes more: one byte, or up to behind the next slash.
  private static func advanced(_ token: Token, _ text: ArraySlice<UInt8>, _ at: Int) -> Int? {
    guard at < text.endIndex else { return nil }
    if case .all = token { return at + 1 }
    guard let next = text[at...].firstIndex(of: slash) else { return nil }
    return next + 1
  }
}

private let slash = UInt8(ascii: "/")
private let special = Array("*?[\\".utf8)
