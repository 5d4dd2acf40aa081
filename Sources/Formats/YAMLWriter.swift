extension YAML {
  /// Returns `value` on one line, such that YAML 1.1 and 1.2 readers alike read back the same value.
  ///
  /// Strings are quoted only where they must be; floats always have a dot (`1.0e-05`); lists and maps use flow style.
  package static func scalar(_ value: Value) -> String { line(value, inFlow: true) }

  /// Returns the canonical block style of `value`: two spaces a level, list items indented below their key, a final line
  /// feed. A map without members is `{}`.
  package static func emit(_ value: Value) -> String {
    var lines: [String] = []
    appendBlock(value, indent: 0, to: &lines)
    return lines.map { $0 + "\n" }.joined()
  }

  private static func appendBlock(_ value: Value, indent: Int, to lines: inout [String]) {
    let lead = String(repeating: " ", count: indent)
    switch value {
    case .map(let members) where !members.isEmpty:
      for member in members { appendMember(member, lead: lead, indent: indent, to: &lines) }
    case .list(let items) where !items.isEmpty:
      for item in items { appendItem(item, lead: lead, indent: indent, to: &lines) }
    default:
      lines.append(lead + line(value, inFlow: false))
    }
  }

  private static func appendMember(_ member: ValueMember, lead: String, indent: Int, to lines: inout [String]) {
    let key = line(.string(member.key), inFlow: false)
    // A reader looks at most 1024 characters ahead for the colon of a simple key.
    let long = key.utf8.count > 1000
    if long { lines.append("\(lead)? \(key)") }
    let start = long ? String(repeating: " ", count: indent) : "\(lead)\(key)"
    if isBlock(member.value) {
      lines.append(start + ":")
      appendBlock(member.value, indent: indent + 2, to: &lines)
    } else {
      lines.append("\(start): \(line(member.value, inFlow: false))")
    }
  }

  private static func appendItem(_ item: Value, lead: String, indent: Int, to lines: inout [String]) {
    guard isBlock(item) else { return lines.append("\(lead)- \(line(item, inFlow: false))") }
    let first = lines.count
    appendBlock(item, indent: indent + 2, to: &lines)
    // By bytes: a mark that combines with the last space is of the text.
    lines[first] = "\(lead)- \(Substring(lines[first].utf8.dropFirst(indent + 2)))"
  }

  private static func isBlock(_ value: Value) -> Bool {
    switch value {
    case .map(let members): !members.isEmpty
    case .list(let items): !items.isEmpty
    default: false
    }
  }

  private static func line(_ value: Value, inFlow: Bool) -> String {
    switch value {
    case .null: return "null"
    case .bool(let bool): return bool ? "true" : "false"
    case .int(let int): return String(int)
    case .float(let double): return float(double)
    case .string(let string): return YAMLString.quoted(string, inFlow: inFlow)
    case .list(let items): return "[\(items.map { line($0, inFlow: true) }.joined(separator: ", "))]"
    case .map(let members):
      let pairs = members.map { "\(line(.string($0.key), inFlow: true)): \(line($0.value, inFlow: true))" }
      return "{\(pairs.joined(separator: ", "))}"
    }
  }

  private static func float(_ double: Double) -> String {
    if double.isNaN { return ".nan" }
    if double.isInfinite { return double < 0 ? "-.inf" : ".inf" }
    let text = double.description
    guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
    return "\(text[..<exponent]).0\(text[exponent...])"
  }
}
