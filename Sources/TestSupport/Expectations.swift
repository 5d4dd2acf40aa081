package import Diagnostics

/// Returns the failure that `body` throws; nil if it throws none.
package func failure(of body: () throws -> some Any) -> Failure? {
  do {
    _ = try body()
    return nil
  } catch {
    return error as? Failure
  }
}

package func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
