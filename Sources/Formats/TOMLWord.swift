/// What an unquoted TOML value means.
enum TOMLWord {
  enum Meaning {
    case value(Value)
    case tooLarge
    case unknown
  }

  static func value(_ word: String) -> Meaning {
    switch word {
    case "true": return .value(.bool(true))
    case "false": return .value(.bool(false))
    case "inf", "+inf": return .value(.float(.infinity))
    case "-inf": return .value(.float(-.infinity))
    case "nan", "+nan", "-nan": return .value(.float(.nan))
    default: break
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where word.hasPrefix(prefix) {
      guard let digits = withoutUnderscores(word.dropFirst(2), isDigit: { ($0.hexDigitValue ?? 99) < radix }) else {
        return .unknown
      }
      return Int(digits, radix: radix).map { .value(.int($0)) } ?? .tooLarge
    }
    if isDate(word) || isTime(word[...], withOffset: false) || isDateTime(word) { return .value(.string(word)) }
    return number(word)
  }

  /// Matches `[+-]? digits ( . digits )? ( [eE] [+-]? digits )?`; digits may be parted by single underscores.
  private static func number(_ word: String) -> Meaning {
    let sign = word.first == "-" ? "-" : ""
    let body = word.first == "-" || word.first == "+" ? word.dropFirst() : word[...]
    let parts = body.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = decimal(mantissa[0]), whole.count == 1 || whole.first != "0" else { return .unknown }
    var text = sign + whole
    if mantissa.count > 1 {
      guard let fraction = decimal(mantissa[1]) else { return .unknown }
      text += "." + fraction
    }
    if parts.count > 1 {
      let exponent = parts[1].first == "-" || parts[1].first == "+" ? parts[1].dropFirst() : parts[1]
      guard let digits = decimal(exponent) else { return .unknown }
      text += "e" + (parts[1].first == "-" ? "-" : "") + digits
    }
    if mantissa.count == 1, parts.count == 1 { return Int(text).map { .value(.int($0)) } ?? .tooLarge }
    guard let double = Double(text), double.isFinite else { return .tooLarge }
    return .value(.float(double))
  }

  private static func decimal(_ text: Substring) -> String? { withoutUnderscores(text) { ("0"..."9").contains($0) } }

  /// `text` without underscores, each of which must stand between two digits; nil if it is anything but digits.
  private static func withoutUnderscores(_ text: Substring, isDigit: (Character) -> Bool) -> String? {
    let groups = text.split(separator: "_", omittingEmptySubsequences: false)
    guard groups.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && isDigit($0) } }) else { return nil }
    return groups.joined()
  }

  // MARK: Dates

  static func isDate(_ word: String) -> Bool { isDate(word[...]) }

  private static func isDate(_ word: Substring) -> Bool {
    guard let fields = fields(word, "0000-00-00") else { return false }
    let (year, month, day) = (fields[0], fields[1], fields[2])
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...12).contains(month) && (1...days[month - 1]).contains(day)
  }

  private static func isDateTime(_ word: String) -> Bool {
    let mark = word.dropFirst(10).first
    guard mark == "T" || mark == "t" || mark == " " else { return false }
    return isDate(word.prefix(10)) && isTime(word.dropFirst(11), withOffset: true)
  }

  private static func isTime(_ word: Substring, withOffset: Bool) -> Bool {
    guard let clock = fields(word.prefix(8), "00:00:00"), clock[0] < 24, clock[1] < 60, clock[2] < 61 else {
      return false
    }
    var rest = word.dropFirst(8)
    if rest.first == "." {
      let digits = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
      if digits.isEmpty { return false }
      rest = rest.dropFirst(1 + digits.count)
    }
    if rest.isEmpty || !withOffset { return rest.isEmpty }
    if rest == "Z" || rest == "z" { return true }
    guard rest.first == "+" || rest.first == "-", let offset = fields(rest.dropFirst(), "00:00") else { return false }
    return offset[0] < 24 && offset[1] < 60
  }

  /// The numbers in `text` where `pattern` has zeros; nil if it is of another form.
  private static func fields(_ text: Substring, _ pattern: String) -> [Int]? {
    guard text.utf8.count == pattern.utf8.count else { return nil }
    for (letter, wanted) in zip(text.utf8, pattern.utf8) {
      let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(letter)
      guard wanted == UInt8(ascii: "0") ? isDigit : letter == wanted else { return nil }
    }
    return text.split { !("0"..."9").contains($0) }.compactMap { Int($0) }
  }
}
