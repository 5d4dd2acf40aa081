import Diagnostics
import Files
import TestSupport

extension Sandbox {
  /// The sandbox's folder, or one below it, opened.
  func open(_ relative: String = "") throws -> Folder { try Folder(at: bytes(absolute(relative))) }
}
