#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Numbers and missing values as they stand in the cells of a table.
enum NumberText {
  /// Whether a cell stands for a missing value: empty or blank, `NA`, `NaN`, `nan` or `null`.
  static func isMissing(_ cell: ArraySlice<UInt8>) -> Bool {
    let text = trimmed(cell)
    switch text.count {
    case 0: return true
    case 2: return text.elementsEqual("NA".utf8)
    case 3: return text.elementsEqual("NaN".utf8) || text.elementsEqual("nan".utf8)
    case 4: return text.elementsEqual("null".utf8)
    default: return false
    }
  }

  /// Returns the number that a cell holds: decimal, with optional sign, fraction and exponent, or an infinity in words;
  /// nil if it is anything else. Blanks around it do not matter. The result is the nearest double.
  static func parse(_ cell: ArraySlice<UInt8>) -> Double? {
    let text = trimmed(cell)
    var at = text.startIndex
    let isNegative = text.first == UInt8(ascii: "-")
    if isNegative || text.first == UInt8(ascii: "+") { at += 1 }
    guard let decimal = Decimal(text[at...]) else {
      return isInfinity(text[at...]) ? (isNegative ? -.infinity : .infinity) : nil
    }
    // Both are exact doubles, so that one rounding gives the nearest double (Clinger's fast path).
    if decimal.isExact, decimal.mantissa <= 1 << 53, abs(decimal.exponent) <= 22 {
      let mantissa = Double(decimal.mantissa)
      let power = powersOfTen[abs(decimal.exponent)]
      let value = decimal.exponent < 0 ? mantissa / power : mantissa * power
      return isNegative ? -value : value
    }
    var terminated = text.map { CChar(bitPattern: $0) }
    terminated.append(0)
    return strtod(terminated, nil)
  }

  /// How a number names a class: whole numbers without a fraction.
  static func label(_ number: Double) -> String {
    if let whole = Int64(exactly: number), abs(number) <= 9e15 { return String(whole) }
    return "\(number)"
  }

  private static func trimmed(_ cell: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var text = cell
    while let first = text.first, first == 0x20 || first == 0x09 { text.removeFirst() }
    while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
    return text
  }

  private static func isInfinity(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.count == 3 || text.count == 8 else { return false }
    let lower = text.map { $0 | 0x20 }
    return lower.elementsEqual("inf".utf8) || lower.elementsEqual("infinity".utf8)
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]
}

/// An unsigned decimal number taken apart: mantissa times ten to the exponent.
private struct Decimal {
  var mantissa: UInt64 = 0
  var exponent = 0
  /// False when the number has more digits than the mantissa holds.
  var isExact = true

  init?(_ text: ArraySlice<UInt8>) {
    var at = text.startIndex
    var digits = 0
    var isFraction = false
    while at < text.endIndex {
      let byte = text[at]
      if byte == UInt8(ascii: "."), !isFraction {
        isFraction = true
      } else if byte >= 0x30, byte <= 0x39 {
        digits += 1
        append(UInt64(byte - 0x30), isFraction: isFraction)
      } else {
        break
      }
      at += 1
    }
    guard digits > 0 else { return nil }
    guard at < text.endIndex else { return }
    guard text[at] | 0x20 == UInt8(ascii: "e"), let power = Self.exponent(text[(at + 1)...]) else { return nil }
    exponent += power
  }

  private mutating func append(_ digit: UInt64, isFraction: Bool) {
    if mantissa < 100_000_000_000_000_000 {
      mantissa = mantissa * 10 + digit
      if isFraction { exponent -= 1 }
    } else {
      isExact = false
    }
  }

  private static func exponent(_ text: ArraySlice<UInt8>) -> Int? {
    var digits = text
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
    guard !digits.isEmpty else { return nil }
    var value = 0
    for digit in digits {
      guard digit >= 0x30, digit <= 0x39 else { return nil }
      value = min(value * 10 + Int(digit - 0x30), 100_000)
    }
    return isNegative ? -value : value
  }
}
