import Diagnostics
import Git
import TestSupport

extension Sandbox {
  /// Opens the repository in the sandbox.
  func git(_ folder: String = "") throws -> GitRepository {
    try GitRepository(containing: Array(absolute(folder).utf8))
  }

  /// A sandbox in which `script` ran after `git init`.
  static func repository(_ script: String = "") throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.shell("git init -q\n\(script)")
    return sandbox
  }

  /// The first word of what `command` prints, taken as a commit's name.
  func commit(_ command: String) throws -> CommitID {
    let text = try shell(command).prefix { $0 != "\n" && $0 != " " }
    guard let id = CommitID(hex: Array(text.utf8)) else { throw Failure("no commit in '\(text)'", why: command) }
    return id
  }
}
