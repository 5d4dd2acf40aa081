import Diagnostics
import Formats

extension FuzzCheck {
  static func checkJSON(_ input: [UInt8]) throws(Failure) {
    guard let value = try accepted({ () throws(Failure) in try JSON.parse(input, file: "f.json").value }) else {
      return
    }
    try requireJSON(value)
  }

  static func checkTOML(_ input: [UInt8]) throws(Failure) {
    guard let value = try accepted({ () throws(Failure) in try TOML.parse(input, file: "f.toml").value }) else {
      return
    }
    try requireJSON(value)
    try requireYAML(value)
  }

  static func checkPython(_ input: [UInt8]) throws(Failure) {
    guard let value = try accepted({ () throws(Failure) in try Python.parse(input, file: "f.py").value }) else {
      return
    }
    try requireJSON(value)
    try requireYAML(value)
  }

  static func checkYAML(_ input: [UInt8]) throws(Failure) {
    guard
      let node = try accepted({ () throws(Failure) in try YAML.parse(input, file: "f.yaml", limits: .people) })
    else { return }
    let inFull: Node
    do throws(Failure) {
      inFull = try YAML.parse(input, file: "f.yaml", limits: .people, inFull: true)
    } catch {
      throw Failure("a promise is broken", why: "the short cut accepts what is refused: \(error)", category: .bug)
    }
    // As texts, NaN is equal to NaN.
    try require(node == inFull || "\(node)" == "\(inFull)", "the short cut reads something else: \(node), \(inFull)")
    let value = node.value
    try requireYAML(value)
    try requireJSON(value)
  }

  private static func requireJSON(_ value: Value) throws(Failure) {
    for pretty in [false, true] {
      let text = JSON.encode(value, pretty: pretty, nonFinite: .named)
      let back = try JSON.parse(Array(text.utf8), file: "written.json", category: .bug)
      try require(back.value.isSame(as: value), "JSON reads back as another value: \(text)")
    }
  }

  private static func requireYAML(_ value: Value) throws(Failure) {
    let text = YAML.emit(value)
    let back = try YAML.parse(Array(text.utf8), file: "written.yaml", category: .bug).value
    try require(back.isSame(as: value), "YAML reads back as another value: \(text)")
    try require(YAML.emit(back) == text, "YAML has two texts for one value: \(text)")
    let line = "key: \(YAML.scalar(value))\n"
    let flow = try YAML.parse(Array(line.utf8), file: "flow.yaml", limits: ParseLimits(depth: 65), category: .bug)
    try require(flow.value.isSame(as: .map([ValueMember("key", value)])), "a flow reads back as another value: \(line)")
  }

  static func checkYAMLEdit(_ input: [UInt8]) throws(Failure) {
    let edit = try accepted { () throws(Failure) in try YAMLEdit(input, file: "f.yaml") }
    guard let edit, case .map(let members) = edit.root.value else { return }
    let values: [Value] = [.int(7), .string("a: #b\n"), .list([.map([ValueMember("k", .null)])])]
    let added = "a key that is new"
    for key in [members.first?.key, members.last?.key, added].compactMap({ $0 }) {
      for value in values {
        var changed = edit
        guard try accepted({ () throws(Failure) in try changed.set([key], to: value) }) != nil else { continue }
        let others = members.filter { $0.key != key }
        try require(
          try read(changed).filter { $0.key != key }.map(\.key) == others.map(\.key), "setting '\(key)' changed others")
        try require(try read(changed).first { $0.key == key }?.value == value, "'\(key)' was not set")
        guard try accepted({ () throws(Failure) in try changed.remove([key]) }) != nil else { continue }
        try require(try read(changed).map(\.key) == others.map(\.key), "removing '\(key)' changed others")
      }
    }
  }

  private static func read(_ edit: YAMLEdit) throws(Failure) -> [ValueMember] {
    guard
      case .map(let members) = try YAML.parse(edit.bytes, file: "edited.yaml", limits: .people, category: .bug).value
    else {
      return []
    }
    return members
  }

  static func checkCSV(_ input: [UInt8]) throws(Failure) {
    guard let rows = try accepted({ () throws(Failure) in try rows(of: input) }) else { return }
    var writer = CSVWriter()
    for row in rows { writer.append(row: row) }
    let back = try Self.rows(of: writer.bytes)
    try require(back == rows, "CSV reads back as other rows")
  }

  private static func rows(of bytes: [UInt8]) throws(Failure) -> [[String]] {
    var scanner = CSVScanner(bytes, file: "f.csv")
    var rows: [[String]] = []
    var end = 0
    while try scanner.next() {
      try require(scanner.rowRange.lowerBound >= end, "rows overlap")
      end = scanner.rowRange.upperBound
      var row: [String] = []
      for column in scanner.fields.indices { row.append(try scanner.text(ofColumn: column)) }
      rows.append(row)
    }
    return rows
  }
}
