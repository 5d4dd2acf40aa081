import Diagnostics
package import Files

/// Paths as people write them in a pipeline file: relative to a folder, with `./` and `../` as long as they stay in the
/// repository.
package enum StagePath {
  /// Returns the path that `text`, read in `folder`, names. Only the failure's `why` and `hint` matter to callers.
  static func resolve(_ text: String, in folder: RepositoryPath) throws(Failure) -> RepositoryPath {
    let components = try components(text, in: folder.components)
    return components.isEmpty ? .root : try RepositoryPath(validating: Array(components.joined(separator: [slash])))
  }

  /// Whether `text` holds what makes a path a pattern.
  static func isPattern(_ text: String) -> Bool { PathGlob.isPattern(text.utf8) }

  /// Returns the pattern from the root that `text`, read in `folder`, means; `[*]` stands for the character itself.
  static func pattern(_ text: String, in folder: RepositoryPath) throws(Failure) -> [UInt8] {
    let above = folder.components.map { component in
      component.flatMap { byte in
        "*?[".utf8.contains(byte) ? [UInt8(ascii: "["), byte, UInt8(ascii: "]")] : [byte]
      }[...]
    }
    let components = try components(text, in: above)
    guard !components.isEmpty else { throw refused(text, "it is the whole repository") }
    return Array(components.joined(separator: [slash]))
  }

  private static func components(
    _ text: String, in folder: [ArraySlice<UInt8>]
  ) throws(Failure) -> [ArraySlice<UInt8>] {
    let bytes = PathText.unescape(text)
    if bytes.isEmpty { throw refused(text, "it is empty") }
    if text.contains("://") { throw refused(text, "addresses of remote data are not read by this version") }
    if bytes.first == slash { throw refused(text, "it is absolute", hint: "write it relative to the stage's folder") }
    var components = folder
    for component in bytes.split(separator: slash) where !component.elementsEqual(".".utf8) {
      if !component.elementsEqual("..".utf8) {
        components.append(component)
      } else if components.popLast() == nil {
        throw refused(text, "it leaves the repository")
      }
    }
    return components
  }

  private static func refused(_ text: String, _ why: String, hint: String? = nil) -> Failure {
    Failure("cannot use the path '\(text.prefix(200))'", why: why, hint: hint)
  }

  /// Returns how a file read in `folder` names `path`.
  package static func text(of path: RepositoryPath, from folder: RepositoryPath) -> String {
    let (there, here) = (path.components, folder.components)
    let shared = zip(there, here).prefix { $0.elementsEqual($1) }.count
    let parts = here.dropFirst(shared).map { _ in ".." } + there.dropFirst(shared).map { PathText.escape($0) }
    return parts.isEmpty ? "." : parts.joined(separator: "/")
  }
}

private let slash = UInt8(ascii: "/")
