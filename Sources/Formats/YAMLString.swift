/// How a string is written so that every YAML reader sees a string.
enum YAMLString {
  /// `strictly` also quotes what only readers of YAML 1.1 take for something else, such as `no` or `1_000`.
  static func quoted(_ string: String, inFlow: Bool, strictly: Bool = true) -> String {
    if isPlain(string, inFlow: inFlow, strictly: strictly) { return string }
    let printable = string.unicodeScalars.allSatisfy { isPrintable($0) }
    return printable ? "'\(string.replacingQuote())'" : doubleQuoted(string)
  }

  private static func isPlain(_ string: String, inFlow: Bool, strictly: Bool) -> Bool {
    let scalars = Array(string.unicodeScalars)
    guard let first = scalars.first, let last = scalars.last, canStart(first), last != " ", last != ":" else {
      return false
    }
    for (index, scalar) in scalars.enumerated() {
      guard isPrintable(scalar) else { return false }
      switch scalar {
      case ":": if " ,[]{}".unicodeScalars.contains(scalars[index + 1]) { return false }
      case "#": if index == 0 || scalars[index - 1] == " " { return false }
      case ",", "[", "]", "{", "}", "?": if inFlow { return false }
      default: break
      }
    }
    return strictly ? !meansSomethingElse(string, first) : YAMLScalar.resolve(string) == .string(string)
  }

  private static func canStart(_ scalar: Unicode.Scalar) -> Bool {
    isLetter(scalar) || isDigit(scalar) || scalar.value >= 0xa0 || "_./$".unicodeScalars.contains(scalar)
  }

  /// Whether some reader may take the plain `string` for a number, a date, a boolean or null.
  private static func meansSomethingElse(_ string: String, _ first: Unicode.Scalar) -> Bool {
    if isDigit(first) {
      // Every number and date is made of these; another letter or a slash makes it a string to all readers.
      return string.unicodeScalars.allSatisfy { "0123456789abcdefABCDEFxXoOtTzZ_.:+- ".unicodeScalars.contains($0) }
    }
    if first == "." {
      let rest = string.dropFirst()
      let next = rest.unicodeScalars.first ?? "0"
      return !(isLetter(next) || next == "/" || next == ".") || string == "..." || ["inf", "nan"].contains(lower(rest))
    }
    return ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"].contains(lower(string[...]))
  }

  private static func lower(_ text: Substring) -> String { text.lowercased() }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7e: true
    case 0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff: false
    default: scalar.value >= 0xa0
    }
  }

  private static func doubleQuoted(_ string: String) -> String {
    var text = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where isPrintable(scalar): text.unicodeScalars.append(scalar)
      default:
        let hex = String(scalar.value, radix: 16)
        let (letter, width) = scalar.value <= 0xff ? ("x", 2) : scalar.value <= 0xffff ? ("u", 4) : ("U", 8)
        text += "\\\(letter)" + String(repeating: "0", count: width - hex.count) + hex
      }
    }
    return text + "\""
  }
}

extension String {
  /// By scalars: a quote and a mark that combines with it are one `Character`, which is not "'".
  fileprivate func replacingQuote() -> String {
    var text = String.UnicodeScalarView()
    for scalar in unicodeScalars { text.append(contentsOf: scalar == "'" ? ["'", "'"] : [scalar]) }
    return String(text)
  }
}
