import Formats

/// How a value reads where a template puts it into text: as DVC writes it, so that commands stay the same.
enum TemplateText {
  /// The text of a scalar: `true`, `0.001`, `None` for nothing. A list or map has none.
  static func scalar(_ value: Value) -> String? {
    switch value {
    case .null: "None"
    case .bool(let bool): bool ? "true" : "false"
    case .int(let int): String(int)
    case .float(let double): number(double)
    case .string(let string): string
    case .list, .map: nil
    }
  }

  /// The words of a command line that `value` makes: a list its items, a map `--key item` for each leaf, `--key` alone
  /// for true and nothing for false. Nil if a list in it holds lists or maps.
  static func arguments(_ value: Value) -> String? {
    switch value {
    case .list(let items): return words(items)?.joined(separator: " ")
    case .map(let members):
      var options: [String] = []
      guard collect(members, prefix: "", into: &options) else { return nil }
      return options.joined(separator: " ")
    default: return scalar(value)
    }
  }

  private static func collect(_ members: [ValueMember], prefix: String, into options: inout [String]) -> Bool {
    for member in members {
      let name = prefix + member.key
      switch member.value {
      case .map(let inner):
        guard collect(inner, prefix: name + ".", into: &options) else { return false }
      case .bool(let bool):
        if bool { options.append("--\(name)") }
      case .list(let items):
        guard let words = words(items) else { return false }
        if !words.isEmpty { options.append("--\(name) \(words.joined(separator: " "))") }
      default:
        guard let word = word(member.value) else { return false }
        options.append("--\(name) \(word)")
      }
    }
    return true
  }

  private static func words(_ items: [Value]) -> [String]? {
    let words = items.compactMap(word)
    return words.count == items.count ? words : nil
  }

  private static func word(_ value: Value) -> String? {
    if case .string(let string) = value { return quoted(string) }
    return scalar(value)
  }

  /// `text` as one word of a POSIX shell.
  static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "_@%+=:,./-".utf8.contains(byte)
      }
    }
    if isPlain, !text.isEmpty { return text }
    return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\"'\"'") + "'"
  }

  /// Python's `repr` of a float. Swift writes the same digits, and exponents from 2^54 instead of from 1e16 on.
  private static func number(_ double: Double) -> String {
    let text = double.description
    guard double.magnitude >= 1e16, double.isFinite, !text.contains("e"), text.hasSuffix(".0") else { return text }
    let digits = text.dropLast(2).drop { $0 == "-" }
    let exponent = digits.count - 1
    var fraction = String(digits.dropFirst())
    while fraction.last == "0" { fraction.removeLast() }
    let sign = double < 0 ? "-" : ""
    return "\(sign)\(digits.prefix(1))\(fraction.isEmpty ? "" : "." + fraction)e+\(exponent)"
  }
}
