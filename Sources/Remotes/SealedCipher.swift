import COpenSSL
import Diagnostics

/// AES-256, as sealed remotes use it: with GCM for contents, and in counter mode for names.
enum SealedCipher {
  static let nonceSize = 12
  static let tagSize = 16
  /// Bytes by which a segment grows.
  static let overhead = nonceSize + tagSize

  static func random(_ count: Int) throws(Failure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    guard RAND_bytes(&bytes, Int32(count)) == 1 else { throw failure }
    return bytes
  }

  /// Nonce, ciphertext and tag of `plain`, bound to `context`.
  static func seal(_ plain: UnsafeRawBufferPointer, key: [UInt8], context: [UInt8]) throws(Failure) -> [UInt8] {
    var result = try random(nonceSize)
    result.reserveCapacity(plain.count + overhead)
    let cipher = EVP_CIPHER_CTX_new()
    defer { EVP_CIPHER_CTX_free(cipher) }
    var count: Int32 = 0
    var isGood = EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), nil, key, result) == 1
    isGood = isGood && EVP_EncryptUpdate(cipher, nil, &count, context, Int32(context.count)) == 1
    result += [UInt8](repeating: 0, count: plain.count + tagSize)
    isGood =
      isGood
      && result.withUnsafeMutableBytes { raw in
        guard let target = raw.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return false }
        let source = plain.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var rest: Int32 = 0
        return
          (plain.isEmpty
          || EVP_EncryptUpdate(cipher, target + nonceSize, &count, source, Int32(plain.count)) == 1)
          && EVP_EncryptFinal_ex(cipher, target + nonceSize + plain.count, &rest) == 1
          && EVP_CIPHER_CTX_ctrl(
            cipher, EVP_CTRL_AEAD_GET_TAG, Int32(tagSize), target + nonceSize + plain.count) == 1
      }
    guard isGood else { throw failure }
    return result
  }

  /// What `seal` was given; nil when a bit of it, or of `context`, is another.
  static func open(_ sealed: ArraySlice<UInt8>, key: [UInt8], context: [UInt8]) -> [UInt8]? {
    let size = sealed.count - overhead
    guard size >= 0, let cipher = EVP_CIPHER_CTX_new() else { return nil }
    defer { EVP_CIPHER_CTX_free(cipher) }
    var plain = [UInt8](repeating: 0, count: size)
    let isGood = sealed.withUnsafeBytes { raw in
      guard let source = raw.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return false }
      var count: Int32 = 0
      var tag = Array(UnsafeBufferPointer(start: source + nonceSize + size, count: tagSize))
      var none: UInt8 = 0
      return EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), nil, key, source) == 1
        && EVP_DecryptUpdate(cipher, nil, &count, context, Int32(context.count)) == 1
        && (size == 0 || EVP_DecryptUpdate(cipher, &plain, &count, source + nonceSize, Int32(size)) == 1)
        && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, Int32(tagSize), &tag) == 1
        && EVP_DecryptFinal_ex(cipher, &none, &count) == 1
    }
    return isGood ? plain : nil
  }

  /// `bytes` combined with the stream of `key` and `start`; twice gives them back.
  static func stream(_ bytes: [UInt8], key: [UInt8], start: [UInt8]) throws(Failure) -> [UInt8] {
    let cipher = EVP_CIPHER_CTX_new()
    defer { EVP_CIPHER_CTX_free(cipher) }
    var result = [UInt8](repeating: 0, count: bytes.count)
    var count: Int32 = 0
    guard EVP_EncryptInit_ex(cipher, EVP_aes_256_ctr(), nil, key, start) == 1,
      EVP_EncryptUpdate(cipher, &result, &count, bytes, Int32(bytes.count)) == 1
    else { throw failure }
    return result
  }

  /// A key of 32 bytes out of a passphrase, by scrypt (RFC 7914) with 64 MiB of memory.
  static func key(passphrase: String, salt: [UInt8]) throws(Failure) -> [UInt8] {
    let text = Array(passphrase.utf8CString)
    var result = [UInt8](repeating: 0, count: 32)
    guard EVP_PBE_scrypt(text, text.count - 1, salt, salt.count, 1 << 16, 8, 2, 128 << 20, &result, 32) == 1 else {
      throw failure
    }
    return result
  }

  /// A key of 32 bytes out of another, by HKDF (RFC 5869) with SHA-256.
  static func key(_ key: [UInt8], salt: [UInt8], purpose: String) -> [UInt8] {
    Digest.mac(Array(purpose.utf8) + [1], key: Digest.mac(key, key: salt))
  }

  private static let failure = Failure(
    "cannot encrypt", why: "OpenSSL offers no AES-256-GCM", hint: "check the installation with 'openssl version'",
    category: .bug)
}
