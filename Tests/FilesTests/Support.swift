import Diagnostics
import Files
import TestSupport

/// Returns the failure that `body` throws; nil if it throws none.
func failure(of body: () throws -> Void) -> Failure? {
  do {
    try body()
    return nil
  } catch {
    return error as? Failure
  }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

extension Sandbox {
  /// The sandbox's folder, or one below it, opened.
  func open(_ relative: String = "") throws -> Folder { try Folder(at: bytes(absolute(relative))) }
}
