import Files
package import Formats

extension ValueDiff {
  /// The words above the columns.
  package struct Headings: Sendable {
    /// What a row is: `Param` or `Metric`.
    package var key: String
    /// The names of the sides, such as `HEAD` and `workspace`.
    package var old: String
    package var new: String

    package init(key: String, old: String, new: String) {
      self.key = key
      self.old = old
      self.new = new
    }
  }

  /// The rows as a table. Floats are shown with up to `precision` significant digits; `-` stands for no value.
  package func table(_ headings: Headings, precision: Int = 5) -> TextTable {
    let hasChange = rows.contains { $0.difference != nil }
    var table = TextTable(header: ["Path", headings.key, headings.old, headings.new] + (hasChange ? ["Change"] : []))
    func cell(_ value: Value?) -> String { value.map { ValueText.shown($0, precision: precision) } ?? "-" }
    for row in rows {
      let change = hasChange ? [cell(row.difference)] : []
      table.rows.append([row.file.text, row.key.isEmpty ? "-" : row.key, cell(row.old), cell(row.new)] + change)
    }
    for file in unreadable {
      let cells = [file.old, file.new].map { $0 == nil ? "-" : "unreadable" }
      table.rows.append([file.file.text, "-"] + cells + (hasChange ? ["-"] : []))
    }
    return table
  }

  /// `{"params.yaml": {"lr": {"old": 0.1, "new": 0.05, "diff": -0.05}}}`, values with their own types, `null` for none,
  /// `diff` only for numbers. A file that cannot be read is `{"": {"old": null, "new": null, "error": {"new": why}}}`.
  package var json: Value {
    var files: [ValueMember] = []
    for row in rows {
      var members = [ValueMember("old", row.old ?? .null), ValueMember("new", row.new ?? .null)]
      if let difference = row.difference { members.append(ValueMember("diff", difference)) }
      let entry = ValueMember(row.key, .map(members))
      if let last = files.last, last.key == row.file.text, case .map(let entries) = last.value {
        files[files.count - 1].value = .map(entries + [entry])
      } else {
        files.append(ValueMember(row.file.text, .map([entry])))
      }
    }
    for file in unreadable {
      let sides = [("old", file.old), ("new", file.new)].compactMap { side, why in
        why.map { ValueMember(side, .string($0)) }
      }
      let entry = [ValueMember("old", .null), ValueMember("new", .null), ValueMember("error", .map(sides))]
      files.append(ValueMember(file.file.text, .map([ValueMember("", .map(entry))])))
    }
    return .map(files)
  }
}
