import COpenSSL

/// Hashes and codes that protocols of remotes need, over OpenSSL.
enum Digest {
  static func sha256(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    let bytes = Array(bytes)
    var result = [UInt8](repeating: 0, count: 32)
    EVP_Digest(bytes, bytes.count, &result, nil, EVP_sha256(), nil)
    return result
  }

  /// HMAC-SHA-256 (RFC 2104).
  static func mac(_ bytes: some Sequence<UInt8>, key: [UInt8]) -> [UInt8] {
    let bytes = Array(bytes)
    var result = [UInt8](repeating: 0, count: 32)
    // OpenSSL takes a null key for "the one before".
    let key = key.isEmpty ? [0] : key
    HMAC(EVP_sha256(), key, Int32(clamping: key.count), bytes, bytes.count, &result, nil)
    return result
  }

  static func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The bytes of hexadecimal digits; nil when they are none.
  static func bytes(hex: some StringProtocol) -> [UInt8]? {
    let digits = hex.utf8.compactMap(hexValue)
    guard digits.count == hex.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var result: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let piece = bytes[start..<min(start + 3, bytes.count)]
      var word = piece.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      word <<= UInt32(8 * (3 - piece.count))
      for place in 0..<4 {
        let isFilled = place <= piece.count
        result.append(isFilled ? alphabet[Int(word >> UInt32(18 - 6 * place)) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}

/// A hash of bytes that come piece by piece.
final class RunningDigest {
  private let context = EVP_MD_CTX_new()
  private let count: Int

  init(md5: Bool = false) {
    count = md5 ? 16 : 32
    EVP_DigestInit_ex(context, md5 ? EVP_md5() : EVP_sha256(), nil)
  }

  deinit { EVP_MD_CTX_free(context) }

  func update(_ bytes: UnsafeRawBufferPointer) { EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }

  /// The hash of everything; to be asked for once.
  func finish() -> [UInt8] {
    var result = [UInt8](repeating: 0, count: count)
    EVP_DigestFinal_ex(context, &result, nil)
    return result
  }
}
