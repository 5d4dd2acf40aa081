import Files
import Repositories

/// Makes hints work where the user stands: paths in them are relative to the repository's root.
enum HintPlace {
  /// Puts a `cd` before a command that names a path, unless the user is in the root.
  static func placed(_ hint: String, _ arguments: [String]) -> String {
    let isCommand = hint.hasPrefix("mlrepo ") || hint.hasPrefix("git ")
    guard isCommand, hint.contains(" '"), !hint.contains(" '/"),
      let here = try? Console.folder(nil),
      let root = try? Repository.findRoot(from: start(arguments))?.path, root != here
    else { return hint }
    let slash = UInt8(ascii: "/")
    guard here.starts(with: root), here.count > root.count, here[root.count] == slash else {
      return "cd '\(PathText.escape(root))' && \(hint)"
    }
    let depth = here[(root.count + 1)...].split(separator: slash).count
    return "cd \(Array(repeating: "..", count: depth).joined(separator: "/")) && \(hint)"
  }

  private static func start(_ arguments: [String]) -> [UInt8] {
    let options = arguments.prefix { $0 != "--" }
    guard let place = options.firstIndex(of: "-C"), place + 1 < options.endIndex else { return Array(".".utf8) }
    return ArgumentText.bytes(options[place + 1])
  }
}
