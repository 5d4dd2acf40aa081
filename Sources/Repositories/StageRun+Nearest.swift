import Files
import Formats
import Pipelines

/// What people may have meant by a name that leads nowhere.
extension StageRun {
  /// `; did you mean '…'?` for a path that is not there: a neighbour in its folder, what a stage makes, what is tracked.
  func meant(_ path: RepositoryPath) -> String {
    var known = project.stages.flatMap { $0.outputs.map(\.path) } + project.pointers.keys.sorted()
    if let names = try? repository.root.folderIfPresent(path.parent.bytes)?.names() {
      known += names.map(\.name).sorted { $0.lexicographicallyPrecedes($1) }.compactMap {
        try? path.parent.appending(name: $0)
      }
    }
    return question(nearest(path.text, among: known.filter { $0 != path }.map(\.text)))
  }

  /// The same for a key that a file of params does not have.
  func meant(_ key: String, in file: RepositoryPath) -> String {
    guard let bytes = try? repository.root.contents(file.bytes),
      let root = try? DataFile.parse(bytes, file: file.text).value
    else { return "" }
    return question(nearest(key, among: keys(of: root, above: "", depth: 0)))
  }

  private func question(_ word: String?) -> String { word.map { "; did you mean '\($0)'?" } ?? "" }

  private func keys(of value: Value, above: String, depth: Int) -> [String] {
    guard case .map(let members) = value, depth < 16 else { return [] }
    return members.flatMap { member in
      [above + member.key] + keys(of: member.value, above: "\(above)\(member.key).", depth: depth + 1)
    }
  }
}
