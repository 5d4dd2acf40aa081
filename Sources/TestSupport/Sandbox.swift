package import Diagnostics
import Files

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A folder of its own for one test, with an environment in which nothing depends on the machine or the user.
///
/// It is removed with the value. With `KEEP=1` in the environment it stays, and its path is printed.
package final class Sandbox: Sendable {
  /// The absolute path of the folder that commands run in, without symbolic links in it.
  package let path: String
  /// What commands get to see: the built `mlrepo` comes first in `PATH`; names, dates, time zone and language are fixed;
  /// `PACKAGE` is the folder of the package, for its fixtures.
  package let environment: [String: String]
  private let root: String

  /// Makes the folder in `parent`, or where temporary files belong.
  package init(in parent: String? = nil) throws(Failure) {
    let parent = parent ?? Self.variable("TMPDIR") ?? "/tmp"
    var template = Array("\(parent)/mlrepo-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil, let real = realpath(template, nil) else {
      throw Self.failure("cannot make a folder in '\(parent)'")
    }
    defer { free(real) }
    root = String(cString: real)
    path = root + "/work"
    let home = root + "/home"
    environment = Self.environment(home: home, parent: root)
    for folder in [path, home] {
      guard mkdir(folder, 0o755) == 0 else { throw Self.failure("cannot make '\(folder)'") }
    }
    try Self.write(Array(gitConfiguration.utf8), to: home + "/.gitconfig")
  }

  deinit {
    if Self.variable("KEEP") == "1" {
      print("kept: \(path)")
    } else {
      _ = try? ChildProcess.run(
        ["sh", "-c", "chmod -R u+rwX \"$1\" 2>/dev/null; rm -rf \"$1\"", "sh", root], in: "/", environment: environment)
    }
  }

  /// Runs `arguments` in the sandbox, or in `folder` below it, and waits.
  @discardableResult
  package func run(
    _ arguments: [String], in folder: String = "", environment extra: [String: String] = [:], timeout: Int = 60
  ) throws(Failure) -> ChildProcess {
    try ChildProcess.run(
      arguments, in: absolute(folder), environment: environment.merging(extra) { $1 }, timeout: timeout)
  }

  /// Runs a shell script that has to succeed, and returns its output.
  @discardableResult
  package func shell(_ script: String, in folder: String = "") throws(Failure) -> String {
    let result = try run(["bash", "-euo", "pipefail", "-c", script], in: folder)
    guard result.status == 0 else {
      throw Failure("'\(script)' failed with status \(result.status)", why: result.text)
    }
    return result.text
  }

  /// The absolute path of `relative`; the sandbox's own for the empty path.
  package func absolute(_ relative: String) -> String { relative.isEmpty ? path : "\(path)/\(relative)" }

  /// The absolute path of `relative`, whose bytes need not be text.
  package func absolute(_ relative: [UInt8]) -> [UInt8] {
    relative.isEmpty ? Array(path.utf8) : Array("\(path)/".utf8) + relative
  }

  /// Writes a file, and makes the folders above it.
  package func write(_ text: String, to relative: String) throws(Failure) {
    try write(Array(text.utf8), to: Array(relative.utf8))
  }

  package func write(_ bytes: [UInt8], to relative: [UInt8]) throws(Failure) {
    let slashes = relative.indices.filter { relative[$0] == UInt8(ascii: "/") }
    for slash in slashes {
      let folder = absolute(Array(relative[..<slash]))
      guard Self.withPath(folder, { mkdir($0, 0o755) }) == 0 || errno == EEXIST else {
        throw Self.failure("cannot make '\(PathText.escape(folder))'")
      }
    }
    try Self.write(bytes, to: absolute(relative))
  }

  /// Returns a file's bytes; nil if there is no such file.
  package func read(_ relative: String) -> [UInt8]? { Self.contents(of: absolute(relative)) }

  /// `text` with paths replaced by `$SANDBOX`, `$HOME` and `$PACKAGE`, so that it is the same in every run.
  package func normalized(_ text: [UInt8]) -> [UInt8] {
    let names = [(path, "$SANDBOX"), (root + "/home", "$HOME"), (Products.package, "$PACKAGE")]
    return names.reduce(text) { replace($1.0, by: $1.1, in: $0) }
  }

  private func replace(_ wanted: String, by other: String, in text: [UInt8]) -> [UInt8] {
    let wanted = Array(wanted.utf8)
    var result: [UInt8] = []
    var at = 0
    while at < text.count {
      if text[at] == wanted[0], text[at...].starts(with: wanted) {
        result += other.utf8
        at += wanted.count
      } else {
        result.append(text[at])
        at += 1
      }
    }
    return result
  }
}

extension Sandbox {
  /// A variable of the environment the tests were started with.
  package static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Returns the bytes of the file at the absolute `path`; nil if it cannot be read.
  package static func contents(of path: String) -> [UInt8]? {
    guard let file = fopen(path, "rbe") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return ferror(file) == 0 ? bytes : nil }
      bytes += buffer[..<count]
    }
  }

  /// Writes the file at the absolute `path`.
  package static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    try write(bytes, to: Array(path.utf8))
  }

  private static func write(_ bytes: [UInt8], to path: [UInt8]) throws(Failure) {
    guard let file = withPath(path, { fopen($0, "wbe") }) else {
      throw failure("cannot create '\(PathText.escape(path))'")
    }
    let written = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count else { throw failure("cannot write '\(PathText.escape(path))'") }
  }

  private static func environment(home: String, parent: String) -> [String: String] {
    let tools = variable("PATH") ?? "/usr/local/bin:/usr/bin:/bin"
    var result = [
      "HOME": home, "PATH": "\(Products.folder):\(tools)", "TZ": "UTC", "LC_ALL": "C.UTF-8", "NO_COLOR": "1",
      "TERM": "dumb", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CEILING_DIRECTORIES": parent, "GIT_TERMINAL_PROMPT": "0",
      "GIT_PAGER": "cat", "PAGER": "cat", "EDITOR": "false", "PACKAGE": Products.package,
    ]
    for person in ["AUTHOR", "COMMITTER"] {
      result["GIT_\(person)_NAME"] = "Ada"
      result["GIT_\(person)_EMAIL"] = "ada@example.org"
      result["GIT_\(person)_DATE"] = "2024-05-06T07:08:09Z"
    }
    return result
  }

  private static func withPath<Result>(_ path: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (path + [0]).map { CChar(bitPattern: $0) }.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { preconditionFailure("a path has at least its final NUL") }
      return body(start)
    }
  }

  private static func failure(_ what: String) -> Failure {
    Failure(what, why: String(cString: strerror(errno)))
  }
}

private let gitConfiguration = """
  [init]
  \tdefaultBranch = main
  [advice]
  \tdetachedHead = false
  [gc]
  \tauto = 0
  [maintenance]
  \tauto = false

  """
