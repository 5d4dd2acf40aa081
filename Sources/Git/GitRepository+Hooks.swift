import CGit2
package import Diagnostics
import Files

extension GitRepository {
  /// The folder from which git takes hooks here, which need not exist: what `core.hooksPath` says, else the git folder's own.
  package func hooksFolder() throws(Failure) -> [UInt8] {
    let standard = commonFolder + Array("/hooks".utf8)
    var config: OpaquePointer?
    try LibGit2.check(git_repository_config_snapshot(&config, handle), "cannot read git's configuration")
    defer { git_config_free(config) }
    var found = git_buf()
    defer { git_buf_dispose(&found) }
    let code = git_config_get_path(&found, config, "core.hooksPath")
    if LibGit2.isCode(code, GIT_ENOTFOUND) { return standard }
    try LibGit2.check(code, "cannot read git's setting 'core.hooksPath'")
    let path = Self.trimmed(found.ptr)
    if path.isEmpty { return standard }
    // Hooks run in the work tree's root, and a relative path is taken from there.
    let slash = UInt8(ascii: "/")
    let whole = path.first == slash ? path : workTree + [slash] + path
    var parts: [ArraySlice<UInt8>] = []
    for part in whole.split(separator: slash) where !part.elementsEqual(".".utf8) {
      if part.elementsEqual("..".utf8) { _ = parts.popLast() } else { parts.append(part) }
    }
    return [slash] + parts.joined(separator: [slash])
  }

  /// The file with the settings of this repository alone, which its work trees share.
  package var configFile: [UInt8] { commonFolder + Array("/config".utf8) }
}
