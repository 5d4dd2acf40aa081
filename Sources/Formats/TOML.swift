package import Diagnostics
import TOMLKit

/// TOML 1.0. Dates and times become strings.
package enum TOML {
  /// Reads a document. Its reader keeps neither the order of keys nor their places: members come sorted, and every
  /// position is the start of the file. Failures of syntax name line and column.
  package static func parse(
    _ bytes: [UInt8], file: String, limits: ParseLimits = ParseLimits(), category: FailureCategory = .failed
  ) throws(Failure) -> Node {
    let source = try SourceText(bytes, file: file, limits: limits, category: category)
    let json: String
    do {
      json = try TOMLTable(string: source.text).convert(to: .json, options: [.quoteDateAndTimes, .allowUnicodeStrings])
    } catch let error as TOMLParseError {
      let position = SourcePosition(line: error.source.begin.line, column: error.source.begin.column)
      throw source.failure(position, error.description)
    } catch {
      throw source.failure(nil, "\(error)")
    }
    do {
      let limits = ParseLimits(depth: limits.depth, bytes: .max)
      return Node(try JSON.parse(Array(json.utf8), file: file, limits: limits).value, at: start)
    } catch {
      throw source.failure(nil, "lists and maps nest deeper than \(limits.depth) levels")
    }
  }
}

private let start = SourcePosition(line: 1, column: 1)

extension Node {
  /// The node of a value of which only this much is known: it stands in a file that starts at `position`.
  fileprivate init(_ value: Value, at position: SourcePosition) {
    switch value {
    case .list(let items): self.init(.list(items.map { Node($0, at: position) }), at: position)
    case .map(let members):
      let nodes = members.map {
        Member(key: $0.key, keyPosition: position, value: Node($0.value, at: position))
      }
      self.init(.map(nodes), at: position)
    default: self.init(.scalar(value), at: position)
    }
  }
}
