/// Text as a shell takes it for one word, for commands that people paste.
extension DefaultStringInterpolation {
  /// In quotes, whatever it holds.
  package mutating func appendInterpolation(shell value: some CustomStringConvertible) {
    appendLiteral("'" + value.description.replacing("'", with: "'\\''") + "'")
  }

  /// In quotes only where the shell would take it apart.
  package mutating func appendInterpolation(word value: some CustomStringConvertible) {
    let text = value.description
    let isPlain =
      !text.isEmpty
      && text.unicodeScalars.allSatisfy { scalar in
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
          || "_-./=:,+@%".unicodeScalars.contains(scalar)
      }
    if isPlain { appendLiteral(text) } else { appendInterpolation(shell: text) }
  }
}
