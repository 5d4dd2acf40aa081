import Diagnostics
import Files
import Objects

/// Makes one folder of files that are known by their paths in it.
struct TreeAssembly {
  private var entries: [RepositoryPath: TreeEntry] = [:]

  /// Adds a file, or a folder whose listing is stored. Two at one path, or one below a file, are refused.
  mutating func add(_ path: RepositoryPath, _ entry: TreeEntry) throws(Failure) {
    guard entries[path] == nil else {
      throw Failure("cannot put \(path) into a folder", why: "it is there twice")
    }
    var entry = entry
    entry.name = Array(path.name)
    entries[path] = entry
  }

  var isEmpty: Bool { entries.isEmpty }

  /// Stores the listings of all folders, and returns the whole.
  func store(in session: StoreSession) throws(Failure) -> Content {
    var folders: [RepositoryPath: [TreeEntry]] = [.root: []]
    for (path, entry) in entries {
      folders[path.parent, default: []].append(entry)
      var at = path.parent
      while !at.isRoot {
        if let other = entries[at] {
          throw Failure(
            "cannot put \(path) into a folder", why: "\(at) is a \(other.kind == .folder ? "whole folder" : "file")")
        }
        if folders[at] == nil { folders[at] = [] }
        at = at.parent
      }
    }
    // What lies deepest comes first: a folder sorts behind the one that holds it.
    for folder in folders.keys.sorted(by: >) {
      let sorted = (folders[folder] ?? []).sorted { $0.name.lexicographicallyPrecedes($1.name) }
      let tree = Tree(sorted: sorted)
      let id = try session.store(tree.encoded(), kind: .tree)
      if folder.isRoot { return Content(kind: .folder, id: id, size: tree.size, files: tree.files) }
      folders[folder.parent, default: []].append(
        TreeEntry(name: Array(folder.name), kind: .folder, id: id, size: tree.size, files: tree.files))
    }
    return Content(kind: .folder, id: try session.store(Tree(sorted: []).encoded(), kind: .tree), size: 0, files: 0)
  }
}
