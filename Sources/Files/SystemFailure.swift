package import Diagnostics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Failure {
  /// A failed system call: what was being done, to which path, and the system's own words for why.
  package static func system(_ doing: String, _ path: some Collection<UInt8>, errno code: Int32) -> Failure {
    Failure(
      "cannot \(doing) \(PathText.escape(path))", why: systemWords(code), hint: hint(for: code), category: .failed)
  }

  private static func hint(for code: Int32) -> String? {
    switch code {
    case ENOSPC, EDQUOT: "nothing was lost; free some space ('mlrepo gc' shows what the store could give) and try again"
    case EROFS: "the file system is mounted read-only"
    case EMFILE, ENFILE: "too many files are open; raise the limit with 'ulimit -n'"
    case ENAMETOOLONG: "shorten the path, or run the command from a folder nearer to it"
    default: nil
    }
  }
}

/// The system's words for an errno.
package func systemWords(_ code: Int32) -> String {
  switch code {
  case ELOOP: "a part of the path is a symbolic link"
  case EXDEV: "the path leads out of the repository"
  default: String(cString: strerror(code))
  }
}

/// Calls `body` with `path` as a C string.
package func withCPath<Result>(_ path: some Collection<UInt8>, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
  var terminated = Array(path)
  terminated.append(0)
  return terminated.withUnsafeBytes { body($0.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: CChar.self)) }
}
