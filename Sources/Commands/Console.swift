import Diagnostics
import Files
import Formats
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The process's terminal, arguments and environment. The only place that reads them, and the only one that prints.
struct Console: Sendable {
  let environment: [String: String]
  /// The absolute path of the folder the command runs in.
  let currentFolder: [UInt8]
  /// Whether that is the folder the program was started in.
  let isCurrent: Bool
  let usesColor: Bool
  let isQuiet: Bool
  let isVerbose: Bool

  init(_ options: GlobalOptions) throws(Failure) {
    environment = Self.readEnvironment()
    isCurrent = options.directory == nil
    isQuiet = options.quiet
    isVerbose = options.verbose
    usesColor =
      !options.noColor && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
      && isatty(1) != 0
    currentFolder = try Self.folder(options.directory)
  }

  /// Prints a line of the answer, unless the user wants none.
  func tell(_ text: String) {
    if !isQuiet { Self.write(text + "\n", to: 1) }
  }

  /// Prints a line of the answer that is the point of the command, also under `-q`.
  func answer(_ text: String) { Self.write(text + "\n", to: 1) }

  func answer(json value: Value) { Self.write(JSON.encode(value, pretty: true), to: 1) }

  /// Prints a remark that is not part of the answer.
  func remark(_ text: String) {
    if !isQuiet { Self.write(text + "\n", to: 2) }
  }

  func pass(_ bytes: UnsafeRawBufferPointer) { Self.write(bytes, to: 1) }

  enum Style: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  func styled(_ text: String, _ style: Style) -> String {
    usesColor ? "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m" : text
  }

  // MARK: - Writing

  /// The errno of the first write to standard output that failed.
  static let outputError = Atomic<Int32>(0)

  static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { write(UnsafeRawBufferPointer($0), to: descriptor) }
  }

  static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) {
    if descriptor == 1, outputError.load(ordering: .relaxed) != 0 { return }
    var done = 0
    while done < bytes.count {
      let count = systemWrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if count > 0 {
        done += count
      } else if errno != EINTR {
        if descriptor == 1 { outputError.store(errno, ordering: .relaxed) }
        return
      }
    }
  }

  private static func readEnvironment() -> [String: String] {
    var found: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if pair.count == 2 { found[String(pair[0])] = String(pair[1]) }
      entry += 1
    }
    return found
  }

  static func folder(_ directory: String?) throws(Failure) -> [UInt8] {
    let wanted = directory.map(ArgumentText.bytes) ?? [UInt8(ascii: ".")]
    guard let resolved = withCPath(wanted, { realpath($0, nil) }) else {
      throw .system("use the folder", wanted, errno: errno)
    }
    defer { free(resolved) }
    return Array(UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)))
  }
}

private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, buffer, count)
}

/// Arguments as text and back. A byte that is not valid UTF-8 travels as a scalar of a private plane.
enum ArgumentText {
  private static let base: UInt32 = 0x10_ff00

  static func text(of argument: UnsafePointer<CChar>) -> String {
    let bytes = Array(UnsafeRawBufferPointer(start: argument, count: strlen(argument)))
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var scalars = String.UnicodeScalarView()
    var rest = bytes[...]
    while !rest.isEmpty {
      let valid = longestValidPrefix(rest)
      scalars.append(contentsOf: String(decoding: rest[..<valid], as: UTF8.self).unicodeScalars)
      rest = rest[valid...]
      if let byte = rest.popFirst(), let scalar = Unicode.Scalar(base + UInt32(byte)) { scalars.append(scalar) }
    }
    return String(scalars)
  }

  static func bytes(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      if (base..<base + 0x100).contains(scalar.value) {
        bytes.append(UInt8(truncatingIfNeeded: scalar.value - base))
      } else {
        bytes += Array(String(scalar).utf8)
      }
    }
    return bytes
  }

  /// The end of the longest part at the start that is valid UTF-8.
  private static func longestValidPrefix(_ bytes: ArraySlice<UInt8>) -> Int {
    var end = bytes.startIndex
    while end < bytes.endIndex {
      let length = (1...4).first { length in
        end + length <= bytes.endIndex && String(validating: bytes[end..<end + length], as: UTF8.self) != nil
      }
      guard let length else { break }
      end += length
    }
    return end
  }
}

extension Console {
  /// The path of a file as a user names it, which -C may have moved.
  func file(_ argument: String) -> String {
    if argument.hasPrefix("/") || isCurrent { return argument }
    return String(decoding: currentFolder, as: UTF8.self) + "/" + argument
  }

  /// The absolute path that a user means, which need not exist.
  func absolute(_ argument: String) -> [UInt8] {
    let bytes = ArgumentText.bytes(argument)
    let slash = UInt8(ascii: "/")
    let whole = bytes.first == slash ? bytes : currentFolder + [slash] + bytes
    var parts: [ArraySlice<UInt8>] = []
    for part in whole.split(separator: slash) where !part.elementsEqual(".".utf8) {
      if part.elementsEqual("..".utf8) { _ = parts.popLast() } else { parts.append(part) }
    }
    return [slash] + parts.joined(separator: [slash])
  }

  /// The folder that holds this program.
  static let ownFolder: String? = ownPath.map { path in
    "/" + path.split(separator: "/").dropLast().joined(separator: "/")
  }

  /// This program's file.
  static let ownPath = real("/proc/self/exe")

  /// The path of what is at `path`, without links; nil if nothing is.
  static func real(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
