package import Diagnostics

/// JSON as RFC 8259 has it. Whole numbers and fractions are kept apart, and keys keep their order.
package enum JSON {
  /// Reads one value. Beyond the standard, `NaN`, `Infinity` and `-Infinity` are accepted, which Python writes into
  /// metrics. Duplicate keys, and numbers that 64 bits cannot hold, are refused. A file without content is refused too.
  package static func parse(
    _ bytes: [UInt8], file: String, limits: ParseLimits = ParseLimits(), category: FailureCategory = .failed
  ) throws(Failure) -> Node {
    var reader = JSONReader(try SourceText(bytes, file: file, limits: limits, category: category))
    return try reader.readDocument()
  }

  /// How a number that JSON cannot express is written.
  package enum NonFinite: Sendable {
    /// `null`: any reader takes the text, but the value is lost.
    case null
    /// `NaN`, `Infinity`, `-Infinity`: what Python and `parse` read back; strict readers refuse it.
    case named
  }

  /// Returns the text of `value`, members in the order given, numbers as short as they can be and still read back as the
  /// same value, floats always with a dot or an exponent. `pretty` indents by two spaces and ends with a line feed.
  package static func encode(_ value: Value, pretty: Bool = false, nonFinite: NonFinite = .null) -> String {
    var writer = JSONWriter(pretty: pretty, nonFinite: nonFinite)
    writer.write(value, indent: 0)
    if pretty { writer.text += "\n" }
    return writer.text
  }
}

private struct JSONWriter {
  let pretty: Bool
  let nonFinite: JSON.NonFinite
  var text = ""

  mutating func write(_ value: Value, indent: Int) {
    switch value {
    case .null: text += "null"
    case .bool(let bool): text += bool ? "true" : "false"
    case .int(let int): text += String(int)
    case .float(let double): write(double)
    case .string(let string): write(string)
    case .list(let items):
      group("[", "]", items, indent) { writer, item in writer.write(item, indent: indent + 1) }
    case .map(let members):
      group("{", "}", members, indent) { writer, member in
        writer.write(member.key)
        writer.text += writer.pretty ? ": " : ":"
        writer.write(member.value, indent: indent + 1)
      }
    }
  }

  private mutating func group<Item>(
    _ open: String, _ close: String, _ items: [Item], _ indent: Int, _ each: (inout JSONWriter, Item) -> Void
  ) {
    text += open
    for (index, item) in items.enumerated() {
      if index > 0 { text += "," }
      newLine(indent + 1)
      each(&self, item)
    }
    if !items.isEmpty { newLine(indent) }
    text += close
  }

  private mutating func newLine(_ indent: Int) {
    if pretty { text += "\n" + String(repeating: "  ", count: indent) }
  }

  private mutating func write(_ double: Double) {
    if double.isFinite {
      text += double.description
    } else if nonFinite == .null {
      text += "null"
    } else {
      text += double.isNaN ? "NaN" : double < 0 ? "-Infinity" : "Infinity"
    }
  }

  private mutating func write(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        text += "\\u00" + (scalar.value < 0x10 ? "0" : "") + String(scalar.value, radix: 16)
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
