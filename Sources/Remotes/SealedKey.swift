package import Diagnostics
import Files

/// What only those know who may read a sealed remote.
package enum SealedSecret: Sendable {
  /// 32 bytes by chance.
  case key([UInt8])
  case passphrase(String)

  /// Reads a key file: 64 hexadecimal digits, and nothing else but space around them.
  package init(keyFile path: [UInt8]) throws(Failure) {
    let shown = PathText.escape(path)
    let hint = "make one with: openssl rand -hex 32 > \(shown)"
    guard let text = try FileHandle.contents(at: path, limit: 4096) else {
      throw Failure("cannot read the key file \(shown)", why: "there is none", hint: hint, category: .remote)
    }
    let digits = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard digits.count == 1, digits[0].utf8.count == 64, let key = Digest.bytes(hex: digits[0]) else {
      throw Failure(
        "cannot use the key file \(shown)", why: "it does not hold 64 hexadecimal digits", hint: hint, category: .remote
      )
    }
    self = .key(key)
  }
}

/// The keys of a sealed remote: what its seal and the secret give together.
///
/// A seal is a small file that anybody may read. It has the salt, by which the keys of no two remotes are alike, and a
/// code by which a wrong secret is known.
struct SealedKey: Sendable {
  private let master: [UInt8]
  private let nameKey: [UInt8]
  private let nameCodeKey: [UInt8]

  private static let title = "mlrepo seal "

  private init(_ secret: SealedSecret, salt: [UInt8]) throws(Failure) {
    switch secret {
    case .key(let key): master = SealedCipher.key(key, salt: salt, purpose: "mlrepo seal 1")
    case .passphrase(let text): master = try SealedCipher.key(passphrase: text, salt: salt)
    }
    nameKey = Digest.mac("name".utf8, key: master)
    nameCodeKey = Digest.mac("name code".utf8, key: master)
  }

  private var check: String { Digest.hex(Digest.mac("check".utf8, key: master)) }

  /// New keys, and the seal that goes with them.
  static func make(_ secret: SealedSecret) throws(Failure) -> (key: SealedKey, seal: [UInt8]) {
    let salt = try SealedCipher.random(16)
    let key = try SealedKey(secret, salt: salt)
    let kind = if case .key = secret { "key" } else { "passphrase" }
    return (key, Array("\(title)1\n\(kind)\nsalt \(Digest.hex(salt))\ncheck \(key.check)\n".utf8))
  }

  /// The keys for a seal; nil when it was made with another secret.
  static func open(_ seal: [UInt8], _ secret: SealedSecret, from place: String) throws(Failure) -> SealedKey? {
    func failure(_ why: String, _ category: FailureCategory = .damaged) -> Failure {
      Failure("cannot read the seal of \(place)", why: why, category: category)
    }
    let lines = String(decoding: seal, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    guard lines[0].hasPrefix(title) else { throw failure("it is damaged") }
    guard lines[0] == "\(title)1" else { throw failure("it was made by a newer mlrepo", .remote) }
    guard lines.count == 5, lines[2].hasPrefix("salt "), let salt = Digest.bytes(hex: lines[2].dropFirst(5)),
      salt.count == 16
    else { throw failure("it is damaged") }
    switch (secret, lines[1]) {
    case (.key, "key"), (.passphrase, "passphrase"): break
    default: return nil
    }
    let key = try SealedKey(secret, salt: salt)
    return lines[3] == "check \(key.check)" ? key : nil
  }

  /// The key of the content of one file. It belongs to the name, so that files cannot be swapped.
  func contentKey(of name: RemoteName) -> [UInt8] { Digest.mac("file \(name)".utf8, key: master) }

  /// The name under which a file is kept. It tells nothing, but is always the same.
  func hiddenName(of name: RemoteName) throws(Failure) -> RemoteName {
    let code = nameCode(name)
    let hidden = try SealedCipher.stream(Array(name.name.utf8), key: nameKey, start: code)
    guard name.name.utf8.count <= 128, let result = RemoteName(name.folder, Base32.encode(code + hidden)) else {
      throw Failure("cannot seal \(name)", why: "its name is too long", category: .bug)
    }
    return result
  }

  /// The name of a file that is kept under `hidden`; nil when it is not one of this key's.
  func name(of hidden: RemoteName) -> RemoteName? {
    guard let bytes = Base32.decode(hidden.name), bytes.count > 16,
      let plain = try? SealedCipher.stream(Array(bytes[16...]), key: nameKey, start: Array(bytes[..<16])),
      let name = RemoteName(hidden.folder, String(decoding: plain, as: UTF8.self)),
      nameCode(name) == Array(bytes[..<16])
    else { return nil }
    return name
  }

  private func nameCode(_ name: RemoteName) -> [UInt8] {
    Array(Digest.mac(name.description.utf8, key: nameCodeKey).prefix(16))
  }
}

/// Base32 (RFC 4648) in lower case and without padding.
enum Base32 {
  private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    var word: UInt32 = 0
    var bits = 0
    for byte in bytes {
      word = word << 8 | UInt32(byte)
      bits += 8
      while bits >= 5 {
        bits -= 5
        result.append(alphabet[Int(word >> UInt32(bits)) & 31])
      }
    }
    if bits > 0 { result.append(alphabet[Int(word << UInt32(5 - bits)) & 31]) }
    return String(decoding: result, as: UTF8.self)
  }

  /// Nil for what `encode` does not give.
  static func decode(_ text: String) -> [UInt8]? {
    var result: [UInt8] = []
    var word: UInt32 = 0
    var bits = 0
    for letter in text.utf8 {
      guard let value = alphabet.firstIndex(of: letter) else { return nil }
      word = word << 5 | UInt32(value)
      bits += 5
      if bits >= 8 {
        bits -= 8
        result.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
      }
    }
    return encode(result) == text ? result : nil
  }
}
