import CGit2
import Diagnostics
import Files

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension LibGit2 {
  /// Calls `open`, which opens a repository; once more, without a look at its owner, if it belongs to another user and this
  /// user trusts every folder. libgit2 knows `safe.directory` with a path, but not with `*`.
  static func openTrusted(_ open: () throws(Failure) -> Int32) throws(Failure) -> Int32 {
    let code = try open()
    // Where no folder at all is declared safe, libgit2 1.5 reports that setting as not found.
    guard isCode(code, GIT_EOWNER) || code < 0 && lastMessage?.contains("safe.directory") == true else { return code }
    guard trustsEveryFolder() else { return GIT_EOWNER.rawValue }
    try check(mlrepo_git_set_owner_validation(0), "cannot let libgit2 open what belongs to others")
    return try open()
  }

  /// Whether the last word on `safe.directory`, in the configuration of the user and of the machine, is `*`. As with git,
  /// that of the repository has no say.
  private static func trustsEveryFolder() -> Bool {
    // libgit2 does not know these; what they lead to is not read here.
    if getenv("GIT_CONFIG_GLOBAL") != nil || getenv("GIT_CONFIG_SYSTEM") != nil { return false }
    var config: OpaquePointer?
    guard git_config_open_default(&config) == 0 else { return false }
    defer { git_config_free(config) }
    var iterator: OpaquePointer?
    guard git_config_iterator_new(&iterator, config) == 0 else { return false }
    defer { git_config_iterator_free(iterator) }
    let lowest = getenv("GIT_CONFIG_NOSYSTEM") == nil ? GIT_CONFIG_LEVEL_PROGRAMDATA : GIT_CONFIG_LEVEL_XDG
    /// What each level says last: that all are trusted, or, with an empty value, that none named before is.
    var isTrusted: [Int32: Bool] = [:]
    var next: UnsafeMutablePointer<git_config_entry>?
    while git_config_next(&next, iterator) == 0, let entry = next?.pointee {
      let level = entry.level.rawValue
      guard bytes(of: entry.name).elementsEqual("safe.directory".utf8), level >= lowest.rawValue else { continue }
      let value = bytes(of: entry.value)
      if value.isEmpty { isTrusted[level] = false }
      if value.elementsEqual("*".utf8) { isTrusted[level] = true }
    }
    return isTrusted.max { $0.key < $1.key }?.value ?? false
  }
}
