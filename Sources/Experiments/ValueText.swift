import Formats

/// Values as tables show them.
enum ValueText {
  /// The text of `value`, floats with up to `precision` significant digits, also within lists. Digits before the point are
  /// never cut.
  static func shown(_ value: Value, precision: Int) -> String {
    switch value {
    case .float(let double) where double.isFinite: rounded(double, to: max(precision, 1))
    case .list(let items): "[\(items.map { shown($0, precision: precision) }.joined(separator: ", "))]"
    case .string(let string) where value.text.first == "\"": string
    default: value.text
    }
  }

  private static func rounded(_ double: Double, to precision: Int) -> String {
    var (digits, point) = decimal(double.magnitude)
    let kept = max(precision, min(point, 16))
    if digits.count > kept {
      let roundsUp = digits[kept] >= 5
      digits.removeLast(digits.count - kept)
      if roundsUp { point += increment(&digits) }
    }
    while digits.last == 0 { digits.removeLast() }
    let sign = double.sign == .minus ? "-" : ""
    if digits.isEmpty { return sign + "0.0" }
    return sign + (point > 16 || point < -4 ? scientific(digits, point) : fixed(digits, point))
  }

  /// The shortest digits that mean `magnitude`, without leading zeros, and how many of them stand before the point.
  private static func decimal(_ magnitude: Double) -> (digits: [Int], point: Int) {
    let parts = magnitude.description.split(separator: "e")
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let all = mantissa.joined().compactMap(\.wholeNumberValue)
    let leading = all.prefix { $0 == 0 }.count
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    return (Array(all[leading...]), mantissa[0].count + exponent - leading)
  }

  /// Adds one to the last digit; returns 1 if that made another digit in front.
  private static func increment(_ digits: inout [Int]) -> Int {
    for index in digits.indices.reversed() {
      digits[index] = (digits[index] + 1) % 10
      if digits[index] != 0 { return 0 }
    }
    digits.insert(1, at: 0)
    return 1
  }

  private static func fixed(_ digits: [Int], _ point: Int) -> String {
    let text = digits.map(String.init).joined()
    if point <= 0 { return "0." + String(repeating: "0", count: -point) + text }
    if digits.count <= point { return text + String(repeating: "0", count: point - digits.count) + ".0" }
    return "\(text.prefix(point)).\(text.dropFirst(point))"
  }

  private static func scientific(_ digits: [Int], _ point: Int) -> String {
    let text = digits.map(String.init).joined()
    let exponent = point - 1
    let mantissa = digits.count == 1 ? text : "\(text.prefix(1)).\(text.dropFirst())"
    let magnitude = String(exponent.magnitude)
    return "\(mantissa)e\(exponent < 0 ? "-" : "+")\(magnitude.count < 2 ? "0" : "")\(magnitude)"
  }
}
