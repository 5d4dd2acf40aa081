import Diagnostics
import Formats

extension Node {
  var isEmpty: Bool { content == .scalar(.null) }
}

/// Kinds of values that only pipeline files have.
extension NodeReader {
  static let plotKeys = ["template", "x", "y", "x_label", "y_label", "title", "header"]

  /// Throws for words that the field knows and this version does not read, so that they are told apart from mistakes.
  func refuse(_ keys: [String], in node: Node, _ what: String) throws(Failure) {
    for member in try map(node, what) where keys.contains(member.key) {
      throw failure(at: member.keyPosition, "'\(member.key)' in \(what) is not read by this version")
    }
  }

  func strings(_ node: Node, _ what: String) throws(Failure) -> [String] {
    var strings: [String] = []
    for item in try list(node, what) { strings.append(try string(item, "an item of \(what)")) }
    return strings
  }

  /// How a plot is drawn; `besides` are keys that mean something else.
  func plotSettings(_ node: Node, _ what: String, besides: [String] = []) throws(Failure) -> [ValueMember] {
    var settings: [ValueMember] = []
    let fields = try map(node, what, known: Self.plotKeys + besides)
    for member in try map(node, what) where !besides.contains(member.key) {
      switch member.key {
      case "header": _ = try bool(member.value, "'header'")
      case "x", "y": try checkAxis(member.value, "'\(member.key)' of \(what)")
      default: _ = try string(member.value, "'\(member.key)' of \(what)")
      }
      if let node = fields[member.key] { settings.append(ValueMember(member.key, node.value)) }
    }
    return settings
  }

  /// A column, a list of columns, or a map from files to either.
  private func checkAxis(_ node: Node, _ what: String) throws(Failure) {
    switch node.content {
    case .map(let members):
      for member in members {
        if case .list = member.value.content {
          _ = try strings(member.value, what)
        } else {
          _ = try string(member.value, what)
        }
      }
    case .list: _ = try strings(node, what)
    case .scalar: _ = try string(node, what)
    }
  }

  /// Seconds: a number, or text such as `90s`, `10m`, `1h 30m`, `2d`.
  func duration(_ node: Node, _ what: String, orZero: Bool = false) throws(Failure) -> Double {
    let seconds: Double?
    switch node.content {
    case .scalar(.int(let int)): seconds = Double(int)
    case .scalar(.float(let double)): seconds = double
    case .scalar(.string(let text)): seconds = Self.amount(text, units: Self.durations)
    default: seconds = nil
    }
    guard let seconds, seconds.isFinite, seconds > 0 || (orZero && seconds == 0), seconds <= Self.longest else {
      throw failure(
        at: node.position,
        "\(what) should be a time, such as 90 (seconds), 10m or 1h 30m, but is \(node.value.text.prefix(40))")
    }
    return seconds
  }

  /// Bytes: a number, or text such as `4 GiB`, `500 MB`, `16G`.
  func size(_ node: Node, _ what: String) throws(Failure) -> Int {
    let bytes: Double?
    switch node.content {
    case .scalar(.int(let int)): bytes = Double(int)
    case .scalar(.string(let text)): bytes = Self.amount(text, units: Self.sizes)
    default: bytes = nil
    }
    guard let bytes, bytes >= 1, bytes < 0x1p62 else {
      throw failure(
        at: node.position, "\(what) should be a size, such as 4 GiB or 500 MB, but is \(node.value.text.prefix(40))")
    }
    return Int(bytes.rounded(.up))
  }

  /// Ten years.
  private static let longest = 315_360_000.0
  private static let durations: [String: Double] = [
    "ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400,
  ]
  /// Letters alone mean powers of 1024, as schedulers take them.
  private static let sizes: [String: Double] = [
    "b": 1, "k": 0x1p10, "m": 0x1p20, "g": 0x1p30, "t": 0x1p40, "kib": 0x1p10, "mib": 0x1p20, "gib": 0x1p30,
    "tib": 0x1p40, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12,
  ]

  /// The sum of the numbers in `text`, each with its unit; nil if it is anything else.
  private static func amount(_ text: String, units: [String: Double]) -> Double? {
    var rest = text.lowercased()[...].drop(while: \.isWhitespace)
    var sum = 0.0
    repeat {
      let number = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
      rest = rest.dropFirst(number.count).drop(while: \.isWhitespace)
      let unit = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(unit.count).drop(while: \.isWhitespace)
      guard number.count <= 20, let value = Double(number), let factor = units[String(unit)] else { return nil }
      sum += value * factor
    } while !rest.isEmpty
    return sum
  }
}
