import Diagnostics
package import Files
package import Formats

/// What a parameter or metric file holds at some revision, as far as it can be read.
package enum FileValues: Equatable, Sendable {
  case values(Value)
  /// Why it cannot be read; with file, line and column where that is known.
  case unreadable(String)

  /// Reads `bytes`, the content of `file`, in the format its name tells. Never fails: trouble becomes a value.
  package init(_ bytes: [UInt8], file: RepositoryPath) {
    do {
      self = .values(try DataFile.parse(bytes, file: file.text).value)
    } catch {
      self = .unreadable(error.why)
    }
  }

  /// Each leaf under its dotted key. Where two spellings give one key, the first counts.
  var leaves: [String: Value] {
    guard case .values(let value) = self else { return [:] }
    return Dictionary(value.flattened().map { ($0.key, $0.value) }) { first, _ in first }
  }

  var trouble: String? {
    if case .unreadable(let why) = self { return why }
    return nil
  }
}
