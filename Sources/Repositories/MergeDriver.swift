package import Diagnostics
package import Files
import Pipelines
import Workspaces

/// What git calls to merge a lock or a pointer that both sides have changed.
package enum MergeDriver {
  package struct Result: Sendable {
    package var bytes: [UInt8]
    /// What is left to be settled by hand, in words; empty when the merge is done.
    package var conflicts: [String] = []
  }

  /// Merges the contents of the file `path`. Locks are merged stage by stage, pointers field by field, the entries of
  /// ignore files one by one. What cannot be merged stands in the result between git's conflict markers.
  package static func merge(
    base: [UInt8], ours: [UInt8], theirs: [UInt8], path: RepositoryPath
  ) throws(Failure) -> Result {
    if ours == theirs || theirs == base { return Result(bytes: ours) }
    if ours == base { return Result(bytes: theirs) }
    if path.name.elementsEqual(".gitignore".utf8) {
      let merged = GitIgnoreFile.merging(
        base: GitIgnoreFile(base), ours: GitIgnoreFile(ours), theirs: GitIgnoreFile(theirs))
      return merged.map { Result(bytes: $0.bytes) } ?? conflict(ours, theirs, "lines that both sides changed")
    }
    if path.name.elementsEqual(Lockfile.name.utf8) {
      guard let our = try? Lockfile.parse(ours, file: path), let their = try? Lockfile.parse(theirs, file: path) else {
        return conflict(ours, theirs, "a side that is no lock this version reads")
      }
      // Without a base that can be read, what only one side has counts as added by it.
      let was = (try? Lockfile.parse(base, file: path)) ?? Lockfile()
      let (bytes, conflicts) = Lockfile.merging(base: was, ours: our, theirs: their)
      return Result(bytes: bytes, conflicts: conflicts.map { "stage '\($0)'" })
    }
    guard PointerFile.trackedPath(of: path) != nil else {
      throw Failure(
        "cannot merge \(path)", why: "it is neither a lock, a pointer nor a .gitignore", hint: "git merge-file",
        category: .usage)
    }
    guard let our = try? PointerFile(decoding: ours, at: path), let their = try? PointerFile(decoding: theirs, at: path)
    else { return conflict(ours, theirs, "a side that is no pointer this version reads") }
    let was = try? PointerFile(decoding: base, at: path)
    guard let merged = PointerFile.merging(base: was, ours: our, theirs: their) else {
      return conflict(ours, theirs, "the content, which both sides changed")
    }
    return Result(bytes: merged.encoded())
  }

  private static func conflict(_ ours: [UInt8], _ theirs: [UInt8], _ what: String) -> Result {
    func lines(_ bytes: [UInt8]) -> [UInt8] {
      bytes.isEmpty || bytes.last == UInt8(ascii: "\n") ? bytes : bytes + [UInt8(ascii: "\n")]
    }
    let bytes =
      Array("<<<<<<< ours\n".utf8) + lines(ours) + Array("=======\n".utf8) + lines(theirs)
      + Array(">>>>>>> theirs\n".utf8)
    return Result(bytes: bytes, conflicts: [what])
  }
}
