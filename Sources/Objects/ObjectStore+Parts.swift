package import Diagnostics
import Files

extension ObjectStore {
  /// What stands in `range` of an object that is a file of its own, without a look whether it is what the id says; nil for
  /// any other object, and when the object ends before.
  package func unverifiedPart(_ id: ObjectID, _ range: Range<Int>) throws(Failure) -> [UInt8]? {
    guard let file = try openLoose(id) else { return nil }
    var bytes = [UInt8](repeating: 0, count: range.count)
    var failure: Failure?
    var count = 0
    bytes.withUnsafeMutableBytes { raw in
      do throws(Failure) { count = try file.read(at: range.lowerBound, into: raw) } catch { failure = error }
    }
    if let failure { throw failure }
    return count == range.count ? bytes : nil
  }
}
