package import Diagnostics

/// TOML 1.0. Dates and times become strings, as they are written.
package enum TOML {
  /// Reads a document. Numbers that 64 bits cannot hold are refused.
  package static func parse(
    _ bytes: [UInt8], file: String, limits: ParseLimits = ParseLimits(), category: FailureCategory = .failed
  ) throws(Failure) -> Node {
    var reader = TOMLReader(try SourceText(bytes, file: file, limits: limits, category: category))
    return try reader.readDocument()
  }
}
