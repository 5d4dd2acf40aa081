import Diagnostics
import Files
import Git
import Objects
import Workspaces

extension FuzzCheck {
  static func checkObjectID(_ input: [UInt8]) throws(Failure) {
    if let id = ObjectID(hex: input) {
      try require(id.hexBytes == input, "an id has a second form")
    }
    let text = String(decoding: input, as: UTF8.self)
    guard let id = try accepted({ () throws(Failure) in try ObjectID(text: text) }) else { return }
    try require(id.text.utf8.elementsEqual(text.utf8), "an id has a second form")
  }

  static func checkPathText(_ input: [UInt8]) throws(Failure) {
    let text = PathText.escapedBytes(input)
    try require(String(validating: text, as: UTF8.self) != nil, "a path's text is no text")
    try require(text.allSatisfy { $0 >= 0x20 && $0 != 0x7f }, "a path's text holds control characters")
    try require(PathText.escape(input).utf8.elementsEqual(text), "a path has two texts")
    try require(PathText.unescape(text) == input, "a path's text stands for another path")
    let meant = PathText.unescape(input)
    try require(PathText.unescape(PathText.escapedBytes(meant)) == meant, "a path's text stands for another path")
  }

  static func checkRepositoryPath(_ input: [UInt8]) throws(Failure) {
    let text = String(decoding: input, as: UTF8.self)
    _ = try accepted { () throws(Failure) in try RepositoryPath(text: text) }
    guard let path = try accepted({ () throws(Failure) in try RepositoryPath(validating: input) }) else { return }
    try require(path.bytes == input, "a path is not what was given")
    try require(try RepositoryPath(text: path.text) == path, "a path's text stands for another path")
    let parts = input.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    for part in parts {
      let lower = String(decoding: part, as: UTF8.self).lowercased()
      try require(!["", ".", "..", ".git", ".mlrepo"].contains(lower), "'\(lower)' is in a path")
      try require(part.count <= 255 && !part.contains(0), "a part of a path cannot be a name")
    }
    try require(path.components.map(Array.init) == parts.map(Array.init), "the components are not the path")
    try require(try path.parent.appending(name: path.name) == path, "parent and name are not the path")
    try require(path.isInside(path.parent) && !path.parent.isInside(path), "a path lies not in its parent")
    try require(path.relative(to: path.parent)?.bytes == Array(path.name), "the name is not what is below the parent")
  }

  /// The input is an ignore file and, behind a 0, a path.
  static func checkIgnore(_ input: [UInt8]) throws(Failure) {
    let (rules, path) = halves(input)
    let ignore = IgnoreRules(parsing: rules)
    _ = ignore.isIgnored(path, isFolder: false)
    guard !path.isEmpty, ignore.isIgnored(path, isFolder: true) else { return }
    try require(ignore.isIgnored(path + Array("/x".utf8), isFolder: false), "an ignored folder holds what is not")
  }

  /// The input is a `.gitignore` and, behind a 0, a name.
  static func checkGitIgnore(_ input: [UInt8]) throws(Failure) {
    let (bytes, name) = halves(input)
    let before = GitIgnoreFile(bytes)
    try require(GitIgnoreFile(before.bytes) == before, "an ignore file reads back as another")
    guard RepositoryPath.brokenRule(name[...]) == nil, !name.contains(UInt8(ascii: "/")) else { return }
    var file = before
    let isNew = file.ignore(name)
    try require(isNew == (file != before), "whether the line was new is told wrongly")
    try require(IgnoreRules(parsing: file.bytes).isIgnored(name, isFolder: false), "a tracked name is not ignored")
    var twice = file
    try require(!twice.ignore(name) && twice == file, "a line is added twice")
    var without = before
    guard isNew, !without.unignore(name) else { return }
    try require(file.unignore(name) && file == before, "taking the line away leaves another file")
  }
}
