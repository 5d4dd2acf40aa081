import COpenSSL
package import Diagnostics

/// SHA-256 of a stream of bytes, by OpenSSL, which uses the processor's own instructions for it (FIPS 180-4).
package struct ContentHasher: ~Copyable {
  private let context: OpaquePointer

  package init() throws(Failure) {
    guard let algorithm = sha256.pointer, let context = EVP_MD_CTX_new() else {
      throw Failure(
        "cannot hash", why: "OpenSSL offers no SHA-256", hint: "check the installation with 'openssl version'",
        category: .bug)
    }
    self.context = context
    EVP_DigestInit_ex2(context, algorithm, nil)
  }

  deinit { EVP_MD_CTX_free(context) }

  package borrowing func update(_ bytes: UnsafeRawBufferPointer) {
    EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  /// Forgets what was given: for a new start after a failure in the middle.
  package borrowing func reset() { EVP_DigestInit_ex2(context, sha256.pointer, nil) }

  /// Returns the id of what was given since the last call, and starts anew.
  package borrowing func finish() -> ObjectID {
    let id = withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { digest in
      guard let base = digest.baseAddress else { return ObjectID.zero }
      EVP_DigestFinal_ex(context, base.assumingMemoryBound(to: UInt8.self), nil)
      return ObjectID(loading: base)
    }
    reset()
    return id
  }

  package borrowing func hash(_ bytes: UnsafeRawBufferPointer) -> ObjectID {
    update(bytes)
    return finish()
  }

  package static func id(of bytes: [UInt8]) throws(Failure) -> ObjectID {
    let hasher = try ContentHasher()
    return bytes.withUnsafeBytes { hasher.hash($0) }
  }
}

extension ObjectID {
  /// Stands where there is no object; no content has it.
  package static let zero = withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { raw in
    raw.initializeMemory(as: UInt8.self, repeating: 0)
    return ObjectID(loading: UnsafeRawPointer(raw.baseAddress.unsafelyUnwrapped))
  }
}

/// Looking the algorithm up costs as much as hashing a small file, so it is done once.
private struct Algorithm: @unchecked Sendable {
  let pointer = EVP_MD_fetch(nil, "SHA256", nil)
}

private let sha256 = Algorithm()
