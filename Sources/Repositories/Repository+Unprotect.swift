package import Diagnostics
package import Files
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
}
