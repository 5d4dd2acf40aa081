package import Diagnostics

/// The parts of a URL with a host. What a remote's settings and a server's redirects say goes through here, so that
/// nothing but a plain address reaches libcurl.
package struct HTTPAddress: Equatable, Sendable {
  package var scheme: String
  /// The name before `@`, if there is one; a password there is refused.
  package var user: String?
  /// In lower case; an IPv6 address with its brackets.
  package var host: String
  package var port: Int?
  /// From the first slash on, percent-encoded, without query and fragment; empty or starting with a slash.
  package var path: String

  /// Reads a URL that a person wrote.
  package init(_ text: String) throws(Failure) {
    let shown = Self.withoutPassword(text)
    func refuse(_ why: String, _ hint: String? = nil) -> Failure {
      Failure("cannot use the URL '\(shown)'", why: why, hint: hint, category: .usage)
    }
    let bytes = Array(text.utf8)
    guard bytes.count <= 4096 else { throw refuse("it is longer than 4096 bytes") }
    guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }) else {
      throw refuse("it has a space, a backslash, or a character that is not ASCII", "write such characters as '%20'")
    }
    guard let colon = text.range(ofText: "://") else { throw refuse("it has no '://'") }
    scheme = text[..<colon.lowerBound].lowercased()
    let rest = text[colon.upperBound...]
    let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
    path = String(rest[end...])
    guard !path.contains("?"), !path.contains("#") else { throw refuse("it has a query or a fragment") }
    var authority = rest[..<end]
    if let at = authority.lastIndex(of: "@") {
      let name = authority[..<at]
      guard !name.contains(":") else {
        throw refuse(
          "it holds a password, which anybody would see",
          "leave it out, and then: mlrepo remote modify --local NAME password …")
      }
      user = String(name)
      authority = authority[authority.index(after: at)...]
    }
    (host, port) = try Self.hostAndPort(authority, refuse)
  }

  private static func hostAndPort(
    _ text: Substring, _ refuse: (String, String?) -> Failure
  ) throws(Failure) -> (String, Int?) {
    var host = text
    var port: Int?
    let bracket = text.lastIndex(of: "]") ?? text.startIndex
    if let colon = text[bracket...].lastIndex(of: ":") {
      host = text[..<colon]
      let digits = text[text.index(after: colon)...]
      guard let number = Int(digits), (1...65535).contains(number), digits.utf8.allSatisfy(\.isDigit) else {
        throw refuse("'\(digits)' is no port", nil)
      }
      port = number
    }
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    let name = isBracketed ? host.dropFirst().dropLast() : host
    let isLegal = name.utf8.allSatisfy { byte in
      byte.isDigit || byte.isLetter || "-._".utf8.contains(byte) || (isBracketed && byte == UInt8(ascii: ":"))
    }
    guard !name.isEmpty, isLegal, name.utf8.first != UInt8(ascii: "-") else {
      throw refuse("'\(host)' is no host", nil)
    }
    return (host.lowercased(), port)
  }

  /// Without what it says of a password, for messages.
  package static func withoutPassword(_ text: String) -> String {
    guard let scheme = text.range(ofText: "://"), let at = text[scheme.upperBound...].lastIndex(of: "@"),
      let colon = text[scheme.upperBound..<at].firstIndex(of: ":")
    else { return text }
    return "\(text[..<colon]):…\(text[at...])"
  }

  /// Host and port, as the `Host` header has them.
  package var authority: String { port.map { "\(host):\($0)" } ?? host }

  /// `scheme://host:port`, without a user.
  package var origin: String { "\(scheme)://\(authority)" }

  private var effectivePort: Int { port ?? (scheme == "https" ? 443 : 80) }

  /// Where a redirect from this address leads; nil where it must not: to another host or port, to less protection, or to
  /// anything but HTTP.
  package func redirected(to location: String) -> String? {
    guard location.utf8.count <= 4096, location.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") })
    else { return nil }
    let bare = location.prefix { $0 != "#" }
    if bare.hasPrefix("/"), !bare.hasPrefix("//") { return origin + bare }
    if bare.range(ofText: "://") == nil, !bare.hasPrefix("//") {
      guard bare.utf8.first != nil, !bare.prefix(while: { $0 != "/" }).contains(":") else { return nil }
      let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
      return origin + folder + bare
    }
    let absolute = bare.hasPrefix("//") ? "\(scheme):\(bare)" : String(bare)
    let query = absolute.firstIndex(of: "?") ?? absolute.endIndex
    guard let target = try? HTTPAddress(String(absolute[..<query])), target.host == host, target.user == nil else {
      return nil
    }
    let isSame = target.scheme == scheme && target.effectivePort == effectivePort
    let isBetter = scheme == "http" && target.scheme == "https" && (port == nil || port == 80) && target.port == nil
    return isSame || isBetter ? absolute : nil
  }
}

extension UInt8 {
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
}

extension StringProtocol {
  /// The first place of `text`, by bytes.
  func range(ofText text: String) -> Range<Index>? {
    let wanted = Array(text.utf8)
    var start = utf8.startIndex
    while start != utf8.endIndex {
      if utf8[start...].starts(with: wanted) { return start..<utf8.index(start, offsetBy: wanted.count) }
      start = utf8.index(after: start)
    }
    return nil
  }
}

/// Percent-encoding (RFC 3986): all but letters, digits and `-._~`, and slashes where they separate.
func percentEncoded(_ text: String, keepingSlashes: Bool = false) -> String {
  let digits = Array("0123456789ABCDEF".utf8)
  var result: [UInt8] = []
  for byte in text.utf8 {
    if byte.isDigit || byte.isLetter || "-._~".utf8.contains(byte) || (keepingSlashes && byte == UInt8(ascii: "/")) {
      result.append(byte)
    } else {
      result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: result, as: UTF8.self)
}

/// Takes percent-encoding away; nil when it is not well-formed.
func percentDecoded(_ text: some StringProtocol) -> String? {
  var result: [UInt8] = []
  var bytes = text.utf8.makeIterator()
  while let byte = bytes.next() {
    guard byte == UInt8(ascii: "%") else {
      result.append(byte)
      continue
    }
    guard let high = bytes.next().flatMap(hexValue), let low = bytes.next().flatMap(hexValue) else { return nil }
    result.append(high << 4 | low)
  }
  return String(validating: result, as: UTF8.self)
}

/// What a hexadecimal digit stands for.
func hexValue(_ digit: UInt8) -> UInt8? {
  switch digit {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
  default: nil
  }
}
