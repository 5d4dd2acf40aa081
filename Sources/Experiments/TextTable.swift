/// A table of text, for a terminal or for Markdown. Control characters in cells are written as escapes.
package struct TextTable: Equatable, Sendable {
  package var header: [String]
  /// Each as long as the header.
  package var rows: [[String]] = []

  package init(header: [String]) { self.header = header }

  /// Columns aligned with two spaces between them, no space at the end of a line; a line feed ends each.
  package var plain: String {
    let cells = ([header] + rows).map { $0.map(escaped) }
    let widths = header.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let padding = column == row.count - 1 ? 0 : widths[column] - cell.count + 2
        line += cell + String(repeating: " ", count: padding)
      }
      return line + "\n"
    }.joined()
  }

  /// The table in GitHub's Markdown; a line feed ends each line.
  package var markdown: String {
    func line(_ row: [String]) -> String {
      "| \(row.map { escaped($0).replacing("|", with: "\\|") }.joined(separator: " | ")) |\n"
    }
    return line(header) + "|" + String(repeating: "---|", count: header.count) + "\n" + rows.map(line).joined()
  }

  private func escaped(_ cell: String) -> String {
    guard cell.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return cell }
    return cell.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(Character(scalar))
    }.joined()
  }
}
