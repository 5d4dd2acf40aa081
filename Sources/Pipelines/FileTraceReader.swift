import Files

/// Reads what `strace -f -y` has written, a line for each system call.
struct FileTraceReader {
  private let root: [UInt8]
  private(set) var trace = FileTrace()
  /// The folder each process works in, as far as it is known, absolute.
  private var folders: [Int: [UInt8]] = [:]
  private let start: [UInt8]
  /// The beginnings of calls that another process's call interrupted.
  private var unfinished: [Int: ArraySlice<UInt8>] = [:]

  init(root: [UInt8], folder: RepositoryPath) {
    self.root = root
    start = folder.isRoot ? root : root + [slash] + folder.bytes
  }

  mutating func read(_ log: [UInt8]) {
    for line in log.split(separator: UInt8(ascii: "\n")) { read(line) }
  }

  private mutating func read(_ line: ArraySlice<UInt8>) {
    var rest = line
    guard let process = Self.number(&rest) else { return }
    let cut = Array(" <unfinished ...>".utf8)
    if rest.suffix(cut.count).elementsEqual(cut) {
      unfinished[process] = rest.dropLast(cut.count)
      return
    }
    if rest.starts(with: "<... ".utf8) {
      guard let begun = unfinished.removeValue(forKey: process),
        let end = Self.range(of: Array(" resumed>".utf8), in: rest)
      else { return }
      rest = (Array(begun) + Array(rest[end...]))[...]
    }
    guard let call = TracedCall(rest), call.succeeded else { return }
    note(call, of: process)
  }

  private mutating func note(_ call: TracedCall, of process: Int) {
    switch call.name {
    case "open", "openat", "openat2", "creat": noteOpened(call, process)
    case "rename", "renameat", "renameat2":
      let paths = call.paths(in: folder(of: process))
      guard paths.count == 2 else { return }
      move(paths[0], paths[1])
    case "link", "linkat", "symlink", "symlinkat":
      if let last = call.paths(in: folder(of: process)).last { write(last) }
    case "truncate": if let path = call.paths(in: folder(of: process)).first { write(path) }
    case "unlink", "unlinkat":
      if let path = call.paths(in: folder(of: process)).first.flatMap(inside) { trace.written.remove(path) }
    case "chdir": if let path = call.paths(in: folder(of: process)).first { folders[process] = path }
    default: break
    }
  }

  private mutating func noteOpened(_ call: TracedCall, _ process: Int) {
    if let folder = call.annotatedFolder { folders[process] = folder }
    guard !call.flags.contains("O_DIRECTORY"), let path = call.result else { return }
    let writes = call.name == "creat" || !call.flags.isDisjoint(with: ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"])
    if call.flags.contains("O_RDWR"), call.flags.isDisjoint(with: ["O_TRUNC", "O_CREAT"]) { noteRead(path) }
    writes ? write(path) : noteRead(path)
  }

  private mutating func noteRead(_ path: [UInt8]) {
    if let path = inside(path), !trace.written.contains(path) { trace.read.insert(path) }
  }

  private mutating func write(_ path: [UInt8]) {
    if let path = inside(path) { trace.written.insert(path) }
  }

  /// A folder that is renamed takes along what was written into it.
  private mutating func move(_ from: [UInt8], _ to: [UInt8]) {
    guard let from = inside(from) else { return write(to) }
    let moved = trace.written.filter { $0.isInside(from) }
    trace.written.subtract(moved)
    guard let to = inside(to) else { return }
    if moved.isEmpty { trace.written.insert(to) }
    for path in moved {
      if let below = path.relative(to: from) { trace.written.insert(below.isRoot ? to : to.appending(below)) }
    }
  }

  private func folder(of process: Int) -> [UInt8] { folders[process] ?? start }

  /// The path in the repository, unless it lies outside of it or is git's or mlrepo's own.
  private func inside(_ path: [UInt8]) -> RepositoryPath? {
    guard path.starts(with: root + [slash]) else { return nil }
    let relative = path[(root.count + 1)...]
    guard let found = try? RepositoryPath(validating: relative) else { return nil }
    return found
  }

  private static func number(_ text: inout ArraySlice<UInt8>) -> Int? {
    let digits = text.prefix { (0x30...0x39).contains($0) }
    text = text[digits.endIndex...].drop { $0 == UInt8(ascii: " ") }
    return Int(String(decoding: digits, as: UTF8.self))
  }

  static func range(of wanted: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
    guard text.count >= wanted.count else { return nil }
    for at in text.startIndex...(text.endIndex - wanted.count) where text[at...].starts(with: wanted) {
      return at + wanted.count
    }
    return nil
  }
}

/// One line: `openat(AT_FDCWD</at>, "name", O_RDONLY) = 3</at/name>`.
private struct TracedCall {
  let name: String
  private(set) var succeeded = false
  /// The path of the descriptor that the call returned.
  private(set) var result: [UInt8]?
  private(set) var flags: Set<String> = []
  /// The folder that `AT_FDCWD` stood for.
  private(set) var annotatedFolder: [UInt8]?
  /// The path arguments, each with the folder it is relative to if the call names one.
  private var arguments: [(folder: [UInt8]?, path: [UInt8])] = []

