package import Files
package import Formats

/// The values of parameter or metric files at one revision, for `metrics show`.
package struct ValueListing: Equatable, Sendable {
  private let files: [(file: RepositoryPath, values: FileValues)]

  package init(_ files: [RepositoryPath: FileValues]) {
    self.files = files.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  package static func == (a: ValueListing, b: ValueListing) -> Bool {
    a.files.elementsEqual(b.files) { $0.file == $1.file && $0.values == $1.values }
  }

  /// The files that cannot be read, and why.
  package var unreadable: [(file: RepositoryPath, why: String)] {
    files.compactMap { file, values in values.trouble.map { (file, $0) } }
  }

  /// A row for each value, files by path and keys in the order of the file. `key` names a row: `Param` or `Metric`.
  package func table(key: String, precision: Int = 5) -> TextTable {
    var table = TextTable(header: ["Path", key, "Value"])
    for (file, values) in files {
      switch values {
      case .unreadable: table.rows.append([file.text, "-", "unreadable"])
      case .values(let value):
        for leaf in value.flattened() {
          let shown = ValueText.shown(leaf.value, precision: precision)
          table.rows.append([file.text, leaf.key.isEmpty ? "-" : leaf.key, shown])
        }
      }
    }
    return table
  }

  /// `{"metrics.json": {"data": {…}}}` with the file's own structure, or `{"error": why}` in place of `data`.
  package var json: Value {
    .map(
      files.map { file, values in
        switch values {
        case .values(let value): ValueMember(file.text, .map([ValueMember("data", value)]))
        case .unreadable(let why): ValueMember(file.text, .map([ValueMember("error", .string(why))]))
        }
      })
  }
}
