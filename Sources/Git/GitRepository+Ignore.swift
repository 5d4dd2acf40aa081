import CGit2
package import Diagnostics
import Files

extension GitRepository {
  /// Whether git's ignore rules (`.gitignore` files, `info/exclude`, the user's own) leave out `path`, either itself or
  /// a folder above it. Whether git already tracks it makes no difference.
  package func isIgnored(_ path: [UInt8], isFolder: Bool) throws(Failure) -> Bool {
    if path.isEmpty { return false }
    var ignored: Int32 = 0
    // libgit2 takes a path for a folder's when it ends in a slash.
    let code = try LibGit2.withCString(isFolder ? path + [UInt8(ascii: "/")] : path) {
      git_ignore_path_is_ignored(&ignored, handle, $0)
    }
    try LibGit2.check(code, "cannot match '\(PathText.escape(path))' against git's ignore rules")
    return ignored == 1
  }
}
