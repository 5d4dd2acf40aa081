import CGit2
package import Diagnostics
import Files

/// One file in git-config's syntax, read and written by libgit2. Comments and order survive a change.
///
/// Names are `section.key` or `section.subsection.key`; section and key are compared without regard to case.
package final class GitConfigFile {
  private let handle: OpaquePointer
  private let path: [UInt8]

  /// Opens the file at `path`, which need not exist yet. Throws a failure of category `damaged` that names the file and
  /// the line when it cannot be understood. Files that it includes are read only if it is git's own.
  package init(at path: [UInt8], isGitsOwn: Bool = false) throws(Failure) {
    if !isGitsOwn { try Self.refuseSurprises(path) }
    try LibGit2.start()
    var opened: OpaquePointer?
    let code = try LibGit2.withCString(path) { git_config_open_ondisk(&opened, $0) }
    let shown = PathText.escape(path)
    guard code == 0, let opened else {
      var failure = LibGit2.failure(code, "cannot read the configuration file '\(shown)'")
      failure.hint = "git config --file '\(shown)' --list"
      failure.category = .damaged
      throw failure
    }
    handle = opened
    self.path = path
  }

  deinit { git_config_free(handle) }

  /// libgit2 would open whatever file an `include` names, also one that never ends, while it reads the one at `path`; and
  /// it reads no further than a NUL.
  private static func refuseSurprises(_ path: [UInt8]) throws(Failure) {
    guard let bytes = try FileSystem.contents(of: path) else { return }
    if let end = bytes.firstIndex(of: 0) {
      throw Failure(
        "cannot read the configuration file '\(PathText.escape(path))'",
        why: "line \(bytes[..<end].count { $0 == UInt8(ascii: "\n") } + 1) holds a NUL byte", hint: "take it out",
        category: .damaged)
    }
    let line = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).firstIndex { line in
      // A line that starts with a section may hold another.
      guard line.drop(while: isSpace).first == UInt8(ascii: "[") || line.starts(with: byteOrderMark) else {
        return false
      }
      return line.split(separator: UInt8(ascii: "[")).contains { section in
        section.prefix(include.count).map { $0 | 0x20 }.elementsEqual(include)
      }
    }
    guard let line else { return }
    let shown = PathText.escape(path)
    throw Failure(
      "cannot read the configuration file '\(shown)'", why: "line \(line + 1) includes another file",
      hint: "write the settings themselves into it", category: .damaged)
  }

  private static let include = Array("include".utf8)
  private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

  /// The last value of `name`; nil if it is not set.
  package func string(_ name: String) throws(Failure) -> String? {
    var entry: UnsafeMutablePointer<git_config_entry>?
    let code = try LibGit2.withCString(Array(name.utf8)) { git_config_get_entry(&entry, handle, $0) }
    if LibGit2.isCode(code, GIT_ENOTFOUND) { return nil }
    try LibGit2.check(code, "cannot read the setting '\(name)' from '\(PathText.escape(path))'")
    defer { git_config_entry_free(entry) }
    return entry.map { Self.value(of: $0.pointee) }
  }

  /// Every setting in the order of the file. A name may come more than once.
  package func entries() throws(Failure) -> [(name: String, value: String)] {
    var iterator: OpaquePointer?
    let what = "cannot list the settings in '\(PathText.escape(path))'"
    try LibGit2.check(git_config_iterator_new(&iterator, handle), what)
    defer { git_config_iterator_free(iterator) }
    var found: [(name: String, value: String)] = []
    while true {
      var entry: UnsafeMutablePointer<git_config_entry>?
      let code = git_config_next(&entry, iterator)
      if LibGit2.isCode(code, GIT_ITEROVER) { return found }
      try LibGit2.check(code, what)
      guard let entry else { return found }
      found.append((PathText.escape(LibGit2.bytes(of: entry.pointee.name)), Self.value(of: entry.pointee)))
    }
  }

  /// Sets `name`, which must not hold more than one value, and writes the file.
  package func set(_ name: String, to value: String) throws(Failure) {
    try refuseOpenEnd(name)
    let code = try LibGit2.withCString(Array(name.utf8)) { (name) throws(Failure) in
      try LibGit2.withCString(Array(value.utf8)) { git_config_set_string(handle, name, $0) }
    }
    if code < 0 { throw cannotChange(name, code) }
  }

  /// What is appended to a file whose last line goes on in the next would become a part of that line's value.
  private func refuseOpenEnd(_ name: String) throws(Failure) {
    guard var bytes = try FileSystem.contents(of: path)?[...] else { return }
    while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
    guard bytes.reversed().prefix(while: { $0 == UInt8(ascii: "\\") }).count % 2 == 1 else { return }
    throw Failure(
      "cannot change the setting '\(name)' in '\(PathText.escape(path))'",
      why: "the last line ends in a backslash: it goes on in a line that is not there", hint: "take the backslash away",
      category: .damaged)
  }

  /// Removes `name` and writes the file. Returns whether it was set.
  package func unset(_ name: String) throws(Failure) -> Bool {
    let code = try LibGit2.withCString(Array(name.utf8)) { git_config_delete_entry(handle, $0) }
    if LibGit2.isCode(code, GIT_ENOTFOUND) { return false }
    if code < 0 { throw cannotChange(name, code) }
    return true
  }

  private func cannotChange(_ name: String, _ code: Int32) -> Failure {
    var failure = LibGit2.failure(code, "cannot change the setting '\(name)' in '\(PathText.escape(path))'")
    if LibGit2.isCode(code, GIT_EINVALIDSPEC) {
      failure.why = "'\(name)' is not the name of a setting: names look like 'section.key'"
      failure.category = .usage
    }
    return failure
  }

  /// A key without `=` is true, as git has it.
  private static func value(of entry: git_config_entry) -> String {
    guard let value = entry.value else { return "true" }
    return String(decoding: LibGit2.bytes(of: value), as: UTF8.self)
  }
}
