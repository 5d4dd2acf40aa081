/// What a plain (unquoted) YAML scalar means: the core schema of YAML 1.2, section 10.3.2.
enum YAMLScalar {
  /// Returns the value of `text`, or nil if it is a number that a 64-bit integer or a double cannot hold.
  static func resolve(_ text: String) -> Value? {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    case ".nan", ".NaN", ".NAN": return .float(.nan)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .float(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .float(-.infinity)
    default: return number(Array(text.utf8), text)
    }
  }

  static func tooLarge(_ text: String) -> String {
    "the number \(text.prefix(40)) does not fit in 64 bits; quote it to keep it as text"
  }

  private static func number(_ bytes: [UInt8], _ text: String) -> Value? {
    if bytes.starts(with: "0o".utf8) || bytes.starts(with: "0x".utf8) {
      let radix = bytes[1] == UInt8(ascii: "o") ? 8 : 16
      let digits = text.dropFirst(2)
      guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && ($0.hexDigitValue ?? 16) < radix }) else {
        return .string(text)
      }
      return Int(digits, radix: radix).map(Value.int)
    }
    switch Decimal(bytes) {
    case .none: return .string(text)
    case .integer: return Int(text).map(Value.int)
    case .fraction:
      guard let double = Double(text), double.isFinite else { return nil }
      return .float(double)
    }
  }

  private enum Decimal {
    case none
    case integer
    case fraction

    /// Matches `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`.
    init(_ bytes: [UInt8]) {
      var at = 0
      func byte() -> UInt8? { at < bytes.count ? bytes[at] : nil }
      func digits() -> Int {
        let start = at
        while let next = byte(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) { at += 1 }
        return at - start
      }
      func take(_ choices: String) -> Bool {
        guard let next = byte(), choices.utf8.contains(next) else { return false }
        at += 1
        return true
      }
      self = .none
      _ = take("+-")
      let whole = digits()
      let point = take(".")
      let fraction = point ? digits() : 0
      guard whole + fraction > 0 else { return }
      let exponent = take("eE")
      if exponent {
        _ = take("+-")
        guard digits() > 0 else { return }
      }
      guard at == bytes.count else { return }
      self = point || exponent ? .fraction : .integer
    }
  }
}