  init?(_ line: ArraySlice<UInt8>) {
    guard let open = line.firstIndex(of: UInt8(ascii: "(")) else { return nil }
    name = String(decoding: line[..<open], as: UTF8.self)
    var at = open + 1
    var folder: [UInt8]?
    while at < line.endIndex, line[at] != UInt8(ascii: ")") {
      switch line[at] {
      case UInt8(ascii: "\""):
        arguments.append((folder, Self.text(line, &at, until: UInt8(ascii: "\""))))
        folder = nil
      case UInt8(ascii: "<"):
        folder = Self.text(line, &at, until: UInt8(ascii: ">"))
        annotatedFolder = annotatedFolder ?? folder
      default:
        let word = line[at...].prefix { (0x41...0x5a).contains($0) || $0 == UInt8(ascii: "_") }
        if word.starts(with: "O_".utf8) { flags.insert(String(decoding: word, as: UTF8.self)) }
        at = max(at + 1, word.endIndex)
      }
    }
    let rest = at < line.endIndex ? line[(at + 1)...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "=") } : []
    guard let first = rest.first, (0x30...0x39).contains(first) else { return }
    succeeded = true
    guard var mark = rest.firstIndex(of: UInt8(ascii: "<")) else { return }
    result = Self.text(rest, &mark, until: UInt8(ascii: ">"))
  }

  /// The path arguments, absolute and without `.` and `..`.
  func paths(in current: [UInt8]) -> [[UInt8]] {
    arguments.map { argument in
      let whole = argument.path.first == slash ? argument.path : (argument.folder ?? current) + [slash] + argument.path
      var parts: [ArraySlice<UInt8>] = []
      for part in whole.split(separator: slash) where !part.elementsEqual(".".utf8) {
        if part.elementsEqual("..".utf8) { _ = parts.popLast() } else { parts.append(part) }
      }
      return [slash] + parts.joined(separator: [slash])
    }
  }

  /// The text from behind the character at `at` to the unescaped `end`, and moves `at` behind that.
  private static func text(_ line: ArraySlice<UInt8>, _ at: inout Int, until end: UInt8) -> [UInt8] {
    var text: [UInt8] = []
    at += 1
    while at < line.endIndex, line[at] != end {
      if line[at] == UInt8(ascii: "\\"), at + 1 < line.endIndex {
        at += 1
        text.append(escaped(line, &at))
      } else {
        text.append(line[at])
        at += 1
      }
    }
    at = min(at + 1, line.endIndex)
    return text
  }

  private static func escaped(_ line: ArraySlice<UInt8>, _ at: inout Int) -> UInt8 {
    let digits = line[at...].prefix(3).prefix { (0x30...0x37).contains($0) }
    if !digits.isEmpty {
      at = digits.endIndex
      return UInt8(truncatingIfNeeded: digits.reduce(0) { $0 * 8 + Int($1 - 0x30) })
    }
    defer { at += 1 }
    switch line[at] {
    case UInt8(ascii: "n"): return 10
    case UInt8(ascii: "t"): return 9
    case UInt8(ascii: "r"): return 13
    case UInt8(ascii: "v"): return 11
    case UInt8(ascii: "f"): return 12
    default: return line[at]
    }
  }
}

private let slash = UInt8(ascii: "/")
