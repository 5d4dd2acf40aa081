package import Diagnostics
package import Files
import Objects
import Workspaces

extension Repository {
  /// Replaces links into the store, at and below `paths`, by private copies, which can be edited. Returns which.
  package func unprotect(_ paths: [RepositoryPath]) throws(Failure) -> [RepositoryPath] {
    let project = try project()
    let reader = try reader()
    for path in paths where project.owner(of: path) == nil {
      throw try notTracked(path, in: project, verb: "unprotect")
    }
    return try locked("unprotect") { () throws(Failure) in
      var replaced: [RepositoryPath] = []
      for path in paths {
        let state = try reader.state(of: path)
        replaced += try PrivateCopy.replaceLinks(at: path, state: state, in: reader.context, scratch: scratch)
      }
      reader.forgetWhatWasSeen()
      return replaced
    }
  }

  /// Makes the files at `path` the user's own, which are tracked no more: an object that nothing refers to may go.
  func release(_ path: RepositoryPath) throws(Failure) {
    let reader = try reader()
    let hardLinks = try store().options.links.contains(.hardlink)
    try PrivateCopy.replaceLinks(
      at: path, state: try reader.state(of: path), in: reader.context, scratch: scratch, hardLinks: hardLinks)
    try reader.indexes.forget(path)
    reader.forgetWhatWasSeen()
  }
}
